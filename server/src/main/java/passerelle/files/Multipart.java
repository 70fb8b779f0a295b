package passerelle.files;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import passerelle.http.Body;
import passerelle.http.BytesBody;
import passerelle.http.Exchange;
import passerelle.http.SequenceBody;

/**
 * Several parts of a file as one content (RFC 9110 §14.6): each behind a head of its own, made when
 * it is its turn.
 *
 * <p>A boundary is never without the line end before it, the first included: some clients skip a
 * line before they look for it.
 *
 * <p>Confined to the loop thread.
 */
final class Multipart implements SequenceBody.Parts {
  /** What stands between two parts, but for the media type and the numbers. */
  private static final int FIXED_OCTETS =
      "\r\n--\r\nContent-Type: \r\nContent-Range: bytes -/\r\n\r\n".length()
          + new UUID(0, 0).toString().length();

  private final String boundary = UUID.randomUUID().toString(); // nobody can have it in the file
  private final CachedFile file;
  private final String partType;
  private final List<ByteRange> ranges;
  private final DiskQueue reads;
  private @Nullable Sending sending;
  private int next;
  private boolean isContentDue;

  /**
   * Parts of a file.
   *
   * @param partType the media type of each
   * @param reads has a worker read what is cold
   */
  Multipart(CachedFile file, String partType, List<ByteRange> ranges, DiskQueue reads) {
    this.file = file;
    this.partType = partType;
    this.ranges = ranges;
    this.reads = reads;
  }

  /** The most octets that the head of a part of such a file has. */
  static int headOctets(String mediaType, long size) {
    return FIXED_OCTETS + mediaType.length() + 3 * Long.toString(size).length();
  }

  /** The value of Content-Range for a part. */
  static String contentRange(ByteRange range, CachedFile file) {
    return "bytes " + range.first() + '-' + range.last() + '/' + file.size();
  }

  /** The value of Content-Type for all of it. */
  String mediaType() {
    return "multipart/byteranges; boundary=" + boundary;
  }

  /** All of it as a body, which owns this. The caller holds the file, and so does the body. */
  Body body(Exchange exchange) {
    long octets = end().length();
    for (ByteRange range : ranges) {
      octets += head(range).length() + range.length();
    }
    sending = file.begin(exchange);
    return new SequenceBody(octets, this);
  }

  private String head(ByteRange range) {
    return "\r\n--"
        + boundary
        + "\r\nContent-Type: "
        + partType
        + "\r\nContent-Range: "
        + contentRange(range, file)
        + "\r\n\r\n";
  }

  private String end() {
    return "\r\n--" + boundary + "--\r\n";
  }

  @Override
  public @Nullable Body next() {
    if (next > ranges.size()) {
      return null;
    }
    if (isContentDue) {
      isContentDue = false;
      ByteRange range = ranges.get(next++);
      return file.part(range.first(), range.length(), reads);
    }
    if (next == ranges.size()) {
      next++;
      return text(end());
    }
    isContentDue = true;
    return text(head(ranges.get(next)));
  }

  private static Body text(String text) {
    return BytesBody.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() {
    if (sending != null) {
      sending.run();
    }
  }
}
