package passerelle.files;

import passerelle.http.FieldBlock;
import passerelle.http.HttpDate;
import passerelle.http.Response;

/**
 * What the head of a response says of a version of a file.
 *
 * <p>Immutable.
 */
final class FileFields {
  private final String entityTag;
  private final long lastModifiedSecond;
  private final String mediaType;
  private final FieldBlock whole;
  private final FieldBlock parts;
  private final FieldBlock validators;

  /**
   * Fields with these validators.
   *
   * @param entityTag with its quotes, and its {@code W/} if it is weak
   * @param lastModifiedSecond in seconds since 1970
   * @param mediaType the value of Content-Type
   * @param coding the coding that the content is in
   * @param more further fields of all responses
   */
  FileFields(
      String entityTag, long lastModifiedSecond, String mediaType, Coding coding, FieldBlock more) {
    this.entityTag = entityTag;
    this.lastModifiedSecond = lastModifiedSecond;
    this.mediaType = mediaType;
    FieldBlock common =
        FieldBlock.of("ETag", entityTag, "Last-Modified", HttpDate.format(lastModifiedSecond))
            .with(more);
    FieldBlock encoding =
        coding == Coding.IDENTITY
            ? FieldBlock.EMPTY
            : FieldBlock.of("Content-Encoding", coding.token());
    this.whole =
        common
            .with(encoding)
            .with(
                FieldBlock.of(
                    "Accept-Ranges",
                    "bytes",
                    "X-Content-Type-Options",
                    "nosniff",
                    "Content-Type",
                    mediaType));
    this.parts = whole.first(whole.count() - 1);
    this.validators = whole.first(common.count());
  }

  /** The same with other validators and another type. */
  private FileFields(FileFields file, String tag, long second, String type) {
    this.entityTag = tag;
    this.lastModifiedSecond = second;
    this.mediaType = type;
    this.whole = file.whole;
    this.parts = file.parts;
    this.validators = file.validators;
  }

  /**
   * The same for a response that has fields of its own: what these say counts, and the fields of
   * the same names here stand back when the head is written.
   */
  FileFields beside(Response response) {
    if (response.fieldCount() == 0) {
      return this;
    }
    String tag = response.field("ETag");
    String date = response.field("Last-Modified");
    String type = response.field("Content-Type");
    long second = date == null ? HttpDate.INVALID : HttpDate.parse(date);
    return new FileFields(
        this,
        tag == null ? entityTag : tag,
        second == HttpDate.INVALID ? lastModifiedSecond : second,
        type == null ? mediaType : type);
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

  /** The fields of a 200 or of a 206 with one part. */
  FieldBlock whole() {
    return whole;
  }

  /** Those of a 206 with several parts, which have a type of its own. */
  FieldBlock parts() {
    return parts;
  }

  /** Those of a 304 (RFC 9110 §15.4.5). */
  FieldBlock validators() {
    return validators;
  }
}
