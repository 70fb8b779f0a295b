package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.app.ServerLog;
import passerelle.files.Requests;
import passerelle.gateway.Step.Complains;
import passerelle.gateway.Step.Dies;
import passerelle.gateway.Step.Echoes;
import passerelle.gateway.Step.Exits;
import passerelle.gateway.Step.Pauses;
import passerelle.gateway.Step.Prints;
import passerelle.gateway.Step.PrintsMany;
import passerelle.gateway.Step.Sleeps;
import passerelle.http.Body;
import passerelle.http.ContentSink;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Method;
import passerelle.http.Progress;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.io.MemoryTransport;
import passerelle.io.QueuedLoop;
import passerelle.pages.ErrorPages;

/**
 * What the gateway counts on, whoever answers its orders. Each responder has a test of its own that
 * extends this one; all that differs is who plays the script.
 */
@Timeout(180)
public abstract class ResponderContract {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Step HEAD = new Prints("Content-Type: text/plain\nX: y\n\n");

  @TempDir protected Path folder;
  private final QueuedLoop loop = new QueuedLoop();
  private final ServerLog log = new ServerLog();
  private final List<String> ends = new ArrayList<>();
  private final SpoolBudget spools = new SpoolBudget(1 << 20, 1 << 24, 1 << 30);
  private ExchangeState state = new ExchangeState(() -> {});
  private Duration limit = LONG;
  private Exchange exchange = exchange(Requests.of(Method.GET, "/x"));

  /** Has a responder play a script. */
  protected abstract Responder responder(List<Step> steps) throws IOException;

  /** The script, in the folder. */
  protected abstract Script script(List<Step> steps) throws IOException;

  /** The responder answers nobody any more. */
  protected abstract void close() throws Exception;

  @BeforeEach
  final void resolveTheFolder() throws IOException {
    folder = folder.toRealPath();
  }

  @AfterEach
  final void nothingIsHeld() throws Exception {
    close();
    loop.runAll();
    log.close();
    assertEquals(0, spools.inUse(), "all content was let go");
  }

  private Exchange exchange(Request request) {
    state =
        new ExchangeState(() -> assertFalse(state.isBroken(), "nothing is to fail on the loop"));
    return new Exchange(request, state, loop, new ErrorPages());
  }

  /** Sends a request for a script that does this. */
  private ScriptGateway request(Method method, String content, Step... steps) throws IOException {
    List<Step> all = Arrays.asList(steps);
    Request request = Requests.of(method, "/x");
    request.contentLength(content.length());
    exchange = exchange(request);
    GatewaySettings settings =
        new GatewaySettings("/", limit, "Test", Map.of("PATH", "/usr/bin:/bin"), false);
    ScriptGateway.Means means =
        new ScriptGateway.Means(
            responder(all), spools, loop, (script, outcome) -> ends.add(outcome));
    ScriptGateway gateway = new ScriptGateway(settings, means);
    Elsewhere nowhere = new Elsewhere(other -> other.refuse(Status.NOT_FOUND), null);
    gateway.run(exchange, script(all), nowhere);
    ContentSink sink = state.takeSink();
    if (sink != null) {
      for (int i = 0; i < content.length(); i += 1000) {
        String part = content.substring(i, Math.min(content.length(), i + 1000));
        sink.onContent(ByteBuffer.wrap(part.getBytes(StandardCharsets.US_ASCII)));
        loop.runAll(); // the disk's thread, too
      }
      sink.onComplete();
    }
    loop.runAll();
    return gateway;
  }

  private void get(Step... steps) throws IOException {
    request(Method.GET, "", steps);
  }

