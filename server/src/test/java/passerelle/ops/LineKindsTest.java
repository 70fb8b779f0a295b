package passerelle.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** So many lines of one kind within a minute, and how many there were more. */
final class LineKindsTest {
  private long nowNanos;
  private final LineKinds kinds = new LineKinds(() -> nowNanos);

  private int taken(String pattern, int lines) {
    int taken = 0;
    for (int i = 0; i < lines; i++) {
      taken += kinds.tryTake("name", pattern) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void oneKindHidesNoOther() {
    assertEquals(LineKinds.LINES, taken("a {}", 10 * LineKinds.LINES));
    assertEquals(5, taken("b {}", 5));
    assertTrue(kinds.tryTake("another", "a {}"));
  }

  @Test
  void whatWasLeftOutIsToldWhenTheMinuteIsOver() {
    taken("a {}", LineKinds.LINES + 7);
    assertTrue(kinds.areAnyLeftOut());
    nowNanos = LineKinds.MINUTE_NANOS - 1;
    assertNull(kinds.tell(false));
    nowNanos++;
    assertEquals("left out, 7 more like this: a {}", kinds.tell(false));
    assertNull(kinds.tell(false));
    assertFalse(kinds.areAnyLeftOut());
    assertEquals(LineKinds.LINES, taken("a {}", LineKinds.LINES + 1));
  }

  @Test
  void aMinuteInWhichNothingWasLeftOutBeginsAnewInSilence() {
    taken("a {}", LineKinds.LINES);
    nowNanos = LineKinds.MINUTE_NANOS;
    assertEquals(LineKinds.LINES, taken("a {}", LineKinds.LINES));
    assertNull(kinds.tell(true));
  }

  @Test
  void atTheEndAllIsTold() {
    taken("a {}", LineKinds.LINES + 1);
    taken("b {}", LineKinds.LINES + 1);
    assertTrue(String.valueOf(kinds.tell(true)).endsWith("{}"));
    assertTrue(String.valueOf(kinds.tell(true)).endsWith("{}"));
    assertNull(kinds.tell(true));
  }

  @Test
  void kindsBeyondTheBoundAreOneTogether() {
    for (int i = 0; i < LineKinds.KINDS; i++) {
      assertEquals(1, taken("kind " + i, 1));
    }
    int more = 0;
    for (int i = 0; i < 2 * LineKinds.LINES; i++) {
      more += taken("more " + i, 1);
    }
    assertEquals(LineKinds.LINES, more);
    nowNanos = LineKinds.MINUTE_NANOS;
    assertEquals(LineKinds.LINES, taken("new", 2 * LineKinds.LINES), "old kinds are forgotten");
  }
}
