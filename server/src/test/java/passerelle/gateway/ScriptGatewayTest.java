package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import passerelle.files.Requests;
import passerelle.harness.FailingLog;
import passerelle.http.ContentSink;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Method;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.io.ClientKey;
import passerelle.io.QueuedLoop;
import passerelle.pages.ErrorPages;

/** What becomes of a request whose run cannot be begun. */
final class ScriptGatewayTest {
  static List<Throwable> faults() {
    return FailingLog.FAULTS;
  }

  /** Responders of which none begins. */
  private static Responder failing(Throwable fault) {
    return new Responder() {
      @Override
      public @Nullable Status refusal(ClientKey client) {
        return null;
      }

      @Override
      public Run begin(Order order, Reply reply) {
        FailingLog.fail(fault);
        throw new AssertionError();
      }
    };
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aRunThatCannotBeBegunIsAnsweredAndHoldsNothing(Throwable fault) {
    QueuedLoop loop = new QueuedLoop();
    SpoolBudget spools = new SpoolBudget(1 << 20, 1 << 20, 1 << 30);
    ExchangeState state = new ExchangeState(() -> {});
    Request request = Requests.of(Method.POST, "/x");
    request.contentLength(1);
    Exchange exchange = new Exchange(request, state, loop, new ErrorPages());
    ScriptGateway gateway =
        new ScriptGateway(
            new GatewaySettings("/", Duration.ofMinutes(5), "Test", Map.of(), false),
            new ScriptGateway.Means(failing(fault), spools, loop, RunListener.NONE));
    Script script = Script.of(Path.of("/scripts/x.sh"), "/x.sh", "");
    gateway.run(exchange, script, new Elsewhere(other -> other.refuse(Status.NOT_FOUND), null));
    ContentSink sink = state.takeSink();
    assertNotNull(sink);
    sink.onContent(ByteBuffer.wrap(new byte[1]));
    assertEquals(fault, assertThrows(fault.getClass(), sink::onComplete));
    loop.runAll();
    assertTrue(exchange.isAnswered());
    assertEquals(500, exchange.response().status().code());
    assertEquals(0, spools.inUse());
  }
}
