package passerelle.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.http.Body;
import passerelle.http.Progress;
import passerelle.io.Transport;

/**
 * Has one response's body write itself, a quantum in each turn. It owns the body from {@link
 * #begin} to {@link #drop}.
 *
 * <p>Confined to the loop thread.
 */
public final class BodyPump {
  /** The most octets that one response writes in one turn (decision D7). */
  private static final long QUANTUM_OCTETS = 256 * 1024;

  private @Nullable Body body;

  /** Takes a body; null for none. */
  public void begin(@Nullable Body value) {
    body = value;
  }

  /** Whether there is a body. */
  public boolean hasBody() {
    return body != null;
  }

  /** How long the body is; {@link Body#UNKNOWN}, which is less than nothing, if nobody knows. */
  public long length() {
    return body == null ? 0 : body.length();
  }

  /** Moves what is at hand into a buffer, once, before {@link #pump}; returns how many octets. */
  public int moveInto(ByteBuffer target) throws IOException {
    return body == null ? 0 : body.moveInto(target);
  }

  /** Writes on, as far as it goes in this turn; no body is done at once. */
  public Progress pump(Transport target) throws IOException {
    return body == null ? Progress.DONE : body.writeTo(target, QUANTUM_OCTETS);
  }

  /** Closes the body, sent or not. */
  public void drop() {
    Body dropped = body;
    body = null;
    if (dropped != null) {
      dropped.close();
    }
  }
}
