package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import passerelle.harness.Needs;

/** Perl's CGI.pm, by the README's command. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CgiPmIT {
  private static final String FORM =
      """
      use strict; use warnings; use CGI;
      my $q = CGI->new;
      print $q->header(-type => 'text/html', -charset => 'utf-8', -X_From => 'CGI.pm',
          -cookie => $q->cookie(-name => 'seen', -value => 'a b', -path => '/'));
      print $q->start_html('Form'), $q->h1('Hello, ' . $q->escapeHTML($q->param('name') // 'you')),
          $q->start_form(-method => 'POST', -action => $q->url(-absolute => 1)),
          $q->textfield('name'), $q->submit, $q->end_form;
      print $q->p('method: ' . $q->request_method), $q->p('info: ' . ($q->path_info // '')),
          $q->p('url: ' . $q->url), $q->p('self: ' . $q->url(-path_info => 1, -query => 1)),
          $q->p('crumb: ' . ($q->cookie('crumb') // 'none')), $q->end_html;
      """;
  private static final String UPLOAD =
      """
      use strict; use warnings; use CGI; use Digest::SHA;
      my $q = CGI->new;
      my $file = $q->upload('file') or die 'no file';
      binmode $file;
      my $sha = Digest::SHA->new(256);
      $sha->addfile($file);
      my $name = $q->param('file');
      print $q->header('text/plain'), $name, ' ', -s $file, ' ', $sha->hexdigest;
      """;
  private static final String REDIRECT =
      """
      use CGI;
      my $q = CGI->new;
      print $q->redirect(-uri => 'form.pl?name=moved', -status => $q->param('status') || 302);
      """;
  private static final String ERROR =
      "use CGI; print CGI->new->header(-status => '410 Gone'), 'x';";

  private final RunningJar jar;

  CgiPmIT(@TempDir Path temporary) throws IOException {
    String perl = Needs.tool("perl").toString();
    Command.mustWork("libcgi-pm-perl is not installed", perl, "-MCGI", "-e", "1");
    Command.mustWork("Perl's Digest::SHA is not installed", perl, "-MDigest::SHA", "-e", "1");
    Files.writeString(temporary.resolve("form.pl"), FORM);
    Files.writeString(temporary.resolve("upload.pl"), UPLOAD);
    Files.writeString(temporary.resolve("redirect.pl"), REDIRECT);
    Files.writeString(temporary.resolve("gone.pl"), ERROR);
    jar = Readme.start("Perl with CGI.pm", Map.of("/srv/scripts", temporary.toString()));
  }

  @AfterAll
  void end() throws IOException {
    try (jar) {
      assertEquals("", jar.child().err());
    }
  }

  private static void assertSays(String part, HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(part), () -> part + ": " + answer.body());
  }

  @Test
  void aFormIsShownAndAnswered() throws IOException {
    HttpResponse<String> form = Web.get(jar.uri("/cgi-bin/form.pl"));
    assertSays("<h1>Hello, you</h1>", form);
    assertSays("action=\"/cgi-bin/form.pl\"", form);
    HttpResponse<String> posted = Web.postName(jar.uri("/cgi-bin/form.pl"), "<b>Ada</b>");
    assertSays("<h1>Hello, &lt;b&gt;Ada&lt;/b&gt;</h1>", posted);
    assertSays("method: POST", posted);
  }

  @Test
  void itsOwnAddressIsRight() throws IOException {
    HttpResponse<String> answer = Web.get(jar.uri("/cgi-bin/form.pl/a/b?name=x"));
    assertSays("<p>info: /a/b</p>", answer);
    assertSays("<p>url: " + jar.uri("/cgi-bin/form.pl") + "</p>", answer);
    assertSays("<p>self: " + jar.uri("/cgi-bin/form.pl/a/b?name=x") + "</p>", answer);
  }

  @Test
  void fieldsAndCookiesGoBothWays() throws IOException {
    HttpRequest request =
        Web.request(jar.uri("/cgi-bin/form.pl")).header("Cookie", "crumb=a%20b; x=y").build();
    HttpResponse<String> answer = Web.send(request);
    assertSays("<p>crumb: a b</p>", answer);
    assertEquals(
        "seen=a%20b; path=/", answer.headers().firstValue("Set-Cookie").orElse(""), "the cookie");
    assertEquals("CGI.pm", answer.headers().firstValue("X-From").orElse(""));
  }

  @Test
  void anUploadOfAMebibyteArrivesWhole() throws IOException, GeneralSecurityException {
    byte[] file = new byte[1 << 20];
    new Random(11).nextBytes(file);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    assertSays(
        "a b.bin 1048576 " + sha256, Web.postFile(jar.uri("/cgi-bin/upload.pl"), "a b.bin", file));
  }

  @Test
  void redirectsAndStatusesAreThoseOfTheScript() throws IOException {
    for (int status : new int[] {301, 302, 303}) {
      HttpResponse<String> answer = Web.get(jar.uri("/cgi-bin/redirect.pl?status=" + status));
      assertEquals(status, answer.statusCode());
      assertEquals("form.pl?name=moved", answer.headers().firstValue("Location").orElse(""));
    }
    assertEquals(410, Web.get(jar.uri("/cgi-bin/gone.pl")).statusCode());
  }
}
