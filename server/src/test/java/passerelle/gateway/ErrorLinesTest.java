package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import passerelle.app.ServerLog;

/** A script's errors on their way to the log. */
final class ErrorLinesTest {
  private static final String SAYS = "WARN script /x says: ";

  private final ServerLog log = new ServerLog();

  @AfterEach
  void close() {
    log.close();
  }

  private static LineLimit limit(int lines) {
    return new LineLimit(lines, 1, () -> 0);
  }

  private static ErrorLines lines(int own, LineLimit shared) {
    return new ErrorLines("/x", limit(own), shared);
  }

  private static ErrorLines lines() {
    return lines(100, limit(100));
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What was logged, without the date and time, and without what others log meanwhile. */
  private List<String> logged() {
    return log.text()
        .lines()
        .filter(line -> !line.matches("\\S+ \\S+ [A-Z]+ (?!script /x ).*"))
        .map(line -> line.replaceFirst("^\\S+ \\S+ WARN", "WARN"))
        .toList();
  }

  @Test
  void aLineIsLoggedWhenItEndsHoweverItCame() {
    ErrorLines lines = lines();
    lines.add(octets("on"));
    assertEquals(List.of(), logged());
    lines.add(octets("e\ntwo\r\n\n\nth"));
    assertEquals(List.of(SAYS + "one", SAYS + "two?"), logged());
    lines.add(octets("ree"));
    lines.end();
    lines.end();
    assertEquals(List.of(SAYS + "one", SAYS + "two?", SAYS + "three"), logged());
    assertEquals("one\ntwo?\n\n\nthree", lines.tail());
  }

  @Test
  void longLinesAreFolded() {
    ErrorLines lines = lines();
    lines.add(octets("a".repeat(700)));
    lines.add(octets("a".repeat(324) + "\n" + "b".repeat(512) + "\nc\n"));
    String full = SAYS + "a".repeat(512);
    assertEquals(List.of(full, full, SAYS + "b".repeat(512), SAYS + "c"), logged());
  }

  @Test
  void controlOctetsAreMadeVisible() {
    ErrorLines lines = lines();
    lines.add(octets("a\u001b[31m\u0000b\u00e9\tc\n"));
    assertEquals(List.of(SAYS + "a?[31m?b\u00e9\tc"), logged());
  }

  @Test
  void ofMoreThanIsAllowedOnlyTheLastIsToldInTheEnd() {
    ErrorLines lines = lines(2, limit(100));
    for (int i = 1; i <= 5; i++) {
      lines.add(octets("line " + i + "\n"));
    }
    assertEquals(List.of(SAYS + "line 1", SAYS + "line 2"), logged());
    lines.end();
    String rest = "WARN script /x said 3 lines more, at last:";
    assertEquals(
        List.of(rest, "  | line 1", "  | line 2", "  | line 3", "  | line 4", "  | line 5"),
        logged().subList(2, logged().size()));
  }

  @Test
  void allScriptsTogetherAreBounded() {
    LineLimit shared = limit(3);
    ErrorLines first = lines(100, shared);
    ErrorLines second = lines(100, shared);
    for (int i = 1; i <= 2; i++) {
      first.add(octets("first " + i + "\n"));
      second.add(octets("second " + i + "\n"));
    }
    second.end();
    assertEquals(List.of(SAYS + "first 1", SAYS + "second 1", SAYS + "first 2"), logged());
  }
}
