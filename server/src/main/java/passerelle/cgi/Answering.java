package passerelle.cgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import passerelle.gateway.Order;
import passerelle.gateway.Reply;
import passerelle.gateway.ScriptResponse;
import passerelle.http.Status;
import passerelle.http.StreamBody;
import passerelle.process.Child;
import passerelle.process.StopSwitch;
import passerelle.process.TimeLimit;

/**
 * Makes an answer of what a script prints: reads the head, passes the content on, and tells the
 * end.
 *
 * <p>An answer is whole when its script has ended its output and no signal has killed it. So its
 * end is told when the script's own is known: at once as a rule, half a second later at most, for a
 * script may close its output and go on working. What a script has started may hold its output open
 * when it has ended itself. Then the answer ends as it is at the time limit, and what holds the
 * output goes on.
 *
 * <p>While content waits for a slow client the script's time limit stands still.
 *
 * <p>Confined to one worker.
 */
final class Answering {
  /** From the end of a script's output to that of its answer, while the script goes on. */
  private static final long LAST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** What a pipe may hold that a script has left behind. */
  private static final int PIPE_OCTETS = 1 << 16;

  private enum AnswerStage {
    /** The head is being read. */
    HEAD,
    /** The content is being passed on. */
    CONTENT,
    /** The output has ended; whether the answer is whole is known when the script has, too. */
    LAST,
    /** Its end has been told. */
    TOLD
  }

  private final Order order;
  private final Reply reply;
  private final StopSwitch stop;
  private AnswerStage stage = AnswerStage.HEAD;

  /** Content for which there was no room. */
  private @Nullable ByteBuffer pending;

  /** When the script's own end is awaited no longer. */
  private long lastNanos;

  /** Whether something has failed, so that what was read may lack a part. */
  private boolean isBroken;

  /** Octets that were read of what the script had left in its pipe when it was to be stopped. */
  private int leftOctets;

  /**
   * An answer that has not begun.
   *
   * @param stop ends the script, or has ended it
   */
  Answering(Order order, Reply reply, StopSwitch stop) {
    this.order = order;
    this.reply = reply;
    this.stop = stop;
  }

  /** Whether its end has been told, or that there is none. */
  boolean isTold() {
    return stage == AnswerStage.TOLD;
  }

  /** Something has failed: what the script has printed does not count, however that has ended. */
  void breakOff() {
    isBroken = true;
  }

  /** Whether it is broken off. */
  boolean isBroken() {
    return isBroken;
  }

  /** How long the script's own end is still awaited, in nanoseconds; negative if it is not. */
  long lastLeftNanos() {
    return stage == AnswerStage.LAST ? Math.max(0, lastNanos - System.nanoTime()) : -1;
  }

  /**
   * Passes on the content that waits for room; returns false if there is none yet.
   *
   * @param limit stands until there is
   * @param onRoom run when there is room again
   */
  boolean passOn(TimeLimit limit, Runnable onRoom) {
    if (pending != null) {
      StreamBody.Offer offer = reply.content(pending, onRoom);
      if (offer == StreamBody.Offer.FULL) {
        limit.stand(); // it is the client that takes its time
        return false;
      }
      limit.goOn();
      pending = null;
      if (offer == StreamBody.Offer.CLOSED) {
        stop.stop(); // it prints far more than it promised
      }
    }
    return true;
  }

  /** Takes up what {@link Child#await} has found, or that it finds nothing more. */
  void take(Child script) throws IOException {
    if (stage == AnswerStage.LAST) {
      tellEnd(script);
      return;
    }
    byte[] octets = script.readOutput();
    if (octets == null) {
      return;
    }
    if (octets.length == 0 && stop.isOn() && !hasOwnEnd(script)) {
      giveUp(script); // an end that was brought about is no end
    } else if (stage == AnswerStage.HEAD) {
      readHead(script, octets);
    } else if (octets.length > 0) {
      pending = ByteBuffer.wrap(octets);
    } else {
      awaitLast();
    }
    if (stop.isTold()) {
      leftOctets += octets.length;
      if (leftOctets > PIPE_OCTETS) {
        script.closeOutput(); // somebody else goes on printing
      }
    }
  }

