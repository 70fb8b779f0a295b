package passerelle.bench.report;

import java.util.stream.Collectors;

/**
 * Writes a report as Markdown, for reading in the repository. Charts are files beside it.
 *
 * <p>Confined to one worker.
 */
final class MarkdownPage {
  private final Report report;
  private final StringBuilder page = new StringBuilder();

  private MarkdownPage(Report report) {
    this.report = report;
  }

  static String of(Report report) {
    MarkdownPage markdown = new MarkdownPage(report);
    markdown.page.append("# ").append(escape(report.title())).append('\n');
    for (Block block : report.blocks()) {
      markdown.page.append('\n');
      markdown.write(block);
    }
    return markdown.page.toString();
  }

  private void write(Block block) {
    if (block instanceof Block.Heading heading) {
      line("#".repeat(heading.level()) + " " + escape(heading.text()));
    } else if (block instanceof Block.Paragraph paragraph) {
      line(escape(paragraph.text()));
    } else if (block instanceof Block.Bullets bullets) {
      bullets.texts().forEach(text -> line("- " + escape(text)));
    } else if (block instanceof Block.Facts facts) {
      facts
          .facts()
          .forEach(fact -> line("- **" + escape(fact.name()) + "**: " + escape(fact.value())));
    } else if (block instanceof Block.Links links) {
      line(
          links.links().stream()
              .map(link -> "[" + escape(link.text()) + "](" + link.address() + ")")
              .collect(Collectors.joining(" · ")));
    } else if (block instanceof Block.Folded folded) {
      line("<details><summary>" + escape(folded.summary()) + "</summary>\n");
      line("```\n" + folded.text() + "\n```\n\n</details>");
    } else if (block instanceof Block.Figure figure) {
      line("![" + escape(figure.title()) + "](" + report.fileName(figure) + ")");
    } else if (block instanceof Block.Table table) {
      write(table);
    }
  }

  private void write(Block.Table table) {
    line(
        table.columns().stream()
            .map(column -> escape(column.title()))
            .collect(Collectors.joining(" | ", "| ", " |")));
    line(
        table.columns().stream()
            .map(column -> column.isNumbers() ? "---:" : "---")
            .collect(Collectors.joining("|", "|", "|")));
    for (Block.Row row : table.rows()) {
      line(
          row.cells().stream()
              .map(cell -> strong(escape(cell.text()), row, cell))
              .collect(Collectors.joining(" | ", "| ", " |")));
    }
  }

  private static String strong(String text, Block.Row row, Block.Cell cell) {
    boolean isName = row.isOurs() && cell.equals(row.cells().get(0));
    return isName || cell.tone() == Block.Tone.BAD ? "**" + text + "**" : text;
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  /** The only place that escapes for Markdown: what would be markup, a link or a cell's end. */
  static String escape(String text) {
    return text.replaceAll("[\\r\\n]+", " ").replaceAll("[\\\\`*_\\[\\]<>|$~&#]", "\\\\$0");
  }
}
