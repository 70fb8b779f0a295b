package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.StreamBody;

/**
 * No state is without an end: whatever a client drips, in whatever phase, a few octets a second and
 * on and on, its connection ends.
 */
final class Http1ConnectionDripTest {
  private static final String[] OCTETS = {"\r", "\n", " ", "a", ":", "0", ";"};

  /** What content is made of, so that a drip can be well-formed for longer than an octet. */
  private static final String[] PIECES = {"\r\n", "0\r\n", "1\r\na\r\n", "1;a", "a:0\r\n", "G"};

  private static final int LONGEST = 3;

  /** All waits one after the other: idle, head, content, output, the client's end. */
  private static final int SECONDS = 60 + 20 + 30 + 30 + 5;

  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST /a HTTP/1.1\r\nHost: a\r\n";
  private static final String SIZED = POST + "Content-Length: 5000\r\n\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String EXPECTING =
      POST + "Content-Length: 50\r\nExpect: 100-continue\r\n\r\n";

  /** A way into a phase; then the client goes on reading, or does so no more. */
  private record Start(
      String name, Phase phase, Handler handler, Consumer<Rig> way, boolean isRead) {
    static Start of(String name, Phase phase, Handler handler, String... sent) {
      return new Start(name, phase, handler, rig -> List.of(sent).forEach(rig::send), true);
    }

    Start unread() {
      Consumer<Rig> full = rig -> rig.transport.capacity(0);
      return new Start(name + ", unread", phase, handler, full.andThen(way), false);
    }

    Start withInputEnded() {
      Consumer<Rig> ended = way.andThen(Rig::endInput);
      return new Start(name + ", half closed", phase, handler, ended, isRead);
    }

    Rig rig() {
      Rig rig = new Rig(handler);
      way.accept(rig);
      assertEquals(phase, rig.phase(), name);
      return rig;
    }
  }

  private static List<Start> starts() {
    Handler late = new Late(10_000_000_000L);
    Handler slow = exchange -> exchange.receive(new Unwilling(exchange));
    return List.of(
        Start.of("new", Phase.IDLE, Handlers.SITE),
        Start.of("after a request", Phase.IDLE, Handlers.SITE, GET),
        Start.of("after an empty line", Phase.IDLE, Handlers.SITE, "\r\n"),
        Start.of("after a CR", Phase.IDLE, Handlers.SITE, "\r"),
        Start.of("after a request", Phase.IDLE, Handlers.SITE, GET).unread(),
        Start.of("in a method", Phase.READ_HEAD, Handlers.SITE, "G"),
        Start.of("in a target", Phase.READ_HEAD, Handlers.SITE, "GET /"),
        Start.of("behind a request line", Phase.READ_HEAD, Handlers.SITE, "GET / HTTP/1.1\r\n"),
        Start.of("in a value", Phase.READ_HEAD, Handlers.SITE, GET + "GET / HTTP/1.1\r\na: "),
        Start.of("before the last LF", Phase.READ_HEAD, Handlers.SITE, POST + "\r"),
        Start.of("sized", Phase.READ_CONTENT, Handlers.ECHO, SIZED),
        Start.of("expecting", Phase.READ_CONTENT, Handlers.ECHO, EXPECTING),
        Start.of("nobody's", Phase.READ_CONTENT, Handlers.PATH, SIZED),
        Start.of("nobody's chunks", Phase.READ_CONTENT, Handlers.PATH, CHUNKED),
        Start.of("behind a sink that stops", Phase.READ_CONTENT, slow, SIZED, "a"),
        Start.of("chunked", Phase.READ_CONTENT, Handlers.ECHO, CHUNKED),
        Start.of("in a chunk", Phase.READ_CONTENT, Handlers.ECHO, CHUNKED, "fff\r\na"),
        Start.of("in an extension", Phase.READ_CONTENT, Handlers.ECHO, CHUNKED, "1;"),
        Start.of("in a trailer", Phase.READ_CONTENT, Handlers.ECHO, CHUNKED, "0\r\n"),
        Start.of("in a trailer's value", Phase.READ_CONTENT, Handlers.ECHO, CHUNKED, "0\r\na:"),
        Start.of("late", Phase.AWAIT_RESPONSE, late, GET),
        Start.of("late", Phase.AWAIT_RESPONSE, late, GET).withInputEnded(),
        Start.of("late, content left", Phase.AWAIT_RESPONSE, late, CHUNKED),
        Start.of("large", Phase.SEND_RESPONSE, large(), GET).unread(),
        Start.of("silent", Phase.SEND_RESPONSE, silent(), GET),
        Start.of("refused", Phase.END_OUTPUT, Handlers.SITE, "?\r\n").unread(),
        Start.of("refused", Phase.LINGER, Handlers.SITE, "?\r\n"));
  }

  private static Handler large() {
    return exchange -> Handlers.text(exchange, "x".repeat(100_000));
  }

  /** A stream that says nothing, sent without a deferral. */
  private static Handler silent() {
    return exchange -> {
      exchange.response().body(new StreamBody(-1, exchange.loop(), () -> {}));
      exchange.send();
    };
  }

  /** A sink that takes one piece and no more. */
  private static final class Unwilling extends Handlers.Echo {
    private boolean isFull;

    Unwilling(Exchange exchange) {
      super(exchange);
    }

    @Override
    public void onContent(ByteBuffer octets) {
      super.onContent(octets);
      isFull = true;
    }

    @Override
    public boolean isAccepting() {
      return !isFull;
    }
  }

  @Test
  void thereIsAWayIntoEveryPhase() {
    Set<Phase> reached = EnumSet.of(Phase.CLOSED);
    starts().forEach(start -> reached.add(start.phase));
    assertEquals(EnumSet.allOf(Phase.class), reached);
  }

  @TestFactory
  Stream<DynamicTest> everyDripEnds() {
    return starts().stream()
        .map(
            start ->
                DynamicTest.dynamicTest(
                    start.phase + ", " + start.name,
                    () -> {
                      sequences(OCTETS).forEach(sequence -> assertEnds(start, sequence, 1));
                      sequences(PIECES).forEach(sequence -> assertEnds(start, sequence, 1));
                      sequences(OCTETS).forEach(sequence -> assertEnds(start, sequence, 19));
                    }));
  }

  /** All sequences of up to so many of the alphabet, each of them to be sent over and over. */
  private static List<List<String>> sequences(String[] alphabet) {
    List<List<String>> all = new ArrayList<>();
    List<List<String>> last = List.of(List.of());
    for (int length = 1; length <= LONGEST; length++) {
      List<List<String>> longer = new ArrayList<>();
      for (List<String> sequence : last) {
        for (String piece : alphabet) {
          longer.add(Stream.concat(sequence.stream(), Stream.of(piece)).toList());
        }
      }
      all.addAll(longer);
      last = longer;
    }
    return all;
  }

  private static String escaped(List<String> sequence) {
    return sequence.toString().replace("\r", "\\r").replace("\n", "\\n");
  }

  private static void assertEnds(Start start, List<String> sequence, int every) {
    try (Rig rig = start.rig()) {
      int seconds = 0;
      for (int i = 0; seconds < SECONDS && !rig.isClosed(); i++) {
        if (!start.isRead) {
          rig.transport.capacity(1); // an octet, as little as it can be
          rig.turn();
          rig.transport.capacity(0);
        }
        rig.send(sequence.get(i % sequence.size())).pass(every);
        seconds += every;
      }
      assertTrue(
          rig.isClosed(),
          () -> rig.phase() + " goes on for ever with " + escaped(sequence) + ": " + start.name);
    }
  }
}
