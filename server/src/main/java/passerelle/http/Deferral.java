package passerelle.http;

import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The right to answer one exchange later, from another thread: one of the two types that cross.
 *
 * <p>A deferral belongs to one generation of its exchange. When the exchange has ended meanwhile
 * (the client left, the connection timed out), the late answer is discarded instead of reaching the
 * next request on the same connection (decision D10).
 *
 * <p>Safe from any thread.
 */
public final class Deferral {
  /** An answer, made by a worker, applied on the loop. */
  public interface Answer {
    /** Answers the exchange. On the loop. */
    void applyTo(Exchange exchange);

    /** Nobody wants the answer any more: release what it holds. On the loop. */
    void discard();
  }

  private final Exchange exchange;
  private final Executor loop;
  private final Runnable onCancel;
  private volatile boolean cancelled;

  Deferral(Exchange exchange, Executor loop, Runnable onCancel) {
    this.exchange = exchange;
    this.loop = loop;
    this.onCancel = onCancel;
  }

  /** Hands the answer to the loop. From any thread, at most once. */
  public void answer(Answer answer) {
    loop.execute(() -> exchange.answerDeferred(this, answer));
  }

  /**
   * A task for a worker: makes the answer and hands it to the loop. Whatever fails, out of memory
   * too, the exchange hears of the end: all that telling it takes is made here.
   *
   * @param maker runs on the worker
   */
  public Runnable answering(Supplier<Answer> maker) {
    return new Work(maker);
  }

  /** On its way to the worker, and back to the loop. */
  private final class Work implements Runnable {
    private final Supplier<Answer> maker;
    private final Runnable onLoop = this::tell;
    private volatile @Nullable Answer answer;

    Work(Supplier<Answer> maker) {
      this.maker = maker;
    }

    @Override
    public void run() {
      try {
        answer = maker.get();
      } finally {
        loop.execute(onLoop);
      }
    }

    private void tell() {
      Answer made = answer;
      if (made == null) {
        exchange.failDeferred(Deferral.this);
      } else {
        exchange.answerDeferred(Deferral.this, made);
      }
    }
  }

  /** The answer cannot be made: the client gets an error. On the loop. Throws nothing. */
  public void failNow() {
    exchange.failDeferred(this);
  }

  /** Answers at once. On the loop, at most once, and not while the handler still runs. */
  public void answerNow(Answer answer) {
    exchange.answerDeferred(this, answer);
  }

  /** Whether nobody waits for the answer any more. From any thread. */
  public boolean isCancelled() {
    return cancelled;
  }

  /** The exchange is over without an answer. On the loop. */
  void cancel() {
    cancelled = true;
    onCancel.run();
  }
}
