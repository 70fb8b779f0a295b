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
import passerelle.io.Transport;
import passerelle.wire.Staging;

/**
 * Sends one response: chooses its framing, writes its head, and lets its body write itself.
 *
 * <p>It owns the body from {@link #begin} to {@link #end}.
 *
 * <p>Confined to the loop thread.
 */
final class ResponseSender {
  /** The most that one connection writes in one turn (decision D7). */
  private static final long QUANTUM_OCTETS = 256 * 1024;

  private final Staging staging;
  private final HeadWriter heads;
  private @Nullable Body body;
  private @Nullable ChunkedTransport chunks;
  private boolean isHeadWritten;
  private boolean isPersistent;

  ResponseSender(Staging staging, HeadWriter heads) {
    this.staging = staging;
    this.heads = heads;
  }

  /** Takes the response's body; {@code persistent} is what the connection would like. */
  void begin(Response response, boolean persistent) {
    body = response.takeBody();
    chunks = null;
    isHeadWritten = false;
    isPersistent = persistent;
    staging.resetCount();
  }

  /** The connection will end after this response; too late once the head is written. */
  void closeAfterwards() {
    isPersistent = false;
  }

  /** Whether the connection can go on after this response. Known once the head is written. */
  boolean isPersistent() {
    return isPersistent;
  }

  /** Writes on, as far as it goes in this turn. */
  Progress proceed(Request request, Response response) throws IOException {
    if (!isHeadWritten) {
      if (!tryWriteHead(request, response)) {
        return Progress.BLOCKED;
      }
      if (body != null && chunks == null) {
        staging.count(body.moveInto(staging.buffer()));
      }
    }
    if (body == null) {
      return Progress.DONE;
    }
    Transport target = chunks == null ? staging : chunks;
    Progress progress = body.writeTo(target, QUANTUM_OCTETS);
    if (progress == Progress.DONE && chunks != null && !chunks.finish()) {
      return Progress.BLOCKED;
    }
    return progress;
  }

  private boolean tryWriteHead(Request request, Response response) throws IOException {
    if (!staging.hasRoomFor(heads.bound(response))) {
      return false;
    }
    ByteBuffer verbatim = response.verbatimHead();
    if (verbatim != null) {
      isPersistent = false;
      isHeadWritten = true;
      staging.buffer().put(verbatim.duplicate().rewind());
      return true;
    }
    long length = response.representationLength();
    boolean isChunked = false;
    if (response.status().forbidsContent()) {
      dropBody();
      length = Body.UNKNOWN;
    } else if (request.method() == Method.HEAD) {
      dropBody();
    } else if (body == null) {
      length = 0;
    } else if (length == Body.UNKNOWN) {
      isChunked = request.minorVersion() > 0;
      isPersistent &= isChunked;
    }
    if (isChunked) {
      chunks = new ChunkedTransport(staging);
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

  private void dropBody() {
    Body dropped = body;
    body = null;
    if (dropped != null) {
      dropped.close();
    }
  }

  /** How many octets of content were handed to the transport. */
  long contentOctets() {
    return staging.counted();
  }

  /** Closes the body, sent or not. */
  void end() {
    dropBody();
    chunks = null;
    staging.resetCount();
  }
}
