package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two servers with the same files, behind a balancer: what one said holds at the other. */
final class CopiesTest {
  private static final Instant DATE = Instant.parse("2024-02-29T12:00:00.123456789Z");

  /** What tools that copy files keep of a date: all of it, microseconds, or seconds. */
  private static final List<Instant> KEPT =
      List.of(DATE, DATE.minusNanos(789), Instant.ofEpochSecond(DATE.getEpochSecond()));

  private Site first;
  private Site second;

  @BeforeEach
  void prepare() throws IOException {
    first = new Site();
    second = new Site();
  }

  @AfterEach
  void stop() throws IOException {
    first.close();
    second.close();
  }

  private static void fill(Site site, Instant date) throws IOException {
    for (String name : List.of("index.html", "small.txt", "small.txt.br", "page.js")) {
      dated(site.letters(name, 5000), date);
    }
    dated(site.letters("large.txt", 300_000), date);
    dated(site.letters("large.bin", 300_000), date);
    site.script("send.sh", "printf 'X-Sendfile: ../large.bin\\n\\n'");
    site.start(s -> s.cgi("/cgi-bin").interpreter(".sh", List.of("sh")).cgiSendfile(true));
  }

  private static void dated(Path file, Instant date) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(date));
  }

  @Test
  void whatOneServerSaidHoldsAtTheOther() throws IOException {
    fill(first, DATE);
    for (Instant kept : KEPT) {
      fill(second, kept);
      for (String path :
          List.of("/", "/small.txt", "/page.js", "/large.txt", "/large.bin", "/cgi-bin/send.sh")) {
        for (String coding : List.of("identity", "gzip", "br")) {
          check(path, "Accept-Encoding: " + coding);
        }
      }
    }
  }

  private void check(String path, String coding) throws IOException {
    Reply reply = first.get(path, coding);
    String what = path + " " + coding + " " + reply.fields();
    assertEquals(200, reply.status(), what);
    String tag = reply.only("ETag");
    assertFalse(tag.startsWith("W/"), what);
    Reply other = second.get(path, coding);
    assertEquals(tag, other.only("ETag"), what);
    assertEquals(reply.only("Last-Modified"), other.only("Last-Modified"), what);
    assertEquals(304, second.get(path, coding, "If-None-Match: " + tag).status(), what);
    assertEquals(412, second.get(path, coding, "If-Match: \"x\"").status(), what);
    if (reply.field("Content-Encoding") == null) {
      for (String validator : List.of(tag, reply.only("Last-Modified"))) {
        Reply part = second.get(path, "If-Range: " + validator, "Range: bytes=5-");
        assertEquals(206, part.status(), what);
        assertEquals(reply.content().substring(5), part.content(), what);
      }
    }
  }

  /** No name, place or number of the machine is in it: the tag is known before. */
  @Test
  void theTagsAreMadeOfNothingButContentSizeAndDate() throws IOException {
    dated(first.file("a.txt", "hello\n"), DATE);
    dated(first.letters("b.txt", 100_000), DATE);
    first.start(s -> s);
    assertEquals("\"WJG1tSLV3whtD_CxEPvZ0g\"", first.get("/a.txt").only("ETag"));
    String ends = Site.letters(100_000);
    ends = ends.substring(0, 4096) + ends.substring(100_000 - 4096);
    String sum = sum(ends);
    assertEquals(
        "\"" + Long.toHexString(DATE.getEpochSecond()) + "-186a0-" + sum + "\"",
        first.get("/b.txt").only("ETag"));
  }

  private static String sum(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(sum, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
