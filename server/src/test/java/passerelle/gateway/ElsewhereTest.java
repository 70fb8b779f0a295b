package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import passerelle.files.Requests;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.FieldName;
import passerelle.http.Method;
import passerelle.http.Request;
import passerelle.pages.ErrorPages;

/** What becomes of a request that a script turns to another resource of this server. */
final class ElsewhereTest {
  private final Request request = Requests.of(Method.GET, "/");
  private final List<String> seen = new ArrayList<>();
  private final Elsewhere elsewhere = new Elsewhere(this::handle, null);
  private final Exchange exchange =
      new Exchange(request, new ExchangeState(() -> {}), Runnable::run, new ErrorPages());

  private void handle(Exchange redirected) {
    Request to = redirected.request();
    seen.add(to.methodName() + ' ' + to.target().path() + ' ' + to.target().query());
    assertFalse(to.hasContent());
  }

  @Test
  void itIsAGetWithoutContent() {
    for (Method method : new Method[] {Method.POST, Method.PUT, Method.GET}) {
      request.method(method);
      request.contentLength(Request.UNKNOWN_LENGTH);
      assertTrue(elsewhere.tryRedirect(exchange, "/x?y=1"));
      assertEquals("GET /x y=1", seen.get(seen.size() - 1));
    }
  }

  /** RFC 9110 §15.4: what told of the content would be untrue of a request without any. */
  @Test
  void theFieldsThatToldOfTheContentAreGone() {
    Request told =
        Requests.of(
            Method.POST,
            "/",
            "Content-Type: a/b",
            "Accept: x/y",
            "content-length: 5",
            "Content-Encoding: gzip",
            "Digest: z",
            "Last-Modified: now",
            "Transfer-Encoding: chunked",
            "Cookie: c");
    told.becomeGet();
    assertEquals("GET POST", told.methodName() + ' ' + told.methodAsSent());
    told.becomeGet();
    assertEquals("POST", told.methodAsSent());
    told.method(Method.PUT);
    assertEquals("PUT", told.methodAsSent());
    assertEquals(2, told.fields().count());
    assertEquals("Accept", told.fields().name(0).toString());
    assertEquals("c", told.fields().value(1).toString());
    assertNull(told.fields().first(FieldName.CONTENT_TYPE));
    assertEquals(0, told.fields().occurrences(FieldName.CONTENT_LENGTH));
    assertEquals("x/y", told.fields().joined(FieldName.ACCEPT));
  }

  /** The fragment is for whoever shows the answer (RFC 9110 §4.2.5). */
  @Test
  void aFragmentIsNoPartOfTheTarget() {
    for (String target : new String[] {"/x?y=1#part", "/x?y=1#", "/x?y=1#a?b#c"}) {
      assertTrue(elsewhere.tryRedirect(exchange, target));
      assertEquals("GET /x y=1", seen.get(seen.size() - 1));
    }
    assertTrue(elsewhere.tryRedirect(exchange, "/x#a?b"));
    assertEquals("GET /x ", seen.get(seen.size() - 1));
  }

  @Test
  void aHeadStaysOne() {
    request.method(Method.HEAD);
    assertTrue(elsewhere.tryRedirect(exchange, "/x"));
    assertEquals(List.of("HEAD /x "), seen);
  }

  @Test
  void aCircleHasAnEnd() {
    int times = 0;
    while (elsewhere.tryRedirect(exchange, "/x")) {
      times++;
    }
    assertEquals(10, times);
    assertEquals(10, seen.size());
    assertFalse(exchange.isAnswered());
  }
}
