package passerelle.listing;

import passerelle.io.Ascii;

/**
 * What an entry of a directory is, as far as a listing tells it: each kind has its icon.
 *
 * <p>Immutable.
 */
enum EntryKind {
  DIRECTORY("d"),
  FILE("f"),
  TEXT("t"),
  IMAGE("i"),
  AUDIO("a"),
  VIDEO("v"),
  ARCHIVE("z"),
  PROGRAM("p"),
  /** A pipe, a socket, a device. */
  SPECIAL("s");

  private static final EntryKind[] ALL = values();

  /** Words that a media type of this kind contains, the more telling kind first. */
  private static final String[] ARCHIVES = {
    "zip", "tar", "compressed", "archive", "bzip", "x-xz", "zstd", "x-lz", "x-rpm", "debian", "iso9"
  };

  private static final String[] PROGRAMS = {
    "javascript",
    "x-sh",
    "x-csh",
    "x-perl",
    "x-python",
    "x-httpd",
    "x-msdos",
    "wasm",
    "x-tcl",
    "java-",
    "executable",
    "typescript",
    "sql",
    "x-c",
    "x-java",
    "x-ms-dos"
  };

  private static final String[] TEXTS = {
    "text",
    "pdf",
    "json",
    "xml",
    "document",
    "word",
    "powerpoint",
    "excel",
    "sheet",
    "rtf",
    "epub",
    "postscript",
    "yaml",
    "toml",
    "tex",
    "presentation"
  };

  private final String letter;

  EntryKind(String letter) {
    this.letter = letter;
  }

  /** The kind as one octet; {@link #of(byte)} takes it back. */
  // The octets live as long as the enum does and are never stored, so the order cannot go stale.
  @SuppressWarnings("EnumOrdinal")
  byte octet() {
    return (byte) ordinal();
  }

  /** The kind that an octet stands for. */
  static EntryKind of(byte octet) {
    return ALL[octet];
  }

  /** The class that gives a link its icon. */
  String letter() {
    return letter;
  }

  /** The kind of a file of a media type. */
  static EntryKind ofType(String mediaType) {
    String type = Ascii.lower(mediaType);
    if (type.startsWith("image/")) {
      return IMAGE;
    }
    if (type.startsWith("audio/")) {
      return AUDIO;
    }
    if (type.startsWith("video/")) {
      return VIDEO;
    }
    if (containsAny(type, ARCHIVES)) {
      return ARCHIVE;
    }
    if (containsAny(type, PROGRAMS)) {
      return PROGRAM;
    }
    return containsAny(type, TEXTS) ? TEXT : FILE;
  }

  private static boolean containsAny(String type, String[] words) {
    for (String word : words) {
      if (type.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
