package passerelle.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Html;
import passerelle.io.OctetPath;

/**
 * The page that shows what a directory holds.
 *
 * <p>Made on a worker, since reading a directory may wait for the disk. Names are octets: links
 * carry them percent-encoded, people see them as UTF-8.
 *
 * <p>Confined to one worker.
 */
final class DirectoryListing {
  /** A bound on the page; more entries than this are counted, not shown. */
  private static final int ENTRIES = 10_000;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String[] UNITS = {"KB", "MB", "GB", "TB", "PB"};

  private static final Logger log = LoggerFactory.getLogger(DirectoryListing.class);

  private record Entry(String name, boolean isDirectory, long size, Instant modified) {}

  private DirectoryListing() {}

  /**
   * The page of a directory.
   *
   * @param urlPath its decoded URL path, with the trailing slash
   */
  static String page(Path directory, String urlPath) throws IOException {
    List<Entry> entries = new ArrayList<>();
    int omitted = 0;
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        String name = OctetPath.lastName(path);
        if (name.startsWith(".")) {
          continue;
        }
        if (entries.size() == ENTRIES) {
          omitted++;
        } else {
          add(entries, path, name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparing(Entry::isDirectory).reversed().thenComparing(Entry::name));
    return render(urlPath, entries, omitted);
  }

  private static void add(List<Entry> entries, Path path, String name) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      entries.add(
          new Entry(
              name,
              attributes.isDirectory(),
              attributes.size(),
              attributes.lastModifiedTime().toInstant()));
    } catch (FileSystemException e) {
      log.debug("{} is left out of its listing", path, e); // a dangling link, or just deleted
    }
  }

  private static String render(String urlPath, List<Entry> entries, int omitted) {
    String title = OctetPath.display(urlPath);
    StringBuilder html = new StringBuilder(512 + entries.size() * 160);
    html.append("<h1>")
        .append(Html.escape(title))
        .append("</h1>\n<table>\n<thead><tr>")
        .append("<th>Name</th><th class=\"size\">Size</th><th class=\"date\">Changed (UTC)</th>")
        .append("</tr></thead>\n<tbody>\n");
    if (!urlPath.equals("/")) {
      html.append("<tr><td><a href=\"../\">../</a></td><td class=\"size\"></td>")
          .append("<td class=\"date\"></td></tr>\n");
    }
    for (Entry entry : entries) {
      append(html, entry);
    }
    html.append("</tbody>\n</table>\n");
    if (entries.isEmpty()) {
      html.append("<p class=\"quiet\">This folder is empty.</p>\n");
    }
    if (omitted > 0) {
      html.append("<p class=\"quiet\">And ").append(omitted).append(" more.</p>\n");
    }
    return Html.page(title, html.toString());
  }

  private static void append(StringBuilder html, Entry entry) {
    String slash = entry.isDirectory ? "/" : "";
    // "./" keeps a name such as "a:b" from being read as a URI with a scheme (RFC 3986 §4.2).
    html.append("<tr><td><a href=\"./")
        .append(Html.escape(OctetPath.percentEncode(entry.name)))
        .append(slash)
        .append("\">")
        .append(Html.escape(OctetPath.display(entry.name)))
        .append(slash)
        .append("</a></td><td class=\"size\">")
        .append(entry.isDirectory ? "" : size(entry.size))
        .append("</td><td class=\"date\">")
        .append(DATE.format(entry.modified))
        .append("</td></tr>\n");
  }

  /** A size for people: three digits and a unit. */
  static String size(long octets) {
    if (octets < 1000) {
      return octets + " B";
    }
    double value = octets / 1000.0;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }
}
