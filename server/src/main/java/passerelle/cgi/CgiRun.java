package passerelle.cgi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.gateway.ContentSpool;
import passerelle.gateway.Order;
import passerelle.gateway.Reply;
import passerelle.gateway.Run;
import passerelle.gateway.ScriptEnd;
import passerelle.http.Status;
import passerelle.io.OctetPath;
import passerelle.process.Child;
import passerelle.process.Command;
import passerelle.process.Exit;
import passerelle.process.LaunchFailure;
import passerelle.process.Stdin;
import passerelle.process.StdinFailure;
import passerelle.process.StopSwitch;
import passerelle.process.TimeLimit;

/**
 * One run of one script: start, have it answer ({@link Answering}), reap.
 *
 * <h2>Turns</h2>
 *
 * <p>A run goes forward in {@link Turns}, each on a worker. A turn ends when there is nothing to
 * do: then the run leaves its worker to others and is called back when the script has something to
 * say ({@link Child#watch}), when a slow client has made room ({@link Reply#content}), or when it
 * is to be stopped. So neither a silent script nor a slow client holds a worker.
 *
 * <p>The run owns the process. Whatever fails, it has further turns until it is over, and its last
 * step gives back its place in the queue.
 *
 * <p>{@link #stop} is for any thread; all else has one worker at a time.
 *
 * <p>Confined to one worker.
 */
final class CgiRun implements Run {
  private static final Logger log = LoggerFactory.getLogger(CgiRun.class);

  /** How long a run waits for its script on its worker in all: most have said all by then. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Steps in one turn, so that a script that never stops talking leaves others their share. */
  private static final int STEPS = 64;

  private enum RunStage {
    /** No process yet. */
    NEW,
    /** There is a process. */
    BEGUN,
    /** Everything is released. */
    OVER
  }

  private final Order order;
  private final Reply reply;
  private final CgiResponder shared;
  private final Turns turns;
  private final StopSwitch stop;
  private final Answering answering;
  private final long orderedNanos = System.nanoTime();
  private long startedNanos;
  private RunStage stage = RunStage.NEW;
  private long patienceNanos = PATIENCE_NANOS;
  private boolean isWatched;
  private boolean isSessionKilled;

  /** Whether it is among the runs that have a script. */
  private boolean isCounted;

  private List<String> arguments = List.of();
  private @Nullable TimeLimit limit;
  private @Nullable Future<?> lastLook;

  CgiRun(Order order, Reply reply, CgiResponder shared) {
    this.order = order;
    this.reply = reply;
    this.shared = shared;
    this.turns = new Turns(shared.queue(), order.client(), this::takeTurn);
    this.stop = new StopSwitch(shared.children(), turns);
    this.answering = new Answering(order, reply, stop);
  }

  /**
   * Puts the run into the queue.
   *
   * @throws RejectedExecutionException if there is no room; then nothing was begun
   */
  void begin() {
    turns.begin();
  }

