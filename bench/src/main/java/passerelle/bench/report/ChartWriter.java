package passerelle.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws charts as SVG: horizontal bars with their values beside them, and lines from the least to
 * the most. Lengths are in the units of the picture, which is scaled as a whole.
 *
 * <p>Immutable.
 */
final class ChartWriter {
  private static final int WIDTH = 380;
  private static final int LABELS = 124;
  private static final int MARGIN = 12;
  private static final int HEAD = 34;
  private static final int ROW = 24;
  private static final int BAR = 14;
  private static final int GAP = 6;

  /** A generous width of a character of a value; nobody knows the reader's font. */
  private static final double CHARACTER = 8;

  /** So many characters of a heading, and of a note, fit on a line. */
  private static final int HEADING_LINE = 38;

  private static final int NOTE_LINE = 54;
  private static final int LINE = 20;

  private ChartWriter() {}

  /** A chart as an element within a page that has the style sheet. */
  static void inline(Markup page, Chart chart, String id) {
    int height = height(chart) + MARGIN;
    page.open(
        "svg",
        "class",
        "chart",
        "viewBox",
        "0 0 " + WIDTH + " " + height,
        "role",
        "img",
        "aria-labelledby",
        id + "-title " + id + "-description");
    page.leaf("title", chart.title(), "id", id + "-title");
    page.leaf("desc", chart.description(), "id", id + "-description");
    draw(page, chart, 0);
    page.close();
  }

  /** Charts one below the other in a picture of its own. */
  static String file(String title, String footnote, List<Chart> charts) {
    List<String> heading = lines(title, HEADING_LINE);
    List<String> note = lines(footnote, NOTE_LINE);
    int top = 10 + LINE * heading.size();
    int height = charts.stream().mapToInt(ChartWriter::height).sum();
    int bottom = top + height + LINE * note.size() + MARGIN;
    Markup picture = new Markup();
    picture.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "class",
        "chart",
        "width",
        String.valueOf(WIDTH * 4 / 3),
        "height",
        String.valueOf(bottom * 4 / 3),
        "viewBox",
        "0 0 " + WIDTH + " " + bottom,
        "role",
        "img",
        "aria-labelledby",
        "title description");
    StringBuilder description = new StringBuilder();
    charts.forEach(chart -> description.append(chart.description()).append(' '));
    picture.newLine().leaf("title", title, "id", "title");
    picture.newLine().leaf("desc", description + footnote, "id", "description");
    picture.newLine().style(Sheets.CHART);
    picture.newLine().empty("rect", "class", "ground", "width", "100%", "height", "100%");
    text(picture, "heading", 0, heading);
    int y = top;
    for (Chart chart : charts) {
      draw(picture, chart, y);
      y += height(chart);
    }
    text(picture, "note", y, note);
    return picture.newLine().close().newLine().done();
  }

  private static void text(Markup picture, String style, int top, List<String> lines) {
    int y = top;
    for (String line : lines) {
      y += LINE;
      text(picture.newLine(), style, MARGIN, y, line);
    }
  }

  /** Breaks a text between words; SVG does not. */
  private static List<String> lines(String text, int most) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > most) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static int height(Chart chart) {
    return HEAD + ROW * chart.bars().size();
  }

  private static void draw(Markup picture, Chart chart, int top) {
    picture.newLine().open("text", "class", "title", "x", "" + MARGIN, "y", "" + (top + 22));
    picture.text(chart.title());
    if (!chart.better().isEmpty()) {
      picture.leaf("tspan", chart.better(), "class", "note", "dx", "8");
    }
    picture.close();
    double scale = scale(chart.bars());
    int y = top + HEAD;
    for (Chart.Bar bar : chart.bars()) {
      drawBar(picture, bar, y, scale);
      y += ROW;
    }
    String axis = "M" + LABELS + " " + (top + HEAD - 2) + "V" + (y - 2);
    picture.newLine().empty("path", "class", "axis", "d", axis);
  }

  private static void drawBar(Markup picture, Chart.Bar bar, int y, double scale) {
    String kind = bar.kind().name().toLowerCase(Locale.ROOT);
    String failed = bar.errors() == 0 ? "" : " failed";
    int baseline = y + BAR - 2;
    picture.newLine();
    picture.leaf(
        "text",
        bar.label(),
        "class",
        "label " + kind,
        "x",
        String.valueOf(LABELS - GAP),
        "y",
        String.valueOf(baseline));
    picture.empty(
        "rect",
        "class",
        "bar " + kind + failed,
        "x",
        String.valueOf(LABELS),
        "y",
        String.valueOf(y),
        "width",
        length(bar.spread().median() * scale),
        "height",
        String.valueOf(BAR));
    if (bar.spread().count() > 1) {
      double least = LABELS + bar.spread().least() * scale;
      double most = LABELS + bar.spread().most() * scale;
      int middle = y + BAR / 2;
      String ends = "V" + (middle + 4);
      String whisker =
          ("M" + length(least) + " " + (middle - 4) + ends)
              + ("M" + length(least) + " " + middle + "H" + length(most))
              + ("M" + length(most) + " " + (middle - 4) + ends);
      picture.empty("path", "class", "whisker", "d", whisker);
    }
    text(picture, "value" + failed, LABELS + end(bar) * scale + GAP, baseline, bar.valueText());
  }

  private static void text(Markup picture, String style, double x, int y, String text) {
    picture.leaf("text", text, "class", style, "x", length(x), "y", String.valueOf(y));
  }

  /** Where bar and line end. */
  private static double end(Chart.Bar bar) {
    return Math.max(bar.spread().median(), bar.spread().most());
  }

  /** The largest scale at which every bar, with its value beside it, is within the picture. */
  private static double scale(List<Chart.Bar> bars) {
    double scale = Double.MAX_VALUE;
    for (Chart.Bar bar : bars) {
      double room = WIDTH - LABELS - GAP - MARGIN - CHARACTER * bar.valueText().length();
      if (end(bar) > 0) {
        scale = Math.min(scale, Math.max(1, room) / end(bar));
      }
    }
    return scale == Double.MAX_VALUE ? 0 : scale;
  }

  private static String length(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
