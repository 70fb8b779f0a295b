package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import passerelle.io.FuzzInput;
import passerelle.io.Slice;

/** Whatever path is asked for, it is decoded once, and nothing leads out of the root. */
final class RequestTargetFuzzTest {
  private static final Pattern UNIT = Pattern.compile("%([0-9A-Fa-f]{2})|([^%])", Pattern.DOTALL);

  /** The input is the target; one without a slash in front gets one. */
  @FuzzTest
  @DictionaryEntries({
    "/", "..", "/../", "/./", "//", "%2e", "%2E%2e", "%2f", "%00", "%25", "%", "?"
  })
  void noTargetLeadsOutOfTheRoot(byte[] octets) {
    String text = FuzzInput.text(octets, 0);
    String sent = text.startsWith("/") ? text : "/" + text;
    RequestTarget target = new RequestTarget();
    target.setOrigin(Slice.of("/x/y?z"));
    target.setAsterisk();
    target.setOrigin(Slice.of(sent));
    assertFalse(target.isAsterisk());
    String path = target.path().toString();
    assertFalse(path.contains("?"));
    assertEquals(sent, path + (target.hasQuery() ? "?" : "") + target.query());
    String decoded = target.decodedPath();
    assertEquals(naivelyDecoded(path), decoded);
    if (decoded != null) {
      assertTrue(decoded.startsWith("/"));
      assertFalse(decoded.contains("\0"));
      assertFalse(decoded.contains("//"));
      assertFalse((decoded + "/").contains("/./"));
      assertFalse((decoded + "/").contains("/../"));
      target.setOrigin(Slice.of(encoded(decoded)));
      assertEquals(decoded, target.decodedPath());
    }
  }

  /** Decodes, then walks from segment to segment: down into names, up at "..". */
  private static @Nullable String naivelyDecoded(String path) {
    StringBuilder decoded = new StringBuilder();
    Matcher unit = UNIT.matcher(path);
    int at = 0;
    while (unit.find() && unit.start() == at) {
      String digits = unit.group(1);
      decoded.append(digits == null ? unit.group(2) : (char) Integer.parseInt(digits, 16));
      at = unit.end();
    }
    if (at < path.length() || decoded.indexOf("\0") >= 0) {
      return null;
    }
    Deque<String> walk = new ArrayDeque<>();
    String last = "";
    for (String segment : decoded.substring(1).split("/", -1)) {
      last = segment;
      if (segment.equals("..") && walk.pollLast() == null) {
        return null;
      }
      if (!List.of("", ".", "..").contains(segment)) {
        walk.addLast(segment);
      }
    }
    boolean isFolder = List.of("", ".", "..").contains(last);
    return "/" + String.join("/", walk) + (isFolder && !walk.isEmpty() ? "/" : "");
  }

  private static String encoded(String path) {
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      encoded.append(c == '/' ? "/" : String.format(Locale.ROOT, "%%%02x", (int) c));
    }
    return encoded.toString();
  }
}
