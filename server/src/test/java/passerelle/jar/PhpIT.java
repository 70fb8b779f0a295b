package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import passerelle.harness.Needs;

/** Debian's php-cgi, by the README's command. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PhpIT {
  private static final String PAGE =
      """
      <?php
      header('X-From: php');
      setcookie('seen', 'a b');
      echo 'get=', $_GET['q'] ?? '-', "\\n";
      echo 'post=', $_POST['name'] ?? '-', "\\n";
      echo 'cookie=', $_COOKIE['c'] ?? '-', "\\n";
      echo 'input=', strlen(file_get_contents('php://input')), "\\n";
      foreach (['REQUEST_METHOD', 'SCRIPT_FILENAME', 'SCRIPT_NAME', 'PATH_INFO', 'PATH_TRANSLATED',
                'PHP_SELF', 'DOCUMENT_ROOT', 'REQUEST_URI', 'CONTENT_TYPE', 'CONTENT_LENGTH'] as $name) {
        echo $name, '=', $_SERVER[$name] ?? '-', "\\n";
      }
      echo 'directory=', getcwd(), "\\n";
      """;
  private static final String UPLOAD =
      """
      <?php
      $file = $_FILES['file'];
      echo $file['error'], ' ', $file['name'], ' ', $file['size'], ' ',
          hash_file('sha256', $file['tmp_name']);
      """;

  /** What php.ini says may be another thing on each machine. */
  private static final String CONFIGURATION =
      """
      display_errors = 0
      log_errors = 1
      error_log =
      error_reporting = 32767
      default_charset = UTF-8
      upload_max_filesize = 2M
      post_max_size = 8M
      auto_prepend_file =
      auto_append_file =
      output_buffering = 4096
      """;

  private final Path site;
  private final RunningJar jar;

  PhpIT(@TempDir Path temporary) throws IOException {
    Needs.tool("php-cgi");
    site = temporary.toRealPath();
    Files.writeString(site.resolve(".user.ini"), CONFIGURATION);
    Files.writeString(site.resolve("index.html"), "page");
    Files.writeString(site.resolve("page.php"), PAGE);
    Files.writeString(site.resolve("upload.php"), UPLOAD);
    Files.writeString(site.resolve("info.php"), "<?php phpinfo(INFO_VARIABLES);");
    Files.writeString(site.resolve("gone.php"), "<?php http_response_code(404); echo 'Gone.';");
    Files.writeString(site.resolve("move.php"), "<?php header('Location: /page.php?q=moved');");
    Files.writeString(site.resolve("wrong.php"), "<?php no_such_function();");
    Files.createDirectory(site.resolve("app"));
    Files.writeString(site.resolve("app/index.php"), "<?php echo $_SERVER['SCRIPT_NAME'];");
    jar = Readme.start("PHP", Map.of("/srv/site", site.toString()));
  }

  @AfterAll
  void end() throws IOException {
    jar.close();
  }

  private static void assertSays(String line, HttpResponse<String> answer) {
    assertTrue(("\n" + answer.body()).contains("\n" + line + "\n"), line + ": " + answer.body());
  }

  private static String field(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Test
  void aGetHasItsQueryAndFields() throws IOException {
    HttpRequest request =
        Web.request(jar.uri("/page.php?q=a%20%C3%A9&x")).header("Cookie", "c=crumb").build();
    HttpResponse<String> answer = Web.send(request);
    assertEquals(200, answer.statusCode());
    assertEquals("php", field(answer, "X-From"));
    assertEquals("seen=a%20b", field(answer, "Set-Cookie"));
    assertEquals("text/html; charset=UTF-8", field(answer, "Content-Type"));
    assertSays("get=a \u00e9", answer);
    assertSays("post=-", answer);
    assertSays("cookie=crumb", answer);
    assertSays("REQUEST_METHOD=GET", answer);
    // The clients of JDKs before 19 announce content of no octets (JDK-8283544).
    assertSays("CONTENT_LENGTH=" + (Runtime.version().feature() < 19 ? "0" : "-"), answer);
  }

  @Test
  void aPostIsTakenApart() throws IOException {
    HttpResponse<String> answer = Web.postName(jar.uri("/page.php?q=1"), "Zo\u00e9 & Co");
    assertSays("get=1", answer);
    assertSays("post=Zo\u00e9 & Co", answer);
    assertSays("CONTENT_TYPE=application/x-www-form-urlencoded", answer);
  }

  @Test
  void anyContentCanBeRead() throws IOException {
    HttpRequest put =
        Web.request(jar.uri("/page.php")).PUT(BodyPublishers.ofString("x".repeat(300_000))).build();
    HttpResponse<String> answer = Web.send(put);
    assertSays("REQUEST_METHOD=PUT", answer);
    assertSays("input=300000", answer);
    assertSays("CONTENT_LENGTH=300000", answer);
  }

  @Test
  void anUploadArrivesWhole() throws IOException, GeneralSecurityException {
    byte[] file = new byte[1 << 20];
    new Random(3).nextBytes(file);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    assertEquals(
        "0 \u00e9t\u00e9.bin 1048576 " + sha256,
        Web.postFile(jar.uri("/upload.php"), "\u00e9t\u00e9.bin", file).body());
  }

  @Test
  void statusAndRedirectAreThoseOfTheScript() throws IOException {
    HttpResponse<String> gone = Web.get(jar.uri("/gone.php"));
    assertEquals(404, gone.statusCode());
    assertEquals("Gone.", gone.body());
    HttpResponse<String> moved = Web.get(jar.uri("/move.php"));
    assertEquals(302, moved.statusCode());
    assertEquals("/page.php?q=moved", field(moved, "Location"));
  }

  @Test
  void thePathBehindTheScriptIsKnownToIt() throws IOException {
    HttpResponse<String> answer = Web.get(jar.uri("/page.php/a/b.html?q=x"));
    assertSays("SCRIPT_NAME=/page.php", answer);
    assertSays("SCRIPT_FILENAME=" + site + "/page.php", answer);
    assertSays("PATH_INFO=/a/b.html", answer);
    assertSays("PATH_TRANSLATED=" + site + "/a/b.html", answer);
    assertSays("PHP_SELF=/page.php/a/b.html", answer);
    assertSays("REQUEST_URI=/page.php/a/b.html?q=x", answer);
    assertSays("DOCUMENT_ROOT=" + site, answer);
    assertSays("directory=" + site, answer);
  }

  @Test
  void phpinfoShowsTheVariables() throws IOException {
    String info = Web.get(jar.uri("/info.php")).body();
    assertTrue(
        info.contains("['SCRIPT_FILENAME']</td><td class=\"v\">" + site + "/info.php"), info);
    assertTrue(info.contains("['GATEWAY_INTERFACE']</td><td class=\"v\">CGI/1.1"), info);
  }

  @Test
  void anErrorIsAnswered500AndGoesToTheLogAlone() throws IOException {
    HttpResponse<String> wrong = Web.get(jar.uri("/wrong.php"));
    assertEquals(500, wrong.statusCode());
    assertFalse(wrong.body().contains("no_such_function"), wrong.body());
    Awaitility.await()
        .atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS))
        .until(() -> jar.child().err().contains("no_such_function"));
  }

  @Test
  void theSourceIsNeverSent() throws IOException {
    assertEquals("page", Web.get(jar.uri("/")).body());
    String odd = Web.getExactly(jar.port(), "/page.ph%70");
    assertFalse(odd.contains("<?php"), odd);
    assertTrue(odd.contains("SCRIPT_NAME=/page.php"), odd);
  }

  @Test
  void anIndexScriptStandsForItsFolder() throws IOException {
    assertEquals("/app/index.php", Web.get(jar.uri("/app/")).body());
    HttpResponse<String> redirect = Web.get(jar.uri("/app"));
    assertEquals(301, redirect.statusCode());
    assertTrue(field(redirect, "Location").endsWith("/app/"), field(redirect, "Location"));
  }

  @Test
  void oneScriptCanTakeAllUrls() throws IOException {
    try (RunningJar mounted =
        RunningJar.serve(site, "--cgi-mount", "/=" + site.resolve("page.php"))) {
      HttpResponse<String> answer = Web.get(mounted.uri("/any/where?q=1"));
      assertSays("get=1", answer);
      assertSays("SCRIPT_NAME=", answer);
      assertSays("PATH_INFO=/any/where", answer);
      assertSays("PHP_SELF=/any/where", answer);
    }
  }
}
