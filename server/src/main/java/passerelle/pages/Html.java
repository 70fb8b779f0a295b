package passerelle.pages;

/**
 * The one place where text becomes HTML.
 *
 * <p>Immutable.
 */
public final class Html {
  private Html() {}

  /** The text with {@code & < > " '} escaped: safe as an element's content and in quotes. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Whether an ASCII character stands for itself in HTML: it shows, and needs no escaping. */
  public static boolean isPlain(int c) {
    return c >= ' ' && c < 0x7f && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'';
  }

  /** The look of all pages: colours in both themes, and type. */
  public static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1c2a30; --paper: #faf8f3; --quiet: #55646a;
        --line: #e2ddd1; --edge: #7d8784; --link: #0f5c6e; --card: #fffefb; --head: #f3efe5;
        --tint: #eff4f2; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6edef; --paper: #0f181c; --quiet: #a1b1b8; --line: #293940;
          --edge: #74878f; --link: #83d0e0; --card: #152126; --head: #1b2a30; --tint: #1d3038; }
      }
      html { border-top: 6px solid var(--link); }
      body { margin: 0; background: var(--paper); color: var(--ink);
        font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
      main { max-width: 66rem; margin: 0 auto; padding: 2rem 1rem; }
      h1 { margin: 0 0 1rem; font-size: clamp(1.3rem, 1rem + 1.4vw, 1.85rem); line-height: 1.3;
        letter-spacing: -.015em; overflow-wrap: anywhere; }
      a { color: var(--link); }
      :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
      table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th { font-weight: 600; }
      footer { margin-top: 2rem; font-size: .875rem; color: var(--quiet); }
      """;

  private static final String BEFORE_TITLE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>""";

  private static final String BEFORE_STYLE =
      """
      </title>
      <link rel="icon" href="data:,">
      <style>""";

  private static final String AFTER_STYLE =
      """
      </style>
      </head>
      <body>
      <main>
      """;

  private static final String AFTER_MAIN =
      """

      <footer><a href="/">Start page</a> · Passerelle</footer>
      </main>
      </body>
      </html>
      """;

  /**
   * How a page begins, up to its content.
   *
   * @param title plain text
   * @param style all of its style, such as {@link #STYLE}
   */
  public static String start(String title, String style) {
    return BEFORE_TITLE + escape(title) + BEFORE_STYLE + style + AFTER_STYLE;
  }

  /** How a page ends that {@link #start} began. */
  public static String end() {
    return AFTER_MAIN;
  }

  /**
   * A whole page in the server's look.
   *
   * @param title plain text
   * @param main HTML, escaped by the caller
   */
  public static String page(String title, String main) {
    return start(title, STYLE) + main + end();
  }
}
