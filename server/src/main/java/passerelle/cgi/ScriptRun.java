package passerelle.cgi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Body;
import passerelle.http.Deferral;
import passerelle.http.Status;
import passerelle.http.StreamBody;
import passerelle.io.OctetPath;
import passerelle.process.Child;
import passerelle.process.Command;
import passerelle.process.Exit;
import passerelle.process.LaunchFailure;
import passerelle.process.Launcher;
import passerelle.process.Stdin;
import passerelle.process.StopSwitch;

/**
 * One run of one script: start, read the head, pass the content on, reap.
 *
 * <h2>Turns</h2>
 *
 * <p>A run goes forward in {@link Turns}, each on a worker. A turn ends when there is nothing to
 * do: then the run leaves its worker to others and is called back when the script has something to
 * say ({@link Child#watch}), when a slow client has made room ({@link StreamBody#offer}), or when
 * it is to be stopped. So neither a silent script nor a slow client holds a worker.
 *
 * <p>The run owns the process and, from the moment it is handed to the queue, the content spool.
 *
 * <p>{@link #stop} and {@link #killNow} are for any thread; all else has one worker at a time.
 *
 * <p>Confined to one worker.
 */
final class ScriptRun {
  private static final Logger log = LoggerFactory.getLogger(ScriptRun.class);

  /** How long a run waits for its script on its worker in all: most have said all by then. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Steps in one turn, so that a script that never stops talking leaves others their share. */
  private static final int STEPS = 64;

  /**
   * What all runs share.
   *
   * @param launcher starts scripts
   * @param runs has the workers, keeps count and time
   * @param loop runs tasks on the loop
   * @param elsewhere answers what a script does not answer itself
   */
  record Surroundings(Launcher launcher, ScriptRuns runs, Executor loop, Elsewhere elsewhere) {}

  private enum Stage {
    /** No process yet. */
    NEW,
    /** The process runs; its head is being read. */
    HEAD,
    /** Its content is being passed on. */
    CONTENT,
    /** Its output is of no interest any more; it will end, or be made to. */
    ENDING,
    /** Everything is released. */
    OVER
  }

  private final RunOrder order;
  private final Surroundings surroundings;
  private final Deferral deferral;
  private final RunReport report;
  private final Turns turns;
  private final StopSwitch stop;
  private final long orderedNanos = System.nanoTime();
  private long startedNanos;
  private Stage stage = Stage.NEW;
  private long patienceNanos = PATIENCE_NANOS;
  private boolean isWatched;
  private boolean isSessionKilled;

  /** Whether it is among the runs that have a script. */
  private boolean isCounted;

  private @Nullable Command command;

  /** What is still to be answered when the story is known to its end. */
  private @Nullable Status failure;

  private Relay relay = new Relay(null);
  private @Nullable Future<?> limit;

  ScriptRun(RunOrder order, Surroundings surroundings, Deferral deferral) {
    this.order = order;
    this.surroundings = surroundings;
    this.deferral = deferral;
    this.report = new RunReport(order, surroundings.runs.errorLines());
    this.turns = new Turns(surroundings.runs.queue(), this::takeTurn);
    this.stop = new StopSwitch(surroundings.runs.children(), turns);
  }

  /**
   * Puts the run into the queue.
   *
   * @throws RejectedExecutionException if there is no room; then nothing was begun
   */
  void begin() {
    surroundings.runs.queue().add(turns);
  }