  /** Returns whether there is more to do at once. */
  private boolean takeTurn() {
    if (isWatched) {
      isWatched = false;
      stop.process().unwatch();
    }
    try {
      for (int i = 0; i < STEPS && stage != RunStage.OVER; i++) {
        boolean goesOn = stage == RunStage.NEW ? start() : attend(stop.process());
        if (!goesOn) {
          return false;
        }
      }
    } catch (LaunchFailure e) {
      if (Files.notExists(order.script().file())) { // since it was looked for
        refuse(Status.NOT_FOUND, "was deleted a moment ago");
      } else {
        refuse(Status.INTERNAL_SERVER_ERROR, String.valueOf(e.getMessage()));
      }
    } catch (StdinFailure e) {
      refuse(Status.INSUFFICIENT_STORAGE, null);
      ContentSpool.tellNoRoom(String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException | Error e) {
      breakOff(e);
    }
    return true;
  }

  private boolean start() throws LaunchFailure, IOException {
    if (stop.isOn()) {
      end(Reply.Ending.NOT_BEGUN); // the client left while the run was waiting
      return false;
    }
    if (shared.children().areEnding()) {
      refuse(Status.SERVICE_UNAVAILABLE, "came too late: the server is shutting down");
      return false;
    }
    if (System.nanoTime() - orderedNanos > order.limitNanos()) {
      refuse(Status.SERVICE_UNAVAILABLE, "waited too long for a free worker");
      return false;
    }
    startedNanos = System.nanoTime();
    Command command = ScriptCommand.of(order.script(), order.variables(), shared.interpreters());
    arguments = command.arguments();
    Child started = shared.launcher().start(command, stdin(order.content()));
    stage = RunStage.BEGUN;
    stop.started(started);
    isCounted = true; // first: what cannot be counted in full is taken off in full
    shared.children().add(stop);
    if (shared.children().areEnding()) {
      stop.killNow(); // it may have been started too late to be among those that are killed
    }
    limit = new TimeLimit(shared.children(), order.limitNanos(), stop::endTime);
    order.content().close(); // the script has it open
    return true;
  }

  private static Stdin stdin(ContentSpool content) {
    Path file = content.file();
    return file == null ? new Stdin.Octets(content.inMemory()) : new Stdin.Contents(file);
  }

  /** One step with a process; returns false if there is nothing to do now. */
  private boolean attend(Child script) throws IOException {
    if (stop.isOn()) {
      stop(); // nothing, unless it could not be asked to end before
    }
    boolean isStopped = stop.isTold() || answering.isBroken();
    if (isStopped) {
      answering.endEarly(script);
    }
    if (limit != null && !answering.passOn(limit, turns::call)) {
      return false;
    }
    if (!awaitSome(script, isStopped)) {
      isWatched = true;
      script.watch(turns::call);
      return false;
    }
    byte[] said = script.readErrors();
    if (said != null) {
      reply.errors(said);
    }
    if (!answering.isTold()) {
      answering.take(script);
    } else if (script.hasEnded() || !script.tellsEnd()) {
      reap(script);
    }
    return stage != RunStage.OVER;
  }

  /** Waits for something, for as long as the run may on its worker; returns whether there is. */
  private boolean awaitSome(Child script, boolean isStopped) throws IOException {
    boolean isLeft = isStopped && !answering.isTold();
    long beforeNanos = System.nanoTime();
    boolean hasSome = script.await(isLeft ? 0 : patienceNanos);
    patienceNanos = Math.max(0, patienceNanos - (System.nanoTime() - beforeNanos));
    long lastLeftNanos = answering.lastLeftNanos();
    if (!hasSome && isLeft) {
      script.closeOutput(); // the script had ended, and all that it has printed was read
    } else if (!hasSome && lastLeftNanos > 0 && lastLook == null) {
      lastLook = shared.children().after(lastLeftNanos, turns::call);
    }
    return hasSome || isLeft || lastLeftNanos == 0;
  }

  private void reap(Child script) throws IOException {
    // A few looks at what is left to read; who started by the script holds the pipe may go on.
    for (int i = 0; i < STEPS && script.await(0); i++) {
      byte[] said = script.readErrors();
      if (said == null || said.length == 0) {
        break;
      }
      reply.errors(said);
    }
    Exit exit = script.reap(this::leavesNothing);
    long wallMicros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startedNanos);
    String outcome = RunLine.of(script.pid(), exit, wallMicros);
    ScriptEnd scriptEnd = new ScriptEnd(exit.code(), exit.signal());
    end(new Reply.Ending(scriptEnd, stop.hasStruck(), arguments, outcome));
  }

  /** Whether what the script started is to end with it. */
  private boolean leavesNothing() {
    isSessionKilled = stop.hasStruck();
    return isSessionKilled;
  }

  /** No process was started; the reason is null if it was said otherwise. */
  private void refuse(Status status, @Nullable String reason) {
    try {
      reply.fail(status, reason);
    } finally {
      end(new Reply.Ending(null, false, arguments, ""));
    }
  }

  /** Something failed that should not: the server lacks something, or has a bug. */
  private void breakOff(Throwable problem) {
    String name = OctetPath.display(order.script().displayName());
    switch (stage) {
      case NEW -> refuse(Status.INTERNAL_SERVER_ERROR, "could not be run: " + problem.getMessage());
      case BEGUN -> {
        if (answering.isTold()) {
          abandon();
          log.error("the end of script {} was not seen", name, problem);
        } else {
          answering.breakOff(); // the next step gives up
          stop();
          log.error("script {} is broken off", name, problem);
        }
      }
      case OVER -> log.error("the end of script {} was not told", name, problem);
    }
  }

  /** Does what can be done for a process whose end could not be awaited in order. */
  private void abandon() {
    boolean isReaped = false;
    try {
      stop.killNow();
      stop.process().reap(this::leavesNothing);
      isReaped = true;
    } catch (IOException | RuntimeException e) {
      log.error("a process could not be reaped", e);
    } finally {
      try {
        if (!isReaped) {
          shared.children().giveUp(stop);
        }
      } finally {
        end(new Reply.Ending(null, stop.isOn(), arguments, ""));
      }
    }
  }

  /** Releases what the run holds, but for a process, which was reaped if there was one. */
  private void end(Reply.Ending ending) {
    if (stage == RunStage.OVER) {
      return; // what comes after it has failed
    }
    stage = RunStage.OVER;
    turns.finish();
    try {
      reply.close(ending);
    } finally {
      leave();
    }
  }

  private void leave() {
    try {
      if (limit != null) {
        limit.cancel();
      }
      if (lastLook != null) {
        lastLook.cancel(false);
      }
      if (isCounted) {
        shared.children().remove(stop, isSessionKilled);
      }
    } finally {
      turns.end();
    }
  }

  @Override
  public void stop() {
    stop.stop();
  }
}
