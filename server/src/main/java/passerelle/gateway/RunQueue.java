package passerelle.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Status;
import passerelle.io.ClientKey;

/**
 * Which run gets the next free worker, one that was called back or one that is new; and how many
 * scripts there are at the same time.
 *
 * <p>A run may leave its worker and be called back; between its first turn and {@link #ended} it
 * counts as a script that is there.
 *
 * <p>Each client has a share of the scripts that are there, and of the runs that wait. Of a client
 * that has its share of scripts no run is begun, while those of others are. Among those who wait
 * clients take turns, so who has many waiting does not delay another's first.
 *
 * <p>Safe from any thread.
 */
public final class RunQueue {
  /**
   * How much is run.
   *
   * @param workers how many runs have a worker at the same time
   * @param processes how many scripts there are at most
   * @param waiting how many new runs wait for a turn
   * @param clientProcesses how many scripts of one client there are at most
   * @param clientWaiting how many new runs of one client wait for a turn
   */
  public record Bounds(
      int workers, int processes, int waiting, int clientProcesses, int clientWaiting) {}

  /**
   * A run's place, in the queue and then among the scripts, from {@link #add} to {@link #ended}.
   */
  public static final class Ticket {
    private final Runnable run;
    private final ClientKey key;
    // Guarded by the queue:
    private @Nullable ClientRuns client;
    private @Nullable Ticket next;
    private boolean isWaiting;

    /**
     * A ticket that is yet to be used.
     *
     * @param run takes a turn
     * @param client for whom
     */
    public Ticket(Runnable run, ClientKey client) {
      this.run = run;
      this.key = client;
    }
  }

  /** A client with scripts that are there, or that wait: in the order of its requests. */
  private static final class ClientRuns {
    private final ClientKey key;
    private int processes;
    private int waiting;
    private boolean isInTurn;
    private @Nullable ClientRuns nextOfBucket;
    private @Nullable Ticket first;
    private @Nullable Ticket last;

    ClientRuns(ClientKey key) {
      this.key = key;
    }

    void addFirst(Ticket ticket) {
      ticket.next = first;
      first = ticket;
      last = last == null ? ticket : last;
      count(ticket, 1);
    }

    void addLast(Ticket ticket) {
      if (last == null) {
        first = ticket;
      } else {
        last.next = ticket;
      }
      last = ticket;
      count(ticket, 1);
    }

    void remove(Ticket ticket) {
      Ticket before = null;
      for (Ticket each = first; each != null && each != ticket; each = each.next) {
        before = each;
      }
      if (before == null) {
        first = ticket.next;
      } else {
        before.next = ticket.next;
      }
      last = last == ticket ? before : last;
      ticket.next = null;
      count(ticket, -1);
    }

