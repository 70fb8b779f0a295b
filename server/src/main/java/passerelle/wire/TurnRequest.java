package passerelle.wire;

import java.util.concurrent.Executor;

/**
 * Has a connection take a turn when something was recorded for it outside of one. What is recorded
 * within a turn is seen in that turn.
 *
 * <p>Confined to the loop thread.
 */
public final class TurnRequest {
  private final Executor loop;
  private final Runnable turn;
  private boolean isInTurn;
  private boolean isCalled;

  /** Calls for {@code turn}, which begins and ends as this is told, on the loop. */
  public TurnRequest(Executor loop, Runnable turn) {
    this.loop = loop;
    this.turn = turn;
  }

  /** Something was recorded: a turn will follow soon, if none is under way. Throws nothing. */
  public void call() {
    boolean isHeard = isCalled || isInTurn;
    isCalled = true;
    if (!isHeard) {
      try {
        loop.execute(turn);
      } catch (RuntimeException | Error e) {
        return; // out of memory: it is called still, which the next tick sees
      }
    }
  }

  /** Whether there was a call since {@link #take}. */
  public boolean isCalled() {
    return isCalled;
  }

  /** A step of a turn begins: it sees what was recorded before. */
  public void take() {
    isInTurn = true;
    isCalled = false;
  }

  /** The turn is over; another follows if there was a call since its last step. */
  public void end() {
    boolean isLeft = isCalled;
    isInTurn = false;
    isCalled = false;
    if (isLeft) {
      call();
    }
  }
}
