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
  private final Validators known;
  private final String mediaType;
  private final FieldBlock whole;
  private final FieldBlock parts;
  private final FieldBlock validators;
  private final boolean isCoded;

  /**
   * Fields with these validators.
   *
   * @param mediaType the value of Content-Type
   * @param coding the coding that the content is in
   * @param more further fields of all responses
   */
  FileFields(Validators known, String mediaType, Coding coding, FieldBlock more) {
    this.known = known;
    this.mediaType = mediaType;
    String date = HttpDate.format(known.lastModifiedSecond());
    FieldBlock common = FieldBlock.of("ETag", known.entityTag(), "Last-Modified", date).with(more);
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
    this.isCoded = whole.has("Content-Encoding");
  }

  /** The same with what a response says itself. */
  private FileFields(FileFields file, Validators known, String type, boolean isCoded) {
    this.known = known;
    this.isCoded = isCoded;
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
    boolean isOwn = second == HttpDate.INVALID;
    Validators said =
        new Validators(
            tag == null ? known.entityTag() : tag,
            isOwn ? known.lastModifiedSecond() : second,
            isOwn && known.isEarly());
    boolean isSaidCoded = isCoded || response.field("Content-Encoding") != null;
    return new FileFields(this, said, type == null ? mediaType : type, isSaidCoded);
  }

  /** Whether the content is in a coding, and to be decoded by the client. */
  boolean isCoded() {
    return isCoded;
  }

  /** The entity tag, with its quotes. */
  String entityTag() {
    return known.entityTag();
  }

  /** The date of the last change, in seconds since 1970. */
  long lastModifiedSecond() {
    return known.lastModifiedSecond();
  }

  /** Whether the date may still become that of another version (RFC 9110 §8.8.2.2). */
  boolean isEarly() {
    return known.isEarly();
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
