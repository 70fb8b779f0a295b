package passerelle.gateway;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import passerelle.http.Body;
import passerelle.http.Deferral;
import passerelle.http.Status;
import passerelle.http.StreamBody;
import passerelle.http.StreamBody.Offer;

/**
 * A reply on its way to an exchange: the answer goes to the loop, content through a {@link
 * StreamBody}, and what is to be said of the run to the log, or to the person who wrote the script.
 *
 * <p>Confined to one worker.
 */
final class ExchangeReply implements Reply {
  /** A script may print so much more than it promised, and go on working. */
  private static final long EXCESS_OCTETS = 1 << 20;

  /**
   * Where it goes.
   *
   * @param deferral the right to answer
   * @param loop runs tasks on the loop
   * @param elsewhere answers what the script leaves to others
   * @param listener hears of the run's end, on the loop
   * @param onAbandoned run on the loop if the client leaves before the end of the content
   * @param explains whether the client is to see what went wrong
   */
  record Ways(
      Deferral deferral,
      Executor loop,
      Elsewhere elsewhere,
      RunListener listener,
      Runnable onAbandoned,
      boolean explains) {}

  private final Order order;
  private final Ways ways;
  private final RunReport report;

  /** Made before it is needed: for that there may be no memory. */
  private final Runnable failing;

  /** A head that is another answer if content follows, and so waits for that or the end. */
  private @Nullable ScriptResponse undecided;

  private boolean isAnswered;
  private @Nullable StreamBody body;
  private boolean isClosed;

  /** Whether the script has said all. The loop looks at it. */
  private volatile boolean isEnded;

  private long excess;

  /** What is still to be answered when the story is known to its end. */
  private @Nullable Status failure;

  ExchangeReply(Order order, Ways ways, LineLimit allLines) {
    this.order = order;
    this.ways = ways;
    this.report = new RunReport(order, allLines);
    this.failing = ways.deferral::failNow;
  }

  @Override
  public void errors(byte[] octets) {
    report.errors(octets);
  }

  @Override
  public void head(ScriptResponse head, byte[] opening, boolean isWhole) {
    if (isAnswered || undecided != null) {
      throw new IllegalStateException("there was an answer before");
    }
    if (!head.isLocalRedirect()) {
      answer(head, opening, isWhole);
    } else if (opening.length > 0) {
      answer(head.withContent(), opening, isWhole);
    } else if (isWhole) {
      answer(head, opening, true);
    } else {
      undecided = head;
    }
  }

  private void answer(ScriptResponse head, byte[] opening, boolean isWhole) {
    if (isWhole) {
      isEnded = true;
    }
    if (head.hasContent(order.wantsContent())) {
      long length = head.contentLength();
      if (length == Body.UNKNOWN && isWhole) {
        length = opening.length;
      }
      body = new StreamBody(length, ways.loop, this::stopUnlessEnded);
      if (opening.length > 0) {
        content(ByteBuffer.wrap(opening), () -> {}); // before the loop hears of it: there is room
      }
      if (isWhole) {
        end();
      }
    }
    Deferral.Answer answer = ScriptAnswer.of(head, body, order.script(), ways.elsewhere);
    // A stream tells by itself that it is abandoned.
    ways.deferral.answer(
        body == null ? ScriptAnswer.leftToOthers(answer, this::stopUnlessEnded) : answer);
    isAnswered = true; // last: if it fails, a failure is still to be answered
  }

  /** A script that has said all may go on with what is its own. On the loop. */
  private void stopUnlessEnded() {
    if (!isEnded) {
      ways.onAbandoned.run();
    }
  }

  @Override
  public Offer content(ByteBuffer octets, Runnable onRoom) {
    ScriptResponse head = undecided;
    if (head != null && octets.hasRemaining()) {
      undecided = null;
      answer(head.withContent(), new byte[0], false);
    }
    if (body == null) {
      return Offer.TAKEN; // nobody will see it
    }
    int count = octets.remaining();
    if (!isClosed) {
      Offer offer = body.offer(octets, onRoom);
      if (offer != Offer.CLOSED) {
        return offer;
      }
      isClosed = true;
    }
    excess += count;
    return excess > EXCESS_OCTETS ? Offer.CLOSED : Offer.TAKEN;
  }

  @Override
  public void saidAll() {
    isEnded = true;
  }

  @Override
  public void end() {
    isEnded = true;
    ScriptResponse head = undecided;
    if (head != null) {
      undecided = null;
      answer(head, new byte[0], true);
    }
    if (body != null) {
      body.finish();
    }
  }

  @Override
  public void fail(Status status, @Nullable String trouble) {
    if (trouble != null) {
      report.trouble(trouble);
    }
    undecided = null;
    cutOff(); // also if giving the answer has failed: it may have been given all the same
    if (isAnswered) {
      return;
    }
    if (ways.explains) {
      failure = status;
    } else {
      ways.deferral.answer(ScriptAnswer.error(status));
    }
    isAnswered = true;
  }

  /** Content that came to its end stays whole. */
  private void cutOff() {
    if (body != null) {
      body.fail("the script's answer was cut off");
    }
  }

  @Override
  public void close(Ending ending) {
    try {
      report.end(ending.end(), ending.wasStopped());
      if (!ending.outcome().isEmpty() && ways.listener != RunListener.NONE) {
        String name = order.script().displayName();
        ways.loop.execute(() -> ways.listener.onEnd(name, ending.outcome()));
      }
    } finally {
      settle(ending);
    }
  }

  /** Whatever was said or failed before, the client gets an answer, and the content is let go. */
  private void settle(Ending ending) {
    boolean isSettled = false;
    try {
      if (!isAnswered) {
        fail(Status.BAD_GATEWAY, null);
      }
      if (failure != null) {
        explain(failure, report.story(ending.command()));
      }
      cutOff();
      isSettled = true;
    } finally {
      try {
        if (!isSettled) {
          ways.loop.execute(failing); // nothing, if there was an answer
        }
      } finally {
        order.content().close();
      }
    }
  }

  private void explain(Status status, FailurePage.Story story) {
    ways.deferral.answer(ScriptAnswer.explained(status, order.script().displayName(), story));
  }
}
