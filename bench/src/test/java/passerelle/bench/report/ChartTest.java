package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Charts, and the pictures of them. */
final class ChartTest {
  private static Chart.Bar bar(String label, Chart.Kind kind, double value, long errors) {
    return new Chart.Bar(label, kind, new Spread(value, value / 2, value * 1.5, 3), errors);
  }

  private static Document parsed(String xml)
      throws IOException, SAXException, ParserConfigurationException {
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  /** The elements of a kind that have a class. */
  private static List<Element> elements(Document document, String name, String style) {
    List<Element> found = new ArrayList<>();
    NodeList all = document.getElementsByTagName(name);
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (List.of(element.getAttribute("class").split(" ", -1)).contains(style)) {
        found.add(element);
      }
    }
    return found;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void theBestIsOnTop() {
    Scenario scenario = MadeUp.scenario("1k-64");
    assertEquals(
        List.of("epoll (yardstick)", "passerelle", "lighttpd", "passerelle-25", "nginx"),
        Chart.of(scenario, Metric.CPU_PER_REQUEST).bars().stream().map(Chart.Bar::label).toList());
    assertEquals(
        List.of("epoll (yardstick)", "passerelle", "lighttpd", "passerelle-25", "nginx"),
        Chart.of(scenario, Metric.RATE).bars().stream().map(Chart.Bar::label).toList());
    assertEquals("more is better", Chart.of(scenario, Metric.RATE).better());
  }

  @Test
  void theDescriptionSaysAllThatTheBarsShow() {
    assertEquals(
        "requests/s, median (least–most), more is better:"
            + " passerelle 200 (200–200) with 2 errors; lighttpd 100 (100–100).",
        Chart.of(MadeUp.scenario("cgi-c"), Metric.RATE).description());
  }

  @Test
  void lengthsAreInProportionAndEverythingIsWithinThePicture() throws Exception {
    Chart chart =
        new Chart(
            "t",
            "",
            List.of(
                bar("a", Chart.Kind.OURS, 50, 0),
                bar("b", Chart.Kind.PEER, 100, 12_345),
                bar("c", Chart.Kind.YARDSTICK, 0, 0)));
    Document picture = parsed(ChartWriter.file("title", "note", List.of(chart)));
    List<Element> bars = elements(picture, "rect", "bar");
    assertEquals(3, bars.size());
    assertEquals(number(bars.get(1), "width"), 2 * number(bars.get(0), "width"), 0.2);
    assertEquals(0, number(bars.get(2), "width"));
    assertEquals(1, elements(picture, "rect", "ours").size());
    assertEquals(1, elements(picture, "rect", "yardstick").size());
    assertEquals(1, elements(picture, "rect", "failed").size());
    assertEquals(3, elements(picture, "path", "whisker").size());
    double width =
        Double.parseDouble(picture.getDocumentElement().getAttribute("viewBox").split(" ", -1)[2]);
    for (Element value : elements(picture, "text", "value")) {
      double end = number(value, "x") + 8 * value.getTextContent().length();
      assertTrue(end <= width, value.getTextContent() + " ends at " + end);
    }
  }

  @Test
  void aPictureTellsItsTitleAndContentAndHasAGround() throws Exception {
    Chart chart = new Chart("<t>", "less is better", List.of(bar("a & b", Chart.Kind.PEER, 1, 0)));
    Document picture =
        parsed(
            ChartWriter.file(
                "A title of \"many\" words, so many that they do not fit", "n", List.of(chart)));
    Element root = picture.getDocumentElement();
    assertEquals("title description", root.getAttribute("aria-labelledby"));
    assertEquals(
        "A title of \"many\" words, so many that they do not fit",
        root.getElementsByTagName("title").item(0).getTextContent());
    assertEquals(
        "<t>, median (least–most), less is better: a & b 1.00 (0.50–1.50). n",
        root.getElementsByTagName("desc").item(0).getTextContent());
    assertEquals(1, elements(picture, "rect", "ground").size());
    List<String> heading =
        elements(picture, "text", "heading").stream().map(Element::getTextContent).toList();
    assertEquals(List.of("A title of \"many\" words, so many that", "they do not fit"), heading);
    assertEquals("a & b", elements(picture, "text", "label").get(0).getTextContent());
  }

  @Test
  void oneRunHasNoLineFromLeastToMost() throws Exception {
    Chart chart =
        new Chart("t", "", List.of(new Chart.Bar("a", Chart.Kind.PEER, new Spread(1, 1, 1, 1), 0)));
    Document picture = parsed(ChartWriter.file("t", "n", List.of(chart)));
    assertEquals(0, elements(picture, "path", "whisker").size());
  }
}
