package passerelle.http;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.io.Ascii;

/**
 * The request fields that the server itself reads (RFC 9110, RFC 9112), recognised while the head
 * is parsed so that looking one up afterwards is an array access.
 *
 * <p>Immutable.
 */
public enum FieldName {
  ACCEPT("Accept"),
  ACCEPT_ENCODING("Accept-Encoding"),
  ACCESS_CONTROL_REQUEST_METHOD("Access-Control-Request-Method"),
  CONNECTION("Connection"),
  CONTENT_LENGTH("Content-Length"),
  CONTENT_TYPE("Content-Type"),
  EXPECT("Expect"),
  HOST("Host"),
  IF_MATCH("If-Match"),
  IF_MODIFIED_SINCE("If-Modified-Since"),
  IF_NONE_MATCH("If-None-Match"),
  IF_RANGE("If-Range"),
  IF_UNMODIFIED_SINCE("If-Unmodified-Since"),
  RANGE("Range"),
  REFERER("Referer"),
  TRANSFER_ENCODING("Transfer-Encoding"),
  USER_AGENT("User-Agent");

  /** A power of two. */
  private static final int TABLE_SIZE = 64;

  private static final @Nullable FieldName[] TABLE = new @Nullable FieldName[TABLE_SIZE];

  static {
    for (FieldName name : values()) {
      int slot = slot(name.text.length(), name.text.charAt(0), name.text.charAt(name.last()));
      while (TABLE[slot] != null) {
        slot = (slot + 1) % TABLE_SIZE;
      }
      TABLE[slot] = name;
    }
  }

  private final String text;

  FieldName(String text) {
    this.text = text;
  }

  private int last() {
    return text.length() - 1;
  }

  private static int slot(int length, int first, int last) {
    return (length * 5 + (first | 0x20) * 3 + (last | 0x20)) & (TABLE_SIZE - 1);
  }

  /** The name as it is usually written. */
  public String text() {
    return text;
  }

  /** The field whose name stands at the given place, in any case; null if it is none of these. */
  public static @Nullable FieldName at(ByteBuffer buffer, int start, int length) {
    if (length < 1) {
      return null;
    }
    int slot = slot(length, buffer.get(start), buffer.get(start + length - 1));
    for (FieldName name = TABLE[slot]; name != null; name = TABLE[slot]) {
      if (name.stands(buffer, start, length)) {
        return name;
      }
      slot = (slot + 1) % TABLE_SIZE;
    }
    return null;
  }

  /** Whether this name stands at the given place, in any case. */
  boolean stands(ByteBuffer buffer, int start, int length) {
    if (length != text.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (Ascii.lower(buffer.get(start + i)) != Ascii.lower(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
