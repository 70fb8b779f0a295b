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

  /**
   * Whether the client has owed a whole request since a moment on the loop's clock, and is owed
   * nothing: then the connection may be closed to make room for another.
   */
  boolean isWaitingSince(long nanos);

  /** The connection is closed: release every buffer, body and run. Exactly once. */
  void onClosed();
}
