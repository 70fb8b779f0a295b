package passerelle.files;

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
 * <p>A few tasks at a time are under way. One that has made no progress for three seconds is taken
 * to hang, as on a network file system whose server is gone: from then on it counts no more, and
 * another thread takes its place, up to a bound. Each task names the place that it looks at, and
 * the area that this belongs to. A place has at most all but one of the threads, and no further one
 * while two of its tasks hang; an area gets none while half of all threads hang there. So a file
 * system that hangs holds few threads, and work elsewhere goes on.
 *
 * <p>A task that nobody waits for any more is dropped, within a second.
 *
 * <p>Its queues are lists, since a list grows before it stores. When memory runs out, what waited
 * waits still.
 *
 * <p>Confined to the loop thread.
 */
public final class DiskQueue {
  private static final Logger log = LoggerFactory.getLogger(DiskQueue.class);

  /** After this time a task is taken to hang. */
  private static final long HANG_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** So many tasks of one place may hang before it gets no more. */
  private static final int MOST_HANGING = 2;

  /** Something that may wait for the disk. */
  public interface Task {
    /** Whether somebody waits for it still. On the loop, before a worker takes it. */
    boolean isWanted();

    /** Does it. On a worker. */
    void run();

    /**
     * How far it has come: a number that changes while it goes on. What goes on does not hang. From
     * any thread.
     */
    default long progress() {
      return 0;
    }

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
    final Area area;
    final List<Task> waiting = new ArrayList<>();
    int underWay;
    int hanging;
    boolean isInTurn;

    Region(String name, Area area) {
      this.name = name;
      this.area = area;
    }
  }

  /** What may fail as a whole, such as all that is mounted below a prefix. */
  private static final class Area {
    final String name;
    final Map<String, Region> regions = new HashMap<>();
    int hanging;

    Area(String name) {
      this.name = name;
    }
  }

  /** A task that a worker has. All that its end takes is made before: memory may run out. */
  private final class Assignment implements Runnable {
    final Region place;
    final Task task;
    long goesOnNanos;
    long progress;
    final Runnable atEnd = this::finish;
    boolean hangs;
    private boolean wasRun;
    private @Nullable Throwable fault;

    Assignment(Region place, Task task, long startedNanos) {
      this.place = place;
      this.task = task;
      this.goesOnNanos = startedNanos;
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
  private final Map<String, Area> areas = new HashMap<>();
  private final List<Region> turns = new ArrayList<>();
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
   * @param area what may fail as a whole, such as a mount
   * @param place what it looks at there, such as a folder: tasks of one place share a fate
   */
  public boolean tryAdd(String area, String place, Task task) {
    if (waiting >= bounds.waiting) {
      dropUnwanted();
    }
    if (waiting >= bounds.waiting) {
      return false;
    }
    Region region = region(area, place);
    region.waiting.add(task);
    waiting++;
    giveTurn(region);
    go();
    return true;
  }

  private Region region(String areaName, String place) {
    Area area = areas.computeIfAbsent(areaName, Area::new);
    return area.regions.computeIfAbsent(place, name -> new Region(name, area));
  }

  /** Looks for tasks that hang, and for those that nobody wants; to be called once a second. */
  public void tick() {
    long now = nanoClock.getAsLong();
    for (Assignment job : jobs) {
      long progress = job.task.progress();
      if (progress != job.progress) {
        job.progress = progress;
        job.goesOnNanos = now;
      } else if (!job.hangs && now - job.goesOnNanos >= HANG_NANOS) {
        takeForHanging(job);
      }
    }
    dropUnwanted();
    go();
  }

  private void takeForHanging(Assignment job) {
    job.hangs = true;
    job.place.hanging++;
    job.place.area.hanging++;
    hanging++;
    if (job.place.hanging == 1) {
      log.warn("the disk has not answered for three seconds, at {}", job.place.name);
    }
  }

  /** What nobody waits for leaves, wherever it stands. Places that lost their turn get one. */
  private void dropUnwanted() {
    List<Task> unwanted = new ArrayList<>();
    for (Area area : areas.values()) {
      for (Region region : area.regions.values()) {
        region.waiting.removeIf(task -> !task.isWanted() && unwanted.add(task));
        giveTurn(region);
      }
    }
    waiting -= unwanted.size();
    unwanted.forEach(task -> task.end(false));
  }

  /** How many tasks wait for their turn. */
  int waiting() {
    return waiting;
  }

  private void giveTurn(Region place) {
    if (!place.isInTurn && !place.waiting.isEmpty()) {
      turns.add(place);
      place.isInTurn = true;
    }
  }

  /** Starts what may be started; places take turns. */
  private void go() {
    int passed = 0;
    while (passed < turns.size() && jobs.size() - hanging < bounds.active && hasThread()) {
      Region place = turns.remove(0);
      place.isInTurn = false;
      dropUnwanted(place);
      if (place.waiting.isEmpty()) {
        forget(place);
      } else if (mayRun(place)) {
        start(place);
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

  /**
   * A slow task leaves the others of its place going; two that hang do not. Nor may an area take
   * more than half of all threads with it.
   */
  private boolean mayRun(Region place) {
    int going = place.underWay - place.hanging;
    return place.hanging < MOST_HANGING
        && place.area.hanging < (bounds.threads + 1) / 2
        && going < Math.max(1, bounds.active - 1);
  }

  private void dropUnwanted(Region place) {
    int count = 0;
    while (count < place.waiting.size() && !place.waiting.get(count).isWanted()) {
      count++;
    }
    if (count > 0) {
      List<Task> first = place.waiting.subList(0, count);
      List<Task> unwanted = List.copyOf(first);
      first.clear();
      waiting -= count;
      unwanted.forEach(task -> task.end(false));
    }
  }

  /** Starts the first task of a place; it leaves the queue when all that takes memory is made. */
  private void start(Region place) {
    Assignment job = new Assignment(place, place.waiting.get(0), nanoClock.getAsLong());
    jobs.add(job);
    place.waiting.remove(0);
    waiting--;
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
      job.place.area.hanging--;
      hanging--;
    }
    forget(job.place);
    job.task.end(job.wasRun);
  }

  private void forget(Region place) {
    if (place.underWay == 0 && place.waiting.isEmpty() && !place.isInTurn) {
      place.area.regions.remove(place.name);
      if (place.area.regions.isEmpty()) {
        areas.remove(place.area.name);
      }
    }
  }
}
