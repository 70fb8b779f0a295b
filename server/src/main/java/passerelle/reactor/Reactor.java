package passerelle.reactor;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The event loop: a Selector and the thread that turns it.
 *
 * <h2>How a turn goes</h2>
 *
 * <pre>
 *   select ──► ready keys ──► mailbox ──► again list ──► tick (once a second)
 *     ▲                                                        │
 *     └────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p><b>One owner.</b> Everything mutable in the server belongs to the thread that runs {@link
 * #run}. There are no locks because there is nobody to lock out; what other threads have to say
 * they post through {@link #execute}, which adds to a queue and wakes the Selector. The JDK
 * collapses repeated wake-ups itself, and a flag of our own in front of it would only add a race
 * between "the loop looked" and "the loop sleeps" (decision D3).
 *
 * <p><b>Nothing waits here.</b> A system call on the loop either returns at once or is not made.
 * The only wait is {@code select}, and its time-out is the next tick.
 *
 * <p><b>Write first, ask later.</b> A handler answers inside the read event and the answer is
 * written at once; almost always the socket takes it. Only a connection whose socket is full asks
 * for writability, so the usual exchange makes no {@code epoll_ctl} call at all (decision D2).
 *
 * <p><b>Fair shares.</b> A connection that could go on writing for ever stops at its quantum and
 * joins the <i>again list</i>, of which a few run after everybody else had a turn (decisions D7 and
 * D29). While that list or the mailbox holds something, the loop polls without sleeping.
 *
 * <p><b>Deadlines without timers.</b> A connection carries one deadline, a plain {@code long}. The
 * tick sweeps them all once a second: no heap, no allocation, an accuracy of a second, which is
 * plenty for limits that are counted in seconds (decision D5).
 *
 * <p><b>A fault stays where it happened.</b> Whatever a connection throws costs that connection,
 * and is told to the log once a second ({@link Faults}); the loop lives on, out of memory too. A
 * Selector that fails is asked again, for about a minute; then the loop ends.
 *
 * <p>Only {@link #execute} and {@link #stop} may be called from elsewhere.
 *
 * <p>Confined to the loop thread.
 */
public final class Reactor implements Executor, AutoCloseable {
  /** So that those who ask for little do not wait for all who get much, 256 KiB each. */
  private static final int AGAIN_PER_TURN = 4;

  /** For how many the list has room before it grows. */
  private static final int AGAIN_AT_FIRST = 64;

  /** So that tasks which post others cannot keep the loop from ending. */
  private static final int LAST_ROUNDS = 1000;

  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How often in a row the Selector may fail; with the pauses that is about a minute. */
  private static final int MOST_FAILURES = 600;

  private static final int LONGEST_PAUSE_MILLIS = 100;

  private final Selector selector;
  private final int mostFailures;
  private final LoopClock clock;
  private final Faults faults = new Faults();
  private final Mailbox mailbox = new Mailbox();
  private final TaskRing again = new TaskRing(AGAIN_AT_FIRST);
  private final List<Runnable> tickers = new ArrayList<>();
  private final Consumer<SelectionKey> dispatcher = this::dispatch;
  private @Nullable Thread thread;
  private boolean clockIsFresh;
  private int failures;
  private long nextTickNanos;
  private volatile boolean stopped;

  /** Opens the Selector. */
  public Reactor(LoopClock clock) throws IOException {
    this(clock, Selector.open(), MOST_FAILURES);
  }

  /** A loop around a Selector that may fail so often in a row. */
  Reactor(LoopClock clock, Selector selector, int mostFailures) {
    this.selector = selector;
    this.mostFailures = mostFailures;
    this.clock = clock;
    this.nextTickNanos = clock.nanos() + TICK_NANOS;
  }

  /** What has failed on this loop. On the loop. */
  Faults faults() {
    return faults;
  }

  /** The clock that this loop updates once a turn. */
  public LoopClock clock() {
    return clock;
  }

  /** Has the task run once a second, between turns. */
  public void everySecond(Runnable task) {
    tickers.add(task);
  }

  /** Has the task run at the end of this turn or a later one, when the ready had their share. */
  void again(Runnable task) {
    again.add(task);
  }

  /** Has the task run on the loop soon. From any thread, the loop included. */
  @Override
  public void execute(Runnable task) {
    mailbox.add(task);
    if (Thread.currentThread() != thread) {
      selector.wakeup();
    }
  }

  /**
   * Asks {@link #run} to return after its current turn. What was posted before runs before it does.
   * From any thread.
   */
  public void stop() {
    stopped = true;
    selector.wakeup();
  }

  SelectionKey register(SelectableChannel channel, int operations, ReadyListener listener)
      throws IOException {
    return channel.register(selector, operations, listener);
  }

  /**
   * Has the Selector forget the keys that were cancelled. A channel that is closed before that
   * stays open for the system until the next turn. Not from within an event.
   */
  void forgetCancelled() throws IOException {
    selector.selectNow(ready -> {}); // who is ready now is so in the next turn
  }

  /**
   * Turns the loop on the calling thread until {@link #stop}.
   *
   * @throws IOException if the Selector failed again and again
   */
  public void run() throws IOException {
    thread = Thread.currentThread();
    try {
      while (!stopped) {
        turn();
      }
    } finally {
      for (int i = 0; i < LAST_ROUNDS && !mailbox.isEmpty(); i++) {
        runMailbox();
      }
      faults.tell();
    }
  }

  private void turn() throws IOException {
    clockIsFresh = false;
    try {
      select();
      failures = 0;
    } catch (ClosedSelectorException e) {
      stopped = true;
      return;
    } catch (Throwable e) {
      bear(e);
    }
    if (!clockIsFresh) {
      clock.update();
    }
    runMailbox();
    runAgainList();
    if (clock.nanos() - nextTickNanos >= 0) {
      nextTickNanos = clock.nanos() + TICK_NANOS;
      for (int i = 0; i < tickers.size(); i++) {
        guarded(tickers.get(i));
      }
      faults.tell();
    }
  }

  private void select() throws IOException {
    if (again.size() == 0 && mailbox.isEmpty()) {
      selector.select(dispatcher, millisToTick());
    } else {
      selector.selectNow(dispatcher);
    }
  }

  /**
   * The Selector has failed: it is asked again after a pause, lest the loop spin, but not for ever.
   */
  private void bear(Throwable failure) throws IOException {
    failures++;
    if (failures >= mostFailures) {
      throw new IOException("the Selector fails again and again", failure);
    }
    faults.note("the Selector failed and is asked again", failure);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Math.min(failures, LONGEST_PAUSE_MILLIS)));
  }

  private long millisToTick() {
    long nanos = nextTickNanos - System.nanoTime();
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
  }

  private void dispatch(SelectionKey key) {
    ReadyListener listener = (ReadyListener) key.attachment();
    try {
      if (!clockIsFresh) {
        clock.update();
        clockIsFresh = true;
      }
      listener.onReady(key);
    } catch (Throwable e) {
      faults.note("a connection failed and is closed", e);
      end(listener);
    }
  }

  private void end(ReadyListener listener) {
    try {
      listener.onFault();
    } catch (Throwable e) {
      faults.note("a connection that failed could not be closed", e);
    }
  }

  private void runMailbox() {
    int run = 0;
    for (Runnable task = mailbox.poll(run); task != null; task = mailbox.poll(run)) {
      guarded(task);
      run++;
    }
  }

  private void runAgainList() {
    // What joins now waits for the next turn, and so do those behind the first few.
    for (int left = Math.min(again.size(), AGAIN_PER_TURN); left > 0; left--) {
      Runnable task = again.poll();
      if (task != null) {
        guarded(task);
      }
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      faults.note("a task of the loop failed", e);
    }
  }

  /** Closes the Selector. After {@link #run} has returned. */
  @Override
  public void close() throws IOException {
    selector.close();
  }

  /** What a key's attachment must be. */
  interface ReadyListener {
    /** The channel is ready for something it was registered for. */
    void onReady(SelectionKey key);

    /** {@link #onReady} threw: release everything. */
    void onFault();
  }
}
