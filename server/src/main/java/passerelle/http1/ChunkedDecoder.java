package passerelle.http1;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.http.ContentSink;
import passerelle.http.Status;
import passerelle.io.Ascii;

/**
 * Decodes chunked content, incrementally and strictly (RFC 9112 §7.1).
 *
 * <pre>
 *   chunked-body = *chunk last-chunk trailer-section CRLF
 *   chunk        = 1*HEXDIG [ chunk-ext ] CRLF chunk-data CRLF
 *   last-chunk   = 1*"0" [ chunk-ext ] CRLF
 * </pre>
 *
 * <p>Extensions and trailer fields are checked for their octets, bounded, and dropped.
 *
 * <p>Confined to the loop thread.
 */
public final class ChunkedDecoder {
  private enum ChunkState {
    SIZE,
    BEFORE_EXTENSION,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
    DONE
  }

  /** For all extensions and all trailer fields of one content together. */
  private static final int EXTRA_OCTETS = 16 * 1024;

  /** As many as a long has: some programs pad with zeros. */
  private static final int SIZE_DIGITS = 16;

  private ChunkState state = ChunkState.SIZE;
  private long limitOctets;
  private long total;
  private long chunkLeft;
  private int digits;
  private int extra;

  /** Begins new content of at most {@code limit} decoded octets. */
  public void begin(long limit) {
    state = ChunkState.SIZE;
    limitOctets = limit;
    total = 0;
    chunkLeft = 0;
    digits = 0;
    extra = 0;
  }

  /** Whether the end of the content, trailer section included, was seen. */
  public boolean isDone() {
    return state == ChunkState.DONE;
  }

  /** How many decoded octets the chunk sizes seen so far have announced together. */
  long announced() {
    return total;
  }

  /**
   * Consumes input up to the end of the content, or as long as the sink accepts.
   *
   * @return the status of a refusal, or null
   */
  public @Nullable Status decode(ByteBuffer input, ContentSink sink) {
    while (input.hasRemaining() && state != ChunkState.DONE) {
      if (state == ChunkState.DATA) {
        if (!sink.isAccepting()) {
          return null;
        }
        data(input, sink);
      } else {
        Status refusal = step(input.get() & 0xff);
        if (refusal != null) {
          return refusal;
        }
      }
    }
    return null;
  }

  private void data(ByteBuffer input, ContentSink sink) {
    int end = input.limit();
    int count = (int) Math.min(input.remaining(), chunkLeft);
    input.limit(input.position() + count);
    sink.onContent(input);
    input.limit(end);
    chunkLeft -= count;
    if (chunkLeft == 0) {
      state = ChunkState.DATA_CR;
    }
  }

  private @Nullable Status step(int c) {
    return switch (state) {
      case SIZE -> size(c);
      case BEFORE_EXTENSION -> beforeExtension(c);
      case EXTENSION -> text(c, ChunkState.SIZE_LF);
      case SIZE_LF -> expect(c, '\n', chunkLeft > 0 ? ChunkState.DATA : ChunkState.TRAILER_START);
      case DATA_CR -> expect(c, '\r', ChunkState.DATA_LF);
      case DATA_LF -> {
        digits = 0;
        yield expect(c, '\n', ChunkState.SIZE);
      }
      case TRAILER_START -> {
        if (c == '\r') {
          state = ChunkState.LAST_LF;
          yield null;
        }
        state = ChunkState.TRAILER_NAME;
        yield Ascii.is(c, Ascii.TCHAR) ? count() : Status.BAD_REQUEST;
      }
      case TRAILER_NAME -> {
        state = c == ':' ? ChunkState.TRAILER_VALUE : ChunkState.TRAILER_NAME;
        yield c == ':' || Ascii.is(c, Ascii.TCHAR) ? count() : Status.BAD_REQUEST;
      }
      case TRAILER_VALUE -> text(c, ChunkState.TRAILER_LF);
      case TRAILER_LF -> expect(c, '\n', ChunkState.TRAILER_START);
      case LAST_LF -> expect(c, '\n', ChunkState.DONE);
      case DATA, DONE -> throw new IllegalStateException("no single octets in " + state);
    };
  }

  private @Nullable Status size(int c) {
    int digit = Ascii.hexValue(c);
    if (digit >= 0) {
      if (++digits > SIZE_DIGITS || chunkLeft > Long.MAX_VALUE >> 4) {
        return Status.BAD_REQUEST;
      }
      chunkLeft = chunkLeft << 4 | digit;
      return null;
    }
    if (digits == 0) {
      return Status.BAD_REQUEST;
    }
    if (chunkLeft > limitOctets - total) {
      return Status.CONTENT_TOO_LARGE;
    }
    total += chunkLeft;
    if (c == '\r') {
      state = ChunkState.SIZE_LF;
      return null;
    }
    return beforeExtension(c);
  }

  /** White space may stand before the semicolon, and only there (§7.1.1). */
  private @Nullable Status beforeExtension(int c) {
    state = c == ';' ? ChunkState.EXTENSION : ChunkState.BEFORE_EXTENSION;
    return c == ';' || c == ' ' || c == '\t' ? count() : Status.BAD_REQUEST;
  }

  private @Nullable Status count() {
    extra++;
    return extra > EXTRA_OCTETS ? Status.HEAD_TOO_LARGE : null;
  }

  /** An octet of an extension or a trailer line, which ends with CR. */
  private @Nullable Status text(int c, ChunkState following) {
    if (c == '\r') {
      state = following;
      return null;
    }
    return Ascii.is(c, Ascii.FIELD) ? count() : Status.BAD_REQUEST;
  }

  private @Nullable Status expect(int c, int wanted, ChunkState following) {
    if (c != wanted) {
      return Status.BAD_REQUEST;
    }
    state = following;
    return null;
  }
}
