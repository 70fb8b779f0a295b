package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each refusal says in the head of its response, whoever refuses. */
final class RefusalTest {
  private final ExchangeState state = new ExchangeState(() -> {});
  private final Exchange exchange = Exchanges.of(state, Runnable::run);

  private List<String> fields() {
    Response response = exchange.response();
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < response.fieldCount(); i++) {
      fields.add(response.fieldName(i) + ": " + response.fieldValue(i));
    }
    return fields;
  }

  /** The convention: a busy server says when to come again, in whatever way it refuses. */
  @Test
  void busyAlwaysSaysWhenToComeAgain() {
    for (Status busy : List.of(Status.SERVICE_UNAVAILABLE, Status.TOO_MANY_REQUESTS)) {
      List<Runnable> ways =
          List.of(
              () -> exchange.refuse(busy),
              () -> exchange.failWith(busy),
              () -> exchange.refuse(Refusal.of(busy).because("so").andClose()),
              () -> exchange.refuse(Refusal.of(busy), (response, refusal) -> {}),
              () -> exchange.defer(5, () -> {}).answerNow(Refusal.of(busy)));
      for (Runnable way : ways) {
        state.end(true);
        state.begin(5);
        way.run();
        assertTrue(exchange.isAnswered());
        assertEquals("Retry-After: 1", fields().get(0));
        assertEquals(1, fields().stream().filter(f -> f.startsWith("Retry-After")).count());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 408, 412, 413, 500, 501, 502, 504, 507})
  void othersDoNot(int code) {
    exchange.refuse(new Status(code, ""));
    assertFalse(fields().toString().contains("Retry-After"), fields()::toString);
    assertFalse(exchange.response().isLast());
  }

  @Test
  void eachSaysWhatItsStatusNeeds() {
    exchange.refuse(Allowed.PAGES.refusal());
    assertEquals(Status.METHOD_NOT_ALLOWED, exchange.response().status());
    assertEquals("Allow: GET, HEAD, OPTIONS", fields().get(0));
    exchange.failWith(Refusal.notSatisfiable(7));
    assertEquals(Status.RANGE_NOT_SATISFIABLE, exchange.response().status());
    assertEquals("Content-Range: bytes */7", fields().get(0));
    exchange.failWith(Refusal.moved("/a/"));
    assertEquals(Status.MOVED_PERMANENTLY, exchange.response().status());
    assertEquals("Location: /a/", fields().get(0));
  }

  @Test
  void noneGoesOutWithoutWhatItsStatusNeeds() {
    List<Status> incomplete =
        List.of(Status.METHOD_NOT_ALLOWED, Status.RANGE_NOT_SATISFIABLE, Status.MOVED_PERMANENTLY);
    for (Status status : incomplete) {
      assertThrows(IllegalArgumentException.class, () -> Refusal.of(status));
    }
    assertThrows(IllegalArgumentException.class, () -> Refusal.moved("/a\r\nX: y"));
  }

  /** A handler has begun to answer, a script by X-Sendfile say, and then it comes to a refusal. */
  @Test
  void whatStandsThereStaysAlone() {
    exchange.response().field("access-control-allow-origin", "a").field("Retry-After", "9");
    FieldBlock more = FieldBlock.of("Access-Control-Allow-Origin", "*", "A", "1");
    exchange.refuse(Refusal.of(Status.SERVICE_UNAVAILABLE).with(more));
    assertEquals(
        List.of("access-control-allow-origin: a", "Retry-After: 9", "A: 1"),
        fields().subList(0, 3));
    assertEquals(1, fields().stream().filter(f -> f.startsWith("Retry-After")).count());
  }

  @Test
  void furtherFieldsStandBetweenItsOwnAndWhenToComeAgain() {
    FieldBlock more = FieldBlock.of("A", "1");
    exchange.refuse(Allowed.PAGES.refusal().with(more));
    assertEquals(List.of("Allow: GET, HEAD, OPTIONS", "A: 1"), fields().subList(0, 2));
    exchange.failWith(Refusal.of(Status.SERVICE_UNAVAILABLE).with(more));
    assertEquals(List.of("A: 1", "Retry-After: 1"), fields().subList(0, 2));
  }

  @Test
  void whatIsSaidMoreLosesNothing() {
    Refusal refusal = Allowed.PAGES.refusal().andClose().because("so");
    exchange.refuse(refusal.with(FieldBlock.of("A", "1")));
    assertEquals(List.of("Allow: GET, HEAD, OPTIONS", "A: 1"), fields().subList(0, 2));
    assertTrue(exchange.response().isLast());
    assertEquals("so", refusal.with(FieldBlock.EMPTY).andClose().explanation());
    exchange.reset();
    assertFalse(exchange.response().isLast());
  }
}
