package passerelle.http1;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.http.Body;
import passerelle.http.Method;
import passerelle.http.Progress;
import passerelle.http.Request;
import passerelle.http.Response;
import passerelle.http1.HeadWriter.ConnectionOption;
import passerelle.reactor.LoopClock;
import passerelle.wire.BodyPump;
import passerelle.wire.Staging;

/**
 * Sends one response: chooses its framing, writes its head, and has its body pumped behind it.
 *
 * <p>Content that ends with the connection (RFC 9112 §6.3) must not look whole when the connection
 * ends before it, for whatever reason: until all is said, every close is a reset.
 *
 * <p>It owns the body from {@link #begin} to {@link #end}.
 *
 * <p>Confined to the loop thread.
 */
final class ResponseSender {
  private final Staging staging;
  private final HeadWriter heads;
  private final LoopClock clock;
  private final BodyPump pump = new BodyPump();
  private @Nullable ChunkedTransport chunks;
  private boolean isHeadWritten;
  private boolean isPersistent;
  private Progress progress = Progress.DONE;
  private boolean hasMoved;

  ResponseSender(Staging staging, HeadWriter heads, LoopClock clock) {
    this.staging = staging;
    this.heads = heads;
    this.clock = clock;
  }

  /** Takes the response's body; {@code persistent} is what the connection would like. */
  void begin(Response response, boolean persistent) {
    heads.renderFor(clock.epochMillis());
    pump.begin(response.takeBody());
    chunks = null;
    isHeadWritten = false;
    isPersistent = persistent;
    progress = Progress.MORE;
    staging.resetCount();
  }

  /** Whether the connection can go on after this response. Known once the head is written. */
  boolean isPersistent() {
    return isPersistent;
  }

  /** Whether the body used up its quantum and can go on. */
  boolean hasMore() {
    return progress == Progress.MORE;
  }

  /** Whether the last call of {@link #proceed} wrote content, or came to another result. */
  boolean hasMoved() {
    return hasMoved;
  }

  /** Writes on, as far as it goes in this turn. */
  Progress proceed(Request request, Response response) throws IOException {
    Progress before = progress;
    long octetsBefore = contentOctets();
    progress = write(request, response);
    hasMoved = progress != before || contentOctets() > octetsBefore;
    return progress;
  }

  private Progress write(Request request, Response response) throws IOException {
    if (!isHeadWritten) {
      if (!tryWriteHead(request, response)) {
        return Progress.BLOCKED;
      }
      if (chunks == null && !staging.isJoined(pump.length())) {
        staging.count(pump.moveInto(staging.buffer()));
      }
    }
    Progress pumped = pump.pump(chunks == null ? staging : chunks);
    if (pumped == Progress.DONE && chunks != null && !chunks.finish()) {
      return Progress.BLOCKED;
    }
    return pumped;
  }

  private boolean tryWriteHead(Request request, Response response) throws IOException {
    if (!staging.hasRoomFor(heads.bound(response))) {
      return false;
    }
    ByteBuffer verbatim = response.verbatimHead();
    if (verbatim != null) {
      staging.breaksOff(pump.hasBody());
      isPersistent = false;
      isHeadWritten = true;
      staging.buffer().put(verbatim.duplicate().rewind());
      return true;
    }
    long length = response.representationLength();
    boolean isChunked = false;
    if (response.status().forbidsContent()) {
      pump.drop();
      length = response.status().endsAtHead() ? Body.UNKNOWN : 0;
    } else if (request.method() == Method.HEAD) {
      pump.drop();
    } else if (!pump.hasBody()) {
      length = 0;
    } else if (length == Body.UNKNOWN) {
      isChunked = request.minorVersion() > 0;
      isPersistent &= isChunked;
    }
    if (isChunked) {
      chunks = new ChunkedTransport(staging);
    } else if (length == Body.UNKNOWN && pump.hasBody()) {
      staging.breaksOff(true); // the end of the connection will be that of the content
    }
    ConnectionOption option = ConnectionOption.NONE;
    if (!isPersistent) {
      option = ConnectionOption.CLOSE;
    } else if (request.minorVersion() == 0) {
      option = ConnectionOption.KEEP_ALIVE;
    }
    heads.write(staging.buffer(), response, length, isChunked, option);
    isHeadWritten = true;
    return true;
  }

  /**
   * Stages an octet that means nothing, if a body that is silent leaves room for one; returns
   * whether it did.
   */
  boolean tryStageNothing() throws IOException {
    return progress == Progress.STARVED && chunks != null && chunks.tryZero();
  }

  /** How many octets of content were handed to the transport. */
  long contentOctets() {
    return staging.counted();
  }

  /** Closes the body, sent or not. */
  void end() {
    pump.drop();
    chunks = null;
    progress = Progress.DONE;
    staging.resetCount();
  }
}