  private void readHead(Child script, byte[] octets) throws IOException {
    int used = order.parser().feed(octets, 0, octets.length);
    String problem = order.parser().problem();
    if (order.parser().isComplete()) {
      Opening opening = new Opening(octets, used, System::nanoTime);
      opening.gather(script, reply::errors);
      begin(script, opening);
    } else if (problem != null) {
      reply.fail(Status.BAD_GATEWAY, "gave no proper answer: " + problem);
      closeOutput(script);
      stage = AnswerStage.TOLD;
      stop.stop();
    } else if (octets.length == 0) {
      reply.fail(Status.BAD_GATEWAY, "ended without a complete head (fields, then a blank line)");
      stage = AnswerStage.TOLD;
    }
  }

  /** The head is here, and the content has begun; most scripts have ended by now. */
  private void begin(Child script, Opening opening) {
    ScriptResponse head = order.parser().response();
    boolean isEnd = opening.isWhole() && !stop.hasStruck(); // an end brought about is no end
    boolean isKilled = isEnd && script.wasKilled();
    if (opening.isOutputEnded()) {
      reply.saidAll(); // first: the client may be gone at once
    }
    if (!isKilled || head.hasContent(order.wantsContent())) {
      reply.head(head, opening.octets(), isEnd && !isKilled);
    } // else there is no content that could be cut off: the client gets an error
    if (isKilled) {
      reply.fail(Status.BAD_GATEWAY, null);
    }
    stage = isEnd ? AnswerStage.TOLD : AnswerStage.CONTENT;
    if (!isEnd && opening.isOutputEnded()) {
      awaitLast();
    }
  }

  /** The output has ended; the end of the script is about to follow, as a rule. */
  private void awaitLast() {
    stage = AnswerStage.LAST;
    reply.saidAll();
    lastNanos = System.nanoTime() + LAST_NANOS;
  }

  /** Tells the end, if the script has ended, or takes too long for it. */
  private void tellEnd(Child script) {
    if (hasOwnEnd(script) && script.wasKilled()) {
      reply.fail(Status.BAD_GATEWAY, null);
    } else if (script.hasEnded() || stop.isOn() || lastLeftNanos() == 0) {
      reply.end();
    } else {
      return; // it has only said something beside its answer
    }
    stage = AnswerStage.TOLD;
  }

  /** Whether the script had ended before it was stopped. */
  private boolean hasOwnEnd(Child script) {
    return script.hasEnded() && !stop.hasStruck();
  }

  /**
   * The run is to end. What the script has printed counts if it would print no more, unless the
   * answer is broken off.
   */
  void endEarly(Child script) throws IOException {
    if (stage != AnswerStage.TOLD && isBroken) {
      giveUp(script);
      return;
    }
    script.await(0); // tells whether it has ended
    if (stage == AnswerStage.LAST) {
      tellEnd(script);
    } else if (stage != AnswerStage.TOLD && !hasOwnEnd(script)) {
      giveUp(script);
    }
  }

  /** Stopped before its output came to its end. */
  private void giveUp(Child script) {
    pending = null;
    if (!stop.isLate()) {
      reply.fail(Status.BAD_GATEWAY, null);
    } else if (stage == AnswerStage.HEAD) {
      reply.fail(Status.GATEWAY_TIMEOUT, "did not answer within the time limit");
    } else {
      reply.fail(
          Status.GATEWAY_TIMEOUT, "was stopped at the time limit, with its answer unfinished");
    }
    closeOutput(script);
    stage = AnswerStage.TOLD;
  }

  /** A script that goes on printing will be killed for it (SIGPIPE). */
  private void closeOutput(Child script) {
    if (!script.hasEnded()) {
      stop.claimEnd();
    }
    script.closeOutput();
  }
}
