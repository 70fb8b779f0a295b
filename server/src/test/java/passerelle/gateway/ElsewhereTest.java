package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import passerelle.files.Requests;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
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
