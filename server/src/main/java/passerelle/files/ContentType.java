package passerelle.files;

/**
 * What a response says of its content (RFC 9110 §8.3, §8.4).
 *
 * <p>Immutable.
 *
 * @param value the value of Content-Type
 * @param coding the coding that the file itself is in
 * @param isCompressible whether compressing it is worth the time
 */
record ContentType(String value, Coding coding, boolean isCompressible) {}
