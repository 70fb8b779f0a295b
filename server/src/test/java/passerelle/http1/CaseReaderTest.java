package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.AssertionFailedError;
import passerelle.http.Handler;
import passerelle.http1.ConformanceCase.Detail;
import passerelle.http1.ConformanceCase.Expected;
import passerelle.http1.ConformanceCase.Step;

/** What a case file says, that every slip in it is a mistake, and that a wrong log is noticed. */
final class CaseReaderTest {
  private static final String GOOD =
      """
      # A file

      Free text.

      ## A case

      A reason,
      over two lines.

      ```http
      POST /x{2*\\x41\\\\} HTTP/1.1

      a\\0\\
      \\r\\n\\
      \u00e9\\\\
      ```

      ```log
      100
      200 POST /x
        Content-Type: text/plain
        !Content-Encoding
        host: a b
        content: a\\x7b
      404
      waits
      ```

      ```http whole end
      ```

      ```log
      {2*200 GET /{3*b}}
        content:
      closed
      ```
      """;

  private static List<ConformanceCase> read(String text) {
    return CaseReader.read("file.md", text.lines().toList());
  }

  /** A text with one change, {@code ~} being a line end; the empty text is two apostrophes. */
  private static String change(String text, String from, String to) {
    String found = from.replace("~", "\n");
    int at = text.indexOf(found);
    assertTrue(at >= 0, from);
    String inserted = to.replace("~", "\n").replace("''", "");
    return text.substring(0, at) + inserted + text.substring(at + found.length());
  }

  @Test
  void readsACaseAsItIsWritten() {
    Step first =
        new Step(
            "POST /xA\\A\\ HTTP/1.1\r\n\r\na\0\r\n\u00e9\\\r\n",
            false,
            false,
            List.of(
                new Expected(100, null, List.of()),
                new Expected(
                    200,
                    "POST /x",
                    List.of(
                        new Detail("Content-Type", "text/plain"),
                        new Detail("Content-Encoding", null),
                        new Detail("host", "a b"),
                        new Detail("content", "a{"))),
                new Expected(404, null, List.of())),
            "waits");
    Expected answer = new Expected(200, "GET /bbb", List.of(new Detail("content", "")));
    Step second = new Step("", true, true, List.of(answer, answer), "closed");
    assertEquals(
        List.of(
            new ConformanceCase(
                "file.md", 5, "A case", "A reason, over two lines.", List.of(first, second))),
        read(GOOD));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1  | # A file              | A file",
        "5  | ## A case             | # A case",
        "5  | ## A case             | ##",
        "5  | ## A case             | ### A case",
        "9  | over two lines.       | over two lines",
        "10 | ```http~POST          | ```htp~POST",
        "10 | ```http~POST          | ```http once~POST",
        "11 | x41                   | x4",
        "11 | x41                   | X41",
        "11 | x41                   | x4G",
        "11 | {2*                   | {0*",
        "11 | {2*                   | {2x",
        "11 | {2*                   | {",
        "11 | }                     | ''",
        "11 | }                     | }}",
        "11 | HTTP/1.1              | \"HTTP/1.1\t\"",
        "11 | HTTP/1.1              | \"HTTP/1.1 \"",
        "13 | a\\0\\                | a\\q\\",
        "13 | a\\0\\                | a\\0\\~\u20ac",
        "15 | ```~~```log           | ```log",
        "18 | ```~~```log           | ```~text~```log",
        "18 | ```log~100            | ```http~100",
        "19 | 100                   | 99",
        "19 | 100                   | 600",
        "19 | 100                   | 100 GET /",
        "20 | 200 POST /x           | 200",
        "20 | 200 POST /x           | 200 POST",
        "20 | 200 POST /x           | 200 post /x",
        "20 | 200 POST /x           | 200 POST /x y",
        "20 | 200 POST /x           | 200 POST /x{",
        "21 | Content-Type: text    | content-type: text",
        "21 | Content-Type: text    | Content-Type:text",
        "22 | !Content-Encoding     | !Content-Encoding:",
        "23 | host: a b             | Host a",
        "24 | content: a            | contents: a",
        "25 | 404                   | \" 404\"",
        "26 | waits                 | wait",
        "26 | waits                 | 404",
        "27 | waits                 | waits~open",
        "30 | ```http whole end     | ```http end whole",
        "30 | ```http whole end     | ```http whole",
        "33 | {2*200 GET            | {x*200 GET",
        "36 | closed~```~           | closed~",
      })
  void everySlipIsAMistakeWithItsLine(int line, String what, String slip) {
    String text = change(GOOD, what, slip);
    Exception mistake = assertThrows(IllegalArgumentException.class, () -> read(text));
    String message = String.valueOf(mistake.getMessage());
    assertTrue(message.startsWith("file.md:"), message);
    int named = Integer.parseInt(message.split(":", -1)[1]);
    assertTrue(Math.abs(named - line) <= 1, () -> "line " + line + " is wrong, not " + message);
  }

  @Test
  void aFileWithoutCasesIsAMistake() {
    assertThrows(IllegalArgumentException.class, () -> read(""));
    assertThrows(IllegalArgumentException.class, () -> read("# A file\n\nText.\n"));
    assertThrows(
        IllegalArgumentException.class, () -> read("# A file\n\n## A case\n\nA reason.\n"));
  }

  private static final String CASE =
      """
      # A file

      ## A case

      A reason.

      ```http
      POST /x HTTP/1.1
      Host: a
      Content-Length: 2
      Expect: 100-continue

      ```

      ```log
      100
      waits
      ```

      ```http
      hi\\
      ```

      ```log
      200 POST /x
        Content-Type: text/plain
        !Location
        host: a
        content: hi
      open
      ```
      """;

  private static void play(String text, Handler handler) {
    for (ConformanceCase subject : read(text)) {
      new CaseRun(subject, handler).inEveryWay();
    }
  }

  @Test
  void aCaseThatIsRightHolds() {
    play(CASE, Handlers.ECHO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "100~                 | ''",
        "waits                | open",
        "waits                | closed",
        "hi\\                 | ho\\",
        "200 POST /x~         | 201 POST /x~",
        "200 POST /x~         | 200 GET /x~",
        "200 POST /x~         | 200 POST /y~",
        "200 POST /x~         | 200 POST /x~200 POST /x~",
        "200 POST /x~         | 100~200 POST /x~",
        "text/plain           | text/html",
        "!Location            | !Content-Type",
        "!Location            | Location: x",
        "host: a              | host: b",
        "content: hi          | content: h",
        "open                 | lingers",
        "open                 | waits",
      })
  void aLogThatIsWrongIsNoticed(String what, String wrong) {
    String text = change(CASE, what, wrong);
    assertThrows(AssertionFailedError.class, () -> play(text, Handlers.ECHO));
  }

  @Test
  void aServerThatDependsOnTheCutIsNoticed() {
    Handler hasty = exchange -> Handlers.text(exchange, "done");
    String alone = CASE.substring(0, CASE.lastIndexOf("```http"));
    String early = change(alone, "100~waits", "200 POST /x~  content: done~open");
    String text = change(early, "Expect: 100-continue~~", "Expect: 100-continue~~hi\\~");
    AssertionFailedError failure =
        assertThrows(AssertionFailedError.class, () -> play(text, hasty));
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.startsWith("file.md:3 fed byte by byte"), message);
  }
}
