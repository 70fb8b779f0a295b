package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.io.Slice;

/** Paths, decoded and cleaned: nothing leads out of the root. */
final class RequestTargetTest {
  private static RequestTarget target(String origin) {
    RequestTarget target = new RequestTarget();
    target.setOrigin(Slice.of(origin));
    return target;
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a, /a",
    "/a/b/c, /a/b/c",
    "/a/, /a/",
    "/a/b/, /a/b/",
    "//, /",
    "//a, /a",
    "/a//b, /a/b",
    "/a//, /a/",
    "///a///b///, /a/b/",
    "/., /",
    "/./, /",
    "/./a, /a",
    "/a/., /a/",
    "/a/./, /a/",
    "/a/./b, /a/b",
    "/a/.., /",
    "/a/../, /",
    "/a/../b, /b",
    "/a/b/.., /a/",
    "/a/b/../, /a/",
    "/a/b/../c, /a/c",
    "/a/b/../../c, /c",
    "/a/b/../.., /",
    "/a//../b, /b",
    "/a/./../b, /b",
    "/..., /...",
    "/.a, /.a",
    "/..a, /..a",
    "/a.., /a..",
    "/a., /a.",
    "/%2e, /",
    "/a/%2E, /a/",
    "/a/%2e%2e/b, /b",
    "/a/.%2e/b, /b",
    "/a/%2e./b, /b",
    "/%41%62, /Ab",
    "/a%2fb, /a/b",
    "/a%2F..%2Fb, /b",
    "/a%2f%2e%2e%2fb, /b",
    "/%2f, /",
    "/a%2f, /a/",
    "/%252e%252e/a, /%2e%2e/a",
    "/a%3fb, /a?b",
    "/a%23b, /a#b",
    "/a+b, /a+b",
    "/a;b/c, /a;b/c",
    "/..;/a, /..;/a",
    "/a?/../b, /a",
    "/a%5c..%5cb, '/a\\..\\b'"
  })
  void decodesAndCleans(String sent, String expected) {
    assertEquals(expected, target(sent).decodedPath());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../",
        "/../a",
        "/a/../..",
        "/a/../../",
        "/a/../../a",
        "/./..",
        "//..",
        "//../a",
        "/a//../..",
        "/a/b/../../../c",
        "/%2e%2e",
        "/%2e%2e/a",
        "/.%2E/a",
        "/%2e./a",
        "/..%2fa",
        "/..%2Fetc%2Fpasswd",
        "/%2e%2e%2f",
        "/%2f..",
        "/a%2f..%2f..%2fb"
      })
  void refusesWhatLeadsOutOfTheRoot(String sent) {
    assertNull(target(sent).decodedPath());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/%", "/a%", "/%4", "/a%4", "/%4g", "/%g4", "/%%41", "/% 41", "/%+4", "/%-1/a"})
  void refusesMalformedEncodings(String sent) {
    assertNull(target(sent).decodedPath());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%00", "/a%00b", "/a/%00/../b", "/a.html%00.txt"})
  void refusesNul(String sent) {
    assertNull(target(sent).decodedPath());
  }

  @Test
  void keepsOneCharacterForEachOctet() {
    assertEquals("/\u00c3\u00a9", target("/%c3%A9").decodedPath());
    assertEquals("/\u00ff", target("/%FF").decodedPath());
    assertEquals("/\u00e9", target("/\u00e9").decodedPath());
  }

  @Test
  void splitsPathAndQueryAtTheFirstMark() {
    RequestTarget target = target("/a?b?c");
    assertEquals("/a", target.path().toString());
    assertTrue(target.hasQuery());
    assertEquals("b?c", target.query());
    target.setOrigin(Slice.of("/x?"));
    assertTrue(target.hasQuery());
    assertEquals("", target.query());
    target.setOrigin(Slice.of("/y"));
    assertFalse(target.hasQuery());
    assertEquals("", target.query());
  }

  @Test
  void theAsteriskIsForgottenByTheNextTarget() {
    RequestTarget target = target("/a?b");
    target.setAsterisk();
    assertTrue(target.isAsterisk());
    assertFalse(target.hasQuery());
    assertEquals("*", target.path().toString());
    target.setOrigin(Slice.of("/a"));
    assertFalse(target.isAsterisk());
  }

  /** Whatever comes out begins with a slash and has no dot or empty segments in it. */
  @Test
  void neverLetsADotSegmentThrough() {
    Random random = new Random(7);
    String[] parts = {"/", ".", "..", "%2e", "%2E", "%2f", "a", "%00", "%", "%25", "//", "?"};
    for (int i = 0; i < 50_000; i++) {
      StringBuilder sent = new StringBuilder("/");
      for (int left = random.nextInt(9); left > 0; left--) {
        sent.append(parts[random.nextInt(parts.length)]);
      }
      String decoded = target(sent.toString()).decodedPath();
      if (decoded != null) {
        String padded = decoded + "/";
        assertTrue(decoded.startsWith("/"), () -> sent + " became " + decoded);
        assertFalse(padded.contains("/../") || padded.contains("/./"), () -> sent + ": " + decoded);
        assertFalse(decoded.contains("//"), () -> sent + " became " + decoded);
      }
    }
  }
}
