package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.io.OctetPath;
import passerelle.site.Mount.Kind;
import passerelle.wire.Limits;
import passerelle.wire.Patience;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Every option of the command line, and what is said about wrong ones. */
final class OptionsTest {
  private static Settings settings(String... arguments) throws IOException {
    Options options = new Options();
    CommandLine line = new CommandLine(options);
    line.setOverwrittenOptionsAllowed(true);
    line.parseArgs(arguments);
    return options.settings(Map.of("PATH", "/bin"));
  }

  private static Path here() {
    return Path.of("").toAbsolutePath();
  }

  @Test
  void theDefaultsAreThoseOfTheHelp() throws IOException {
    Settings settings = settings();
    assertEquals(here(), settings.directory().normalize());
    assertEquals("127.0.0.1", settings.bindAddress());
    assertEquals(8080, settings.port());
    assertEquals(List.of(), settings.mounts());
    assertEquals(
        Map.of(
            ".py", List.of("python3"),
            ".pl", List.of("perl"),
            ".sh", List.of("sh"),
            ".php", List.of("php-cgi")),
        settings.scripts().interpreters());
    assertEquals(
        Math.max(4, 2 * Runtime.getRuntime().availableProcessors()), settings.scripts().workers());
    assertEquals(1024, settings.scripts().queue());
    assertEquals(0, settings.scripts().clientProcesses());
    assertEquals(0, settings.scripts().clientQueue());
    assertEquals(Duration.ofSeconds(30), settings.scripts().timeLimit());
    assertNull(settings.accessLog());
    assertEquals(20_000, settings.connectionLimit());
    assertEquals(0, settings.clientConnectionLimit());
    assertEquals(Duration.ofSeconds(8), settings.drainTime());
    assertEquals(Limits.standard(), settings.limits());
    assertEquals(Map.of("PATH", "/bin"), settings.environment());
  }

  @Test
  void everyOptionStandsInTheReadme() throws IOException {
    String readme = Files.readString(Path.of(System.getProperty("passerelle.root"), "README.md"));
    for (OptionSpec option : new CommandLine(new Options()).getCommandSpec().options()) {
      assertTrue(readme.contains("`" + option.longestName()), option.longestName());
    }
  }

  @Test
  void everyOptionSetsItsSetting() throws IOException {
    Settings settings =
        settings(
            "--port=8000",
            "--bind=::1",
            "--cgi-workers=3",
            "--cgi-queue=7",
            "--cgi-timeout=1500ms",
            "--cgi-processes=33",
            "--cgi-processes-per-client=21",
            "--cgi-queue-per-client=5",
            "--cgi-spool=2m",
            "--cgi-sendfile",
            "--cgi-debug",
            "--cgi-log=runs",
            "--cgi-mount=/git/=/usr/bin/git",
            "--cgi-env=A=b=c",
            "--cgi-pass-env=HOME,USER",
            "--max-content=10m",
            "--max-connections=99",
            "--max-connections-per-client=9",
            "--max-target=1k",
            "--max-head=64k",
            "--max-fields=50",
            "--head-timeout=1s",
            "--idle-timeout=2s",
            "--stall-timeout=3s",
            "--min-content-rate=4",
            "--min-send-rate=5k",
            "--drain-timeout=6s",
            "--access-log=-",
            "/srv/www");
    assertEquals(8000, settings.port());
    assertEquals("::1", settings.bindAddress());
    assertEquals(3, settings.scripts().workers());
    assertEquals(7, settings.scripts().queue());
    assertEquals(Duration.ofMillis(1500), settings.scripts().timeLimit());
    ScriptSettings scripts = settings.scripts();
    assertEquals(33, scripts.processes());
    assertEquals(21, scripts.clientProcesses());
    assertEquals(5, scripts.clientQueue());
    assertEquals(2 << 20, scripts.spoolOctets());
    assertTrue(scripts.sendsFiles());
    assertTrue(scripts.explains());
    assertEquals("runs", scripts.log());
    assertEquals(
        List.of(new MountSettings("/git", Kind.PROGRAM, Path.of("/usr/bin/git"))),
        settings.mounts());
    assertEquals(Map.of("A", "b=c"), scripts.variables());
    assertEquals(List.of("HOME", "USER"), scripts.passed());
    assertEquals(99, settings.connectionLimit());
    assertEquals(9, settings.clientConnectionLimit());
    assertEquals(Duration.ofSeconds(6), settings.drainTime());
    Patience patience =
        new Patience(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            4,
            5 * 1024,
            Patience.standard().lingerTime());
    assertEquals(new Limits(1024, 64 * 1024, 50, 10L << 20, patience), settings.limits());
    assertEquals("-", settings.accessLog());
    assertEquals(Path.of("/srv/www"), settings.directory());
  }

