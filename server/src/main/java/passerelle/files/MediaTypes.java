package passerelle.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import passerelle.io.Ascii;

/**
 * Media types by file name (RFC 9110 §8.3): by the whole name, by its extension, and what has no
 * extension by its content.
 *
 * <p>Text has a charset only where that is true: UTF-8 if the octets are, unless the site names
 * another. A page that declares its own is not overruled then.
 *
 * <p>Immutable.
 */
public final class MediaTypes {
  static final String OTHERWISE = "application/octet-stream";
  private static final String RESOURCE = "media-types.txt";

  private static final String COMPRESSIBLE = " gzip";

  /**
   * Extensions of files that are gzip all through, and whose type is that of what is in it. A file
   * that does not begin as gzip does is not taken for one: others use {@code wmz} for archives.
   */
  private static final Map<String, String> CODED =
      Map.of(
          "svgz", "image/svg+xml",
          "emz", "image/emf",
          "wmz", "image/wmf",
          "wrz", "model/vrml",
          "vrmlz", "model/vrml",
          "x3dz", "model/x3d+xml",
          "x3dvz", "model/x3d-vrml");

  /** Types of a site's own that name the coding itself, so that none is to be named beside them. */
  private static final Set<String> CODINGS =
      Set.of("application/gzip", "application/x-gzip", OTHERWISE);

  /** Keys are extensions in lower case with their dot, whole names, or empty for no extension. */
  private final Map<String, String> own;

  private final Map<String, String> byExtension;
  private final Set<String> compressible;

  /** Null if the content decides. */
  private final @Nullable String charset;

  private MediaTypes(
      Map<String, String> byExtension,
      Set<String> compressible,
      Map<String, String> own,
      @Nullable String charset) {
    this.byExtension = byExtension;
    this.compressible = compressible;
    this.own = own;
    this.charset = charset;
  }

  /**
   * The table that comes with the server: lines of an extension, a type, and {@code gzip} if
   * compressing is worth it.
   */
  public static MediaTypes standard() {
    Map<String, String> types = new HashMap<>(2048);
    Set<String> compressible = new HashSet<>();
    try (InputStream in = MediaTypes.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing in the jar");
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        boolean isCompressible = line.endsWith(COMPRESSIBLE);
        int end = line.length() - (isCompressible ? COMPRESSIBLE.length() : 0);
        int space = line.indexOf(' ');
        String type = line.substring(space + 1, end);
        types.put(line.substring(0, space), type);
        if (isCompressible) {
          compressible.add(type);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new MediaTypes(types, compressible, Map.of(), null);
  }

  /**
   * This table with types of the site's own.
   *
   * @param types by extension, with its dot; by whole name, one character per octet; by the empty
   *     string those of names without an extension
   * @param charset that of all text whose type names none; empty for none, null if the content
   *     decides
   * @throws IllegalArgumentException if a charset cannot have that name
   */
  public MediaTypes with(Map<String, String> types, @Nullable String charset) {
    if (charset != null && !charset.isEmpty() && !Ascii.isAll(charset, Ascii.TCHAR)) {
      throw new IllegalArgumentException("no charset has this name: " + charset);
    }
    Map<String, String> all = new HashMap<>(own);
    types.forEach((key, type) -> all.put(key.startsWith(".") ? Ascii.lower(key) : key, type));
    return new MediaTypes(byExtension, compressible, all, charset);
  }

  /** The type of a file by its name alone; of text without a charset, unless the site gave one. */
  public String of(String fileName) {
    String known = known(fileName);
    if (known == null && lacksExtension(fileName)) {
      known = own.get("");
    }
    return known == null ? OTHERWISE : known;
  }

  /** The value of Content-Type for what is in memory, by its name and its content. */
  public String of(String fileName, byte[] content) {
    try {
      return of(fileName, OctetClues.of(ByteBuffer.wrap(content))).value();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not from memory
    }
  }

  /** What is said of a file, by its name and its content. */
  ContentType of(String fileName, Clues clues) throws IOException {
    String coded = coded(fileName);
    if (coded != null && clues.isGzip()) {
      return new ContentType(coded, Coding.GZIP, false);
    }
    boolean isByContent =
        lacksExtension(fileName) && !own.containsKey("") && known(fileName) == null;
    String type = isByContent ? clues.type() : of(fileName);
    return new ContentType(withCharset(type, clues), Coding.IDENTITY, isCompressible(type));
  }

  private String withCharset(String type, Clues clues) throws IOException {
    if (!isText(type) || type.indexOf(';') >= 0) {
      return type;
    }
    if (charset != null) {
      return charset.isEmpty() ? type : type + "; charset=" + charset;
    }
    boolean isOther = Ascii.lower(type).equals("text/html") && clues.isDeclaredOtherwise();
    return clues.isUtf8() && !isOther ? type + "; charset=utf-8" : type;
  }

  /** Whether a file of this name is itself in a coding, if it begins so. */
  public boolean isCoded(String fileName) {
    return coded(fileName) != null;
  }

  /** The type of what is in a file that is gzip all through; null for any other name. */
  private @Nullable String coded(String fileName) {
    String inside = CODED.get(Ascii.lower(extension(fileName)));
    String given = inside == null ? null : given(fileName);
    if (given == null) {
      return inside;
    }
    return CODINGS.contains(Ascii.lower(given)) ? null : given;
  }

  /** Whether a name, or its extension, has a type. */
  public boolean isKnown(String fileName) {
    return known(fileName) != null;
  }

  /** Whether compressing content of a type is worth the time. */
  boolean isCompressible(String type) {
    return isText(type) || compressible.contains(type);
  }

  private static boolean isText(String type) {
    return type.regionMatches(true, 0, "text/", 0, 5);
  }

  private @Nullable String known(String fileName) {
    String given = given(fileName);
    return given == null ? byExtension.get(Ascii.lower(extension(fileName))) : given;
  }

  private @Nullable String given(String fileName) {
    String whole = fileName.isEmpty() ? null : own.get(fileName);
    return whole == null ? own.get('.' + Ascii.lower(extension(fileName))) : whole;
  }

  /** What stands behind the last dot; empty if nothing does. */
  private static String extension(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot < 0 ? "" : fileName.substring(dot + 1);
  }

  /** Whether a name has no extension; the dot of a hidden one begins none. */
  private static boolean lacksExtension(String fileName) {
    return fileName.lastIndexOf('.') <= 0 || fileName.endsWith(".");
  }
}
