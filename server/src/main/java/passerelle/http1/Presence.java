package passerelle.http1;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import passerelle.http.Request;
import passerelle.io.Transport;
import passerelle.reactor.LoopClock;
import passerelle.wire.Staging;

/**
 * Whether a client that waits for an answer is still there, while its socket cannot tell.
 *
 * <p>A socket that is read tells of a reset at once. Nobody reads it once the client has ended its
 * side, or when requests that it sent ahead fill the input buffer. The end of a side is no
 * farewell: {@code nc -N} sends it and reads on (RFC 9112 §9.6). So the connection asks, once a
 * second, from half a second on:
 *
 * <ul>
 *   <li>the system, which knows of a reset, and of a client on this machine that has closed;
 *   <li>the network, by octets that mean nothing: before the head an interim response 102 (RFC 9110
 *       §15.2), between chunks a leading zero of the next one's size (RFC 9112 §7.1). Who is gone
 *       answers with a reset.
 * </ul>
 *
 * <p>HTTP/1.0, and content that is not chunked, have no such octets.
 *
 * <p>Confined to the loop thread.
 */
final class Presence {
  private static final byte[] PROCESSING =
      "HTTP/1.1 102 Processing\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Most answers come sooner, and no client has to skip anything. */
  private static final long PATIENCE_NANOS = 500_000_000;

  private final Transport transport;
  private final Staging staging;
  private final LoopClock clock;
  private boolean isHeard = true;
  private long unheardNanos;

  Presence(Transport transport, Staging staging, LoopClock clock) {
    this.transport = transport;
    this.staging = staging;
    this.clock = clock;
  }

  /** Whether the socket is read or written as soon as that can be done. */
  void heard(boolean isNow) {
    if (isHeard && !isNow) {
      unheardNanos = clock.nanos();
    }
    isHeard = isNow;
  }

  /** Whether the client is surely gone. For the phases in which it waits. */
  boolean isOver() {
    return !isHeard && transport.isPeerGone();
  }

  /** A second has passed without an answer; returns whether the network is asked. */
  boolean tryAskBeforeHead(Request request) throws IOException {
    boolean isAsked = isDue() && request.minorVersion() > 0;
    if (isAsked) {
      staging.tryStage(PROCESSING);
    }
    return isAsked;
  }

  /** A second has passed in the middle of an answer; returns whether the network is asked. */
  boolean tryAskWithin(ResponseSender sender) throws IOException {
    return isDue() && sender.tryStageNothing();
  }

  private boolean isDue() {
    return !isHeard && clock.nanos() - unheardNanos >= PATIENCE_NANOS;
  }
}
