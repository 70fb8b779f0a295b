package passerelle.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is told about the raw results of one day, and the files that it is written into.
 *
 * <p>Immutable.
 *
 * @param date the day, as it stands in the names of the files
 */
record Report(String date, List<Block> blocks) {

  /** Puts a report together; either of the results may be missing. */
  static Report of(String date, Optional<WrkResults> wrk, Optional<JmhResults> jmh) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Links(links(date, wrk, jmh)));
    List<String> remarks = new ArrayList<>();
    wrk.ifPresent(results -> remarks.addAll(Remarks.of(results)));
    jmh.ifPresent(results -> remarks.addAll(Remarks.of(results)));
    blocks.add(new Block.Paragraph(warning(remarks)));
    Optional<WrkSections> sections = wrk.map(WrkSections::new);
    sections.ifPresent(
        found -> {
          blocks.addAll(found.measured());
          blocks.addAll(found.atAGlance());
          blocks.addAll(found.groups());
          blocks.addAll(found.besideTheBest());
          wrk.map(PeerSections::new)
              .ifPresent(
                  peers -> {
                    blocks.addAll(peers.besideEach());
                    blocks.addAll(peers.pairs());
                  });
          blocks.addAll(found.targets());
        });
    jmh.ifPresent(results -> blocks.addAll(new JmhSections(results).blocks()));
    if (!remarks.isEmpty()) {
      blocks.add(new Block.Heading(2, "Remarks"));
      blocks.add(new Block.Bullets(remarks));
    }
    return new Report(date, List.copyOf(blocks));
  }

  private static String warning(List<String> remarks) {
    return switch (remarks.size()) {
      case 0 -> "Nothing was found that speaks against these figures.";
      case 1 -> "One remark at the end says what speaks against a figure.";
      default ->
          remarks.size() + " remarks at the end say what speaks against some of the figures.";
    };
  }

  private static List<Block.Link> links(
      String date, Optional<WrkResults> wrk, Optional<JmhResults> jmh) {
    List<Block.Link> links = new ArrayList<>();
    links.add(new Block.Link("as one page", date + ".html"));
    links.add(new Block.Link("as Markdown", date + ".md"));
    wrk.ifPresent(r -> links.add(new Block.Link("raw results of wrk", date + "-wrk.json")));
    jmh.ifPresent(r -> links.add(new Block.Link("raw results of JMH", date + "-jmh.json")));
    return links;
  }

  String title() {
    return "How fast Passerelle is: results of " + date;
  }

  /** The file of a figure's charts. */
  String fileName(Block.Figure figure) {
    return date + "-" + figure.name() + ".svg";
  }

  /** All files, by name. */
  Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    files.put(date + ".html", HtmlPage.of(this));
    files.put(date + ".md", MarkdownPage.of(this));
    for (Block block : blocks) {
      if (block instanceof Block.Figure figure) {
        files.put(
            fileName(figure), ChartWriter.file(figure.title(), figure.footnote(), figure.charts()));
      }
    }
    return files;
  }
}
