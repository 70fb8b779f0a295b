package passerelle.jar;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher as people start it, and the class archive that it keeps. */
final class LauncherIT {
  private static final Path LAUNCHER = Path.of(System.getProperty("passerelle.launcher", "none"));
  private static final String ARCHIVE = "[0-9]+-[0-9]+\\.[0-9]+";

  @TempDir Path folder;
  private Path cache = Path.of("none");
  private Path site = Path.of("none");
  private Path programs = Path.of("none");
  private Path priorities = Path.of("none");

  @BeforeEach
  void makeSite() throws IOException {
    cache = folder.resolve("cache");
    site = Files.createDirectory(folder.resolve("site"));
    Names.write(site.resolve("a.txt"), "a");
    programs = Files.createDirectory(folder.resolve("programs"));
    priorities = folder.resolve("priorities");
    replaceNice();
  }

  /** Beside others a program of low priority may wait for ever, and the test with it. */
  private void replaceNice() throws IOException {
    String text = "#!/bin/sh\necho \"$1 $2\" >>" + priorities + "\nshift 2\nexec \"$@\"\n";
    Names.writeScript(programs.resolve("nice"), text);
  }

  private Command command(Path launcher, String... arguments) {
    List<String> words = new ArrayList<>(List.of(launcher.toString()));
    words.addAll(List.of(arguments));
    return Command.of(words)
        .with("JAVA_HOME", System.getProperty("java.home"))
        .with("PATH", programs + ":" + System.getenv("PATH"))
        .with("XDG_CACHE_HOME", cache.toString());
  }

  private Command server() {
    return command(LAUNCHER, "-p", "0", site.toString());
  }

  private static void assertServes(Command command) throws IOException {
    try (RunningJar running = RunningJar.start(command)) {
      assertEquals("a", Web.get(running.uri("/a.txt")).body());
      assertEquals(0, running.end("TERM"), "the process is the server itself");
      assertEquals("", running.child().err());
    }
  }

  private List<Path> kept() throws IOException {
    Path archives = cache.resolve("passerelle");
    if (!Files.isDirectory(archives)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(archives)) {
      return files.toList();
    }
  }

  /** Waits until there is an archive, and nothing else, and returns it. */
  private Path archive() {
    return await()
        .atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)
        .until(
            this::kept,
            all -> all.size() == 1 && all.get(0).getFileName().toString().matches(ARCHIVE))
        .get(0);
  }

  private static boolean usesArchive(RunningJar running, Path archive) throws IOException {
    Path maps = Path.of("/proc/" + running.child().pid() + "/maps");
    return Files.readString(maps).contains(archive.toString());
  }

  @Test
  void theFirstRunsMakeOneArchiveAndTheNextUsesIt() throws IOException {
    Path archive;
    try (RunningJar one = RunningJar.start(server());
        RunningJar other = RunningJar.start(server())) {
      assertEquals("a", Web.get(one.uri("/a.txt")).body());
      assertEquals("a", Web.get(other.uri("/a.txt")).body());
      archive = archive();
      assertFalse(usesArchive(one, archive));
      assertEquals(List.of(), one.child().descendants(), "the server has no child of the launcher");
      assertEquals(List.of("-n 19"), Files.readAllLines(priorities));
    }
    try (RunningJar next = RunningJar.start(server())) {
      assertTrue(usesArchive(next, archive));
      assertEquals("a", Web.get(next.uri("/a.txt")).body());
      assertEquals(0, next.end("TERM"));
      assertEquals("", next.child().err());
    }
    assertEquals(List.of(archive), kept());
    damage(archive);
    assertServes(server());
    Files.write(archive, new byte[] {0});
    try (RunningJar cut = RunningJar.start(server())) {
      assertEquals("a", Web.get(cut.uri("/a.txt")).body());
      assertFalse(usesArchive(cut, archive));
      await()
          .atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)
          .until(() -> Files.size(archive()) > 1);
    }
  }

  /** Its size stays. */
  private static void damage(Path archive) throws IOException {
    byte[] octets = new byte[Math.toIntExact(Files.size(archive))];
    Files.delete(archive);
    Files.write(archive, octets);
  }

  @Test
  void whereNothingCanBeKeptItServesAllTheSame() throws IOException {
    Names.write(cache, "a file, so no folder can be made here");
    assertServes(server());
    assertServes(server().with("XDG_CACHE_HOME", "").with("HOME", ""));
    assertServes(server().with("XDG_CACHE_HOME", "").with("HOME", cache.toString()));
  }

  @Test
  void switchedOffItKeepsNothing() throws IOException {
    assertServes(server().with("PASSERELLE_ARCHIVE", "off"));
    assertEquals(List.of(), kept());
  }

  @Test
  void aLinkANameWithBlanksAndThePathLeadToIt() throws IOException {
    Path place = Files.createDirectory(folder.resolve("a b"));
    Path copy = Files.copy(LAUNCHER, place.resolve("passe relle"));
    copy.toFile().setExecutable(true);
    Path link = Files.createSymbolicLink(folder.resolve("link"), copy);
    Command off = server().with("PASSERELLE_ARCHIVE", "off");
    assertServes(new Command(words(copy.toString()), null, off.environment()));
    assertServes(new Command(words(link.toString()), null, off.environment()));
    assertServes(new Command(words("./link"), folder, off.environment()));
    String path = place + ":" + off.environment().get("PATH");
    List<String> shell =
        List.of("/bin/sh", "-c", "exec 'passe relle' -p 0 \"$0\"", site.toString());
    assertServes(new Command(shell, null, off.with("PATH", path).environment()));
  }

  private List<String> words(String launcher) {
    return List.of(launcher, "-p", "0", site.toString());
  }

  @Test
  void theFileIsAJarToo() throws IOException {
    List<String> words =
        List.of(RunningJar.java(), "-jar", LAUNCHER.toString(), "-p", "0", site.toString());
    assertServes(new Command(words, null, server().environment()));
  }

  @Test
  void exitCodesAndTextsAreThoseOfTheJar() throws IOException {
    for (String argument : List.of("--help", "--version", "--nonsense")) {
      Command.Outcome jar = RunningJar.command(argument).run();
      assertEquals(jar, command(LAUNCHER, argument).with("PASSERELLE_ARCHIVE", "off").run());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.0_202", "11.0.2", "16"})
  void anOlderJavaIsNamed(String version) throws IOException {
    Path home = folder.resolve("jdk");
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Names.write(java, "#!/bin/sh\nexit 9\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Names.write(home.resolve("release"), "A=\"b c\"\nJAVA_VERSION=\"" + version + "\"\n");
    Command.Outcome outcome = server().with("JAVA_HOME", home.toString()).run();
    assertEquals(1, outcome.code());
    assertTrue(outcome.err().startsWith("passerelle: Java 17 or newer is needed"), outcome.err());
  }

  @Test
  void withoutJavaItSaysWhatToInstall() throws IOException {
    Command.Outcome outcome = server().with("JAVA_HOME", "").with("PATH", "/none").run();
    assertEquals(1, outcome.code());
    assertTrue(outcome.err().contains("openjdk-17-jre-headless"), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
  }
}
