package passerelle.http;

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

  private static final String BEFORE_TITLE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>""";

  private static final String AFTER_TITLE =
      """
      </title>
      <link rel="icon" href="data:,">
      <style>
      :root { color-scheme: light dark; --ink: #1c2a30; --paper: #faf8f3; --quiet: #55646a;
        --line: #ddd8cc; --link: #0f5c6e; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6edef; --paper: #0f181c; --quiet: #9aabb2; --line: #2b3a41;
          --link: #83d0e0; }
      }
      html { border-top: 6px solid var(--link); }
      body { margin: 0; background: var(--paper); color: var(--ink);
        font: 16px/1.5 system-ui, sans-serif; }
      main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem; }
      h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
      a { color: var(--link); }
      .quiet, footer { color: var(--quiet); }
      table { width: 100%; border-collapse: collapse; }
      th, td { padding: .35rem 0; border-bottom: 1px solid var(--line); text-align: left; }
      th { font-weight: 600; color: var(--quiet); }
      td:first-child { overflow-wrap: anywhere; }
      .size, .date { width: 1%; padding-left: 1.5rem; text-align: right; white-space: nowrap; }
      td { font-variant-numeric: tabular-nums; }
      tr:hover td { background: color-mix(in srgb, var(--link) 8%, transparent); }
      footer { margin-top: 2rem; font-size: .875rem; }
      @media (max-width: 30rem) { .date { display: none; } }
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
   * A whole page in the server's look.
   *
   * @param title plain text
   * @param main HTML, escaped by the caller
   */
  public static String page(String title, String main) {
    return BEFORE_TITLE + escape(title) + AFTER_TITLE + main + AFTER_MAIN;
  }
}
