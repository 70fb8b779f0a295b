package passerelle.reactor;

/**
 * What a {@link Connection} runs: the reactor calls, the protocol reacts and never waits.
 *
 * <p>After {@link #onClosed} no other method is called.
 *
 * <p>Confined to the loop thread.
 */
public interface Protocol {
  /** There is input, or its end. */
  void onReadable();

  /** The socket takes output again. */
  void onWritable();

  /** A new turn after {@link Connection#again}. */
  void onAgain();

  /** The connection's deadline has passed. */
  void onDeadline();

  /** Once a second. */
  void onTick();

  /** The server is shutting down: finish what is under way, begin nothing new. */
  void onDrain();

  /** Whether nothing is under way, so that nobody would miss an answer if it were closed. */
  boolean isIdle();

  /** The connection is closed: release every buffer, body and run. Exactly once. */
  void onClosed();
}
