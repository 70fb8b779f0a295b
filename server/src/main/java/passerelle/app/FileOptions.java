package passerelle.app;

import static passerelle.app.Mistakes.shown;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import passerelle.files.FileSettings.Links;
import passerelle.io.Ascii;
import picocli.CommandLine.Option;

/**
 * The part of the command line that says what is served of the directory, and how.
 *
 * <p>Confined to the thread that runs {@code main}.
 *
 * <p>Immutable.
 */
final class FileOptions {
  @Option(
      names = "--files",
      paramLabel = "PREFIX[=DIR]",
      description =
          "URLs under PREFIX are files, in DIR or in the folder of that name, even below the prefix of a program. Repeatable.")
  List<String> folders = new ArrayList<>();

  @Option(
      names = "--index",
      paramLabel = "NAME",
      description =
          "The page that stands for its directory (default: index.html). Repeatable: the first that exists is sent.")
  List<String> index = new ArrayList<>();

  @Option(
      names = "--listing",
      paramLabel = "on|off",
      description =
          "Whether a directory without such a page shows what it holds (default: on); otherwise it is 403.")
  String listing = "on";

  @Option(
      names = "--hidden",
      description =
          "Serve, run and list names that begin with a dot, too. Without it only /.well-known is.")
  boolean hidden;

  @Option(
      names = "--symlinks",
      paramLabel = "within|follow|deny",
      description =
          "Which symbolic links are followed: those that stay within the directory, all, or none (default: within).")
  String symlinks = "within";

  @Option(
      names = "--mime",
      paramLabel = "NAME=TYPE",
      description =
          "The media type of files: with an extension, if NAME begins with a dot (.glb=model/gltf-binary); else of that name (LICENSE=text/plain); without an extension, if there is no NAME (=text/plain). Repeatable.")
  List<String> mime = new ArrayList<>();

  @Option(
      names = "--charset",
      paramLabel = "NAME|none",
      description =
          "The charset of all text whose type names none, such as iso-8859-1 (default: utf-8 for text that is UTF-8, none for other).")
  @Nullable String charset;

