package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Exit codes, messages, and options from the environment; nothing here starts a server. */
final class MainTest {
  private record Outcome(int code, String out, String err) {}

  private static Outcome run(Map<String, String> environment, String... arguments)
      throws ReflectiveOperationException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Method run =
        Main.class.getDeclaredMethod(
            "run", List.class, Map.class, PrintStream.class, PrintStream.class);
    run.setAccessible(true);
    Object code =
        run.invoke(
            null,
            List.of(arguments),
            environment,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Outcome(
        (Integer) code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** What the environment adds to a command line. */
  private static List<String> added(Map<String, String> environment, String... arguments) {
    CommandLine line = new CommandLine(new Options());
    return new Variables(line.getCommandSpec(), environment).arguments(line.parseArgs(arguments));
  }

  @Test
  void helpNamesEveryOptionAndExitsWithZero() throws ReflectiveOperationException {
    for (String option : new String[] {"-h", "--help"}) {
      Outcome outcome = run(Map.of(), option);
      assertEquals(0, outcome.code);
      assertEquals("", outcome.err);
      for (String name :
          new String[] {
            "--port",
            "--bind",
            "--cgi",
            "--interpreter",
            "--cgi-workers",
            "--cgi-timeout",
            "--access-log",
            "--version",
            "DURATION",
            "PASSERELLE_"
          }) {
        assertTrue(outcome.out.contains(name), name);
      }
    }
  }

  /** A folder's name may begin so, and a file's content is nothing to print. */
  @Test
  void anAtSignBeginsANameLikeAnyOther() throws ReflectiveOperationException {
    Outcome outcome = run(Map.of(), "-p", "0", "@/etc/passwd");
    assertEquals(1, outcome.code);
    assertTrue(outcome.err.contains("@/etc/passwd: create it"), outcome.err);
  }

  @Test
  void whatNoFileCanBeCalledIsShownByItsEnds() throws ReflectiveOperationException {
    Outcome outcome = run(Map.of(), "-p", "0", "x".repeat(100_000));
    assertEquals(1, outcome.code);
    assertTrue(outcome.err.length() < 500, () -> outcome.err.length() + " characters");
    assertTrue(outcome.err.contains("xxx\u2026xxx"), outcome.err);
    assertTrue(outcome.err.stripTrailing().endsWith("create it, or name another."), outcome.err);
  }

  @Test
  void versionIsOneLineAndExitsWithZero() throws ReflectiveOperationException {
    for (String option : new String[] {"-V", "--version"}) {
      assertEquals(
          new Outcome(0, "Passerelle " + Main.VERSION + System.lineSeparator(), ""),
          run(Map.of(), option));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port=x|2|--port takes a number from 0 to 65535, not x",
        "--nonsense|2|There is no option --nonsense",
        "--cgi=x|2|begins with a slash",
        "--cgi-timeout=never|2|takes a duration such as",
        "/nothing/here|1|There is no directory /nothing/here: create it, or name another.",
        "/etc/passwd|1|/etc/passwd is not a directory",
        "--cgi=/none|1|There is no folder",
        "--bind=[no-such-host]|1|There is no host [no-such-host]", // no resolver is asked
        "--access-log=/nothing/here.log|1|Cannot write the access log",
      })
  void aFailedStartIsOneLineThatSaysWhatToDo(String argument, int code, String message)
      throws ReflectiveOperationException {
    Outcome outcome = run(Map.of(), "--port=0", argument);
    assertEquals(code, outcome.code);
    assertEquals("", outcome.out);
    assertTrue(outcome.err.startsWith("passerelle: "), outcome.err);
    assertTrue(outcome.err.contains(message), outcome.err);
    assertEquals(1, outcome.err.lines().count(), outcome.err);
  }

  @Test
  void everyOptionCanComeFromTheEnvironment() throws ReflectiveOperationException {
    Map<String, String> environment =
        Map.of(
            "PASSERELLE_PORT", "81",
            "PASSERELLE_BIND", "",
            "PASSERELLE_CGI_WORKERS", "3",
            "PASSERELLE_CGI_TIMEOUT", "2m",
            "PASSERELLE_ACCESS_LOG", "-",
            "PORT", "1",
            "passerelle_cgi_queue", "1");
    assertEquals(
        List.of("--port=81", "--bind=", "--cgi-workers=3", "--cgi-timeout=2m", "--access-log=-"),
        added(environment));
  }

  @Test
  void repeatableOptionsAreSeparatedByBlanks() throws ReflectiveOperationException {
    assertEquals(
        List.of("--cgi=/a", "--cgi=/b=/c"), added(Map.of("PASSERELLE_CGI", " /a  /b=/c ")));
  }

  @Test
  void theCommandLineWins() throws ReflectiveOperationException {
    Map<String, String> environment =
        Map.of("PASSERELLE_PORT", "81", "PASSERELLE_CGI", "/a", "PASSERELLE_DIR", "/srv");
    assertEquals(List.of(), added(environment, "-p", "82", "--cgi=/b", "www"));
    assertEquals(List.of("--port=81", "/srv"), added(environment, "--cgi=/b"));
  }

  @Test
  void aWrongValueInTheEnvironmentIsExplainedToo() throws ReflectiveOperationException {
    Outcome outcome = run(Map.of("PASSERELLE_PORT", "eighty"));
    assertEquals(2, outcome.code);
    assertTrue(
        outcome.err.contains("--port takes a number from 0 to 65535, not eighty"), outcome.err);
  }

  /** Images of containers often carry their version in such a variable. */
  @Test
  void aVariableCalledVersionDoesNotEndTheProgram() throws ReflectiveOperationException {
    assertEquals(
        List.of(), added(Map.of("PASSERELLE_VERSION", "1.2.3", "PASSERELLE_HELP", "true")));
  }
}
