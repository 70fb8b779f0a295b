package passerelle.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import passerelle.io.Transport;

/**
 * The content of a response and the only one who writes it.
 *
 * <p>Whoever accepts a body owns it and closes it exactly once, written or not.
 *
 * <p>Confined to the loop thread.
 */
public sealed interface Body permits BytesBody, FileBody, PiecesBody, SequenceBody, StreamBody {
  /** The length of a body whose end is not known yet. */
  long UNKNOWN = -1;

  /** The length in octets, or {@link #UNKNOWN}. */
  long length();

  /**
   * Writes what the transport takes, up to the quantum, and remembers where it stopped.
   *
   * @param quantum the most octets to write in this call
   * @throws IOException if the transport fails, or the body cannot deliver what its length promised
   */
  Progress writeTo(Transport transport, long quantum) throws IOException;

  /**
   * Moves what is at hand and small enough into a buffer, behind the head, so that both leave in
   * one write. Called once, before {@link #writeTo}, which goes on where this stopped.
   *
   * @return how many octets were moved
   * @throws IOException if the body cannot deliver what its length promised
   */
  default int moveInto(ByteBuffer target) throws IOException {
    return 0;
  }

  /** Says whom to call, on the loop, when a body that was starved can go on. */
  default void onContent(Runnable task) {
    // Most bodies have all their content from the start.
  }

  /** Releases what the body holds. */
  void close();
}
