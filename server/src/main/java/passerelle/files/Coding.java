package passerelle.files;

/**
 * The content codings in which a file may be sent (RFC 9110 §8.4.1), the most welcome last.
 *
 * <p>Immutable.
 */
public enum Coding {
  /** As it is. */
  IDENTITY("identity", ""),
  GZIP("gzip", ".gz"),
  ZSTD("zstd", ".zst"),
  BROTLI("br", ".br");

  private final String token;
  private final String suffix;

  Coding(String token, String suffix) {
    this.token = token;
    this.suffix = suffix;
  }

  /** What stands in Accept-Encoding and Content-Encoding. */
  String token() {
    return token;
  }

  /** What the name of a file in this coding ends with, after the name of the file itself. */
  public String suffix() {
    return suffix;
  }
}
