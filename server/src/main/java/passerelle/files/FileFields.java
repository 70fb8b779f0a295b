package passerelle.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import passerelle.http.HttpDate;

/**
 * What the head of a response says of a version of a file, rendered once.
 *
 * <p>Immutable.
 */
final class FileFields {
  private final String entityTag;
  private final long lastModifiedSecond;
  private final String mediaType;
  private final ByteBuffer whole;
  private final ByteBuffer parts;
  private final ByteBuffer validators;

  /**
   * Fields with these validators.
   *
   * @param entityTag with its quotes, and its {@code W/} if it is weak
   * @param lastModifiedSecond in seconds since 1970
   * @param mediaType the value of Content-Type
   * @param coding the coding that the content is in
   * @param more further field lines, each ended by CRLF, for all responses
   */
  FileFields(
      String entityTag, long lastModifiedSecond, String mediaType, Coding coding, String more) {
    this.entityTag = entityTag;
    this.lastModifiedSecond = lastModifiedSecond;
    this.mediaType = mediaType;
    String common =
        "ETag: "
            + entityTag
            + "\r\nLast-Modified: "
            + HttpDate.format(lastModifiedSecond)
            + "\r\n"
            + more;
    String encoding =
        coding == Coding.IDENTITY ? "" : "Content-Encoding: " + coding.token() + "\r\n";
    String rest = encoding + "Accept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\n";
    this.validators = octets(common);
    this.parts = octets(common + rest);
    this.whole = octets(common + rest + "Content-Type: " + mediaType + "\r\n");
  }

  private static ByteBuffer octets(String lines) {
    return ByteBuffer.wrap(lines.getBytes(StandardCharsets.ISO_8859_1)).asReadOnlyBuffer();
  }

  /** The entity tag, with its quotes. */
  String entityTag() {
    return entityTag;
  }

  /** The date of the last change, in seconds since 1970. */
  long lastModifiedSecond() {
    return lastModifiedSecond;
  }

  /** The value of Content-Type. */
  String mediaType() {
    return mediaType;
  }

  /** The field lines of a 200 or of a 206 with one part. */
  ByteBuffer whole() {
    return whole;
  }

  /** Those of a 206 with several parts, which have a type of its own. */
  ByteBuffer parts() {
    return parts;
  }

  /** Those of a 304 (RFC 9110 §15.4.5). */
  ByteBuffer validators() {
    return validators;
  }
}