  @Test
  void shortNamesAndSeparateValuesWorkToo() throws IOException {
    Settings settings = settings("-p", "0", "-b", "", "--cgi-timeout", "2", "www");
    assertEquals(0, settings.port());
    assertEquals("", settings.bindAddress());
    assertEquals(Duration.ofSeconds(2), settings.scripts().timeLimit());
    assertEquals(here().resolve("www"), settings.directory());
    assertEquals(81, settings("-p81").port());
  }

  @Test
  void theLastOfARepeatedOptionWins() throws IOException {
    assertEquals(2, settings("-p", "1", "--port=2").port());
  }

  @Test
  void aScriptFolderIsBelowTheDirectoryOrElsewhere() throws IOException {
    Settings settings =
        settings("--cgi", "/cgi-bin", "--cgi=/a/=/x/y", "--cgi", "/b=z=1", "--cgi", "/");
    assertEquals(
        List.of(
            new MountSettings("/cgi-bin", Kind.SCRIPTS, null),
            new MountSettings("/a", Kind.SCRIPTS, Path.of("/x/y")),
            new MountSettings("/b", Kind.SCRIPTS, here().resolve("z=1")),
            new MountSettings("/", Kind.MIXED, null)),
        settings.mounts());
    assertTrue(settings.mounts().get(3).isRoot());
    assertFalse(settings.mounts().get(0).isRoot());
    assertTrue(settings.hasScripts());
  }

  @Test
  void filesAndMixedFoldersStandBelowPrefixesToo() throws IOException {
    Settings settings = settings("--cgi-mixed", "/a=/x/y", "--files", "/b/c", "--cgi-mixed=/d/");
    assertEquals(
        List.of(
            new MountSettings("/b/c", Kind.FILES, null),
            new MountSettings("/a", Kind.MIXED, Path.of("/x/y")),
            new MountSettings("/d", Kind.MIXED, null)),
        settings.mounts());
    assertFalse(settings("--files", "/b").hasScripts());
  }

  @Test
  void anInterpreterIsACommandInWords() throws IOException {
    Settings settings =
        settings("--interpreter", ".rb=ruby -W0  -x", "--interpreter=.py=/opt/py/bin/python");
    assertEquals(List.of("ruby", "-W0", "-x"), settings.scripts().interpreters().get(".rb"));
    assertEquals(List.of("/opt/py/bin/python"), settings.scripts().interpreters().get(".py"));
    assertEquals(List.of("sh"), settings.scripts().interpreters().get(".sh"));
  }

