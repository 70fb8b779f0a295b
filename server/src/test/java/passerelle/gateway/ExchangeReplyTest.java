package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.app.ServerLog;
import passerelle.files.Requests;
import passerelle.gateway.Reply.Ending;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Method;
import passerelle.http.Status;
import passerelle.io.ClientKey;
import passerelle.io.QueuedLoop;
import passerelle.pages.ErrorPages;

/** Whatever fails on the way to the loop, the client gets an answer. */
final class ExchangeReplyTest {
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final QueuedLoop loop = new QueuedLoop();
  private final ServerLog log = new ServerLog();
  private final List<String> cancellations = new ArrayList<>();
  private int failures;

  /** The loop as the reply sees it: the next tasks find no memory, as many as the test says. */
  private final Executor scarce =
      task -> {
        if (failures > 0) {
          failures--;
          throw new OutOfMemoryError("as if");
        }
        loop.execute(task);
      };

  private final Exchange exchange =
      new Exchange(
          Requests.of(Method.GET, "/x"), new ExchangeState(() -> {}), scarce, new ErrorPages());
  private final ScriptResponseParser parser = new ScriptResponseParser();

  @AfterEach
  void close() {
    log.close();
  }

  private ExchangeReply reply(boolean explains) {
    if (explains) {
      parser.keepPrinted();
    }
    Script script = Script.of(Path.of("/scripts/x.sh"), "/x.sh", "");
    ContentSpool content = Replies.content(exchange, loop, "");
    Order order =
        new Order(new ClientKey("a client"), script, Map.of(), content, parser, true, LONG_NANOS);
    ExchangeReply.Ways ways =
        new ExchangeReply.Ways(
            exchange.defer(LONG_NANOS, () -> cancellations.add("cancelled")),
            scarce,
            new Elsewhere(other -> other.refuse(Status.NOT_FOUND), null),
            RunListener.NONE,
            () -> cancellations.add("abandoned"),
            explains);
    return new ExchangeReply(order, ways, new LineLimit(1000, 1000, System::nanoTime));
  }

  private ScriptResponse head() {
    byte[] octets = "X: y\n\n".getBytes(StandardCharsets.US_ASCII);
    parser.feed(octets, 0, octets.length);
    return parser.response();
  }

  private int status() {
    loop.runAll();
    assertTrue(exchange.isAnswered(), "the client waits");
    return exchange.response().status().code();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHeadThatCouldNotBeHandedOverIsAFailure(boolean explains) {
    ExchangeReply reply = reply(explains);
    failures = 1;
    assertThrows(OutOfMemoryError.class, () -> reply.head(head(), new byte[1], false));
    reply.fail(Status.BAD_GATEWAY, null);
    reply.close(Ending.NOT_BEGUN);
    assertEquals(502, status());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatEndsWithoutAWordIsAFailure(boolean explains) {
    reply(explains).close(Ending.NOT_BEGUN);
    assertEquals(502, status());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFailureThatCannotBeToldIsAPlainOne(boolean explains) {
    ExchangeReply reply = reply(explains);
    failures = 1;
    assertThrows(OutOfMemoryError.class, () -> reply.close(Ending.NOT_BEGUN));
    assertEquals(500, status());
  }

  @Test
  void aHeadThatWasHandedOverIsTheAnswer() {
    ExchangeReply reply = reply(false);
    reply.head(head(), new byte[1], true);
    reply.fail(Status.BAD_GATEWAY, null);
    reply.close(Ending.NOT_BEGUN);
    assertEquals(200, status());
    assertEquals(List.of(), cancellations);
  }
}
