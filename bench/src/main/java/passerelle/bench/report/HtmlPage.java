package passerelle.bench.report;

import java.util.List;
import java.util.Locale;

/**
 * Writes a report as one page that needs nothing else: styles and charts are in it.
 *
 * <p>Confined to one worker.
 */
final class HtmlPage {
  private final Markup page = new Markup();

  private HtmlPage() {}

  static String of(Report report) {
    HtmlPage html = new HtmlPage();
    html.write(report);
    return "<!DOCTYPE html>\n" + html.page.newLine().done();
  }

  private void write(Report report) {
    page.open("html", "lang", "en").newLine().open("head").newLine();
    page.empty("meta", "charset", "utf-8").newLine();
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.newLine().leaf("title", report.title()).newLine();
    page.style(Sheets.PAGE + Sheets.CHART).newLine().close().newLine();
    page.open("body").newLine().open("main").newLine();
    page.leaf("h1", report.title()).newLine();
    navigate(report.blocks());
    for (Block block : report.blocks()) {
      write(block);
      page.newLine();
    }
    page.close().newLine().close().newLine().close();
  }

  private void navigate(List<Block> blocks) {
    page.open("nav", "aria-label", "Contents").open("ul").newLine();
    for (Block block : blocks) {
      if (block instanceof Block.Heading heading && heading.level() == 2) {
        page.open("li").leaf("a", heading.text(), "href", "#" + id(heading.text())).close();
        page.newLine();
      }
    }
    page.close().close().newLine();
  }

  private void write(Block block) {
    if (block instanceof Block.Heading heading) {
      page.leaf("h" + heading.level(), heading.text(), "id", id(heading.text()));
    } else if (block instanceof Block.Paragraph paragraph) {
      page.leaf("p", paragraph.text());
    } else if (block instanceof Block.Bullets bullets) {
      page.open("ul").newLine();
      bullets.texts().forEach(text -> page.leaf("li", text).newLine());
      page.close();
    } else if (block instanceof Block.Facts facts) {
      page.open("dl").newLine();
      facts
          .facts()
          .forEach(fact -> page.leaf("dt", fact.name()).leaf("dd", fact.value()).newLine());
      page.close();
    } else if (block instanceof Block.Links links) {
      write(links);
    } else if (block instanceof Block.Folded folded) {
      page.open("details").leaf("summary", folded.summary()).leaf("pre", folded.text()).close();
    } else if (block instanceof Block.Figure figure) {
      write(figure);
    } else if (block instanceof Block.Table table) {
      write(table);
    }
  }

  private void write(Block.Links links) {
    page.open("p");
    String separator = "";
    for (Block.Link link : links.links()) {
      page.text(separator).leaf("a", link.text(), "href", link.address());
      separator = " · ";
    }
    page.close();
  }

  private void write(Block.Figure figure) {
    page.open("figure").open("div", "class", "charts");
    for (int i = 0; i < figure.charts().size(); i++) {
      page.newLine();
      ChartWriter.inline(page, figure.charts().get(i), "chart-" + figure.name() + "-" + i);
    }
    page.close().leaf("figcaption", figure.footnote()).close();
  }

  private void write(Block.Table table) {
    // On narrow screens, rows with words become cards; tables of numbers scroll, with the keyboard
    // too.
    boolean hasWords = table.columns().stream().skip(1).anyMatch(column -> !column.isNumbers());
    page.open("div", "class", hasWords ? "table cards" : "table", "tabindex", "0");
    page.open("table").newLine();
    page.open("thead").open("tr");
    for (Block.Column column : table.columns()) {
      page.leaf("th", column.title(), "scope", "col", "class", style(column, Block.Tone.PLAIN));
    }
    page.close().close().newLine().open("tbody").newLine();
    for (Block.Row row : table.rows()) {
      page.open("tr", "class", row.isOurs() ? "ours" : "other");
      page.leaf("th", row.cells().get(0).text(), "scope", "row");
      for (int i = 1; i < row.cells().size(); i++) {
        Block.Cell cell = row.cells().get(i);
        Block.Column column = table.columns().get(i);
        page.leaf(
            "td", cell.text(), "class", style(column, cell.tone()), "data-column", column.title());
      }
      page.close().newLine();
    }
    page.close().close().close();
  }

  private static String style(Block.Column column, Block.Tone tone) {
    String align = column.isNumbers() ? "number" : "words";
    return tone == Block.Tone.PLAIN ? align : align + " " + tone.name().toLowerCase(Locale.ROOT);
  }

  /** An anchor for a heading. */
  private static String id(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }
}
