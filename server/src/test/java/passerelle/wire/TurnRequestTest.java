package passerelle.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import passerelle.io.QueuedLoop;

/** One turn for all that was recorded, and none for what a turn sees itself. */
final class WakeUpTest {
  private final QueuedLoop loop = new QueuedLoop();
  private int turns;
  private final TurnRequest wakeUp = new TurnRequest(loop, this::turn);

  private void turn() {
    turns++;
    wakeUp.take();
    wakeUp.end();
  }

  @Test
  void severalCallsAreOneTurnAndNothingHappensBelowThem() {
    wakeUp.call();
    wakeUp.call();
    assertEquals(0, turns);
    loop.runAll();
    assertEquals(1, turns);
    assertFalse(wakeUp.isCalled());
    wakeUp.call();
    loop.runAll();
    assertEquals(2, turns);
  }

  @Test
  void aCallWithinATurnIsSeenByTheNextStep() {
    wakeUp.take();
    wakeUp.call();
    assertTrue(wakeUp.isCalled());
    wakeUp.take();
    assertFalse(wakeUp.isCalled());
    wakeUp.end();
    assertEquals(0, loop.size());
  }

  @Test
  void aCallBehindTheLastStepIsFollowedByATurn() {
    wakeUp.take();
    wakeUp.call();
    wakeUp.end();
    loop.runAll();
    assertEquals(1, turns);
  }

  /** Whoever looks once a second finds it. */
  @Test
  void aCallThatCannotBePostedIsNotForgotten() {
    TurnRequest failing =
        new TurnRequest(
            task -> {
              throw new OutOfMemoryError("for a test");
            },
            this::turn);
    failing.call();
    assertTrue(failing.isCalled());
  }
}
