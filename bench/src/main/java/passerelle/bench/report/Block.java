package passerelle.bench.report;

import java.util.List;

/**
 * A part of a report, without a form: {@link HtmlPage} and {@link MarkdownPage} give it one. All
 * texts are plain; whoever writes them escapes them.
 *
 * <p>Immutable.
 */
sealed interface Block {

  /** A heading; the report's own title has level 1. */
  record Heading(int level, String text) implements Block {}

  /** Some sentences. */
  record Paragraph(String text) implements Block {}

  /** Things one below the other. */
  record Bullets(List<String> texts) implements Block {}

  /** Names and what they stand for. */
  record Facts(List<Fact> facts) implements Block {}

  /** One of them. */
  record Fact(String name, String value) {}

  /** Where else something is. */
  record Links(List<Link> links) implements Block {}

  /** One of them. */
  record Link(String text, String address) {}

  /** Something long that only some want to see. */
  record Folded(String summary, String text) implements Block {}

  /**
   * Charts of the same thing.
   *
   * @param name unique in the report; part of a file's name
   * @param footnote what one must know to read it
   */
  record Figure(String name, String title, String footnote, List<Chart> charts) implements Block {}

  /** Rows and columns; the first cell of a row names it. */
  record Table(List<Column> columns, List<Row> rows) implements Block {}

  /** A column's head. */
  record Column(String title, boolean isNumbers) {
    static Column text(String title) {
      return new Column(title, false);
    }

    static Column numbers(String title) {
      return new Column(title, true);
    }
  }

  /** A row; our own ones stand out. */
  record Row(boolean isOurs, List<Cell> cells) {}

  /** A cell; its text says all, the tone only repeats it in colour. */
  record Cell(String text, Tone tone) {
    static Cell of(String text) {
      return new Cell(text, Tone.PLAIN);
    }
  }

  /** Whether a cell has good or bad news. */
  enum Tone {
    PLAIN,
    GOOD,
    BAD
  }
}
