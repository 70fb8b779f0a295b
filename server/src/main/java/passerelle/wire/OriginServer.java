package passerelle.wire;

import java.util.concurrent.Executor;
import passerelle.http.ExchangeListener;
import passerelle.http.Handler;
import passerelle.io.BufferPool;
import passerelle.reactor.LoopClock;

/**
 * What all connections of one server share (RFC 9110 §3.6), whatever version of HTTP they speak:
 * whom they ask and tell, how much they put up with, and their buffers.
 *
 * <p>Confined to the loop thread.
 */
public final class OriginServer {
  private static final int MOST_POOLED = 256;

  private final Handler handler;
  private final AnswerDefaults defaults;
  private final Limits limits;
  private final Surroundings surroundings;
  private final BufferPool buffers = new BufferPool(Limits.BUFFER_OCTETS, MOST_POOLED);
  private final LargeBuffers largeBuffers;
  private boolean isDraining;

  /**
   * What a server runs in.
   *
   * <p>Immutable.
   *
   * @param listener hears of every exchange that has ended
   * @param loop runs tasks on the loop
   * @param clock the loop's
   */
  public record Surroundings(ExchangeListener listener, Executor loop, LoopClock clock) {}

  /** A server whose requests {@code handler} answers. */
  public OriginServer(
      Handler handler, AnswerDefaults defaults, Limits limits, Surroundings surroundings) {
    this.handler = handler;
    this.defaults = defaults;
    this.limits = limits;
    this.surroundings = surroundings;
    this.largeBuffers = LargeBuffers.standard(limits.largeBufferOctets());
  }

  /** Answers requests. */
  public Handler handler() {
    return handler;
  }

  /** What all responses have in common. */
  public AnswerDefaults defaults() {
    return defaults;
  }

  /** How much, and how long, the connections put up with. */
  public Limits limits() {
    return limits;
  }

  /** Hears of every exchange that has ended. */
  public ExchangeListener listener() {
    return surroundings.listener;
  }

  /** Runs tasks on the loop. */
  public Executor loop() {
    return surroundings.loop;
  }

  /** The loop's clock. */
  public LoopClock clock() {
    return surroundings.clock;
  }

  /** The pool of input and output buffers. */
  public BufferPool buffers() {
    return buffers;
  }

  /** The input buffers of those whose head does not fit the usual ones. */
  public LargeBuffers largeBuffers() {
    return largeBuffers;
  }

  /** From now on every response closes its connection. */
  public void drain() {
    isDraining = true;
  }

  /** Whether every response closes its connection. */
  public boolean isDraining() {
    return isDraining;
  }
}
