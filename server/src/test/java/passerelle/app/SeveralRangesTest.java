package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several ranges in one request (RFC 9110 §14.6), of a file in memory and of a larger one. */
final class SeveralRangesTest {
  private static final int SMALL = 20_000;
  private static final int LARGE = 1_000_000;
  private static final Pattern TYPE =
      Pattern.compile("multipart/byteranges; boundary=([0-9a-zA-Z-]{1,70})");

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    for (int size : new int[] {SMALL, LARGE}) {
      // Old, so that its tag is strong: one of a file that was written just now is weak.
      Files.setLastModifiedTime(site.letters(size + ".txt", size), FileTime.fromMillis(0));
    }
    site.start(s -> s);
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static String part(String boundary, int first, int last, int size) {
    return "\r\n--"
        + boundary
        + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes "
        + first
        + "-"
        + last
        + "/"
        + size
        + "\r\n\r\n"
        + Site.letters(last + 1).substring(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void thePartsComeInTheOrderOfTheField(int size) throws IOException {
    int late = size - 5000;
    String range = "Range: bytes=" + late + "-" + (late + 99) + ", 0-0,-3";
    Reply reply = site.get("/" + size + ".txt", range);
    assertEquals(206, reply.status());
    Matcher type = TYPE.matcher(reply.only("Content-Type"));
    assertTrue(type.matches(), reply.only("Content-Type"));
    String boundary = type.group(1);
    assertEquals(
        part(boundary, late, late + 99, size)
            + part(boundary, 0, 0, size)
            + part(boundary, size - 3, size - 1, size)
            + "\r\n--"
            + boundary
            + "--\r\n",
        reply.content());
    assertEquals(Integer.toString(reply.content().length()), reply.only("Content-Length"));
    assertEquals(site.get("/" + size + ".txt").only("ETag"), reply.only("ETag"));
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void largePartsArriveWhole(int size) throws IOException {
    int half = size / 2;
    String range = "Range: bytes=0-" + (half - 1000) + "," + half + "-";
    Reply reply = site.get("/" + size + ".txt", range);
    assertTrue(reply.content().contains(Site.letters(half - 999) + "\r\n--"));
    assertTrue(reply.content().contains(Site.letters(size).substring(half) + "\r\n--"));
  }

  @Test
  void whatBecomesOnePartIsNoMultipart() throws IOException {
    Reply reply = site.get("/" + SMALL + ".txt", "Range: bytes=0-9,5-19");
    assertEquals("206 " + Site.letters(20), reply.brief());
    assertEquals("bytes 0-19/" + SMALL, reply.only("Content-Range"));
    assertEquals("text/plain; charset=utf-8", reply.only("Content-Type"));
  }

  @Test
  void whatCannotBeSatisfiedIsLeftOut() throws IOException {
    Reply reply = site.get("/" + SMALL + ".txt", "Range: bytes=30000-,0-3");
    assertEquals("206 abcd", reply.brief());
    assertEquals(416, site.get("/" + SMALL + ".txt", "Range: bytes=30000-,-0").status());
  }

  @Test
  void aRangeBombIsTheFileAtMost() throws IOException {
    for (int count : new int[] {50, 3000}) {
      Reply bomb = site.get("/" + SMALL + ".txt", "Range: bytes=" + "0-,".repeat(count) + "5-");
      assertEquals("206 " + Site.letters(SMALL), bomb.brief());
      assertEquals("bytes 0-" + (SMALL - 1) + "/" + SMALL, bomb.only("Content-Range"));
    }
    StringBuilder descending = new StringBuilder("Range: bytes=");
    for (int at = SMALL - 1; at >= 0; at -= 20) {
      descending.append(at).append('-').append(at).append(',');
    }
    Reply one = site.get("/" + SMALL + ".txt", descending.toString());
    assertEquals("bytes 19-" + (SMALL - 1) + "/" + SMALL, one.only("Content-Range"));
  }

  /** As zchunk asks, of a file in memory and of one that is open. */
  @ParameterizedTest
  @CsvSource({"20000, 20, 900", "1000000, 255, 3900", "1000000, 500, 1900"})
  void manySmallRangesAreSentInAFewTurns(int size, int count, int distance) throws IOException {
    StringBuilder range = new StringBuilder("Range: bytes=");
    StringBuilder expected = new StringBuilder();
    for (int first = 0; first < count * distance; first += distance) {
      range.append(first).append('-').append(first + 99).append(',');
      expected.append(part("B", first, first + 99, size));
    }
    try (RawClient client = site.connect()) {
      Reply reply = client.get("/" + size + ".txt", range.toString());
      assertEquals(206, reply.status());
      Matcher type = TYPE.matcher(reply.only("Content-Type"));
      assertTrue(type.matches(), reply.only("Content-Type"));
      assertEquals(expected + "\r\n--B--\r\n", reply.content().replace(type.group(1), "B"));
      assertTrue(reply.content().length() < size);
      assertEquals(200, client.get("/" + SMALL + ".txt").status());
    }
  }

  @Test
  void theConnectionGoesOnAfterwards() throws IOException {
    try (RawClient client = site.connect()) {
      for (int i = 0; i < 3; i++) {
        assertEquals(206, client.get("/" + LARGE + ".txt", "Range: bytes=0-0,900-900").status());
        assertEquals(200, client.get("/" + SMALL + ".txt").status());
      }
      Reply head = client.head("/" + LARGE + ".txt", "Range: bytes=0-0,900-900");
      assertEquals(200, head.status());
      assertEquals(Integer.toString(LARGE), head.only("Content-Length"));
    }
  }
}