    private void count(Ticket ticket, int more) {
      ticket.isWaiting = more > 0;
      waiting += more;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(RunQueue.class);

  private final Executor workers;

  /** Made once, so that employing a worker needs no memory. */
  private final Runnable work = this::work;

  private final Bounds bounds;
  // All guarded by this:
  private final Deque<Runnable> called;

  /** Those who have a script or wait for one, by their hash: a map would need memory to forget. */
  private final @Nullable ClientRuns[] clients;

  /** Those of whom a run waits and may be begun, in the order of their turns. */
  private final Deque<ClientRuns> turns;

  private int waiting;
  private int busy;

  /** Those of the busy workers that have not taken a run yet. */
  private int coming;

  private int processes;
  private boolean isNewFirst;

  /**
   * A queue for the runs.
   *
   * @param workers never has more than {@link Bounds#workers} tasks at the same time; it refuses
   *     one only when it takes no more for good, and throws something else for a want of memory
   */
  public RunQueue(Executor workers, Bounds bounds) {
    this.workers = workers;
    this.bounds = bounds;
    // Large enough from the beginning: what happens when memory is short must not need any.
    int most = bounds.processes + bounds.waiting;
    this.called = new ArrayDeque<>(most);
    this.turns = new ArrayDeque<>(most);
    this.clients = new ClientRuns[Math.max(2, Integer.highestOneBit(most) * 2)];
  }

  /**
   * Why a new run of a client would not be taken now: 429 if the client has as many waiting as it
   * may, 503 if all have; null if it would be taken.
   */
  public synchronized @Nullable Status refusal(ClientKey key) {
    int workersLeft = bounds.workers - (busy - coming) - called.size();
    int begunAtOnce = Math.max(0, Math.min(workersLeft, bounds.processes - processes));
    if (waiting >= bounds.waiting + begunAtOnce) {
      return Status.SERVICE_UNAVAILABLE;
    }
    ClientRuns client = find(key);
    if (client == null) {
      return null;
    }
    int ofClient = Math.max(0, Math.min(begunAtOnce, bounds.clientProcesses - client.processes));
    return client.waiting < bounds.clientWaiting + ofClient ? null : Status.TOO_MANY_REQUESTS;
  }

  /**
   * Takes a new run, for its first turn.
   *
   * @throws RejectedExecutionException if there is no room, or the workers take no more
   */
  public synchronized void add(Ticket ticket) {
    if (refusal(ticket.key) != null) {
      throw new RejectedExecutionException("too many requests wait for a script");
    }
    ClientRuns client = know(ticket.key);
    ticket.client = client;
    client.addLast(ticket);
    waiting++;
    giveTurn(client);
    try {
      employ();
    } catch (RuntimeException | Error e) {
      leave(client, ticket); // nobody will, or may, begin it later
      forget(client);
      throw e;
    }
  }

  /**
   * Lets a new run begin before others, and beyond the bounds: it will start no script. If this
   * fails, it waits as before, the first of all.
   *
   * @throws RejectedExecutionException if the workers take no more, and none is busy
   */
  public synchronized void hurry(Ticket ticket) {
    ClientRuns client = ticket.client;
    if (client == null || !ticket.isWaiting) {
      return;
    }
    leave(client, ticket);
    count(client, 1);
    try {
      callBack(ticket.run);
    } catch (RuntimeException | Error e) {
      client.addFirst(ticket);
      waiting++;
      count(client, -1);
      beFirst(client);
      throw e;
    }
  }

  private void leave(ClientRuns client, Ticket ticket) {
    client.remove(ticket);
    waiting--;
    giveTurn(client);
  }

  /** Counts a script more, or one less, that is there. */
  private void count(ClientRuns client, int more) {
    processes += more;
    client.processes += more;
    giveTurn(client);
  }

  /** A client takes part in the turns while a run of it waits and may be begun. */
  private void giveTurn(ClientRuns client) {
    boolean mayBegin = client.first != null && client.processes < bounds.clientProcesses;
    if (mayBegin && !client.isInTurn) {
      turns.addLast(client);
    } else if (!mayBegin && client.isInTurn) {
      turns.remove(client);
    }
    client.isInTurn = mayBegin;
  }

  private void beFirst(ClientRuns client) {
    if (client.isInTurn) {
      turns.remove(client);
      turns.addFirst(client);
    }
  }

  private int bucket(ClientKey key) {
    int hash = key.hashCode();
    return (hash ^ hash >>> 16) & (clients.length - 1);
  }

  private @Nullable ClientRuns find(ClientKey key) {
    ClientRuns client = clients[bucket(key)];
    while (client != null && !client.key.equals(key)) {
      client = client.nextOfBucket;
    }
    return client;
  }

  private ClientRuns know(ClientKey key) {
    ClientRuns client = find(key);
    if (client == null) {
      client = new ClientRuns(key);
      int bucket = bucket(key);
      client.nextOfBucket = clients[bucket];
      clients[bucket] = client;
    }
    return client;
  }

  /** A client that has nothing here any more leaves no trace. */
  private void forget(ClientRuns client) {
    if (client.first != null || client.processes > 0) {
      return;
    }
    int bucket = bucket(client.key);
    ClientRuns before = null;
    for (ClientRuns each = clients[bucket];
        each != null && each != client;
        each = each.nextOfBucket) {
      before = each;
    }
    if (before == null) {
      clients[bucket] = client.nextOfBucket;
    } else {
      before.nextOfBucket = client.nextOfBucket;
    }
  }

  /** How many clients have a script or wait for one. */
  synchronized int clients() {
    int count = 0;
    for (ClientRuns first : clients) {
      for (ClientRuns each = first; each != null; each = each.nextOfBucket) {
        count++;
      }
    }
    return count;
  }

  /**
   * Has a run that left its worker go on. If this fails, it has not been called. It does not fail
   * while a worker is busy: that one will find the run.
   *
   * @throws RejectedExecutionException if the workers take no more, and none is busy
   */
  public synchronized void callBack(Runnable run) {
    called.addLast(run);
    try {
      employ();
    } catch (RuntimeException | Error e) {
      if (busy == 0) {
        called.removeLastOccurrence(run);
        throw e;
      }
    }
  }

  /** A run that had its first turn has had its last. */
  public synchronized void ended(Ticket ticket) {
    ClientRuns client = ticket.client;
    if (client == null) {
      throw new IllegalStateException("a run ends that was never added");
    }
    count(client, -1);
    forget(client);
    try {
      employ();
    } catch (RejectedExecutionException e) {
      log.debug("nobody begins what waits: the workers have ended", e);
    }
  }

  /** Gives one more worker to the runs, if there is a free one and a run for it. */
  private void employ() {
    if (busy < bounds.workers && (!called.isEmpty() || canBegin())) {
      workers.execute(work); // first, since it may refuse
      busy++;
      coming++;
    }
  }

  private boolean canBegin() {
    return !turns.isEmpty() && processes < bounds.processes;
  }

  /** On a worker: one run after the other, until there is none, whatever becomes of one. */
  private void work() {
    synchronized (this) {
      coming--;
    }
    Runnable run = next();
    while (run != null) {
      try {
        run.run();
      } catch (Throwable e) { // runs throw nothing; the worker is for the others, too
        report(e);
      }
      run = next();
    }
  }

  /** Throws nothing, though there may be no memory for a line. */
  private static void report(Throwable problem) {
    try {
      log.error("a turn of a run failed", problem);
    } catch (Throwable e) {
      // There is nobody to tell.
    }
  }

  /** Those that were called and those that are new take turns, and so do the clients of these. */
  private synchronized @Nullable Runnable next() {
    isNewFirst = !isNewFirst;
    Runnable run = isNewFirst && canBegin() ? null : called.pollFirst();
    if (run == null && canBegin()) {
      run = begin(turns.removeFirst());
    }
    if (run == null) {
      busy--;
    }
    return run;
  }

  /** The client whose turn it was gets its next one after all others. */
  private Runnable begin(ClientRuns client) {
    client.isInTurn = false;
    Ticket ticket = client.first;
    if (ticket == null) {
      throw new IllegalStateException("a client has a turn, and no run");
    }
    client.remove(ticket);
    waiting--;
    count(client, 1);
    return ticket.run;
  }
}
