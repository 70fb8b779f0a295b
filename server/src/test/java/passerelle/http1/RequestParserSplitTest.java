package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.wire.Limits;

/** However a head is cut on its way, the same comes of it. */
final class RequestParserSplitTest {
  private static final Limits LIMITS = Limits.standard();

  /** Up to this length a head is cut at every pair of places. */
  private static final int SHORT = 130;

  static final List<String> HEADS =
      List.of(
          "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET / HTTP/1.0\r\n\r\n",
          "\r\n\r\nGET /a?b HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\n",
          "POST /cgi-bin/x/y?a=b&c HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Length: 5\r\n\r\nhello",
          "OPTIONS * HTTP/1.1\r\nHost: a.example:80\r\nConnection: close\r\n\r\n",
          "GET http://b.example:81/x?y HTTP/1.1\r\nHost: a\r\nA: \t b \t\r\nC:\r\n\r\n",
          "GET http://b.example?y HTTP/1.1\r\nHost: a\r\n\r\n",
          "HEAD /%41/../\u00c3\u00a9 HTTP/1.1\r\nhOsT:a\r\nX: \u00ff \u0080\r\nX: 2\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n",
          "GET / HTTP/1.1\nHost: a\n\n",
          "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
          "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOP / HTTP/1.1\r\nHost: a\r\n\r\n",
          "\r\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
          "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
          "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)"
              + "\r\nAccept: text/html,*/*;q=0.8\r\nAccept-Language: en\r\nIf-None-Match: \"x\""
              + "\r\nReferer: http://a/b\r\nCookie: a=b; c=d\r\nIf-Modified-Since: x\r\n\r\n");

  @ParameterizedTest
  @FieldSource("HEADS")
  void comesToTheSameByteByByte(String head) {
    assertEquals(Head.parse(head), Head.parseByteByByte(head, LIMITS));
  }

  @ParameterizedTest
  @FieldSource("HEADS")
  void comesToTheSameCutAnywhere(String head) {
    String whole = Head.parse(head);
    for (int cut = 0; cut <= head.length(); cut++) {
      int at = cut;
      assertEquals(whole, Head.parse(head, LIMITS, cut), () -> "cut at " + at);
    }
  }

  @ParameterizedTest
  @FieldSource("HEADS")
  void comesToTheSameCutAtAnyTwoPlaces(String head) {
    if (head.length() > SHORT) {
      return;
    }
    String whole = Head.parse(head);
    for (int first = 0; first <= head.length(); first++) {
      for (int second = first; second <= head.length(); second++) {
        String cuts = first + " and " + second;
        assertEquals(whole, Head.parse(head, LIMITS, first, second), () -> "cut at " + cuts);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void mutatedHeadsNeverThrowAndComeToTheSameHoweverTheyAreCut(long seed) {
    Random random = new Random(seed);
    Limits tight = small();
    for (int i = 0; i < 4000; i++) {
      String head = mutated(HEADS.get(random.nextInt(HEADS.size())), random);
      Limits limits = random.nextBoolean() ? LIMITS : tight;
      String whole = Head.parse(head, limits);
      int first = random.nextInt(head.length() + 1);
      int second = first + random.nextInt(head.length() + 1 - first);
      String what = "seed " + seed + ", mutant " + i + ": " + head;
      assertEquals(whole, Head.parseByteByByte(head, limits), what);
      assertEquals(whole, Head.parse(head, limits, first, second), what);
    }
  }

  /** Limits that mutants run into. */
  private static Limits small() {
    return ParserLimits.of(12, 60, 2);
  }

  private static String mutated(String head, Random random) {
    List<Character> octets = new ArrayList<>();
    for (int i = 0; i < head.length(); i++) {
      octets.add(head.charAt(i));
    }
    for (int left = 1 + random.nextInt(4); left > 0 && !octets.isEmpty(); left--) {
      int at = random.nextInt(octets.size());
      switch (random.nextInt(5)) {
        case 0 -> octets.remove(at);
        case 1 -> octets.add(at, octets.get(at));
        case 2 -> octets.set(at, (char) random.nextInt(256));
        case 3 -> octets.add(at, "\r\n \t:/?*%.\u0000".charAt(random.nextInt(11)));
        default -> octets.set(at, octets.get(random.nextInt(octets.size())));
      }
    }
    StringBuilder mutant = new StringBuilder();
    octets.forEach(mutant::append);
    return mutant.toString();
  }
}
