package passerelle.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import passerelle.io.Ascii;

/**
 * Media types by file name extension (RFC 9110 §8.3).
 *
 * <p>Immutable.
 */
public final class MediaTypes {
  private static final String OTHERWISE = "application/octet-stream";
  private static final String RESOURCE = "media-types.txt";

  private static final String COMPRESSIBLE = " gzip";

  private final Map<String, String> byExtension;
  private final Set<String> compressible;

  private MediaTypes(Map<String, String> byExtension, Set<String> compressible) {
    this.byExtension = byExtension;
    this.compressible = compressible;
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
        String type = withCharset(line.substring(space + 1, end));
        types.put(line.substring(0, space), type);
        if (isCompressible) {
          compressible.add(type);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new MediaTypes(types, compressible);
  }

  private static String withCharset(String type) {
    return type.startsWith("text/") && type.indexOf(';') < 0 ? type + "; charset=utf-8" : type;
  }

  /**
   * This table with types of the site's own.
   *
   * @param types by extension, without its dot; those of text get a charset if they name none
   */
  public MediaTypes with(Map<String, String> types) {
    Map<String, String> all = new HashMap<>(byExtension);
    types.forEach((extension, type) -> all.put(Ascii.lower(extension), withCharset(type)));
    return new MediaTypes(all, compressible);
  }

  /** The type of a file name, as the value of a Content-Type field. */
  public String of(String fileName) {
    String known = known(fileName);
    return known == null ? OTHERWISE : known;
  }

  /** Whether the extension of a file name is in the table. */
  public boolean isKnown(String fileName) {
    return known(fileName) != null;
  }

  /** Whether compressing a file of this name is worth the time. */
  public boolean isCompressible(String fileName) {
    String type = of(fileName);
    return type.startsWith("text/") || compressible.contains(type);
  }

  private @Nullable String known(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot < 0 ? null : byExtension.get(Ascii.lower(fileName.substring(dot + 1)));
  }
}
