package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Started with no environment, as in a container: names in Unicode, and names that are not valid
 * UTF-8, are served, listed, and run all the same. Nothing here depends on the tests' own locale.
 */
final class BareStartIT {
  private static final String NOTHING = "-i";
  private static final String PATH_ONLY = "-i PATH=/usr/bin:/bin";
  private static final String UTF_8 = "LANG=C.UTF-8";
  private static final String POSIX = "-i LC_ALL=POSIX";
  private static final Pattern LINK = Pattern.compile("href=\"\\./([^\"]+)\"");
  private static final String SCRIPT =
      """
      #!/bin/sh
      printf 'Content-Type: text/plain; charset=utf-8\\n\\n'
      printf '%s|%s|%s|' "$SCRIPT_NAME" "$PATH_INFO" "$(basename "$PWD")"
      cat "$(dirname "$0")/data"
      """;

  @TempDir Path temporary;

  /** A folder whose own name is in Unicode. */
  private Path folder = Path.of("");

  @BeforeEach
  void fillFolder() throws IOException {
    folder = Files.createDirectory(Names.child(temporary, "caf%C3%A9%20%E2%82%AC"));
    Names.write(Names.child(folder, "caf%C3%A9.txt"), "unicode");
    Names.write(Names.child(folder, "%F0%9F%8C%89.txt"), "bridge");
    Names.write(Names.child(folder, "raw%FF%C3.txt"), "raw");
    Names.write(Names.child(folder, "question%3F.txt"), "question");
    Names.write(folder.resolve("data"), "data");
    Names.writeScript(Names.child(folder, "%C3%A9.sh"), SCRIPT);
    Names.writeScript(Names.child(folder, "raw%FE.sh"), SCRIPT);
    Path inner = Files.createDirectory(Names.child(folder, "inner%FF"));
    Names.write(Names.child(inner, "index.html"), "inner");
  }

  @ParameterizedTest(name = "env {0}")
  @ValueSource(strings = {NOTHING, PATH_ONLY, POSIX, UTF_8})
  void servesAndRunsEveryNameFromACurrentDirectoryWithAnyName(String environment)
      throws IOException {
    try (RunningJar jar = start(environment, "cd \"$place\"", "--cgi /")) {
      assertTrue(jar.readyLine().contains("/caf\u00e9 \u20ac at http"), jar.readyLine());
      assertAllIsThere(jar);
    }
  }

  @ParameterizedTest(name = "env {0}")
  @ValueSource(strings = {NOTHING, PATH_ONLY, UTF_8})
  void servesADirectoryNamedOnTheCommandLine(String environment) throws IOException {
    try (RunningJar jar = start(environment, "cd /", "--cgi / \"$place\"")) {
      assertTrue(jar.readyLine().contains("/caf\u00e9 \u20ac at http"), jar.readyLine());
      assertAllIsThere(jar);
    }
  }

  @ParameterizedTest(name = "env {0}")
  @ValueSource(strings = {NOTHING, UTF_8})
  void runsTheScriptsOfAFolderNamedInAnOption(String environment) throws IOException {
    Path pages = Files.createDirectory(Names.child(temporary, "pages%FF"));
    Names.write(pages.resolve("index.html"), "home");
    String arguments = "--cgi \"/b=$place\" \"$place/../pages$(printf '\\377')\"";
    try (RunningJar jar = start(environment, "cd /", arguments)) {
      assertEquals("home", Web.get(jar.uri("/")).body());
      String script = Web.get(jar.uri("/b/%C3%A9.sh")).body();
      assertEquals("/b/\u00e9.sh||caf\u00e9 \u20ac|data", script);
      assertEquals(403, Web.get(jar.uri("/b/caf%C3%A9.txt")).statusCode());
    }
  }

  @Test
  void readsADirectoryWithAnyNameFromTheEnvironment() throws IOException {
    try (RunningJar jar = start("-i \"PASSERELLE_DIR=$place\" PASSERELLE_CGI=/", "cd /", "")) {
      assertAllIsThere(jar);
    }
  }

