package passerelle.cgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Deferral;
import passerelle.http.Status;
import passerelle.http.StreamBody;
import passerelle.io.OctetPath;

/**
 * One run of one script: start, read the head, pass the content on, reap.
 *
 * <h2>Turns</h2>
 *
 * <p>A run goes forward in turns, each on a worker, one at a time. A turn ends when there is
 * nothing to do: then the run leaves its worker to others and is called back ({@link #call}) when
 * the script has something to say ({@link Watch}), when a slow client has made room ({@link
 * StreamBody#offer}), or when it is to be stopped. So neither a silent script nor a slow client
 * holds a worker. A call that comes during a turn is remembered and becomes the next turn.
 *
 * <p>The run owns the process and, from the moment it is handed to the queue, the content spool.
 *
 * <p>Confined to one worker at a time, but for {@link #call}, {@link #stop} and {@link #killNow}.
 *
 * <p>Confined to one worker.
 */
final class ScriptRun implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ScriptRun.class);

  /** From SIGTERM to SIGKILL. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long the first turn waits for a script on its worker: most have said all by then. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Steps in one turn, so that a script that never stops talking leaves others their share. */
  private static final int STEPS = 64;

  private static final int LINES_AT_ONCE = 50;
  private static final int LINES_PER_SECOND = 10;

  /**
   * What a run needs.
   *
   * @param script the script
   * @param parser reads the head of its answer
   * @param environment its meta-variables
   * @param interpreters commands by extension
   * @param content the request's content, complete
   * @param wantsContent whether the client will see the content of the answer
   * @param limitNanos the time limit, and that for waiting in the queue
   */
  record Order(
      ScriptPath script,
      ScriptResponseParser parser,
      Map<String, String> environment,
      Map<String, List<String>> interpreters,
      ContentSpool content,
      boolean wantsContent,
      long limitNanos) {}

  /**
   * What all runs share.
   *
   * @param launcher starts scripts
   * @param runs has the workers, keeps count and time
   * @param loop runs tasks on the loop
   * @param elsewhere answers what a script does not answer itself
   */
  record Surroundings(
      ScriptLauncher launcher, ScriptRuns runs, Executor loop, ScriptAnswer.Elsewhere elsewhere) {}

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

  private final Order order;
  private final Surroundings surroundings;
  private final Deferral deferral;
  private final ErrorLines errors;
  private final StringBuilder trouble = new StringBuilder();
  private final long orderedNanos = System.nanoTime();
  private long startedNanos;
  private Stage stage = Stage.NEW;
  private long patienceNanos = PATIENCE_NANOS;
  private boolean isWatched;
  private @Nullable StreamBody body;
  private @Nullable ByteBuffer pending;
  private @Nullable Future<?> limit;

  /** Guards what follows. */
  private final Object lock = new Object();

  private @Nullable ScriptProcess process;
  private boolean isStopped;
  private boolean isTimeOver;

  /** Whether a turn is under way or to come; so it is at first, and after the last. */
  private boolean isActive = true;

  private boolean isCalled;

  ScriptRun(Order order, Surroundings surroundings, Deferral deferral) {
    this.order = order;
    this.surroundings = surroundings;
    this.deferral = deferral;
    this.errors =
        new ErrorLines(
            order.script.scriptName(),
            new LineLimit(LINES_AT_ONCE, LINES_PER_SECOND, System::nanoTime),
            surroundings.runs.errorLines());
  }

  /** There is something to do: another turn. From any thread. */
  void call() {
    synchronized (lock) {
      if (isActive) {
        isCalled = true;
        return;
      }
      isActive = true;
    }
    callBack();
  }

  private void callBack() {
    try {
      surroundings.runs.queue().callBack(this);
    } catch (RejectedExecutionException e) {
      log.debug("the server ends before a run of a script", e);
    }
  }

  /** One turn. */
  @Override
  public void run() {
    boolean goesOn = takeTurn();
    synchronized (lock) {
      if (stage == Stage.OVER) {
        return; // and active for ever: nothing calls it back
      }
      goesOn |= isCalled;
      isCalled = false;
      isActive = goesOn;
    }
    if (goesOn) {
      callBack();
    }
  }

  /** Returns whether there is more to do at once. */
  private boolean takeTurn() {
    if (isWatched) {
      isWatched = false;
      running().unwatch();
    }
    try {
      for (int i = 0; i < STEPS && stage != Stage.OVER; i++) {
        boolean goesOn = stage == Stage.NEW ? begin() : attend(running());
        if (!goesOn) {
          return false;
        }
      }
    } catch (ScriptFailure e) {
      refuse(Status.INTERNAL_SERVER_ERROR, e.getMessage());
    } catch (IOException | RuntimeException e) {
      breakOff(e);
    }
    return true;
  }

  private ScriptProcess running() {
    synchronized (lock) {
      if (process == null) {
        throw new IllegalStateException("no process at stage " + stage);
      }
      return process;
    }
  }

  private boolean begin() throws ScriptFailure, IOException {
    if (wasStopped()) {
      end(); // the client left while the run was waiting
      return false;
    }
    if (System.nanoTime() - orderedNanos > order.limitNanos) {
      refuse(Status.SERVICE_UNAVAILABLE, "waited too long for a free worker");
      return false;
    }
    startedNanos = System.nanoTime();
    ScriptCommand command = ScriptCommand.of(order.script, order.environment, order.interpreters);
    ScriptProcess started = surroundings.launcher.start(command, order.content);
    boolean isUnwanted;
    synchronized (lock) {
      process = started;
      isUnwanted = isStopped;
    }
    stage = Stage.HEAD;
    surroundings.runs.add(this);
    limit = surroundings.runs.after(order.limitNanos, this::endTime);
    order.content.close(); // the script has it open
    if (isUnwanted) {
      started.kill(true); // the client left while the script was starting
    }
    return true;
  }

  /** One step with a process; returns false if there is nothing to do now. */
  private boolean attend(ScriptProcess script) throws IOException {
    if (stage != Stage.ENDING && wasStopped()) {
      giveUp(script);
    }
    if (pending != null && !passOn(pending)) {
      return false;
    }
    if (!script.await(patienceNanos)) {
      patienceNanos = 0;
      isWatched = true;
      script.watch(this::call);
      return false;
    }
    byte[] said = script.readErrors();
    if (said != null) {
      errors.add(said);
    }
    switch (stage) {
      case HEAD -> readHead(script);
      case CONTENT -> readContent(script);
      case ENDING -> {
        if (script.hasEnded()) {
          reap(script);
        }
      }
      case NEW, OVER -> throw new IllegalStateException("stage " + stage);
    }
    return stage != Stage.OVER;
  }

  private void readHead(ScriptProcess script) throws IOException {
    byte[] octets = script.readOutput();
    if (octets == null) {
      return;
    }
    if (octets.length == 0) {
      trouble.append("ended without a complete head (fields, then a blank line)");
      fail(Status.BAD_GATEWAY);
      stage = Stage.ENDING;
      return;
    }
    int used = order.parser.feed(octets, 0, octets.length);
    if (order.parser.problem() != null) {
      trouble.append("gave no proper answer: ").append(order.parser.problem());
      fail(Status.BAD_GATEWAY);
      stop();
    } else if (order.parser.isComplete()) {
      answer(order.parser.response());
      takeContent(Arrays.copyOfRange(octets, used, octets.length));
    }
  }

  private void answer(ScriptResponse head) {
    if (head.hasContent(order.wantsContent)) {
      body = new StreamBody(head.contentLength(), surroundings.loop, this::stop);
    }
    deferral.answer(ScriptAnswer.of(head, body, order.script, surroundings.elsewhere));
    stage = Stage.CONTENT;
  }

  private void readContent(ScriptProcess script) throws IOException {
    byte[] octets = script.readOutput();
    if (octets != null && octets.length > 0) {
      takeContent(octets);
    } else if (octets != null) {
      if (body != null) {
        body.finish();
      }
      stage = Stage.ENDING;
    }
  }

  private void takeContent(byte[] octets) {
    if (body != null && octets.length > 0) {
      pending = ByteBuffer.wrap(octets);
    }
  }

  /** Returns false if there is no room; then the stream calls when there is. */
  private boolean passOn(ByteBuffer octets) {
    StreamBody stream = body;
    StreamBody.Offer offer =
        stream == null ? StreamBody.Offer.CLOSED : stream.offer(octets, this::call);
    switch (offer) {
      case FULL -> {
        return false;
      }
      case TAKEN -> pending = null;
      case CLOSED -> {
        pending = null;
        stop();
      }
    }
    return true;
  }

  /** Stopped before its output came to its end. */
  private void giveUp(ScriptProcess script) {
    boolean isLate;
    synchronized (lock) {
      isLate = isTimeOver;
    }
    if (stage == Stage.HEAD) {
      if (isLate) {
        trouble.append("did not answer within the time limit");
      }
      fail(isLate ? Status.GATEWAY_TIMEOUT : Status.BAD_GATEWAY);
    } else {
      if (isLate) {
        trouble.append("was stopped at the time limit, with its answer unfinished");
      }
      if (body != null) {
        body.fail("the script's answer was cut off");
      }
    }
    pending = null;
    script.closeOutput();
    stage = Stage.ENDING;
  }

  private void reap(ScriptProcess script) throws IOException {
    // A few looks at what is left to read; who started by the script holds the pipe may go on.
    for (int i = 0; i < STEPS && script.await(0); i++) {
      byte[] said = script.readErrors();
      if (said == null || said.length == 0) {
        break;
      }
      errors.add(said);
    }
    ScriptEnd scriptEnd = script.reap(this::wasStopped);
    errors.end();
    report(scriptEnd);
    tell(script.pid(), scriptEnd);
    end();
  }

  private void report(ScriptEnd scriptEnd) {
    if (!scriptEnd.isWell() && !(wasStopped() && trouble.length() == 0)) {
      trouble.append(trouble.length() == 0 ? "" : "; it ").append(scriptEnd.words());
    }
    if (trouble.length() > 0) {
      log.warn("script {} {}", OctetPath.display(order.script.scriptName()), trouble);
    }
  }

  private void tell(long pid, ScriptEnd scriptEnd) {
    RunListener listener = surroundings.runs.listener();
    if (listener != RunListener.NONE) {
      long wallMicros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startedNanos);
      String name = order.script.scriptName();
      String outcome = "pid=" + pid + ' ' + scriptEnd.line(wallMicros);
      surroundings.loop.execute(() -> listener.onEnd(name, outcome));
    }
  }

  /** A failure before the head is answered. */
  private void fail(Status status) {
    deferral.answer(ScriptAnswer.error(status));
  }

  /** No process was started. */
  private void refuse(Status status, @Nullable String reason) {
    log.warn("script {} {}", OctetPath.display(order.script.scriptName()), reason);
    fail(status);
    end();
  }

  /** Something failed that should not: the server lacks something, or has a bug. */
  private void breakOff(Exception problem) {
    if (stage == Stage.NEW) {
      refuse(Status.INTERNAL_SERVER_ERROR, "could not be run: " + problem.getMessage());
    } else if (stage != Stage.ENDING) {
      log.error("script {} is broken off", OctetPath.display(order.script.scriptName()), problem);
      stop(); // the next step gives up
    } else {
      log.error("the end of a script was not seen", problem);
      end();
    }
  }

  /** Releases what the run holds, but for a process, which was reaped if there was one. */
  private void end() {
    stage = Stage.OVER;
    order.content.close();
    if (limit != null) {
      limit.cancel(false);
      surroundings.runs.remove(this);
    }
    surroundings.runs.queue().ended();
  }

  private boolean wasStopped() {
    synchronized (lock) {
      return isStopped;
    }
  }

  /** The process id, or 0 if there is none yet. From any thread. */
  long pid() {
    synchronized (lock) {
      return process == null ? 0 : process.pid();
    }
  }

  /** On the reaper. */
  private void endTime() {
    synchronized (lock) {
      isTimeOver = true;
    }
    stop();
  }

  /** Ends the run: the reaper sends SIGTERM at once, SIGKILL soon. From any thread. */
  void stop() {
    synchronized (lock) {
      if (isStopped) {
        return;
      }
      isStopped = true;
      if (process == null) {
        return;
      }
    }
    surroundings.runs.stop(() -> kill(false), GRACE_NANOS, this::killNow);
    call();
  }

  /** Ends the run at once. From any thread but the loop. */
  void killNow() {
    kill(true);
    call();
  }

  /** The lock is not held meanwhile, for {@link #stop} takes it on the loop. */
  private void kill(boolean isForced) {
    ScriptProcess running;
    synchronized (lock) {
      isStopped = true;
      running = process;
    }
    if (running != null) {
      running.kill(isForced);
    }
  }
}