  private void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              loop.runAll();
              return condition.call();
            });
  }

  private int status() {
    await(exchange::isAnswered);
    return exchange.response().status().code();
  }

  private Body body() {
    Body body = exchange.response().body();
    if (body == null) {
      throw new AssertionError("no content");
    }
    return body;
  }

  /** Takes all of the content, as the loop does. */
  private String content() throws IOException {
    MemoryTransport transport = new MemoryTransport();
    Progress progress = Progress.MORE;
    while (progress != Progress.DONE) {
      if (progress == Progress.STARVED) {
        await(() -> true);
        Thread.onSpinWait();
      }
      progress = body().writeTo(transport, Long.MAX_VALUE);
    }
    body().close();
    return transport.output();
  }

  private String end() {
    await(() -> !ends.isEmpty());
    assertEquals(1, ends.size());
    return ends.get(0);
  }

  @Test
  void headAndContentAreTheAnswer() throws IOException {
    get(HEAD, new Prints("hello"));
    assertEquals(200, status());
    assertEquals("hello", content());
    end();
    assertFalse(log.text().contains("script "), log::text);
  }

  @Test
  void aHeadMayComeInPieces() throws IOException {
    get(new Prints("Content-Type: te"), new Prints("xt/plain\nX: y\n"), new Prints("\nhel"));
    assertEquals(200, status());
    assertEquals("hel", content());
    end();
  }

  @Test
  void theScriptChoosesTheStatus() throws IOException {
    get(new Prints("Status: 404 Nothing\nContent-Type: text/plain\n\nno"));
    assertEquals(404, status());
    assertEquals("no", content());
    end();
  }

  @Test
  void aHeadNeedsNoContent() throws IOException {
    get(HEAD);
    assertEquals(200, status());
    assertEquals("", content());
    end();
  }

  /** RFC 3875 §6.2.2: not before the end is it known that the path stands alone. */
  @Test
  void aPathAloneIsAnotherResourceOfThisServer() throws IOException {
    get(new Prints("Location: /y\n"), new Prints("\n"), new Complains("a word"));
    assertEquals(404, status()); // there is nothing else here
    assertNull(exchange.response().field("Location"));
    end();
  }

  @Test
  void contentBehindAPathMakesItTheClients() throws IOException {
    get(new Prints("Location: /y\n\n"), new Complains("a word"), new Prints("moved"));
    assertEquals(302, status());
    assertEquals("/y", exchange.response().field("Location"));
    assertEquals("moved", content());
    end();
  }

  @Test
  void theHeadIsTheSameForHead() throws IOException {
    request(Method.HEAD, "", new Prints("Location: /y\n\n"), new Prints("moved"));
    assertEquals(302, status());
    assertEquals("/y", exchange.response().field("Location"));
    end();
  }

  @Test
  void aPathWithoutAnEndIs504AtTheTimeLimit() throws IOException {
    limit = SHORT;
    get(new Prints("Location: /y\n\n"), new Sleeps());
    assertEquals(504, status());
    end();
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 205, 304})
  void whatMustNotBeSentIsReadAndDropped(int code) throws IOException {
    get(new Prints("Status: " + code + "\nA: b\n\nhello"), new PrintsMany(300_000));
    assertEquals(code, status());
    assertNull(exchange.response().body());
    end();
    assertFalse(log.text().contains("script "), log::text);
  }

  @Test
  void nobodySeesTheContentOfAnAnswerToHead() throws IOException {
    request(Method.HEAD, "", HEAD, new PrintsMany(500_000));
    assertEquals(200, status());
    end();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60_000, 300_000})
  void theContentOfTheRequestIsItsInput(int octets) throws IOException {
    String content = "a".repeat(octets);
    request(Method.POST, content, HEAD, new Echoes());
    assertEquals(200, status());
    assertEquals(content, content());
    end();
  }

  /** The client takes nothing at first: nobody holds more than a few chunks for it. */
  @Test
  void aSlowReaderGetsAllInTheEnd() throws IOException {
    get(HEAD, new Prints("begin"), new PrintsMany(3_000_000), new Prints("end"));
    assertEquals(200, status());
    assertTrue(ends.isEmpty(), "it cannot have printed all");
    assertEquals("begin" + "x".repeat(3_000_000) + "end", content());
    end();
  }

  @Test
  void whatIsSaidBesideTheAnswerGoesToTheLog() throws IOException {
    get(new Complains("before"), HEAD, new Complains("between"), new Prints("x"));
    assertEquals(200, status());
    assertEquals("x", content());
    end();
    for (String line : List.of("before", "between")) {
      assertTrue(log.text().contains("script /x.sh says: " + line), log::text);
    }
  }

  @Test
  void anEndThatIsNotWellIsToldThoughTheAnswerIsWhole() throws IOException {
    get(HEAD, new Prints("whole"), new Exits(3));
    assertEquals(200, status());
    assertEquals("whole", content());
    end();
    String line = log.text().lines().filter(l -> l.contains("script /x.sh")).findAny().orElse("");
    assertTrue(line.endsWith("script /x.sh exited with status 3"), log::text);
    assertTrue(line.contains("INFO"), () -> "it may be a habit of the program: " + line);
  }

  @Test
  void aDeathAmidTheContentCutsTheAnswer() throws IOException {
    get(HEAD, new Prints("part"), new Pauses(), new Dies());
    assertEquals(200, status());
    assertThrows(IOException.class, this::content);
    end();
    assertTrue(log.text().contains("script /x.sh was killed by signal 9"), log::text);
  }

  /** Had it not died, the answer would have a Content-Length. */
  @Test
  void aDeathRightBehindTheContentCutsTheAnswer() throws IOException {
    get(HEAD, new Prints("part"), new Dies());
    assertEquals(200, status());
    assertEquals(Body.UNKNOWN, body().length());
    assertThrows(IOException.class, this::content);
    end();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X: y\n"})
  void aDeathBeforeTheHeadIs502(String printed) throws IOException {
    get(new Prints(printed), new Dies());
    assertEquals(502, status());
    end();
    assertTrue(log.text().contains("was killed by signal 9"), log::text);
  }

  /** There is no content that could be cut, so nothing else would tell the client. */
  @ParameterizedTest
  @ValueSource(strings = {"Status: 204\n\n", "Location: /elsewhere\n\n"})
  void aDeathBehindAnAnswerWithoutContentIs502(String printed) throws IOException {
    get(new Prints(printed), new Dies());
    assertEquals(502, status());
    end();
  }

  @Test
  void aDeathBehindTheAnswerToHeadIs502() throws IOException {
    request(Method.HEAD, "", HEAD, new Prints("part"), new Dies());
    assertEquals(502, status());
    end();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X: y\n", "X"})
  void anEndBeforeTheHeadIs502(String printed) throws IOException {
    get(new Prints(printed));
    assertEquals(502, status());
    end();
    assertTrue(log.text().contains("ended without a complete head"), log::text);
  }

  @Test
  void whatIsNoHeadIs502() throws IOException {
    get(new Prints("<p>hello\n"));
    assertEquals(502, status());
    end();
    assertTrue(log.text().contains("is no field"), log::text);
  }

  @Test
  void silenceBeforeTheHeadIs504AtTheTimeLimit() throws IOException {
    limit = SHORT;
    get(new Sleeps());
    assertEquals(504, status());
    end();
    assertTrue(log.text().contains("did not answer within the time limit"), log::text);
  }

  @Test
  void silenceAfterTheHeadCutsTheAnswerAtTheTimeLimit() throws IOException {
    limit = Duration.ofSeconds(1); // it may take a while to begin
    get(HEAD, new Prints("part"), new Sleeps());
    assertEquals(200, status());
    assertThrows(IOException.class, this::content);
    end();
    assertTrue(log.text().contains("was stopped at the time limit"), log::text);
  }

  @Test
  void whoeverLeavesBeforeTheHeadStopsTheRun() throws IOException {
    request(Method.POST, "content", new Sleeps());
    state.end(true);
    await(() -> spools.inUse() == 0);
    assertFalse(log.text().contains("exited"), log::text);
  }

  @Test
  void whoeverLeavesAmidTheContentStopsTheRun() throws IOException {
    get(HEAD, new Prints("part"), new Sleeps());
    assertEquals(200, status());
    body().close();
    end();
    assertFalse(log.text().contains("script "), log::text);
  }

  @Test
  void whoeverDrainsTakesNoMore() throws IOException {
    ScriptGateway gateway = request(Method.GET, "", HEAD);
    assertEquals(200, status());
    end();
    gateway.drain();
    state.end(true);
    state.begin(0);
    gateway.run(exchange, script(List.of(HEAD)), new Elsewhere(other -> {}, null));
    assertEquals(503, status());
  }
}