  /** Returns whether there is more to do at once. */
  private boolean takeTurn() {
    if (isWatched) {
      isWatched = false;
      stop.process().unwatch();
    }
    try {
      for (int i = 0; i < STEPS && stage != Stage.OVER; i++) {
        boolean goesOn = stage == Stage.NEW ? start() : attend(stop.process());
        if (!goesOn) {
          return false;
        }
      }
    } catch (LaunchFailure e) {
      refuse(Status.INTERNAL_SERVER_ERROR, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException | Error e) {
      breakOff(e);
    }
    return true;
  }

  private boolean start() throws LaunchFailure, IOException {
    if (stop.isOn()) {
      end(); // the client left while the run was waiting
      return false;
    }
    if (surroundings.runs.children().areEnding()) {
      refuse(Status.SERVICE_UNAVAILABLE, "came too late: the server is shutting down");
      return false;
    }
    if (System.nanoTime() - orderedNanos > order.limitNanos()) {
      refuse(Status.SERVICE_UNAVAILABLE, "waited too long for a free worker");
      return false;
    }
    startedNanos = System.nanoTime();
    command = ScriptCommand.of(order.script(), order.environment(), order.interpreters());
    Child started = surroundings.launcher.start(command, stdin(order.content()));
    stop.started(started);
    stage = Stage.HEAD;
    surroundings.runs.children().add(stop);
    isCounted = true;
    if (surroundings.runs.children().areEnding()) {
      stop.killNow(); // it may have been started too late to be among those that are killed
    }
    limit = surroundings.runs.children().after(order.limitNanos(), stop::endTime);
    order.content().close(); // the script has it open
    return true;
  }

  private static Stdin stdin(ContentSpool content) {
    Path file = content.file();
    return file == null ? new Stdin.Octets(content.inMemory()) : new Stdin.Contents(file);
  }

  /** One step with a process; returns false if there is nothing to do now. */
  private boolean attend(Child script) throws IOException {
    if (stage != Stage.ENDING && stop.isOn()) {
      giveUp(script);
    }
    switch (relay.passOn(turns::call)) {
      case FULL -> {
        return false;
      }
      case CLOSED -> stop();
      case TAKEN -> {}
    }
    long beforeNanos = System.nanoTime();
    boolean hasSome = script.await(patienceNanos);
    patienceNanos = Math.max(0, patienceNanos - (System.nanoTime() - beforeNanos));
    if (!hasSome) {
      isWatched = true;
      script.watch(turns::call);
      return false;
    }
    byte[] said = script.readErrors();
    if (said != null) {
      report.errors(said);
    }
    switch (stage) {
      case HEAD, CONTENT -> takeOutput(script);
      case ENDING -> {
        if (script.hasEnded()) {
          reap(script);
        }
      }
      case NEW, OVER -> throw new IllegalStateException("stage " + stage);
    }
    return stage != Stage.OVER;
  }

  private void takeOutput(Child script) throws IOException {
    byte[] octets = script.readOutput();
    if (octets != null && octets.length == 0 && stop.isOn()) {
      giveUp(script); // an end that was brought about is no end
    } else if (octets != null && stage == Stage.HEAD) {
      readHead(script, octets);
    } else if (octets != null && octets.length > 0) {
      relay.take(octets);
    } else if (octets != null) {
      relay.finish();
      stage = Stage.ENDING;
    }
  }

  private void readHead(Child script, byte[] octets) throws IOException {
    report.printed(octets);
    int used = order.parser().feed(octets, 0, octets.length);
    if (order.parser().isComplete()) {
      ScriptResponse head = order.parser().response();
      Opening opening = new Opening(octets, used, System::nanoTime);
      if (head.hasContent(order.wantsContent())) {
        opening.gather(script, report::errors);
      }
      answer(head, opening);
    } else if (order.parser().problem() != null) {
      report.trouble("gave no proper answer: " + order.parser().problem());
      fail(Status.BAD_GATEWAY);
      script.closeOutput();
      stage = Stage.ENDING;
      stop();
    } else if (octets.length == 0) {
      report.trouble("ended without a complete head (fields, then a blank line)");
      fail(Status.BAD_GATEWAY);
      stage = Stage.ENDING;
    }
  }

  private void answer(ScriptResponse head, Opening opening) {
    boolean isWhole = opening.isWhole() && !stop.isOn(); // an end brought about is no end
    long length = head.contentLength();
    if (length == Body.UNKNOWN && isWhole) {
      length = opening.octets().length;
    }
    StreamBody body =
        head.hasContent(order.wantsContent())
            ? new StreamBody(length, surroundings.loop, this::stop)
            : null;
    relay = new Relay(body);
    relay.take(opening.octets());
    relay.passOn(turns::call); // before the loop hears of it, so that it is called once
    if (isWhole) {
      relay.finish();
    }
    deferral.answer(ScriptAnswer.of(head, body, order.script(), surroundings.elsewhere));
    stage = isWhole ? Stage.ENDING : Stage.CONTENT;
  }

  /** Stopped before its output came to its end. */
  private void giveUp(Child script) {
    boolean isLate = stop.isLate();
    if (stage == Stage.HEAD) {
      if (isLate) {
        report.trouble("did not answer within the time limit");
      }
      fail(isLate ? Status.GATEWAY_TIMEOUT : Status.BAD_GATEWAY);
    } else {
      if (isLate) {
        report.trouble("was stopped at the time limit, with its answer unfinished");
      }
      relay.cutOff();
    }
    script.closeOutput();
    stage = Stage.ENDING;
  }

  private void reap(Child script) throws IOException {
    // A few looks at what is left to read; who started by the script holds the pipe may go on.
    for (int i = 0; i < STEPS && script.await(0); i++) {
      byte[] said = script.readErrors();
      if (said == null || said.length == 0) {
        break;
      }
      report.errors(said);
    }
    Exit exit = script.reap(this::leavesNothing);
    report.end(new ScriptEnd(exit.code(), exit.signal()), stop.isOn());
    tell(script.pid(), exit);
    if (failure != null) {
      explain(failure);
    }
    end();
  }

  /** Whether what the script started is to end with it. */
  private boolean leavesNothing() {
    isSessionKilled = stop.isOn();
    return isSessionKilled;
  }

  private void tell(long pid, Exit exit) {
    RunListener listener = surroundings.runs.listener();
    if (listener != RunListener.NONE) {
      long wallMicros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startedNanos);
      String name = order.script().displayName();
      String outcome = RunLine.of(pid, exit, wallMicros);
      surroundings.loop.execute(() -> listener.onEnd(name, outcome));
    }
  }

