package passerelle.process;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import passerelle.posix.Descriptor;
import passerelle.posix.Libc;
import passerelle.posix.Pipes;
import passerelle.posix.PollSet;
import passerelle.posix.ProcessCalls;

/**
 * A program started by {@link PosixLauncher}. One {@code poll} tells of its output, its errors and
 * its end (by a descriptor for the process, Linux 5.3).
 *
 * <p>Confined to one worker.
 */
final class PosixChild implements Child {
  private static final int NONE = Descriptor.NONE;
  private static final byte[] NOTHING_MORE = new byte[0];
  private static final int LOOKS = 50;

  /** Between two looks at the end of a program for which there is no descriptor. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final int OUTPUT = 0;
  private static final int ERROR = 1;
  private static final int PROCESS = 2;

  private final int pid;
  private final PipePoller poller;
  private final PollSet polls = new PollSet(3);
  private final int[] descriptors;
  private boolean hasEnded;

  /** Guards {@link #isReaped}: a pid may be signalled only until then. */
  private final Object endLock = new Object();

  private boolean isReaped;

  /** Takes over our ends of the pipes. */
  PosixChild(int pid, Pipes pipes, PipePoller poller) {
    this.pid = pid;
    this.poller = poller;
    int process = Descriptor.ofProcess(pid);
    this.descriptors = new int[] {pipes.ourOutput(), pipes.ourError(), process};
    pipes.handOver();
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public boolean await(long nanos) throws IOException {
    if (isOver() && descriptors[ERROR] == NONE) {
      return true; // there is nothing left to look at
    }
    for (int i = 0; i < descriptors.length; i++) {
      // The end stays ready for ever, once it has come.
      polls.set(i, i == PROCESS && hasEnded ? NONE : descriptors[i]);
    }
    long left = nanos;
    boolean isReady;
    do {
      long step = tellsEnd() ? left : Math.min(left, LOOK_NANOS);
      isReady = polls.poll(isOver() ? 0 : TimeUnit.NANOSECONDS.toMillis(step)) > 0;
      boolean isEndNew = !tellsEnd() && !hasEnded && look() != ProcessCalls.Life.RUNS;
      isReady |= isEndNew;
      hasEnded |= isEndNew || polls.isReady(PROCESS);
      left -= step;
    } while (!isReady && !isOver() && left > 0);
    return isReady || isOver();
  }

  /** Whether only reaping is left. What the program started may hold its output open for longer. */
  private boolean isOver() {
    return hasEnded && descriptors[OUTPUT] == NONE;
  }

  /** What was reaped has ended. */
  private ProcessCalls.Life look() {
    synchronized (endLock) {
      return isReaped ? ProcessCalls.Life.EXITED : ProcessCalls.look(pid);
    }
  }

  @Override
  public byte @Nullable [] readOutput() throws IOException {
    return read(OUTPUT);
  }

  @Override
  public byte @Nullable [] readErrors() throws IOException {
    return read(ERROR);
  }

  private byte @Nullable [] read(int index) throws IOException {
    if (descriptors[index] == NONE) {
      return NOTHING_MORE;
    }
    if (!polls.isReady(index)) {
      return null;
    }
    polls.clear(index);
    // Also after POLLHUP alone: poll looks for octets first and for writers then, without a lock.
    byte[] octets = Descriptor.read(descriptors[index]);
    if (octets != null && octets.length == 0) {
      close(index);
    }
    return octets;
  }

  private void close(int index) {
    if (descriptors[index] != NONE) {
      Descriptor.close(descriptors[index]);
      descriptors[index] = NONE;
    }
  }

  @Override
  public void closeOutput() {
    close(OUTPUT);
  }

  @Override
  public boolean hasEnded() {
    return hasEnded;
  }

  @Override
  public boolean tellsEnd() {
    return descriptors[PROCESS] != NONE;
  }

  @Override
  public boolean wasKilled() {
    return look() == ProcessCalls.Life.KILLED;
  }

  @Override
  public void watch(Runnable onReady) throws IOException {
    int process = hasEnded ? NONE : descriptors[PROCESS];
    poller.add(this, new int[] {descriptors[OUTPUT], descriptors[ERROR], process}, onReady);
  }

  @Override
  public void unwatch() {
    poller.forget(this);
  }

  @Override
  public Exit reap(BooleanSupplier leavesNothing) throws IOException {
    closeOutput();
    try {
      if (isGone()) {
        return new Exit(0, 0, 0, 0); // the rest of it failed: nobody knows, and its id is free
      }
      // The zombie stays in place, so that its pid cannot become another's before we say under the
      // lock that nobody may signal it any more.
      if (!hasEnded) {
        ProcessCalls.awaitEnd(pid);
      }
      boolean isLast = leavesNothing.getAsBoolean();
      if (isLast) {
        // What the program started and left behind; the ids of its group and session are taken
        // until it is reaped.
        ProcessCalls.signal(-pid, Libc.SIGKILL);
        ProcessStatus.signalSession(pid, Libc.SIGKILL);
      }
      ProcessCalls.Reaped end;
      synchronized (endLock) {
        isReaped = true;
        end = ProcessCalls.reap(pid);
      }
      if (isLast) {
        reapGroup();
      }
      return new Exit(end.code(), end.signal(), end.userMicros(), end.systemMicros());
    } finally {
      close(ERROR);
      close(PROCESS);
    }
  }

  private boolean isGone() {
    synchronized (endLock) {
      return isReaped;
    }
  }

  /**
   * Its orphans have come to this process ({@link Leftovers}) and are dying: they leave no zombie
   * either, unless the system takes its time.
   */
  private void reapGroup() {
    int reaped = ProcessCalls.tryReap(-pid);
    for (int i = 0; i < LOOKS && reaped >= 0; i++) {
      if (reaped == 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
      reaped = ProcessCalls.tryReap(-pid);
    }
  }

  @Override
  public boolean kill(boolean isForced) {
    synchronized (endLock) {
      if (look() != ProcessCalls.Life.RUNS) {
        return false;
      }
      // The program leads its session, so its pid is also that of its process group. Who is in
      // another group is killed when the program has ended.
      ProcessCalls.signal(-pid, isForced ? Libc.SIGKILL : Libc.SIGTERM);
      if (!isForced) {
        ProcessStatus.signalSession(pid, Libc.SIGTERM);
      }
      return true;
    }
  }
}
