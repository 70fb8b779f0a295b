package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.http1.RequestParser.Outcome;
import passerelle.io.FuzzInput;
import passerelle.wire.Limits;

/** Whatever arrives in place of a request head is refused, or understood in one way only. */
final class RequestHeadFuzzTest {
  private static final Limits STANDARD = Limits.standard();

  /** Limits that inputs of a usual size run into. */
  private static final Limits TIGHT = ParserLimits.of(24, 120, 4);

  private static final long FEW_OCTETS = 1000;

  private static final Pattern METHOD = Pattern.compile("GET|HEAD|POST|PUT|DELETE|OPTIONS");
  private static final Pattern HOST = Pattern.compile("[a-z0-9.-]+(?::[0-9]{1,4})?");
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\\[[0-9A-Fa-f:.]{2,}\\])(?::[0-9]{0,5})?");

  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /** An even choice stands for the standard limits, an odd one for tight ones. */
  @FuzzTest
  @DictionaryFile(resourcePath = "RequestHeadFuzzTest.dict")
  void anyHeadIsUnderstoodInOneWay(byte[] octets) {
    FuzzInput input = new FuzzInput(octets);
    String text = input.text();
    Limits limits = input.choice() % 2 == 0 ? STANDARD : TIGHT;
    String outcome = Head.parse(text, limits);
    assertEquals(outcome, Head.parseByteByByte(text, limits));
    assertEquals(outcome, Head.parse(text, limits, input.cuts(text.length())));
    NaiveHead naive = NaiveHead.read(text);
    if (outcome.startsWith("DONE ")) {
      assertNotNull(naive, outcome);
      String[] end = outcome.split(" ", 3);
      assertEquals(naive.octets + 2 * naive.emptyLines, Integer.parseInt(end[1]));
      Request request = request(text, limits);
      assertUnderstood(naive, request);
      assertTrue(isWithin(naive, limits));
      assertSameInCanonicalForm(request, end[2], limits);
      assertSameInOriginForm(request, limits);
    } else if (outcome.equals("MORE")) {
      assertNull(naive);
      assertTrue(text.replaceFirst("^(?:\r\n)++", "").length() < limits.headOctets());
    } else {
      assertTrue(outcome.matches("REFUSED [45][0-9][0-9]"), outcome);
      assertFalse(isPlainlyRight(naive, limits), outcome);
    }
  }

  private static Request request(String text, Limits limits) {
    Request request = new Request(Head.REMOTE, Head.LOCAL);
    RequestParser parser = new RequestParser(request, limits);
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    parser.begin(ByteBuffer.wrap(octets), 0);
    assertEquals(Outcome.DONE, parser.parse(octets.length));
    return request;
  }

  private static void assertUnderstood(NaiveHead naive, Request request) {
    assertEquals(1, naive.major);
    assertEquals(naive.method, request.method().name());
    assertEquals(naive.target, request.targetAsSent().toString());
    assertEquals(Math.min(naive.minor, 1), request.minorVersion());
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < request.fields().count(); i++) {
      names.add(request.fields().name(i).toString());
      values.add(request.fields().value(i).toString());
    }
    assertEquals(naive.names, names);
    assertEquals(naive.values, values);
    for (FieldName name : FieldName.values()) {
      List<String> found = naive.values(name.text());
      assertEquals(found.size(), request.fields().occurrences(name));
      assertEquals(
          found.isEmpty() ? null : String.join(", ", found), request.fields().joined(name));
    }
    assertAsked(naive, request);
    assertFramed(naive, request, STANDARD.contentOctets());
    assertFramed(naive, request, FEW_OCTETS);
    assertEquals(isPersistent(naive), Persistence.isOffered(request));
  }

  /** Who is asked for what, after RFC 9112 §3.2 and §3.3. */
  private static void assertAsked(NaiveHead naive, Request request) {
    List<String> hosts = naive.values("Host");
    assertTrue(hosts.size() == 1 || (hosts.isEmpty() && naive.minor == 0));
    for (String host : hosts) {
      assertTrue(host.isEmpty() || AUTHORITY.matcher(host).matches(), host);
    }
    String authority = request.authority().toString();
    assertEquals(naive.authority(), authority);
    assertTrue(authority.isEmpty() || AUTHORITY.matcher(authority).matches(), authority);
    String resource = resource(request);
    assertEquals(resource.equals("*"), request.target().isAsterisk());
    if (resource.equals("*") && !naive.target.equals("*")) {
      // OPTIONS of an authority alone asks about the server as a whole (§3.2.4).
      assertFalse(naive.target.startsWith("/"));
      assertEquals("/", naive.resource());
    } else {
      assertEquals(naive.resource(), resource);
    }
    assertTrue(!resource.equals("*") || naive.method.equals("OPTIONS"));
  }

  private static String resource(Request request) {
    String mark = request.target().hasQuery() ? "?" : "";
    return request.target().path() + mark + request.target().query();
  }

  /** Where the content ends, after RFC 9112 §6.3; what is ambiguous there is refused. */
  private static void assertFramed(NaiveHead naive, Request request, long limit) {
    List<String> codings = naive.values("Transfer-Encoding");
    List<String> lengths = naive.values("Content-Length");
    long expected = 0;
    boolean isClear = true;
    if (!codings.isEmpty()) {
      expected = Request.UNKNOWN_LENGTH;
      isClear = naive.minor > 0 && lengths.isEmpty() && codings.size() == 1;
      isClear &= codings.get(0).equalsIgnoreCase("chunked");
    } else if (!lengths.isEmpty()) {
      isClear = lengths.size() == 1 && NUMBER.matcher(lengths.get(0)).matches();
      isClear = isClear && new BigInteger(lengths.get(0)).compareTo(BigInteger.valueOf(limit)) <= 0;
      expected = isClear ? Long.parseLong(lengths.get(0)) : 0;
    }
    Status refusal = Framing.read(request, limit);
    assertEquals(isClear, refusal == null);
    if (isClear) {
      assertEquals(expected, request.contentLength());
    }
  }

  /** Whether the connection may stay, after RFC 9112 §9.3. */
  private static boolean isPersistent(NaiveHead naive) {
    boolean isPersistent = naive.minor > 0;
    for (String value : naive.values("Connection")) {
      for (String option : value.split(",", -1)) {
        if (NaiveHead.trimmed(option).equalsIgnoreCase("close")) {
          return false;
        }
        isPersistent |= NaiveHead.trimmed(option).equalsIgnoreCase("keep-alive");
      }
    }
    return isPersistent;
  }

  private static boolean isWithin(NaiveHead naive, Limits limits) {
    return naive.octets <= limits.headOctets()
        && naive.target.length() <= limits.targetOctets()
        && naive.names.size() <= limits.fieldLines();
  }

  /** Whether nobody could have a reason to refuse this. */
  private static boolean isPlainlyRight(@Nullable NaiveHead naive, Limits limits) {
    if (naive == null || naive.emptyLines > 0 || naive.major != 1 || !isWithin(naive, limits)) {
      return false;
    }
    List<String> hosts = naive.values("Host");
    return METHOD.matcher(naive.method).matches()
        && naive.target.startsWith("/")
        && hosts.size() == 1
        && HOST.matcher(hosts.get(0)).matches();
  }

  /** Without all that may be left away, and with nothing behind it, a head says the same. */
  private static void assertSameInCanonicalForm(Request request, String understood, Limits limits) {
    String canonical = rendered(request, request.targetAsSent().toString(), null);
    assertEquals(
        "DONE " + canonical.length() + " " + understood, Head.parse(canonical, limits), canonical);
  }

  /** The target in origin-form, with its authority in Host, asks for the same (RFC 9112 §3.2). */
  private static void assertSameInOriginForm(Request request, Limits limits) {
    if (request.fields().occurrences(FieldName.HOST) != 1) {
      return;
    }
    String authority = request.authority().toString();
    Request origin = request(rendered(request, resource(request), authority), limits);
    assertEquals(resource(request), resource(origin));
    assertEquals(request.target().isAsterisk(), origin.target().isAsterisk());
    assertEquals(authority, origin.authority().toString());
  }

  private static String rendered(Request request, String target, @Nullable String host) {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append(' ').append(target);
    text.append(" HTTP/1.").append(request.minorVersion()).append("\r\n");
    for (int i = 0; i < request.fields().count(); i++) {
      boolean isReplaced = host != null && request.fields().isNamed(i, FieldName.HOST);
      text.append(request.fields().name(i)).append(':');
      text.append(isReplaced ? host : request.fields().value(i)).append("\r\n");
    }
    return text.append("\r\n").toString();
  }
}
