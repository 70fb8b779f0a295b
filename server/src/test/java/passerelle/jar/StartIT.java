package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ready line, the options that have no error, and the environment in their place. */
final class StartIT {
  @TempDir Path folder;

  @Test
  void saysInOneLineWhatItServesAndTheUrlToOpen() throws IOException {
    Names.write(folder.resolve("index.html"), "hello");
    try (RunningJar jar = RunningJar.serve(folder)) {
      String wanted = "Serving " + folder.toRealPath() + " at http://127.0.0.1:" + jar.port() + "/";
      assertEquals(wanted, jar.readyLine());
      assertTrue(jar.port() > 0);
      assertEquals("hello", Web.get(jar.uri()).body());
      assertEquals(wanted + "\n", jar.child().out(), "nothing more than that line");
    }
  }

  @Test
  void servesTheCurrentDirectoryIfNoneIsNamed() throws IOException {
    Names.write(folder.resolve("here.txt"), "here");
    try (RunningJar jar = RunningJar.start(RunningJar.command("--port=0").in(folder))) {
      assertTrue(jar.readyLine().startsWith("Serving " + folder.toRealPath() + " at "));
      assertEquals("here", Web.get(jar.uri("/here.txt")).body());
    }
  }

  @Test
  void twoServersWithPortZeroTakeDifferentPorts() throws IOException {
    try (RunningJar one = RunningJar.serve(folder);
        RunningJar other = RunningJar.serve(folder)) {
      assertTrue(one.port() != other.port());
    }
  }

  @Test
  void listsTheScriptPrefixesWhenItIsReady() throws IOException {
    Path scripts = Files.createDirectory(folder.resolve("scripts"));
    Files.createDirectory(folder.resolve("cgi-bin"));
    try (RunningJar jar =
        RunningJar.serve(folder, "--cgi", "/cgi-bin", "--cgi", "/more=" + scripts)) {
      assertTrue(
          jar.readyLine()
              .matches(".*; scripts under /cgi-bin, /more \\(started by posix_spawn, .*\\)"),
          jar.readyLine());
    }
    try (RunningJar jar = RunningJar.serve(folder, "--cgi", "/")) {
      assertTrue(
          jar.readyLine().matches(".*; scripts under / \\(started by posix_spawn, .*\\)"),
          jar.readyLine());
    }
  }

  @Test
  void writesNothingToStandardErrorAlsoWhenScriptsRun() throws IOException {
    Path samples = RunningJar.ROOT.resolve("cgi-samples");
    try (RunningJar jar = RunningJar.serveSamples(samples)) {
      assertEquals(200, Web.get(jar.uri("/")).statusCode());
      assertEquals(200, Web.get(jar.uri("/cgi-bin/hello.sh")).statusCode());
      assertEquals(404, Web.get(jar.uri("/nothing")).statusCode());
      assertEquals(0, jar.end("TERM"));
      assertEquals("", jar.child().err());
    }
  }

  @Test
  void helpGoesToStandardOutputAndNamesEveryOption() throws IOException {
    Command.Outcome help = RunningJar.command("--help").run();
    assertEquals(0, help.code());
    assertEquals("", help.err());
    for (String name :
        new String[] {
          "-p, --port",
          "-b, --bind",
          "--cgi",
          "--interpreter",
          "--cgi-workers",
          "--cgi-timeout",
          "--access-log",
          "-h, --help",
          "-V, --version",
          "DURATION",
          "SIZE",
          "[DIR]"
        }) {
      assertTrue(help.out().contains(name), name);
    }
    assertEquals(help, RunningJar.command("-h").run());
  }

  @Test
  void helpFitsATerminalOfEightyColumns() throws IOException {
    String help = RunningJar.command("--help").run().out();
    assertTrue(help.lines().allMatch(line -> line.length() <= 80), help);
    String notes = help.substring(help.indexOf("A DURATION"));
    assertTrue(notes.lines().noneMatch(line -> line.matches("[^ :]+")), "a cut line: " + notes);
  }

  @Test
  void versionGoesToStandardOutput() throws IOException {
    Command.Outcome version = RunningJar.command("--version").run();
    assertEquals(0, version.code());
    assertEquals("", version.err());
    assertTrue(version.out().matches("Passerelle [0-9]+\\.[0-9]+\\.[0-9]+\\S*\n"), version.out());
    assertEquals(version, RunningJar.command("-V").run());
  }

  @Test
  void helpWinsOverEverythingElse() throws IOException {
    assertEquals(0, RunningJar.command("--help", "/no/such/folder").run().code());
    assertEquals(0, RunningJar.command("-p", "0", "--version").run().code());
  }