  @Test
  void givesScriptsNoEnvironmentButTheMetaVariables() throws IOException {
    Names.writeScript(
        folder.resolve("env.sh"),
        "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\n/usr/bin/env\n");
    String environment =
        "-i PATH=/usr/bin:/bin LANG=C.UTF-8 TZ=UTC HOME=/root SECRET=x HTTP_PROXY=y";
    try (RunningJar jar = start(environment, "cd \"$place\"", "--cgi /")) {
      List<String> names =
          Web.get(jar.uri("/env.sh")).body().lines().map(s -> s.replaceFirst("=.*", "")).toList();
      for (String name : List.of("PATH", "LANG", "TZ", "REQUEST_METHOD", "GATEWAY_INTERFACE")) {
        assertTrue(names.contains(name), name);
      }
      for (String name : List.of("HOME", "SECRET", "HTTP_PROXY")) {
        assertTrue(!names.contains(name), name);
      }
    }
  }

  @Test
  void findsTheInterpreterOfAScriptWithoutPermissionEvenIfThereIsNoPath() throws IOException {
    Names.write(
        folder.resolve("plain.sh"), "printf 'Content-Type: text/plain\\n\\n'; cat data | cat\n");
    try (RunningJar jar = start(NOTHING, "cd \"$place\"", "--cgi /")) {
      HttpResponse<String> answer = Web.get(jar.uri("/plain.sh"));
      assertEquals(200, answer.statusCode(), jar.child().err());
      assertEquals("data", answer.body());
      assertEquals("", jar.child().err());
    }
  }

  /** Starts the jar from a shell, since the tests' JVM might not be able to say such names. */
  private RunningJar start(String environment, String before, String arguments) throws IOException {
    String script =
        "place=$(printf %b '"
            + Names.octal(folder)
            + "'); "
            + before
            + " && exec env "
            + environment
            + " \"$1\" -jar \"$2\" -p 0 "
            + arguments;
    return RunningJar.start(
        Command.of("sh", "-c", script, "sh", RunningJar.java(), RunningJar.plainJar()));
  }

  private static void assertAllIsThere(RunningJar jar) throws IOException {
    assertEquals("unicode", Web.get(jar.uri("/caf%C3%A9.txt")).body());
    assertEquals("unicode", Web.get(jar.uri("/caf%c3%a9.txt")).body());
    assertEquals("raw", Web.get(jar.uri("/raw%FF%C3.txt")).body());
    assertEquals("inner", Web.get(jar.uri("/inner%FF/")).body());
    assertEquals(301, Web.get(jar.uri("/inner%FF")).statusCode());
    assertEquals(404, Web.get(jar.uri("/caf%E9.txt")).statusCode());
    assertEquals(
        "/\u00e9.sh|/\u20ac|caf\u00e9 \u20ac|data",
        Web.get(jar.uri("/%C3%A9.sh/%E2%82%AC")).body());
    assertEquals("/raw\ufffd.sh||caf\u00e9 \u20ac|data", Web.get(jar.uri("/raw%FE.sh")).body());
    assertListingLinksToAll(jar);
    assertEquals("", jar.child().err());
  }

  private static void assertListingLinksToAll(RunningJar jar) throws IOException {
    String page = Web.get(jar.uri("/")).body();
    List<String> links = new ArrayList<>();
    for (Matcher link = LINK.matcher(page); link.find(); ) {
      links.add(link.group(1));
      assertEquals(200, Web.get(jar.uri("/" + link.group(1))).statusCode(), link.group(1));
    }
    assertEquals(8, links.size(), () -> "links: " + links);
    for (String name : List.of("caf\u00e9.txt", "\ud83c\udf09.txt", "raw\ufffd\ufffd.txt")) {
      assertTrue(page.contains(">" + name + "</a>"), name);
    }
  }
}
