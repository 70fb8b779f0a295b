package passerelle.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import passerelle.site.Mount;

/**
 * What was asked for below a URL prefix.
 *
 * <p>Immutable.
 *
 * @param prefix the URL prefix, such as {@code /cgi-bin}; {@code /} for everything that no other
 *     prefix fits
 * @param kind what stands there
 * @param path where that is; null for the place below the served directory that the prefix names
 */
public record MountSettings(String prefix, Mount.Kind kind, @Nullable Path path) {
  /** Whether it stands for everything that no other prefix fits. */
  boolean isRoot() {
    return prefix.equals("/");
  }
}
