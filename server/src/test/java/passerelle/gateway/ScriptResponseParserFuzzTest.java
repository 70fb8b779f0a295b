package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Request;
import passerelle.http.RequestTarget;
import passerelle.http.Response;
import passerelle.io.FuzzInput;
import passerelle.io.QueuedLoop;
import passerelle.pages.ErrorPages;

/** Whatever a script prints, its answer is refused, or becomes a response that can be sent. */
final class ScriptResponseParserFuzzTest {
  private static final Script SCRIPT = Script.of(java.nio.file.Path.of("/x.sh"), "/x.sh", "");

  private static final InetSocketAddress ADDRESS =
      InetSocketAddress.createUnresolved("test.example", 1);

  /** What the parser made of the octets; the response only if the head is complete. */
  private record Parsed(int octets, @Nullable String problem, @Nullable ScriptResponse response) {
    static Parsed of(String text, int... cuts) {
      ScriptResponseParser parser = new ScriptResponseParser();
      byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
      int taken = 0;
      int from = 0;
      for (int i = 0; i <= cuts.length; i++) {
        int to = i < cuts.length ? cuts[i] : octets.length;
        taken += parser.feed(octets, from, to - from);
        from = to;
      }
      assertFalse(parser.isComplete() && parser.problem() != null);
      return new Parsed(taken, parser.problem(), parser.isComplete() ? parser.response() : null);
    }
  }

  /** From 128 on, the choice puts a long field in front, so that the bound on heads is in reach. */
  @FuzzTest
  @DictionaryFile(resourcePath = "ScriptResponseParserFuzzTest.dict")
  void anyAnswerIsRefusedOrCanBeSent(byte[] octets) {
    FuzzInput input = new FuzzInput(octets);
    String filling = filling(input.choice());
    String text = filling + input.text();
    Parsed parsed = Parsed.of(text);
    assertEquals(
        parsed, Parsed.of(text, FuzzInput.cutsEverywhere(filling.length(), text.length())));
    assertEquals(parsed, Parsed.of(text, input.cuts(text.length())));
    NaiveAnswer naive = NaiveAnswer.read(text);
    if (parsed.response != null) {
      assertNotNull(naive);
      assertEquals(naive.octets(), parsed.octets);
      assertEquals(naive.response(), parsed.response);
      assertTrue(naive.grownOctets() <= ScriptResponseParser.HEAD_OCTETS);
      assertCanBeSent(parsed.response);
    } else if (parsed.problem != null) {
      assertTrue(parsed.problem.matches("[ -~]+"), parsed.problem);
      if (parsed.problem.startsWith("the head of its answer is longer than")) {
        int grown = naive == null ? text.length() + 2 * lines(text) : naive.grownOctets();
        assertTrue(grown > ScriptResponseParser.HEAD_OCTETS);
      } else {
        assertNull(naive);
      }
    } else {
      assertEquals(text.length(), parsed.octets);
      assertTrue(text.length() <= ScriptResponseParser.HEAD_OCTETS);
      assertNull(naive);
    }
  }

  private static int lines(String text) {
    return text.split("\n", -1).length - 1;
  }

  private static String filling(int choice) {
    return choice < 128 ? "" : "F: " + "f".repeat((choice - 128) * 96) + "\n";
  }

  private static void assertCanBeSent(ScriptResponse head) {
    ExchangeState state = new ExchangeState(() -> {});
    Exchange exchange =
        new Exchange(new Request(ADDRESS, ADDRESS), state, new QueuedLoop(), new ErrorPages());
    List<String> turnedTo = new ArrayList<>();
    Elsewhere elsewhere =
        new Elsewhere(turned -> turnedTo.add(text(turned.request().target())), null);
    ScriptAnswer.of(head, null, SCRIPT, elsewhere).applyTo(exchange);
    if (head.isLocalRedirect()) {
      assertEquals(List.of(String.valueOf(head.location()).replaceFirst("#.*", "")), turnedTo);
      return;
    }
    assertEquals(List.of(), turnedTo);
    assertTrue(state.isAnswered());
    assertFalse(state.isDeferred());
    assertNull(state.takeSink());
    Response response = exchange.response();
    assertEquals(head.clientStatus(), response.status());
    assertTrue(response.status().code() >= 200 && response.status().code() <= 999);
    int octets = 0;
    for (int i = 0; i < response.fieldCount(); i++) {
      octets +=
          response.fieldName(i).length() + response.fieldValue(i).length() + ": \r\n".length();
    }
    assertTrue(octets <= ScriptResponseParser.HEAD_OCTETS);
    assertEquals(head.fields().size() + (head.location() == null ? 0 : 1), response.fieldCount());
  }

  private static String text(RequestTarget target) {
    return target.path() + (target.hasQuery() ? "?" : "") + target.query();
  }
}
