package passerelle.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
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

  private final Map<String, String> byExtension;

  private MediaTypes(Map<String, String> byExtension) {
    this.byExtension = byExtension;
  }

  /** The table that comes with the server: lines of an extension, a space and a type. */
  public static MediaTypes standard() {
    Map<String, String> types = new HashMap<>(2048);
    try (InputStream in = MediaTypes.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing in the jar");
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        String type = line.substring(space + 1);
        types.put(
            line.substring(0, space), type.startsWith("text/") ? type + "; charset=utf-8" : type);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new MediaTypes(types);
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

  private @Nullable String known(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot < 0 ? null : byExtension.get(Ascii.lower(fileName.substring(dot + 1)));
  }
}
