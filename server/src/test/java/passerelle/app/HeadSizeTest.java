package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The largest heads that the limits allow, in all ways that lead to a head of an answer. */
final class HeadSizeTest {
  private static final int SCRIPT_HEAD_OCTETS = 12 * 1024;
  private static final int ADDED_OCTETS = 4000;

  private Site site;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    site.file("page.txt", "page");
    site.script("long.sh", "printf 'X-Long: %s\\n\\nhello' \"$HTTP_X_LONG\"");
    site.script("arguments.sh", "printf 'X-Y: z\\n\\n'; env | grep -c '^HTTP_X_HGARG_'");
    site.start(s -> s.cgi("/cgi-bin").field("X-Added", "a".repeat(ADDED_OCTETS)));
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  @Test
  void theLargestHeadOfAScriptIsSentBesideAllFieldsThatMayBeAdded() throws IOException {
    for (int octets : new int[] {4000, 11_000, SCRIPT_HEAD_OCTETS - 20}) {
      String value = "x".repeat(octets);
      try (RawClient client = site.connect()) {
        Reply reply = client.get("/cgi-bin/long.sh", "X-Long: " + value);
        assertEquals(200, reply.status());
        assertEquals(value, reply.field("X-Long"));
        assertEquals(ADDED_OCTETS, String.valueOf(reply.field("X-Added")).length());
        assertEquals("hello", reply.content());
        assertEquals("page", client.get("/page.txt").content());
      }
    }
  }

  /** Each octet of such a query takes three in the reference. */
  @Test
  void theLongestTargetIsSentBackEncoded() throws IOException {
    String query = "\u00e9".repeat(8 * 1024 - 3);
    try (RawClient client = site.connect()) {
      Reply reply = client.get("/|?" + query);
      assertEquals(301, reply.status());
      assertEquals("/%7C?" + "%E9".repeat(query.length()), reply.field("Location"));
      assertEquals("page", client.get("/page.txt").content());
    }
  }

  /** Mercurial tells of so many heads in fields of a kilobyte each. */
  @Test
  void aScriptGetsEighteenKibibytesOfFields() throws IOException {
    String[] fields = new String[18];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = "X-HgArg-" + (i + 1) + ": " + "f".repeat(1024);
    }
    try (RawClient client = site.connect()) {
      Reply reply = client.get("/cgi-bin/arguments.sh", fields);
      assertEquals(200, reply.status());
      assertEquals("18\n", reply.content());
    }
  }
}
