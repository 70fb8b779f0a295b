package passerelle.listing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.http.PiecesBody;
import passerelle.io.OctetPath;
import passerelle.pages.Html;

/**
 * A listing for people.
 *
 * <p>The page is sorted by its links and complete without script; with script it gets a filter.
 *
 * <p>Confined to the loop thread.
 */
final class ListingPage implements PiecesBody.Source {
  /** Rows come in groups, so that a browser need not lay out those that are out of sight. */
  private static final int GROUP = 200;

  private final DirectorySnapshot snapshot;
  private final ListingRequest request;
  private final Pieces pieces = new Pieces();
  private int rank;
  private boolean isEnded;

  /** The page of a snapshot, which it owns. */
  ListingPage(DirectorySnapshot snapshot, ListingRequest request) {
    this.snapshot = snapshot;
    this.request = request;
    begin();
  }

  @Override
  public @Nullable ByteBuffer next() {
    if (isEnded) {
      return null;
    }
    while (rank < snapshot.size() && !pieces.isFull()) {
      if (rank % GROUP == 0) {
        pieces.append(rank == 0 ? "<tbody>\n" : "</tbody>\n<tbody>\n");
      }
      append(snapshot.entries(), snapshot.entry(rank++));
    }
    if (rank == snapshot.size()) {
      isEnded = true;
      end();
    }
    return pieces.take();
  }

  private void begin() {
    pieces.append(Html.start(EntryText.shown(request.urlPath()), ListingLook.STYLE));
    appendPath();
    pieces
        .append("<div class=\"bar\">\n<p role=\"status\">")
        .append(summary())
        .append("</p>\n<div class=\"filter\" hidden><input type=\"search\"")
        .append(" aria-label=\"Filter by name\" placeholder=\"Filter by name\"")
        .append(" autocomplete=\"off\" spellcheck=\"false\"></div>\n</div>\n")
        .append("<div class=\"card\">\n<table>\n<thead><tr>");
    appendHead(SortKey.NAME, "Name");
    appendHead(SortKey.SIZE, "Size");
    appendHead(SortKey.DATE, "Changed (UTC)");
    pieces.append("</tr></thead>\n");
    if (!request.urlPath().equals("/")) {
      pieces
          .append(
              "<tbody class=\"up\">\n<tr><td><a class=\"u\" href=\"../\">Parent folder</a></td>")
          .append("<td></td><td></td></tr>\n</tbody>\n");
    }
  }

  /** The path as the heading: each folder above is a link to it. */
  private void appendPath() {
    String path = request.urlPath();
    int depth = (int) path.chars().filter(c -> c == '/').count() - 1;
    String above = "<a aria-label=\"Top folder\" href=\"";
    pieces.append("<h1>");
    int from = 0;
    while (from < path.length()) {
      int to = path.indexOf('/', from) + 1;
      String segment = Html.escape(EntryText.shown(path.substring(from, to)));
      if (depth > 0) {
        pieces.append(above).append("../".repeat(depth)).append("\">");
        above = "<a href=\"";
        pieces.append(segment).append("</a>");
      } else {
        pieces.append("<span aria-current=\"page\">").append(segment).append("</span>");
      }
      depth--;
      from = to;
    }
    pieces.append("</h1>\n");
  }

  private String summary() {
    if (snapshot.omitted() > 0) { // what was not read is not known by kind or size
      return EntryText.grouped(snapshot.size())
          + " of "
          + EntryText.grouped((long) snapshot.size() + snapshot.omitted())
          + " entries: those that were read first";
    }
    EntryTable entries = snapshot.entries();
    int folders = entries.directories();
    int files = snapshot.size() - folders;
    return counted(folders, "folder")
        + ", "
        + counted(files, "file")
        + (files == 0 ? "" : ", " + EntryText.size(entries.totalOctets()));
  }

  private static String counted(int count, String what) {
    return EntryText.grouped(count) + " " + what + (count == 1 ? "" : "s");
  }

  private void appendHead(SortKey key, String text) {
    ListingOrder order = request.order();
    pieces.append("<th scope=\"col\"");
    if (order.key() == key) {
      pieces
          .append(" aria-sort=\"")
          .append(order.isDescending() ? "descending" : "ascending")
          .append("\"");
    }
    pieces
        .append("><a href=\"")
        .append(Html.escape(order.after(key).reference()))
        .append("\">")
        .append(text)
        .append("</a></th>");
  }

  private void append(EntryTable entries, int entry) {
    pieces.append("<tr><td><a class=\"").append(entries.kind(entry).letter()).append("\" href=\"");
    appendLink(entries, entry);
    pieces.append("</a></td>");
    if (entries.isFile(entry)) {
      long octets = entries.octets(entry);
      pieces
          .append("<td title=\"")
          .append(EntryText.grouped(octets))
          .append(octets == 1 ? " byte\">" : " bytes\">")
          .append(EntryText.size(octets))
          .append("</td><td>");
    } else {
      pieces.append("<td></td><td>");
    }
    EntryText.appendDate(pieces, entries.second(entry));
    pieces.append("</td></tr>\n");
  }

  /** Appends the reference and the text of a link; most names need no escaping in HTML. */
  private void appendLink(EntryTable entries, int entry) {
    String slash = entries.isDirectory(entry) ? "/" : "";
    byte[] names = entries.names();
    int from = entries.nameStart(entry);
    int length = entries.nameEnd(entry) - from;
    pieces.append("./");
    OctetPath.percentEncode(names, from, from + length, pieces::write);
    pieces.append(slash).append("\">");
    if (isPlain(names, from, from + length)) {
      pieces.write(names, from, length);
    } else {
      pieces.append(Html.escape(EntryText.shown(entries.name(entry))));
    }
    pieces.append(slash);
  }

  private static boolean isPlain(byte[] names, int from, int end) {
    for (int i = from; i < end; i++) {
      if (!Html.isPlain(names[i])) {
        return false;
      }
    }
    return true;
  }

  private void end() {
    pieces.append(snapshot.size() > 0 ? "</tbody>\n</table>\n" : "</table>\n");
    if (snapshot.size() == 0) {
      pieces.append("<p class=\"note\">This folder is empty.</p>\n");
    }
    if (snapshot.omitted() > 0) {
      pieces
          .append("<p class=\"note\">And ")
          .append(EntryText.grouped(snapshot.omitted()))
          .append(" more, which are not shown.</p>\n");
    }
    pieces.append("</div>\n<script>").append(ListingLook.SCRIPT).append("</script>");
    pieces.append(Html.end());
  }

  @Override
  public void close() {
    snapshot.close();
  }
}
