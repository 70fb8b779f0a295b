package passerelle.files;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work that waits for the disk, on its way to worker threads.
 *
 * <p>A few tasks at a time are under way. One that takes longer than three seconds is taken to
 * hang, as on a network file system whose server is gone: from then on it counts no more, and
 * another thread takes its place, up to a bound. Each task names the place that it looks at. A
 * place has at most all but one of the threads; while one of its tasks hangs, it gets no further
 * one. So a file system that hangs holds few threads, and work elsewhere goes on.
 *
 * <p>A task that nobody waits for any more, when its turn comes, is dropped.
 *
 * <p>Confined to the loop thread.
 */
public final class DiskQueue {
  private static final Logger log = LoggerFactory.getLogger(DiskQueue.class);

  /** After this time a task is taken to hang. */
  private static final long HANG_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** Something that may wait for the disk. */
  public interface Task {
    /** Whether somebody waits for it still. On the loop, before a worker takes it. */
    boolean isWanted();

    /** Does it. On a worker. */
    void run();

    /**
     * It is over. On the loop, once.
     *
     * @param wasRun false if it was dropped, since nobody wanted it or no worker took it
     */
    void end(boolean wasRun);
  }

  /**
   * How much there is at a time.
   *
   * @param active how many tasks are under way, those that hang aside
   * @param threads how many with those
   * @param waiting how many wait for their turn
   */
  public record Capacity(int active, int threads, int waiting) {}

  /** The tasks that look at one place. */
  private static final class Region {
    final String name;
    final ArrayDeque<Task> waiting = new ArrayDeque<>();
    int underWay;
    int hanging;
    boolean isInTurn;

    Region(String name) {
      this.name = name;
    }
  }

  /** A task that a worker has. All that its end takes is made before: memory may run out. */
  private final class Assignment implements Runnable {
    final Region place;
    final Task task;
    final long startedNanos;
    final Runnable atEnd = this::finish;
    boolean hangs;
    private boolean wasRun;
    private @Nullable Throwable fault;

    Assignment(Region place, Task task, long startedNanos) {
      this.place = place;
      this.task = task;
      this.startedNanos = startedNanos;
    }

    /** On a worker. However it ends, the loop hears of it. */
    @Override
    public void run() {
      wasRun = true;
      try {
        task.run();
      } catch (Throwable e) {
        fault = e;
      } finally {
        loop.execute(atEnd);
      }
    }

    private void finish() {
      try {
        end(this);
        if (fault != null) {
          log.error("work on files failed at {}; this is a bug in the server", place.name, fault);
        }
      } finally {
        go();
      }
    }
  }

  private final Executor pool;
  private final Executor loop;
  private final LongSupplier nanoClock;
  private final Capacity bounds;
  private final Map<String, Region> places = new HashMap<>();
  private final ArrayDeque<Region> turns = new ArrayDeque<>();
  private final List<Assignment> jobs = new ArrayList<>();
  private int hanging;
  private int waiting;

  /**
   * A queue before a pool of threads.
   *
   * @param pool takes as many tasks as the bounds say
   * @param loop runs tasks on the loop, from any thread
   * @param nanoClock the loop's monotonic clock
   */
  public DiskQueue(Executor pool, Executor loop, LongSupplier nanoClock, Capacity bounds) {
    this.pool = pool;
    this.loop = loop;
    this.nanoClock = nanoClock;
    this.bounds = bounds;
  }

  /**
   * Takes a task; returns false, having done nothing with it, if too many wait already.
   *
   * @param placeName what it looks at, such as a directory: tasks of one place share a fate
   */
  public boolean tryAdd(String placeName, Task task) {
    if (waiting >= bounds.waiting) {
      return false;
    }
    Region place = places.computeIfAbsent(placeName, Region::new);
    place.waiting.add(task);
    waiting++;
    giveTurn(place);
    go();
    return true;
  }

  /** Looks for tasks that hang; to be called about once a second. */
  public void tick() {
    long now = nanoClock.getAsLong();
    for (Assignment job : jobs) {
      if (!job.hangs && now - job.startedNanos >= HANG_NANOS) {
        job.hangs = true;
        job.place.hanging++;
        hanging++;
        if (job.place.hanging == 1) {
          log.warn(
              "the disk has not answered for three seconds at {}; no more is asked of it there for now",
              job.place.name);
        }
      }
    }
    go();
  }

  /** How many tasks wait for their turn. */
  int waiting() {
    return waiting;
  }

  private void giveTurn(Region place) {
    if (!place.isInTurn && !place.waiting.isEmpty()) {
      place.isInTurn = true;
      turns.add(place);
    }
  }

  /** Starts what may be started; places take turns. */
  private void go() {
    int passed = 0;
    while (passed < turns.size() && jobs.size() - hanging < bounds.active && hasThread()) {
      Region place = turns.remove();
      place.isInTurn = false;
      dropUnwanted(place);
      if (place.waiting.isEmpty()) {
        forget(place);
      } else if (mayRun(place)) {
        start(place, place.waiting.remove());
        giveTurn(place);
        passed = 0;
      } else {
        giveTurn(place); // behind all others
        passed++;
      }
    }
  }

  private boolean hasThread() {
    return jobs.size() < bounds.threads;
  }

  private boolean mayRun(Region place) {
    return place.hanging == 0 && place.underWay < Math.max(1, bounds.active - 1);
  }

  private void dropUnwanted(Region place) {
    Task next = place.waiting.peek();
    while (next != null && !next.isWanted()) {
      place.waiting.remove();
      waiting--;
      next.end(false);
      next = place.waiting.peek();
    }
  }

  private void start(Region place, Task task) {
    waiting--;
    Assignment job = new Assignment(place, task, nanoClock.getAsLong());
    jobs.add(job);
    place.underWay++;
    try {
      pool.execute(job);
    } catch (RuntimeException | Error e) {
      loop.execute(job.atEnd); // the server is closing, or memory has run out
    }
  }

  private void end(Assignment job) {
    jobs.remove(job);
    job.place.underWay--;
    if (job.hangs) {
      job.place.hanging--;
      hanging--;
    }
    forget(job.place);
    job.task.end(job.wasRun);
  }

  private void forget(Region place) {
    if (place.underWay == 0 && place.waiting.isEmpty() && !place.isInTurn) {
      places.remove(place.name);
    }
  }
}
