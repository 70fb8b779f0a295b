package passerelle.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import passerelle.http.FieldBlock;
import passerelle.http.HttpDate;
import passerelle.http.Response;
import passerelle.http.Status;

/**
 * Writes response heads (RFC 9112 §4, §6).
 *
 * <p>One writer serves all connections. It keeps the Date and Server lines, and the whole beginning
 * of a head for each status, rendered for the current second.
 *
 * <p>Confined to the loop thread.
 */
public final class HeadWriter {
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] CRLF = ascii("\r\n");

  /** A bound on everything in a head but the handler's own fields. */
  private static final int OWN_OCTETS = 512;

  private final FieldBlock more;
  private final int ownOctets;
  private long renderedSecond = Long.MIN_VALUE;

  /** The beginnings of heads by their codes, each rendered for this second when it is needed. */
  private final @Nullable Beginning[] beginnings = new @Nullable Beginning[Status.HIGHEST + 1];

  private FieldBlock dateAndServer = FieldBlock.EMPTY;

  /** What a response's head says about the connection and the content. */
  enum ConnectionOption {
    NONE,
    CLOSE,
    KEEP_ALIVE
  }

  /** A status line and the fields that all responses have, as they are on the wire. */
  private record Beginning(Status status, long second, ByteBuffer octets) {}

  /** A writer that puts further fields into every head; they stand back for a response's own. */
  public HeadWriter(FieldBlock more) {
    this.more = more;
    this.ownOctets = OWN_OCTETS + more.lineOctets();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Renders the date lines again if the second has changed. */
  void renderFor(long epochMillis) {
    long second = Math.floorDiv(epochMillis, 1000L);
    if (second != renderedSecond) {
      renderedSecond = second;
      dateAndServer = FieldBlock.of("Date", HttpDate.format(second), "Server", "Passerelle");
    }
  }

  private ByteBuffer beginning(Status status) {
    Beginning known = beginnings[status.code()];
    if (known == null || known.second != renderedSecond || !known.status.equals(status)) {
      ByteBuffer octets = ByteBuffer.allocate(ownOctets + status.reason().length());
      putStatusLine(octets, status);
      dateAndServer.putLines(octets);
      more.putLines(octets);
      known = new Beginning(status, renderedSecond, octets.flip());
      beginnings[status.code()] = known;
    }
    return known.octets;
  }

  /** A bound on the octets of a response's head. */
  int bound(Response response) {
    ByteBuffer verbatim = response.verbatimHead();
    if (verbatim != null) {
      return verbatim.limit();
    }
    int octets = ownOctets + response.status().reason().length();
    octets += response.defaults().lineOctets();
    for (int i = 0; i < response.fieldCount(); i++) {
      octets += FieldBlock.lineOctets(response.fieldName(i), response.fieldValue(i));
    }
    return octets;
  }

  /**
   * Writes a head into a buffer that has room for {@link #bound} octets.
   *
   * @param length the Content-Length to announce, or negative for none
   * @param isChunked whether chunks follow
   */
  void write(
      ByteBuffer out, Response response, long length, boolean isChunked, ConnectionOption option) {
    FieldBlock ofSite = response.beside(more);
    if (ofSite == more) {
      ByteBuffer start = beginning(response.status());
      out.put(out.position(), start, 0, start.limit());
      out.position(out.position() + start.limit());
    } else {
      putStatusLine(out, response.status());
      dateAndServer.putLines(out);
      ofSite.putLines(out);
    }
    response.beside(response.defaults()).putLines(out);
    for (int i = 0; i < response.fieldCount(); i++) {
      FieldBlock.putLine(out, response.fieldName(i), response.fieldValue(i));
    }
    if (isChunked) {
      out.put(CHUNKED);
    } else if (length >= 0) {
      out.put(CONTENT_LENGTH);
      putDecimal(out, length);
      out.put(CRLF);
    }
    switch (option) {
      case CLOSE -> out.put(CLOSE);
      case KEEP_ALIVE -> out.put(KEEP_ALIVE);
      case NONE -> {
        // HTTP/1.1 connections are persistent unless somebody says otherwise.
      }
    }
    out.put(CRLF);
  }

  private static void putStatusLine(ByteBuffer out, Status status) {
    putAscii(out, "HTTP/1.1 ");
    putDecimal(out, status.code());
    out.put((byte) ' ');
    putAscii(out, status.reason());
    out.put(CRLF);
  }

  /** Appends characters, each as one octet. */
  static void putAscii(ByteBuffer out, String text) {
    for (int i = 0; i < text.length(); i++) {
      out.put((byte) text.charAt(i));
    }
  }

  /** Appends a non-negative number in decimal digits, without making a String. */
  static void putDecimal(ByteBuffer out, long number) {
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    int end = out.position() + digits;
    long rest = number;
    for (int i = end - 1; i >= out.position(); i--) {
      out.put(i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    out.position(end);
  }
}
