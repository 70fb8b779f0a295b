package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody is told to do about a script. */
final class AdviceTest {
  private static final String HEAD = "Content-Type: text/plain\n\n";
  private static final ScriptEnd WELL = new ScriptEnd(0, 0);

  private static List<String> advice(@Nullable ScriptEnd end, String output, String errors) {
    ScriptResponseParser parser = new ScriptResponseParser(false, false);
    byte[] octets = output.getBytes(StandardCharsets.ISO_8859_1);
    if (octets.length > 0) {
      parser.feed(octets, 0, octets.length);
    }
    return Advice.about(end, parser, errors);
  }

  private static String only(List<String> advice) {
    assertEquals(1, advice.size(), advice::toString);
    return advice.get(0);
  }

  @Test
  void aScriptThatDidWellNeedsNone() {
    assertEquals(List.of(), advice(WELL, HEAD, ""));
    assertEquals(List.of(), advice(WELL, HEAD, "a warning of its own"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "No module named 'cgi'                  | pip install legacy-cgi",
        "No module named 'cgitb'                | no module cgitb since 3.13",
        "No module named 'numpy.linalg'         | Install numpy.linalg for the Python",
        "Can't locate LWP/UserAgent.pm in @INC  | Install the Perl module LWP::UserAgent.",
        "Traceback (most recent call last)      | The last line of the traceback",
      })
  void whatIsSaidOnStandardErrorIsUnderstood(String errors, String part) {
    String advice = only(advice(new ScriptEnd(1, 0), "", errors));
    assertTrue(advice.contains(part), advice);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127 | 0  | a command was not found",
        "126 | 0  | may not be executed",
        "0   | 11 | memory that is not its own",
        "0   | 9  | somebody who kills",
      })
  void statusesAndSignalsAreExplained(int code, int signal, String part) {
    String advice = only(advice(new ScriptEnd(code, signal), "", ""));
    assertTrue(advice.contains(part), advice);
  }

  @Test
  void otherStatusesSpeakForThemselves() {
    assertEquals(List.of(), advice(new ScriptEnd(3, 0), "", ""));
    assertEquals(List.of(), advice(new ScriptEnd(0, 15), "", ""));
  }

  @Test
  void whoeverPrintsNothingOrNoFieldsIsShownHow() {
    assertTrue(only(advice(WELL, "", "")).startsWith("A script prints first a field"));
    assertTrue(only(advice(WELL, "<p>hello\n", "")).startsWith("A script prints first a field"));
    assertTrue(only(advice(null, "<p>hello\n", "")).startsWith("A script prints first a field"));
  }

  @Test
  void fieldsWithoutAnEmptyLineLackIt() {
    String advice = only(advice(WELL, "Content-Type: text/html\n", ""));
    assertTrue(advice.startsWith("Print an empty line behind the fields"), advice);
  }

  @Test
  void whereThereWasNoProcessThereIsNothingToAdvise() {
    assertEquals(List.of(), advice(null, "", ""));
  }
}
