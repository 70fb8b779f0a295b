package passerelle.listing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import passerelle.pages.Html;

/**
 * The style and the script of a listing's page, and the policy that allows these and nothing else.
 *
 * <p>Immutable.
 */
final class ListingLook {
  /** What stands in the page's style element. */
  static final String STYLE = Html.STYLE + resource("listing.css");

  /** What stands in its script element. */
  static final String SCRIPT = resource("listing.js");

  /** The value of Content-Security-Policy: the icons in the style are {@code data:} URIs. */
  static final String POLICY =
      "default-src 'none'; style-src "
          + source(STYLE)
          + "; script-src "
          + source(SCRIPT)
          + "; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

  private ListingLook() {}

  private static String resource(String name) {
    try (InputStream in = ListingLook.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String source(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
