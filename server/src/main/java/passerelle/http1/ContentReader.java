package passerelle.http1;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.ContentSink;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.wire.Input;

/**
 * Takes one request's content out of the input and feeds it to a sink.
 *
 * <p>Confined to the loop thread.
 */
final class ContentReader {
  private static final Logger log = LoggerFactory.getLogger(ContentReader.class);

  /** Unwanted content up to this length is read so that the connection can go on. */
  private static final long SHORT_OCTETS = 64 * 1024;

  private final Input input;
  private final ChunkedDecoder chunks = new ChunkedDecoder();
  private ContentSink sink = Discard.INSTANCE;
  private boolean isWanted;
  private boolean isChunked;
  private long remaining;
  private int headEnd;

  ContentReader(Input input) {
    this.input = input;
  }

  /** Begins the content that follows a head, as the request's length says. */
  void begin(Request request, int end, long limitOctets) {
    headEnd = end;
    isChunked = request.contentLength() == Request.UNKNOWN_LENGTH;
    remaining = isChunked ? 0 : request.contentLength();
    sink = Discard.INSTANCE;
    isWanted = false;
    if (isChunked) {
      chunks.begin(limitOctets);
    }
  }

  /** Somebody wants the content. */
  void sink(ContentSink target) {
    sink = target;
    isWanted = true;
  }

  /** Whether there is a sink for the content, or was until all of it had come. */
  boolean isWanted() {
    return isWanted;
  }

  /** Whether there is a sink that was not yet told of the end. */
  boolean hasSink() {
    return sink != Discard.INSTANCE;
  }

  boolean isComplete() {
    return isChunked ? chunks.isDone() : remaining == 0;
  }

  /**
   * Whether reading the rest costs less than another connection would, as far as is known yet: of
   * chunked content that is what was announced so far.
   */
  boolean isShort() {
    return (isChunked ? chunks.announced() : remaining) <= SHORT_OCTETS;
  }

  boolean isAccepting() {
    return sink.isAccepting();
  }

  /** Feeds what has arrived; returns the status of a refusal, or of a sink that failed, or null. */
  @Nullable Status read() {
    ByteBuffer view = input.buffer().duplicate();
    view.limit(input.filled()).position(input.at());
    Status refusal = null;
    try {
      if (isChunked) {
        refusal = chunks.decode(view, sink);
      } else {
        fixed(view);
      }
    } catch (RuntimeException e) {
      log.error("a handler failed on the content of a request", e);
      return Status.INTERNAL_SERVER_ERROR;
    }
    input.take(view.position());
    if (!isComplete()) {
      input.rewind(headEnd);
    }
    return refusal;
  }

  private void fixed(ByteBuffer view) {
    if (remaining > 0 && view.hasRemaining() && sink.isAccepting()) {
      int count = (int) Math.min(view.remaining(), remaining);
      view.limit(view.position() + count);
      sink.onContent(view);
      remaining -= count;
    }
  }

  /** Tells the sink that all content has come; returns whether it took that well. */
  boolean tryComplete() {
    ContentSink target = sink;
    sink = Discard.INSTANCE;
    try {
      target.onComplete();
      return true;
    } catch (RuntimeException e) {
      log.error("a handler failed at the end of the content of a request", e);
      return false;
    }
  }

  /** Nobody wants the content any more. */
  void abort() {
    ContentSink target = sink;
    sink = Discard.INSTANCE;
    isWanted = false;
    target.onAbort();
  }

  /** The sink of content that nobody wants. */
  private enum Discard implements ContentSink {
    INSTANCE;

    @Override
    public void onContent(ByteBuffer content) {
      content.position(content.limit());
    }

    @Override
    public void onComplete() {
      // Nobody waits for it.
    }

    @Override
    public void onAbort() {
      // Nobody waits for it.
    }
  }
}
