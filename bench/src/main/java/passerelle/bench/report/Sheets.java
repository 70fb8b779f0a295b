package passerelle.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The style sheets that pages and pictures carry in themselves.
 *
 * <p>Immutable.
 */
final class Sheets {
  /** For charts, in a page or alone. */
  static final String CHART = read("chart.css");

  /** For a page. */
  static final String PAGE = read("page.css");

  private Sheets() {}

  private static String read(String name) {
    try (InputStream sheet = Sheets.class.getResourceAsStream(name)) {
      if (sheet == null) {
        throw new IllegalStateException("No resource " + name);
      }
      return new String(sheet.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
