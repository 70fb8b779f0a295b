package passerelle.app;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.io.OctetPath;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** What is said about a command line, or an environment, that cannot have been meant. */
final class MistakesTest {
  private static String refusal(Map<String, String> environment, String... arguments) {
    Options options = new Options();
    CommandLine line = new CommandLine(options);
    Variables variables = new Variables(line.getCommandSpec(), environment);
    ParameterException refusal =
        assertThrows(
            ParameterException.class,
            () -> {
              List<String> all = variables.arguments(line.parseArgs(arguments));
              all.addAll(List.of(arguments));
              line.parseArgs(all.toArray(new String[0]));
              options.settings(environment);
            });
    return variables.origin(Mistakes.explain(refusal, List.of(arguments), options.directory));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--prot 1 site|There is no option --prot: was --port meant?",
        "--prot=1 site|There is no option --prot: was --port meant?",
        "site --prot|There is no option --prot: was --port meant?",
        "a b --hiden c|There is no option --hiden: was --hidden meant?",
        "-P 80|There is no option -P: was -p meant?",
        "--cgi-interpreter .x=y|There is no option --cgi-interpreter: was --interpreter meant?",
        "-prot 1 site|There is no option -prot: was --port meant?",
        "-port=1 site|There is no option -port: was --port meant?",
        "-bind 0.0.0.0 -p 1 site|There is no option -bind: was --bind meant?",
        "-spa|There is no option -spa: was --spa meant?",
        "-x|There is no option -x",
        "--nonsense x|There is no option --nonsense",
        "--foo x|There is no option --foo",
        "-p1 a b|There can be one folder, a: what is b?",
        "-bhost a b|There can be one folder, a: what is b?",
        "8000|There is no folder 8000. Was a port meant? Then type --port 8000",
        ":8000|There is no folder :8000. Was a port meant? Then type --port 8000",
        "localhost:8000|There is no folder localhost:8000. Was a port meant? Then type --bind localhost --port 8000",
        "src 8000|There can be one folder, src: what is 8000? For the port, type --port 8000",
        "src other|There can be one folder, src: what is other?",
        "--access-log= src|--access-log takes a file, or -, not nothing",
        "--cgi-log= src|--cgi-log takes a file, or -, not nothing",
      })
  void theCulpritIsNamedAndWhatToType(String arguments, String message) {
    assertEquals(message, refusal(Map.of(), arguments.split(" ", -1)));
  }

  /** Nothing, and what would fill the terminal, is told in words and in part. */
  @Test
  void everyRefusedValueIsShownInAFewCharacters() throws IOException {
    String most = "\u00e9x!".repeat(30_000);
    for (OptionSpec option : new CommandLine(new Options()).getCommandSpec().options()) {
      String name = option.longestName();
      for (String value : List.of("", OctetPath.fromText(most))) {
        Options options = new Options();
        CommandLine line = new CommandLine(options);
        String argument = name + "=" + value;
        try {
          line.parseArgs(argument);
          options.settings(Map.of());
        } catch (ParameterException e) {
          String message =
              OctetPath.display(Mistakes.explain(e, List.of(argument), options.directory));
          assertTrue(message.length() < 300, () -> name + " shows too much");
          assertFalse(message.endsWith(" ") || message.contains("\ufffd"), message);
          assertTrue(value.isEmpty() || message.contains("x!\u2026"), message);
        }
      }
    }
  }

  @Test
  void aFolderWithoutANameIsNotTheCurrentOne() {
    assertEquals("the folder's name is empty: . is the current one", refusal(Map.of(), ""));
  }

  @Test
  void whatIsNoPortIsAFolder() throws IOException {
    for (String folder : List.of("70000", "x8000", "8000x", "1/2", "1:2/3", ".")) {
      Options options = new Options();
      new CommandLine(options).parseArgs(folder);
      assertFalse(options.settings(Map.of()).hasScripts(), folder);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PASSERELLE_PORT, eighty, '--port takes a number from 0 to 65535, not eighty (PASSERELLE_PORT sets it)'",
    "PASSERELLE_CORS, yes, 'PASSERELLE_CORS is true or false, not yes'",
    "PASSERELLE_DIR, 8000, 'There is no folder 8000. Was a port meant? Then type --port 8000'",
    "PASSERELLE_CGI_ENV, A=b c, '--cgi-env takes a variable, such as GIT_PROJECT_ROOT=/srv/git, not c (PASSERELLE_CGI_ENV sets it)'",
  })
  void aWrongVariableIsNamed(String name, String value, String message) {
    assertEquals(message, refusal(Map.of(name, value)));
  }

  private static List<String> doubts(Map<String, String> environment) {
    CommandLine line = new CommandLine(new Options());
    Variables variables = new Variables(line.getCommandSpec(), environment);
    variables.arguments(line.parseArgs());
    return variables.doubts();
  }

  @ParameterizedTest
  @CsvSource({
    "PASSERELLE_PORT, '', 'PASSERELLE_PORT is empty, and counts as not set'",
    "PASSERELLE_DIR, '', 'PASSERELLE_DIR is empty, and counts as not set'",
    "PASSERELLE_CORS, '', 'PASSERELLE_CORS is empty, and counts as not set'",
    "PASSERELLE_CGI, ' ', 'PASSERELLE_CGI is empty, and counts as not set'",
    "PASSERELLE_PROT, 80, 'PASSERELLE_PROT belongs to no option: was PASSERELLE_PORT meant?'",
    "PASSERELLE_FOO, 1, PASSERELLE_FOO belongs to no option",
    "PASSERELLE_X, 1, PASSERELLE_X belongs to no option",
    "PASSERELLE_SOMETHING_ELSE, 1, PASSERELLE_SOMETHING_ELSE belongs to no option",
  })
  void anOddVariableHasALine(String name, String value, String message) {
    assertEquals(List.of(message), doubts(Map.of(name, value)));
  }

  @Test
  void whatIsInOrderHasNone() {
    assertEquals(
        List.of(),
        doubts(
            Map.of(
                "PASSERELLE_BIND", "",
                "PASSERELLE_CACHE", "",
                "PASSERELLE_VERSION", "1.2",
                "PASSERELLE_HELP", "",
                "PASSERELLE_CORS", "true",
                "PASSERELLEPORT", "",
                "PORT", "")));
  }

  private static List<String> withoutEffect(String arguments) throws IOException {
    Options options = new Options();
    CommandLine line = new CommandLine(options);
    var given = line.parseArgs(arguments.split(" ", -1));
    return Mistakes.withoutEffect(given, options.settings(Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--cgi-timeout 1s|--cgi-timeout has no effect without --cgi, --cgi-mixed or --cgi-mount",
        "--cgi-log - --interpreter .x=sh|--interpreter, --cgi-log have no effect without --cgi, --cgi-mixed or --cgi-mount",
        "--cgi-debug --files /a|--cgi-debug has no effect without --cgi, --cgi-mixed or --cgi-mount",
        "--cgi-mount /=/bin/true --spa --header A:b|--spa has no effect: no file is sent, for a program takes every URL",
        "--cgi-timeout 1s --cgi /x|",
        "--cgi-timeout 1s --cgi-mixed /x|",
        "--cgi-mount /=/bin/true --cgi-sendfile --mime .x=a/b|",
        "--cgi-mount /=/bin/true --files /x --cors|",
        "--cgi-mount /x=/bin/true --cors|",
        "--access-log - --spa --header A:b --error-page 404=x|",
      })
  void anOptionThatDoesNothingWithoutAnotherHasALine(String arguments, String message)
      throws IOException {
    assertEquals(message == null ? List.of() : List.of(message), withoutEffect(arguments));
  }

  /** Whatever option for scripts is added, it is told of alone. */
  @Test
  void everyOptionForScriptsIsLookedAt() throws IOException {
    Map<String, String> values =
        Map.of(
            "N",
            "2",
            "SIZE",
            "1m",
            "DURATION",
            "1s",
            "FILE",
            "x",
            "NAME",
            "A",
            "NAME=VALUE",
            "A=b",
            ".EXT=COMMAND",
            ".x=sh");
    CommandSpec spec = new CommandLine(new Options()).getCommandSpec();
    for (var option : requireNonNull(spec.mixins().get("scripts")).options()) {
      String name = option.longestName();
      if (!List.of("--cgi", "--cgi-mixed", "--cgi-mount").contains(name)) {
        String value = option.arity().max() == 0 ? "" : "=" + values.get(option.paramLabel());
        assertEquals(1, withoutEffect(name + value).size(), name);
      }
    }
  }

  @Test
  void aHeaderFromTheEnvironmentHoldsSpaces() {
    CommandLine line = new CommandLine(new Options());
    Map<String, String> environment =
        Map.of(
            "PASSERELLE_HEADER", "X-Frame-Options: DENY\nX-Two: a b c\n",
            "PASSERELLE_INTERPRETER", ".rb=ruby -W0\n",
            "PASSERELLE_CGI", "/a /b=c",
            "PASSERELLE_MIME", ".a=x/y .b=x/z");
    assertEquals(
        List.of(
            "--mime=.a=x/y",
            "--mime=.b=x/z",
            "--header=X-Frame-Options: DENY",
            "--header=X-Two: a b c",
            "--cgi=/a",
            "--cgi=/b=c",
            "--interpreter=.rb=ruby -W0"),
        new Variables(line.getCommandSpec(), environment).arguments(line.parseArgs()));
    assertEquals(
        List.of("--header=X-Frame-Options: DENY"),
        new Variables(line.getCommandSpec(), Map.of("PASSERELLE_HEADER", "X-Frame-Options: DENY"))
            .arguments(line.parseArgs()));
  }
}