  @Test
  void theEnvironmentStandsInForOptions() throws IOException {
    Path site = Files.createDirectory(folder.resolve("site"));
    Path scripts = Files.createDirectory(folder.resolve("scripts"));
    Names.writeScript(scripts.resolve("a.sh"), "#!/bin/sh\necho Content-Type: text/plain\necho\n");
    Command command =
        RunningJar.command()
            .with("PASSERELLE_PORT", "0")
            .with("PASSERELLE_BIND", "127.0.0.2")
            .with("PASSERELLE_DIR", site.toString())
            // Relative, for a blank would be the end of a value.
            .with("PASSERELLE_CGI", "/one=scripts /two=scripts")
            .in(folder);
    try (RunningJar jar = RunningJar.start(command)) {
      assertEquals("127.0.0.2", jar.uri().getHost());
      assertTrue(jar.readyLine().startsWith("Serving " + site.toRealPath() + " at "));
      assertTrue(
          jar.readyLine().matches(".*; scripts under /one, /two \\(started by posix_spawn, .*\\)"),
          jar.readyLine());
      assertEquals(200, Web.get(jar.uri().resolve("/one/a.sh")).statusCode());
      assertEquals(200, Web.get(jar.uri().resolve("/two/a.sh")).statusCode());
    }
  }

  @Test
  void theCommandLineWinsOverTheEnvironment() throws IOException {
    Path site = Files.createDirectory(folder.resolve("site"));
    Command command =
        RunningJar.command("-p", "0", "--bind=127.0.0.1", "--cgi", "/", site.toString())
            .with("PASSERELLE_PORT", "1")
            .with("PASSERELLE_BIND", "127.0.0.2")
            .with("PASSERELLE_CGI", "/one=/no/such/folder")
            .with("PASSERELLE_DIR", "/no/such/folder");
    try (RunningJar jar = RunningJar.start(command)) {
      assertEquals("127.0.0.1", jar.uri().getHost());
      assertTrue(jar.readyLine().startsWith("Serving " + site.toRealPath() + " at "));
      assertTrue(
          jar.readyLine().matches(".*; scripts under / \\(started by posix_spawn, .*\\)"),
          jar.readyLine());
    }
  }

  @Test
  void variablesNamedForHelpAndVersionDoNotMatter() throws IOException {
    Command command =
        RunningJar.command("-p", "0", folder.toString())
            .with("PASSERELLE_VERSION", "0.1.0")
            .with("PASSERELLE_HELP", "https://example.org/");
    try (RunningJar jar = RunningJar.start(command)) {
      assertEquals(200, Web.get(jar.uri()).statusCode());
    }
  }

  @Test
  void writesTheAccessLogToAFileAndToStandardOutput() throws IOException {
    Names.write(folder.resolve("a.txt"), "abc");
    Path log = folder.resolve("access.log");
    String wanted =
        "127\\.0\\.0\\.1 - - \\[[^]]+] \"GET /a\\.txt HTTP/1\\.1\" 200 3 \"-\" \".*\"\n";
    try (RunningJar jar = RunningJar.serve(folder, "--access-log", log.toString())) {
      assertEquals(200, Web.get(jar.uri("/a.txt")).statusCode());
      assertEquals(0, jar.end("TERM"));
      assertTrue(Files.readString(log).matches(wanted), Files.readString(log));
    }
    try (RunningJar jar = RunningJar.serve(folder, "--access-log", "-")) {
      assertEquals(200, Web.get(jar.uri("/a.txt")).statusCode());
      assertEquals(0, jar.end("TERM"));
      String lines = jar.child().out().substring(jar.readyLine().length() + 1);
      assertTrue(lines.matches(wanted), lines);
    }
  }

  @Test
  void writesAnAccessLogWhoseNameIsNotAscii() throws IOException {
    Path log = Names.child(folder, "acc%C3%A8s%FF.log");
    String script =
        "exec env -i \"$1\" -jar \"$2\" -p 0 --access-log \"$(printf %b '"
            + Names.octal(log)
            + "')\" /";
    Command command =
        Command.of("sh", "-c", script, "sh", RunningJar.java(), RunningJar.plainJar());
    try (RunningJar jar = RunningJar.start(command)) {
      assertEquals(404, Web.get(jar.uri("/no-such-file")).statusCode());
      assertEquals(0, jar.end("TERM"));
      assertTrue(Files.readString(log).contains("GET /no-such-file"));
    }
  }
}
