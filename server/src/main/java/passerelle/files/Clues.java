package passerelle.files;

import java.io.IOException;

/**
 * What the octets of a file tell of their type; each is found out when it is asked for.
 *
 * <p>Safe from any thread.
 */
interface Clues {
  /** Whether they begin as the gzip format does (RFC 1952 §2.3.1). */
  boolean isGzip();

  /**
   * Whether they are UTF-8, as far as they were looked at. Escape sequences are none: they switch
   * to the characters of another charset (ISO 2022).
   */
  boolean isUtf8() throws IOException;

  /**
   * Whether they are a page of which only parts were looked at, and declare another charset than
   * UTF-8, as HTML does.
   */
  boolean isDeclaredOtherwise();

  /** The type of what has no name that tells it; see {@link OctetClues#type}. */
  String type() throws IOException;
}
