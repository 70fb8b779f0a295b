package passerelle.cgi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.http.StreamBody;

/**
 * Passes the content of a script's answer on to the loop, or drops it if no client will see it.
 *
 * <p>It holds at most one chunk, for which there was no room.
 *
 * <p>Confined to one worker.
 */
final class Relay {
  /** A script may print so much more than it promised, and go on working. */
  private static final long EXCESS_OCTETS = 1 << 20;

  private final @Nullable StreamBody body;
  private @Nullable ByteBuffer pending;
  private boolean isClosed;
  private long excess;

  /** A relay to a stream; null for content that is not to be seen. */
  Relay(@Nullable StreamBody body) {
    this.body = body;
  }

  /** Takes octets to pass on; only when there are none that wait for room. */
  void take(byte[] octets) {
    if (isClosed) {
      excess += octets.length;
    } else if (body != null && octets.length > 0) {
      pending = ByteBuffer.wrap(octets);
    }
  }

  /**
   * Passes on what is pending, if anything. When the stream takes no more, what comes is dropped;
   * CLOSED says that it is too much.
   *
   * @param onRoom run when there is room again, if there is none now
   */
  StreamBody.Offer passOn(Runnable onRoom) {
    if (pending == null || body == null) {
      return excess > EXCESS_OCTETS ? StreamBody.Offer.CLOSED : StreamBody.Offer.TAKEN;
    }
    StreamBody.Offer offer = body.offer(pending, onRoom);
    if (offer == StreamBody.Offer.FULL) {
      return offer;
    }
    isClosed = offer == StreamBody.Offer.CLOSED;
    pending = null;
    return StreamBody.Offer.TAKEN;
  }

  /** The content has come to its end. */
  void finish() {
    if (body != null) {
      body.finish();
    }
  }

  /** The content will not come to its end: the client is to see that. */
  void cutOff() {
    pending = null;
    if (body != null) {
      body.fail("the script's answer was cut off");
    }
  }
}