  /** A failure before the head: answered at once, or when the script's end explains it. */
  private void fail(Status status) {
    if (order.explains()) {
      failure = status;
    } else {
      deferral.answer(ScriptAnswer.error(status));
    }
  }

  private void explain(Status status) {
    failure = null;
    FailurePage.Story story = report.story(command);
    deferral.answer(ScriptAnswer.explained(status, order.script().displayName(), story));
  }

  /** No process was started. */
  private void refuse(Status status, String reason) {
    report.end(reason);
    fail(status);
    if (failure != null) {
      explain(failure);
    }
    end();
  }

  /** Something failed that should not: the server lacks something, or has a bug. */
  private void breakOff(Throwable problem) {
    if (stage == Stage.NEW) {
      refuse(Status.INTERNAL_SERVER_ERROR, "could not be run: " + problem.getMessage());
    } else if (stage != Stage.ENDING) {
      log.error(
          "script {} is broken off", OctetPath.display(order.script().displayName()), problem);
      stop(); // the next step gives up
    } else {
      log.error("the end of a script was not seen", problem);
      abandon();
    }
  }

  /** Does what can be done for a process whose end could not be awaited in order. */
  private void abandon() {
    isSessionKilled = true;
    try {
      stop.process().kill(true);
      stop.process().reap(() -> true);
    } catch (IOException | RuntimeException e) {
      log.error("a process could not be reaped", e);
    }
    end();
  }

  /** Releases what the run holds, but for a process, which was reaped if there was one. */
  private void end() {
    stage = Stage.OVER;
    turns.finish();
    if (failure != null) {
      deferral.answer(ScriptAnswer.error(failure));
    }
    order.content().close();
    if (limit != null) {
      limit.cancel(false);
    }
    if (isCounted) {
      surroundings.runs.children().remove(stop, isSessionKilled);
    }
    surroundings.runs.queue().ended();
  }

  /** Ends the run, gently first. From any thread. */
  void stop() {
    stop.stop();
  }

  /** Ends the run at once. From any thread but the loop. */
  void killNow() {
    stop.killNow();
  }
}