  @Test
  void namesAreOctets() throws IOException {
    Settings settings = settings("--cgi", "/\u00e9=/s\u00ff", "/caf\u00c3\u00a9");
    assertEquals("/caf\u00c3\u00a9", OctetPath.octets(settings.directory()));
    MountSettings mount = settings.mounts().get(0);
    assertEquals("/\u00e9", mount.prefix());
    assertEquals("/s\u00ff", OctetPath.octets(mount.path() == null ? here() : mount.path()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-p x|--port takes a number from 0 to 65535, not x",
        "--port=65536|--port takes a number from 0 to 65535, not 65536",
        "--port=-1|--port takes a number from 0 to 65535, not -1",
        "--port|Missing required parameter for option '--port'",
        "--cgi cgi-bin|--cgi takes a URL prefix that begins with a slash",
        "--cgi /a/../b|--cgi takes a URL prefix that begins with a slash",
        "--cgi //a|--cgi takes a URL prefix that begins with a slash",
        "--cgi /=x|--cgi / takes no folder",
        "--interpreter rb=ruby|--interpreter takes an extension and a command",
        "--interpreter .rb|--interpreter takes an extension and a command",
        "--interpreter .rb=|--interpreter takes an extension and a command",
        "--cgi-workers=0|--cgi-workers takes a number from 1 to 1000, not 0",
        "--cgi-workers=x|--cgi-workers takes a number from 1 to 1000, not x",
        "--cgi-processes=0|--cgi-processes takes a number from 1 to 100000, not 0",
        "--cgi-processes-per-client=0|--cgi-processes-per-client takes a number from 1 to 100000",
        "--cgi-queue-per-client=x|--cgi-queue-per-client takes a number from 1 to",
        "--cgi-mount /a|--cgi-mount takes a URL prefix and a program",
        "--cgi-mount a=/b|--cgi-mount takes a URL prefix that begins with a slash",
        "--cgi-env A|--cgi-env takes a variable",
        "--cgi-pass-env A=b|--cgi-pass-env takes names of variables",
        "--cgi-env 1A=b|--cgi-env cannot set 1A: a variable's name has letters, digits",
        "--cgi-env A-B=c|--cgi-env cannot set A-B: a variable's name has letters, digits",
        "--cgi-env PATH_INFO=/x|--cgi-env cannot set PATH_INFO: the server sets it for each",
        "--cgi-env HTTP_HOST=x|--cgi-env cannot set HTTP_HOST: it would pass for a field",
        "--cgi-pass-env A,QUERY_STRING|--cgi-pass-env cannot pass QUERY_STRING: the server sets it",
        "--cgi-pass-env HTTP_PROXY|--cgi-pass-env cannot pass HTTP_PROXY: it would pass for a field",
        "--cgi-spool=much|--cgi-spool takes a size such as 64k, 10m or 1g, from 0 to 1024t, not much",
        "--cgi-queue=0|--cgi-queue takes a number from 1 to 1000000, not 0",
        "--cgi-timeout=soon|--cgi-timeout takes a duration such as 500ms, 30s or 2m, from 1ms to 100000h, not soon",
        "--cgi-timeout=0|--cgi-timeout takes a duration such as 500ms, 30s or 2m, from 1ms to 100000h, not 0",
        "--max-content=big|--max-content takes a size such as 64k, 10m or 1g, from 0 to 1024t, not big",
        "--max-connections=0|--max-connections takes a number from 1 to 1000000, not 0",
        "--max-connections-per-client=0|--max-connections-per-client takes a number from 1 to 1000000, not 0",
        "--max-head=1000|--max-head takes a size such as 64k, 10m or 1g, from 1k to 1m, not 1000",
        "--max-head=2m|--max-head takes a size such as 64k, 10m or 1g, from 1k to 1m, not 2m",
        "--max-target=33k|--max-target is no more than --max-head, which is 32k, not 33k",
        "--max-target=0|--max-target takes a size such as 64k, 10m or 1g, from 1 to 1m, not 0",
        "--max-fields=0|--max-fields takes a number from 1 to 100000, not 0",
        "--head-timeout=0|--head-timeout takes a duration such as",
        "--min-send-rate=fast|--min-send-rate takes a size such as",
        "--nonsense|Unknown option: '--nonsense'",
        "a b|Unmatched argument",
      })
  void aWrongOptionIsExplained(String arguments, String message) {
    ParameterException e =
        assertThrows(ParameterException.class, () -> settings(arguments.split(" ", -1)));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e::getMessage);
  }
}
