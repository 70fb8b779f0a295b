package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.harness.Needs;

/** A start that fails says why and what to do, in one line, and ends with 2 for usage, else 1. */
final class UsageErrorIT {
  private static final int WRONG_USAGE = 2;
  private static final int FAILED = 1;

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --prot 80                    | --prot
          -p 65536                     | 0 to 65535
          -p -1                        | 0 to 65535
          -p eighty                    | eighty
          -p                           | --port
          --cgi-timeout 3x             | 500ms, 30s or 2m
          --cgi-timeout 0s             | 500ms, 30s or 2m
          --cgi-timeout                | DURATION
          --cgi cgi-bin                | begins with a slash
          --cgi /a//b                  | begins with a slash
          --cgi /../etc                | begins with a slash
          --cgi /=/tmp                 | takes no folder
          --interpreter py=python3     | .rb=ruby
          --interpreter .py=           | .rb=ruby
          --cgi-workers 0              | from 1 to 1000
          --cgi-workers two            | two
          --max-content 5q             | 64k, 10m or 1g
          one two                      | two
          """)
  void wrongUsageIsOneLineThatNamesTheMistakeAndExitCodeTwo(String arguments, String said)
      throws IOException {
    Command.Outcome outcome = RunningJar.command(arguments.split(" ", -1)).in(folder).run();
    assertOneLine(outcome, WRONG_USAGE, said);
    assertTrue(outcome.err().contains("--help"), outcome.err());
  }

  @Test
  void aPortInUseIsOneLineThatSaysWhatToDo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getAllByName("127.0.0.1")[0])) {
      String port = Integer.toString(taken.getLocalPort());
      Command.Outcome outcome = RunningJar.command("-p", port, folder.toString()).run();
      assertOneLine(outcome, FAILED, "port " + port + " of 127.0.0.1");
      assertTrue(outcome.err().contains("--port"), outcome.err());
    }
  }

  @Test
  void aMissingDirectoryIsNamed() throws IOException {
    Command.Outcome outcome = RunningJar.command("-p", "0", folder + "/missing").run();
    assertOneLine(outcome, FAILED, folder + "/missing");
    assertTrue(outcome.err().contains("create it"), outcome.err());
  }

  @Test
  void aMissingDirectoryIsNamedAsItIsSpelledWhateverTheLetters() throws IOException {
    Path missing = Names.child(folder, "caf%C3%A9");
    String script =
        "exec env $1 \"$2\" -jar \"$3\" -p 0 \"$(printf %b '" + Names.octal(missing) + "')\"";
    for (String locale : new String[] {"LANG=C.UTF-8", "-i"}) {
      Command command =
          Command.of("sh", "-c", script, "sh", locale, RunningJar.java(), RunningJar.plainJar());
      assertOneLine(command.run(), FAILED, folder + "/caf\u00e9");
    }
  }

  @Test
  void aMissingScriptFolderIsNamedAsItIsSpelledWhateverTheLetters() throws IOException {
    Path missing = Names.child(folder, "caf%C3%A9");
    String script =
        "exec env -i \"$1\" -jar \"$2\" -p 0 --cgi \"/x=$(printf %b '"
            + Names.octal(missing)
            + "')\"";
    Command command =
        Command.of("sh", "-c", script, "sh", RunningJar.java(), RunningJar.plainJar());
    assertOneLine(command.run(), FAILED, folder + "/caf\u00e9");
  }

  @Test
  void aWrongOptionIsRepeatedAsItIsSpelledWhateverTheLetters() throws IOException {
    for (String options : List.of("--cgi \"$e\"", "--interpreter \"$e\"", "--port \"$e\"", "-$e")) {
      String script =
          "e=$(printf '\\303\\251'); exec env -i \"$1\" -jar \"$2\" -p 0 " + options + " /";
      Command command =
          Command.of("sh", "-c", script, "sh", RunningJar.java(), RunningJar.plainJar());
      assertOneLine(command.run(), WRONG_USAGE, "\u00e9");
    }
  }

  @Test
  void aFileInThePlaceOfTheDirectoryIsNamed() throws IOException {
    Path file = Names.write(folder.resolve("page.html"), "a page");
    assertOneLine(
        RunningJar.command("-p", "0", file.toString()).run(), FAILED, "is not a directory");
  }

  @Test
  void aMissingScriptFolderIsNamed() throws IOException {
    Command.Outcome outcome = RunningJar.command("-p", "0", "--cgi", "/cgi-bin").in(folder).run();
    assertOneLine(outcome, FAILED, folder.toRealPath() + "/cgi-bin");
    assertTrue(outcome.err().contains("--cgi /cgi-bin=DIR"), outcome.err());
    String mount = "/x=" + folder + "/missing";
    outcome = RunningJar.command("-p", "0", "--cgi", mount).in(folder).run();
    assertOneLine(outcome, FAILED, folder + "/missing");
  }

  @Test
  void aScriptFolderWithoutANameIsWrongUsage() throws IOException {
    // What a shell makes of --cgi "/x=$SCRIPTS" when the variable is not set.
    Command.Outcome outcome = RunningJar.command("-p", "0", "--cgi", "/x=").in(folder).run();
    assertOneLine(outcome, WRONG_USAGE, "--cgi");
  }

  @Test
  void anAddressOfAnotherMachineIsRefused() throws IOException {
    Needs.that(!isOurs("192.0.2.1"), "any address can be bound here, also that of others");
    Command command = RunningJar.command("-p", "0", "-b", "192.0.2.1", folder.toString());
    assertOneLine(command.run(), FAILED, "192.0.2.1");
  }

  private static boolean isOurs(String address) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getAllByName(address)[0])) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aHostThatDoesNotExistIsNamed() throws IOException {
    // In the place of the system's resolver, which may take its time, or know every name.
    Path hosts = Names.write(folder.resolve("hosts"), "127.0.0.1 localhost\n");
    Command command =
        RunningJar.commandOf(
            List.of(RunningJar.temporary(), "-Djdk.net.hosts.file=" + hosts),
            "-p",
            "0",
            "-b",
            "no-such-host.invalid",
            folder.toString());
    assertOneLine(command.run(), FAILED, "no-such-host.invalid");
  }

  @Test
  void anAccessLogThatCannotBeWrittenIsNamed() throws IOException {
    String log = folder + "/missing/access.log";
    Command command = RunningJar.command("-p", "0", "--access-log", log, folder.toString());
    assertOneLine(command.run(), FAILED, log);
  }

  @Test
  void aMistakeInTheEnvironmentIsWrongUsageToo() throws IOException {
    Command command = RunningJar.command(folder.toString()).with("PASSERELLE_PORT", "eighty");
    assertOneLine(command.run(), WRONG_USAGE, "eighty");
    command = RunningJar.command("-p", "0", folder.toString()).with("PASSERELLE_CGI", "cgi-bin");
    assertOneLine(command.run(), WRONG_USAGE, "begins with a slash");
  }

  private static void assertOneLine(Command.Outcome outcome, int code, String said) {
    String err = outcome.err();
    assertEquals(code, outcome.code(), err);
    assertEquals("", outcome.out());
    assertTrue(err.startsWith("passerelle: ") && err.indexOf('\n') == err.length() - 1, err);
    assertTrue(err.contains(said), () -> err + " does not say " + said);
  }
}
