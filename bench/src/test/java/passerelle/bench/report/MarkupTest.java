package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Elements, and what must not become one. */
final class MarkupTest {
  @Test
  void textAndAttributesAreEscaped() {
    assertEquals(
        "<p title=\"&lt;a&gt; &quot;b&quot; &#39;c&#39; &amp;amp;\">&lt;script&gt; &amp; x</p>",
        new Markup().leaf("p", "<script> & x", "title", "<a> \"b\" 'c' &amp;").done());
  }

  @Test
  void controlCharactersAreReplaced() {
    assertEquals("a\uFFFD\n\t\uFFFD", new Markup().text("a\0\n\t\u007f").done());
  }

  @Test
  void elementsAreEndedInTheRightOrder() {
    assertEquals(
        "<a><b></b><c x=\"1\"/></a>",
        new Markup().open("a").open("b").close().empty("c", "x", "1").close().done());
  }

  @Test
  void anElementThatIsNotEndedIsAMistake() {
    assertThrows(IllegalStateException.class, () -> new Markup().open("a").done());
  }

  @Test
  void markdownIsEscapedToo() {
    assertEquals(
        "a\\|b \\<i\\> \\_c\\_ \\*d\\* \\`e\\` \\[f\\] \\$g\\$ h i",
        MarkdownPage.escape("a|b <i> _c_ *d* `e` [f] $g$ h\ni"));
  }
}
