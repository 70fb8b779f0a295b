package passerelle.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import passerelle.http.HttpDate;
import passerelle.http.Response;
import passerelle.http.Status;

/**
 * Writes response heads (RFC 9112 §4, §6).
 *
 * <p>One writer serves all connections. It keeps the Date and Server lines, and the whole beginning
 * of a 200, rendered for the current second.
 *
 * <p>Confined to the loop thread.
 */
public final class HeadWriter {
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] COLON = ascii(": ");

  /** A bound on everything in a head but the handler's own fields. */
  private static final int OWN_OCTETS = 512;

  private final String moreLines;
  private final String[] moreNames;
  private final int ownOctets;
  private long renderedSecond = Long.MIN_VALUE;
  private byte[] ok = new byte[0];
  private byte[] dateAndServer = new byte[0];

  /** What a response's head says about the connection and the content. */
  enum ConnectionOption {
    NONE,
    CLOSE,
    KEEP_ALIVE
  }

  /**
   * A writer that puts further field lines, each ended by CRLF, into every head; but a response
   * that has such a field of its own keeps that alone.
   */
  public HeadWriter(String moreLines) {
    this.moreLines = moreLines;
    this.moreNames = moreLines.lines().map(HeadWriter::name).toArray(String[]::new);
    this.ownOctets = OWN_OCTETS + moreLines.length();
  }

  private static String name(String line) {
    return line.substring(0, line.indexOf(':'));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Renders the date lines again if the second has changed. */
  void renderFor(long epochMillis) {
    long second = Math.floorDiv(epochMillis, 1000L);
    if (second != renderedSecond) {
      renderedSecond = second;
      String lines = "Date: " + HttpDate.format(second) + "\r\nServer: Passerelle\r\n";
      dateAndServer = ascii(lines);
      ok = ascii("HTTP/1.1 200 OK\r\n" + lines + moreLines);
    }
  }

  /** A bound on the octets of a response's head. */
  int bound(Response response) {
    ByteBuffer verbatim = response.verbatimHead();
    if (verbatim != null) {
      return verbatim.limit();
    }
    int octets = ownOctets + response.status().reason().length();
    ByteBuffer rendered = response.renderedFields();
    if (rendered != null) {
      octets += rendered.limit();
    }
    for (int i = 0; i < response.fieldCount(); i++) {
      octets += response.fieldName(i).length() + response.fieldValue(i).length() + 4;
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
    Status status = response.status();
    boolean repeats = repeatsMore(response);
    if (status.equals(Status.OK) && !repeats) {
      out.put(ok);
    } else {
      putAscii(out, "HTTP/1.1 ");
      putDecimal(out, status.code());
      out.put((byte) ' ');
      putAscii(out, status.reason());
      out.put(CRLF);
      out.put(dateAndServer);
      if (repeats) {
        putOtherMore(out, response);
      } else {
        putAscii(out, moreLines);
      }
    }
    ByteBuffer rendered = response.renderedFields();
    if (rendered != null) {
      int octets = rendered.limit();
      out.put(out.position(), rendered, 0, octets);
      out.position(out.position() + octets);
    }
    for (int i = 0; i < response.fieldCount(); i++) {
      putAscii(out, response.fieldName(i));
      out.put(COLON);
      putAscii(out, response.fieldValue(i));
      out.put(CRLF);
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

  private boolean repeatsMore(Response response) {
    if (response.fieldCount() > 0) {
      for (String name : moreNames) {
        if (response.field(name) != null) {
          return true;
        }
      }
    }
    return false;
  }

  private void putOtherMore(ByteBuffer out, Response response) {
    moreLines
        .lines()
        .filter(line -> response.field(name(line)) == null)
        .forEach(
            line -> {
              putAscii(out, line);
              out.put(CRLF);
            });
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
