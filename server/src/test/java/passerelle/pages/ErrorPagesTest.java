package passerelle.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import passerelle.http.Allowed;
import passerelle.http.BytesBody;
import passerelle.http.FieldBlock;
import passerelle.http.Refusal;
import passerelle.http.Response;
import passerelle.http.Status;

/** The pages of refusals: built in, with a reason, and the site's own. */
final class ErrorPagesTest {
  private final ErrorPages pages = new ErrorPages();

  private String html(Refusal refusal, String mediaType) {
    Response response = new Response();
    pages.addTo(response, refusal);
    FieldBlock described =
        FieldBlock.of("Content-Type", mediaType, "X-Content-Type-Options", "nosniff");
    assertEquals(described.toString(), response.defaults().toString());
    assertNotNull(response.body());
    BytesBody body = (BytesBody) response.body();
    ByteBuffer octets = ByteBuffer.allocate((int) body.length());
    assertEquals(body.length(), body.moveInto(octets));
    return StandardCharsets.UTF_8.decode(octets.flip()).toString();
  }

  private String html(Refusal refusal) {
    return html(refusal, "text/html; charset=utf-8");
  }

  @Test
  void eachStatusHasAPageThatSaysWhatItMeans() {
    String page = html(Refusal.of(Status.NOT_FOUND));
    assertTrue(page.contains("<h1>404 Not Found</h1>"), page);
    assertTrue(page.contains("Check it for typing errors."), page);
    assertEquals(page, html(Refusal.of(Status.NOT_FOUND)));
  }

  @Test
  void aReasonIsEscapedAndForOnePageOnly() {
    String page = html(Allowed.PAGES.refusal().because("<script>&\""));
    assertTrue(page.contains("<h1>405 Method Not Allowed</h1>"), page);
    assertTrue(page.contains("&lt;script&gt;&amp;&quot;"), page);
    assertFalse(page.contains("<script>"), page);
    assertFalse(html(Allowed.PAGES.refusal()).contains("script"));
    String reason = html(Refusal.of(new Status(599, "<b>")));
    assertTrue(reason.contains("<h1>599 &lt;b&gt;</h1>"), reason);
  }

  @Test
  void theSitesOwnPageCountsMostUntilItIsReplaced() {
    String builtIn = html(Refusal.of(Status.NOT_FOUND));
    byte[] own = "gone".getBytes(StandardCharsets.UTF_8);
    pages.replace(Map.of(404, new ErrorPages.Content("text/plain", own)));
    assertEquals("gone", html(Refusal.of(Status.NOT_FOUND), "text/plain"));
    assertEquals("gone", html(Refusal.of(Status.NOT_FOUND).because("so"), "text/plain"));
    assertTrue(html(Refusal.of(Status.FORBIDDEN)).contains("403"));
    pages.replace(Map.of());
    assertEquals(builtIn, html(Refusal.of(Status.NOT_FOUND)));
  }
}
