package passerelle.cgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Deferral;
import passerelle.http.Handler;
import passerelle.http.Status;
import passerelle.http.StreamBody;
import passerelle.io.OctetPath;

/**
 * One run of one script, on one worker: start, read the head, pass the content on, reap.
 *
 * <p>The run owns the process and, from the moment it is handed to a worker, the content spool. Its
 * time limit is kept twice: the worker's own waits end with it, and the reaper stops the script.
 *
 * <p>Confined to one worker, but for {@link #stop} and {@link #killNow}.
 *
 * <p>Confined to one worker.
 */
final class ScriptRun implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ScriptRun.class);
  private static final int BUFFER_OCTETS = 16 * 1024;

  /** From SIGTERM to SIGKILL. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /**
   * What a run needs.
   *
   * @param script the script
   * @param environment its meta-variables
   * @param interpreters commands by extension
   * @param content the request's content, complete
   * @param wantsContent whether the client will see the content of the answer
   * @param limitNanos the time limit, and that for waiting in the queue
   */
  record Order(
      ScriptPath script,
      Map<String, String> environment,
      Map<String, List<String>> interpreters,
      ContentSpool content,
      boolean wantsContent,
      long limitNanos) {}

  /**
   * What all runs share.
   *
   * @param launcher starts scripts
   * @param runs keeps count and time
   * @param loop runs tasks on the loop
   * @param localRedirects answers a request that a script turned to another resource
   */
  record Surroundings(
      ScriptLauncher launcher, ScriptRuns runs, Executor loop, Handler localRedirects) {}

  private final Order order;
  private final Surroundings surroundings;
  private final Deferral deferral;
  private final long orderedNanos = System.nanoTime();
  private byte[] buffer = new byte[0];
  private long deadlineNanos;

  /** Guards the process and whether it may still be started. */
  private final Object lock = new Object();

  private @Nullable ScriptProcess process;
  private boolean isStopped;

  ScriptRun(Order order, Surroundings surroundings, Deferral deferral) {
    this.order = order;
    this.surroundings = surroundings;
    this.deferral = deferral;
  }

  @Override
  public void run() {
    long now = System.nanoTime();
    try {
      if (wasStopped()) {
        return; // the client left while the run was waiting
      }
      if (now - orderedNanos > order.limitNanos) {
        refuse(Status.SERVICE_UNAVAILABLE, "waited too long for a free worker");
        return;
      }
      deadlineNanos = now + order.limitNanos;
      buffer = new byte[BUFFER_OCTETS];
      attend(start());
    } catch (ScriptFailure e) {
      refuse(Status.INTERNAL_SERVER_ERROR, e.getMessage());
    } catch (IOException e) {
      refuse(Status.INTERNAL_SERVER_ERROR, "could not be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
    } finally {
      order.content.close();
    }
  }

  private ScriptProcess start() throws ScriptFailure, IOException {
    ScriptCommand command = ScriptCommand.of(order.script, order.environment, order.interpreters);
    ScriptProcess started = surroundings.launcher.start(command, order.content);
    boolean isUnwanted;
    synchronized (lock) {
      process = started;
      isUnwanted = isStopped;
    }
    if (isUnwanted) {
      started.kill(true); // the client left while the script was starting
    }
    return started;
  }

  /** Carries the output of a script that runs, and reaps it in every case. */
  private void attend(ScriptProcess started) throws IOException, InterruptedException {
    surroundings.runs.add(this);
    Future<?> limit = surroundings.runs.after(order.limitNanos, this::stop);
    StringBuilder trouble = new StringBuilder();
    boolean isOver = false;
    try {
      Status failure = converse(started, trouble);
      if (failure == null) {
        isOver = true;
      } else {
        deferral.answer(ScriptAnswer.error(failure));
      }
    } finally {
      if (!isOver) {
        stop();
      }
      String end = started.awaitEnd(this::wasStopped);
      limit.cancel(false);
      surroundings.runs.remove(this);
      report(end, trouble, started.errorTail());
    }
  }

  /** Whether the time limit has passed: an end that the reaper brought about is no end. */
  private boolean isTimeOver() {
    return System.nanoTime() - deadlineNanos >= 0;
  }

  /** Reads the head and passes the content on; returns the status of a failure before the head. */
  private @Nullable Status converse(ScriptProcess started, StringBuilder trouble)
      throws IOException, InterruptedException {
    ScriptResponseParser parser = new ScriptResponseParser();
    int count = 0;
    int used = 0;
    while (!parser.isComplete()) {
      count = started.read(buffer, deadlineNanos);
      if (count == ScriptProcess.TIMED_OUT || isTimeOver()) {
        trouble.append("did not answer within the time limit");
        return Status.GATEWAY_TIMEOUT;
      }
      if (count == ScriptProcess.END) {
        if (!wasStopped()) {
          trouble.append("ended without a complete head (fields, then a blank line)");
        }
        return Status.BAD_GATEWAY;
      }
      used = parser.feed(buffer, 0, count);
      if (parser.problem() != null) {
        trouble.append("gave no proper answer: ").append(parser.problem());
        return Status.BAD_GATEWAY;
      }
    }
    ScriptResponse head = parser.response();
    boolean streams =
        order.wantsContent && !head.isLocalRedirect() && !head.clientStatus().forbidsContent();
    StreamBody body =
        streams ? new StreamBody(head.contentLength(), surroundings.loop, this::stop) : null;
    deferral.answer(ScriptAnswer.of(head, body, surroundings.localRedirects));
    boolean isWhole = false;
    try {
      isWhole = passOn(started, body, Arrays.copyOfRange(buffer, used, count));
    } finally {
      if (!isWhole) {
        if (isTimeOver()) {
          trouble.append("was stopped at the time limit, with its answer unfinished");
        }
        if (body != null) {
          body.fail("the script's answer was cut off");
        }
        stop();
      }
    }
    return null;
  }

  /** Passes the content on; returns whether it came to its end. */
  private boolean passOn(ScriptProcess started, @Nullable StreamBody body, byte[] first)
      throws IOException, InterruptedException {
    byte[] chunk = first;
    while (true) {
      if (body != null && chunk.length > 0 && !body.put(ByteBuffer.wrap(chunk), deadlineNanos)) {
        return false;
      }
      int count = started.read(buffer, deadlineNanos);
      if (count == ScriptProcess.TIMED_OUT || (count == ScriptProcess.END && isTimeOver())) {
        return false;
      }
      if (count == ScriptProcess.END) {
        if (body != null) {
          body.finish();
        }
        return true;
      }
      chunk = Arrays.copyOf(buffer, count);
    }
  }

  private void report(String end, StringBuilder trouble, String errorTail) {
    String name = OctetPath.display(order.script.scriptName());
    StringBuilder message = new StringBuilder(trouble);
    if (!end.isEmpty() && !(wasStopped() && trouble.length() == 0)) {
      message.append(message.length() == 0 ? "" : "; it ").append(end);
    }
    if (!errorTail.isEmpty()) {
      message.append(message.length() == 0 ? "said" : "; it said").append(":\n").append(errorTail);
    }
    if (message.length() > 0) {
      log.warn("script {} {}", name, message);
    }
  }

  private void refuse(Status status, @Nullable String reason) {
    log.warn("script {} {}", OctetPath.display(order.script.scriptName()), reason);
    deferral.answer(ScriptAnswer.error(status));
  }

  private boolean wasStopped() {
    synchronized (lock) {
      return isStopped;
    }
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
  }

  /** Ends the run at once. From any thread but the loop. */
  void killNow() {
    kill(true);
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
