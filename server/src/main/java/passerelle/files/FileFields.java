package passerelle.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import passerelle.http.HttpDate;
import passerelle.http.Response;

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

  /** Those of a response that has fields of its own: what it says already is left out. */
  private FileFields(FileFields file, Response response) {
    String tag = response.field("ETag");
    String date = response.field("Last-Modified");
    String type = response.field("Content-Type");
    long second = date == null ? HttpDate.INVALID : HttpDate.parse(date);
    this.entityTag = tag == null ? file.entityTag : tag;
    this.lastModifiedSecond = second == HttpDate.INVALID ? file.lastModifiedSecond : second;
    this.mediaType = type == null ? file.mediaType : type;
    this.validators = without(response, file.validators);
    this.parts = without(response, file.parts);
    this.whole = without(response, file.whole);
  }

  /**
   * The same for a response that has fields of its own: these count, and stand in the lines of the
   * response only.
   */
  FileFields beside(Response response) {
    return response.fieldCount() == 0 ? this : new FileFields(this, response);
  }

  private static ByteBuffer without(Response response, ByteBuffer lines) {
    StringBuilder rest = new StringBuilder();
    String all = StandardCharsets.ISO_8859_1.decode(lines.duplicate()).toString();
    all.lines()
        .filter(line -> response.field(line.substring(0, line.indexOf(':'))) == null)
        .forEach(line -> rest.append(line).append("\r\n"));
    return octets(rest.toString());
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
