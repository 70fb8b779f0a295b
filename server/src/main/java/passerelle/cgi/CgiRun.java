package passerelle.cgi;

import java.io.IOException;
import java.nio.ByteBuffer;
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
import passerelle.gateway.ScriptResponse;
import passerelle.http.Status;
import passerelle.http.StreamBody;
import passerelle.io.OctetPath;
import passerelle.process.Child;
import passerelle.process.Command;
import passerelle.process.Exit;
import passerelle.process.LaunchFailure;
import passerelle.process.Stdin;
import passerelle.process.StopSwitch;

/**
 * One run of one script: start, read the head, pass the content on, reap.
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
  private final Reply reply;
  private final CgiResponder shared;
  private final Turns turns;
  private final StopSwitch stop;
  private final long orderedNanos = System.nanoTime();
  private long startedNanos;
  private RunStage stage = RunStage.NEW;
  private long patienceNanos = PATIENCE_NANOS;
  private boolean isWatched;
  private boolean isSessionKilled;

  /** Whether it is among the runs that have a script. */
  private boolean isCounted;

  /** Content for which there was no room. */
  private @Nullable ByteBuffer pending;

  private List<String> arguments = List.of();
  private @Nullable Future<?> limit;

  CgiRun(Order order, Reply reply, CgiResponder shared) {
    this.order = order;
    this.reply = reply;
    this.shared = shared;
    this.turns = new Turns(shared.queue(), order.client(), this::takeTurn);
    this.stop = new StopSwitch(shared.children(), turns);
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
    stage = RunStage.HEAD;
    stop.started(started);
    isCounted = true; // first: what cannot be counted in full is taken off in full
    shared.children().add(stop);
    if (shared.children().areEnding()) {
      stop.killNow(); // it may have been started too late to be among those that are killed
    }
    limit = shared.children().after(order.limitNanos(), stop::endTime);
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
      if (stage != RunStage.ENDING && stop.isTold()) {
        giveUp(script);
      }
    }
    if (!passOn()) {
      return false;
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
      reply.errors(said);
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
    return stage != RunStage.OVER;
  }

  /** Passes on the content that waits for room; returns false if there is none yet. */
  private boolean passOn() {
    if (pending != null) {
      StreamBody.Offer offer = reply.content(pending, turns::call);
      if (offer == StreamBody.Offer.FULL) {
        return false;
      }
      pending = null;
      if (offer == StreamBody.Offer.CLOSED) {
        stop(); // it prints far more than it promised
      }
    }
    return true;
  }

  private void takeOutput(Child script) throws IOException {
    byte[] octets = script.readOutput();
    if (octets != null && octets.length == 0 && stop.isOn()) {
      giveUp(script); // an end that was brought about is no end
    } else if (octets != null && stage == RunStage.HEAD) {
      readHead(script, octets);
    } else if (octets != null && octets.length > 0) {
      pending = ByteBuffer.wrap(octets);
    } else if (octets != null) {
      reply.end();
      stage = RunStage.ENDING;
    }
  }

  private void readHead(Child script, byte[] octets) throws IOException {
    int used = order.parser().feed(octets, 0, octets.length);
    String problem = order.parser().problem();
    if (order.parser().isComplete()) {
      ScriptResponse head = order.parser().response();
      Opening opening = new Opening(octets, used, System::nanoTime);
      if (head.hasContent(order.wantsContent()) || head.isLocalRedirect()) {
        opening.gather(script, reply::errors);
      }
      boolean isWhole = opening.isWhole() && !stop.isOn(); // an end brought about is no end
      reply.head(head, opening.octets(), isWhole);
      stage = isWhole ? RunStage.ENDING : RunStage.CONTENT;
    } else if (problem != null) {
      reply.fail(Status.BAD_GATEWAY, "gave no proper answer: " + problem);
      script.closeOutput();
      stage = RunStage.ENDING;
      stop();
    } else if (octets.length == 0) {
      reply.fail(Status.BAD_GATEWAY, "ended without a complete head (fields, then a blank line)");
      stage = RunStage.ENDING;
    }
  }

  /** Stopped before its output came to its end. */
  private void giveUp(Child script) {
    pending = null;
    if (!stop.isLate()) {
      reply.fail(Status.BAD_GATEWAY, null);
    } else if (stage == RunStage.HEAD) {
      reply.fail(Status.GATEWAY_TIMEOUT, "did not answer within the time limit");
    } else {
      reply.fail(
          Status.GATEWAY_TIMEOUT, "was stopped at the time limit, with its answer unfinished");
    }
    script.closeOutput();
    stage = RunStage.ENDING;
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
    end(new Reply.Ending(scriptEnd, stop.isOn(), arguments, outcome));
  }

  /** Whether what the script started is to end with it. */
  private boolean leavesNothing() {
    isSessionKilled = stop.isOn();
    return isSessionKilled;
  }

  /** No process was started. */
  private void refuse(Status status, String reason) {
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
      case HEAD, CONTENT -> {
        stop(); // the next step gives up
        log.error("script {} is broken off", name, problem);
      }
      case ENDING -> {
        abandon();
        log.error("the end of script {} was not seen", name, problem);
      }
      case OVER -> log.error("the end of script {} was not told", name, problem);
    }
  }

  /** Does what can be done for a process whose end could not be awaited in order. */
  private void abandon() {
    isSessionKilled = true;
    boolean isReaped = false;
    try {
      stop.process().kill(true);
      stop.process().reap(() -> true);
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
        limit.cancel(false);
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
