package passerelle.app;

import passerelle.files.DiskQueue;

/**
 * Has a worker read the error pages again: one at a time, however long that takes, so that a disk
 * that hangs holds one worker and nothing else waits for it.
 *
 * <p>Confined to the loop thread.
 */
final class ErrorPageRefresh implements DiskQueue.Task {
  /** They may lie anywhere, so they are a place of their own. */
  private static final String PLACE = "the error pages";

  private final DiskQueue reads;
  private final Runnable refresh;
  private boolean isUnderWay;

  /**
   * Nothing is under way yet.
   *
   * @param refresh reads the pages again; for a worker
   */
  ErrorPageRefresh(DiskQueue reads, Runnable refresh) {
    this.reads = reads;
    this.refresh = refresh;
  }

  /** Asks for it, unless the one before is not over; when there is no room, next time perhaps. */
  void ask() {
    if (isUnderWay) {
      return;
    }
    isUnderWay = true; // first, for it may be over before it was added
    boolean isTaken = false;
    try {
      isTaken = reads.tryAdd(PLACE, "", this);
    } finally {
      isUnderWay &= isTaken;
    }
  }

  @Override
  public boolean isWanted() {
    return true;
  }

  @Override
  public void run() {
    refresh.run();
  }

  @Override
  public void end(boolean wasRun) {
    isUnderWay = false;
  }
}
