package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.io.Slice;

/** Who answers: the longest prefix, by whole segments, however the path is dressed up. */
final class RouterTest {
  private final List<String> asked = new ArrayList<>();
  private final TestChannel channel = new TestChannel();
  private final Exchange exchange = channel.exchange();
  private final Router router =
      new Router(e -> asked.add("files"))
          .route("/cgi-bin", e -> asked.add("cgi"))
          .route("/cgi-bin/admin/deep", e -> asked.add("deep"))
          .route("/cgi-bin/admin", e -> asked.add("admin"))
          .route("/status", e -> asked.add("status"));

  private String route(String target) {
    asked.clear();
    exchange.request().target().setOrigin(Slice.of(target));
    router.handle(exchange);
    return String.join(",", asked);
  }

  @ParameterizedTest
  @CsvSource({
    "/, files",
    "/a, files",
    "/cgi-bin, cgi",
    "/cgi-bin/, cgi",
    "/cgi-bin/x, cgi",
    "/cgi-bin?x, cgi",
    "/cgi-binx, files",
    "/cgi-bin2/x, files",
    "/cgi-bi, files",
    "/CGI-BIN/x, files",
    "/x/cgi-bin/y, files",
    "/cgi-bin/admin, admin",
    "/cgi-bin/admin/x, admin",
    "/cgi-bin/administrator, cgi",
    "/cgi-bin/admin/deep/x, deep",
    "/cgi-bin/admin/deeper, admin",
    "/status, status",
    "/status/x, status",
    "/statusx, files"
  })
  void choosesByWholeSegmentsAndTheLongestPrefix(String target, String handler) {
    assertEquals(handler, route(target));
  }

  @ParameterizedTest
  @CsvSource({
    "/%63gi-bin/x, cgi",
    "/cgi%2Dbin/x, cgi",
    "/cgi-bin%2fx, cgi",
    "/%2fcgi-bin/x, cgi",
    "//cgi-bin/x, cgi",
    "///cgi-bin, cgi",
    "/./cgi-bin/x, cgi",
    "/%2e/cgi-bin/x, cgi",
    "/x/../cgi-bin/y, cgi",
    "/x/%2e%2e/cgi-bin/y, cgi",
    "/x/..%2fcgi-bin/y, cgi",
    "/cgi-bin/../a, files",
    "/cgi-bin/%2e%2e/a, files",
    "/cgi-bin/x/../../a, files",
    "/cgi-bin/./admin, admin",
    "/cgi-bin//admin, admin",
    "/cgi-bin/%61dmin, admin",
    "/cgi-bin/admin/../x, cgi",
    "/cgi-bin%00, 400",
    "/cgi-bin/../../etc, 400",
    "/..;/cgi-bin, files",
    "/%2563gi-bin/x, files"
  })
  void isNotFooledByDisguises(String target, String handler) {
    if (handler.equals("400")) {
      assertEquals("", route(target));
      assertEquals(400, exchange.response().status().code());
    } else {
      assertEquals(handler, route(target));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%", "/a%zz", "/%00", "/.."})
  void refusesPathsThatCannotBeDecoded(String target) {
    assertEquals("", route(target));
    assertEquals(1, channel.responses);
    assertEquals(400, exchange.response().status().code());
  }

  @Test
  void theAsteriskGoesToTheDefault() {
    exchange.request().target().setAsterisk();
    router.handle(exchange);
    assertEquals(List.of("files"), asked);
  }

  @Test
  void aRouterWithoutRoutesSendsEverythingToTheDefault() {
    exchange.request().target().setOrigin(Slice.of("/%zz"));
    new Router(e -> asked.add("only")).handle(exchange);
    assertEquals(List.of("only"), asked);
  }
}