  @Option(
      names = "--cache",
      paramLabel = "VALUE",
      description =
          "The Cache-Control of files (default: no-cache, that is: keep it, but ask each time); max-age=3600 lets clients use them for an hour, \"\" sends none.")
  String cache = "no-cache";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "\"NAME: VALUE\"",
      description = "A field to add to every response. Repeatable.")
  List<String> header = new ArrayList<>();

  @Option(
      names = "--cors",
      description = "Let the scripts of other origins read the files (CORS), without credentials.")
  boolean cors;

  @Option(
      names = "--spa",
      description =
          "Answer an address that leads to no file, and looks like none, with the start page: for applications of a single page.")
  boolean spa;

  @Option(
      names = "--error-page",
      paramLabel = "CODE=FILE",
      description =
          "Send FILE, which lies in the directory, instead of the built-in page for a status code. Repeatable.")
  List<String> errorPage = new ArrayList<>();

  @Option(
      names = "--gzip",
      paramLabel = "MIN-MAX|off",
      description =
          "The sizes between which text and the like is compressed for clients that accept it (default: 1k-4m). Files of the same name with .br, .zst or .gz are sent at any size.")
  String gzip = "1k-4m";

  /** Sets the option of a name, without picocli; false if none here takes a single value. */
  boolean take(String name, String value) {
    switch (name) {
      case "--files" -> folders.add(value);
      case "--index" -> index.add(value);
      case "--listing" -> listing = value;
      case "--symlinks" -> symlinks = value;
      case "--mime" -> mime.add(value);
      case "--charset" -> charset = value;
      case "--cache" -> cache = value;
      case "-H", "--header" -> header.add(value);
      case "--error-page" -> errorPage.add(value);
      case "--gzip" -> gzip = value;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Turns the switch of a name on, without picocli; false if there is none here. */
  boolean turnOn(String name) {
    switch (name) {
      case "--hidden" -> hidden = true;
      case "--cors" -> cors = true;
      case "--spa" -> spa = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Puts what the options say into the settings. */
  void apply(Settings.Builder settings) throws IOException {
    for (String given : folders) {
      FolderOption folder = FolderOption.of("--files", given);
      settings.files(folder.prefix(), folder.path());
    }
    index.forEach(name -> addIndex(settings, name));
    settings
        .listing(isOn())
        .hidden(hidden)
        .links(links())
        .cacheControl(cacheControl())
        .crossOrigin(cors)
        .singlePage(spa);
    applyGzip(settings);
    mime.forEach(type -> addType(settings, type));
    if (charset != null) {
      settings.charset(charset(charset));
    }
    header.forEach(field -> addField(settings, field));
    errorPage.forEach(page -> addErrorPage(settings, page));
  }

  private void addIndex(Settings.Builder settings, String name) {
    require(
        !name.isEmpty() && name.indexOf('/') < 0 && !name.startsWith("."),
        "--index takes the name of a page, such as index.htm, not " + shown(name));
    settings.index(name);
  }

  private boolean isOn() {
    String value = listing.toLowerCase(Locale.ROOT);
    require(
        value.equals("on") || value.equals("off"), "--listing is on or off, not " + shown(listing));
    return value.equals("on");
  }

  private Links links() {
    for (Links value : Links.values()) {
      if (value.name().toLowerCase(Locale.ROOT).equals(symlinks.toLowerCase(Locale.ROOT))) {
        return value;
      }
    }
    throw wrong("--symlinks is within, follow or deny, not " + shown(symlinks));
  }

  private String cacheControl() {
    require(
        cache.isEmpty() || Ascii.isAll(cache, Ascii.FIELD),
        "--cache takes the value of a Cache-Control field, such as max-age=3600");
    return cache;
  }

  private void applyGzip(Settings.Builder settings) {
    if (gzip.equals("off")) {
      settings.gzip(0, -1);
      return;
    }
    int dash = gzip.indexOf('-');
    long least = dash < 0 ? -1 : Units.size(gzip.substring(0, dash));
    long most = dash < 0 ? -1 : Units.size(gzip.substring(dash + 1));
    require(
        least >= 0 && most >= least && Range.GZIP.holds(most),
        "--gzip takes two sizes up to 32m, such as 1k-4m, or off, not " + shown(gzip));
    settings.gzip(least, most);
  }

  private void addType(Settings.Builder settings, String type) {
    int equals = type.indexOf('=');
    String value = type.substring(equals + 1);
    int slash = value.indexOf('/');
    require(
        equals >= 0
            && !type.startsWith(".=")
            && type.lastIndexOf('/', equals) < 0
            && slash > 0
            && Ascii.isAll(value.substring(0, slash), Ascii.TCHAR)
            && Ascii.isAll(value.substring(slash + 1), Ascii.FIELD),
        "--mime takes an extension or a name, and a type, such as .glb=model/gltf-binary or"
            + " LICENSE=text/plain, not "
            + shown(type));
    settings.mediaType(type.substring(0, equals), value);
  }

  private String charset(String name) {
    require(
        Ascii.isAll(name, Ascii.TCHAR),
        "--charset takes the name of a charset, such as iso-8859-1, or none, not " + shown(name));
    return name.equals("none") ? "" : name;
  }

  private void addField(Settings.Builder settings, String field) {
    int colon = field.indexOf(':');
    require(
        colon > 0,
        "--header takes a field, such as \"X-Frame-Options: DENY\", not " + shown(field));
    try {
      settings.field(field.substring(0, colon), Ascii.trimOws(field.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw wrong("--header cannot add " + shown(field) + ": " + e.getMessage());
    }
  }

  private void addErrorPage(Settings.Builder settings, String page) {
    int equals = page.indexOf('=');
    long code = equals < 0 ? -1 : Ascii.parseDecimal(page.substring(0, equals));
    require(
        code >= 400 && code <= 599 && equals + 1 < page.length(),
        "--error-page takes a status code from 400 to 599 and a file, such as 404=404.html, not "
            + shown(page));
    settings.errorPage((int) code, page.substring(equals + 1));
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw wrong(message);
    }
  }

  private IllegalArgumentException wrong(String message) {
    return new IllegalArgumentException(message);
  }
}
