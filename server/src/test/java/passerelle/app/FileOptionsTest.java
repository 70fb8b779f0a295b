package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.files.FileSettings;
import passerelle.files.FileSettings.Links;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The options about files, and what is said about wrong ones. */
final class FileOptionsTest {
  private static Settings settings(String... arguments) throws IOException {
    Options options = new Options();
    CommandLine line = new CommandLine(options);
    line.setOverwrittenOptionsAllowed(true);
    line.parseArgs(arguments);
    return options.settings(Map.of());
  }

  @Test
  void theDefaultsAreThoseOfTheHelp() throws IOException {
    Settings settings = settings();
    assertEquals(FileSettings.standard(), settings.files());
    assertEquals(
        new FileSettings(
            List.of("index.html"),
            true,
            false,
            Links.WITHIN,
            "no-cache",
            false,
            false,
            1024,
            4 << 20),
        settings.files());
    assertEquals("application/octet-stream", settings.mediaTypes().of("a.foo"));
    assertEquals("application/octet-stream", settings.mediaTypes().of("LICENSE"));
    assertEquals(Map.of(), settings.errorPages());
    assertEquals("", settings.fields().toString());
  }

  @Test
  void everyOptionSetsItsSetting() throws IOException {
    Settings settings =
        settings(
            "--index=a.html",
            "--index=b.html",
            "--listing=OFF",
            "--hidden",
            "--symlinks=follow",
            "--cache=max-age=60, public",
            "--cors",
            "--spa",
            "--gzip=2k-1m",
            "--mime=.foo=text/x-foo",
            "--mime=.bar=application/bar; charset=x",
            "--mime=LICENSE=text/x-license",
            "--mime=a.b=text/x-b",
            "--mime==text/x-none",
            "--charset=koi8-r",
            "-H",
            "X-A: 1",
            "--header=X-B:  two: words ",
            "--error-page=404=missing.html",
            "--error-page=503=/busy.html");
    assertEquals(
        new FileSettings(
            List.of("a.html", "b.html"),
            false,
            true,
            Links.FOLLOW,
            "max-age=60, public",
            true,
            true,
            2048,
            1 << 20),
        settings.files());
    assertEquals("text/x-foo", settings.mediaTypes().of("a.foo"));
    assertEquals("application/bar; charset=x", settings.mediaTypes().of("LICENSE.BAR"));
    assertEquals("text/x-license", settings.mediaTypes().of("LICENSE"));
    assertEquals("text/x-b", settings.mediaTypes().of("a.b"));
    assertEquals("text/x-none", settings.mediaTypes().of("license"));
    assertEquals("text/plain; charset=koi8-r", settings.mediaTypes().of("a.txt", new byte[0]));
    assertEquals("X-A: 1\nX-B: two: words\n", settings.fields().toString());
    assertEquals(Map.of(404, "missing.html", 503, "/busy.html"), settings.errorPages());
  }

  @Test
  void addedFieldsFitAHead() {
    String half = "--header=X-A: " + "x".repeat(2500);
    ParameterException wrong = assertThrows(ParameterException.class, () -> settings(half, half));
    assertTrue(String.valueOf(wrong.getMessage()).contains("4096"), wrong::getMessage);
  }

  /** A list may come in several lines; of what is none, nobody knows what two of them mean. */
  @Test
  void anAddedFieldThatIsNoListStandsOnce() throws IOException {
    assertEquals(
        "Link: a\nLink: b\n", settings("--header=Link: a", "--header=Link: b").fields().toString());
    for (String name : new String[] {"Location", "Retry-After", "Content-Disposition"}) {
      ParameterException wrong =
          assertThrows(
              ParameterException.class,
              () ->
                  settings(
                      "--header=" + name + ": 1",
                      "--header=" + name.toUpperCase(Locale.ROOT) + ": 1"));
      assertTrue(String.valueOf(wrong.getMessage()).contains("leave one away"), wrong::getMessage);
    }
  }

  @Test
  void nothingIsCompressedIfThatIsOff() throws IOException {
    FileSettings files = settings("--gzip=off").files();
    assertTrue(files.mostGzip() < files.leastGzip());
    assertEquals("", settings("--cache=").files().cacheControl());
  }

  @ParameterizedTest
  @CsvSource({"within, WITHIN", "Follow, FOLLOW", "DENY, DENY"})
  void linksHaveThreeWords(String word, Links links) throws IOException {
    assertEquals(links, settings("--symlinks=" + word).files().links());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--index=",
        "--index=a/b",
        "--index=.hidden",
        "--listing=perhaps",
        "--symlinks=some",
        "--mime=a/b=text/x-foo",
        "--charset=",
        "--charset=a b",
        "--mime=.foo",
        "--mime=.=text/x",
        "--mime=.foo=text",
        "--mime=.foo=te xt/x",
        "--mime=.foo=text/x\r\nX: y",
        "--cache=a\r\nb: c",
        "--header=nothing",
        "--header=: x",
        "--header=a b: c",
        "--header=Content-Length: 5",
        "--header=a: b\r\nc: d",
        "--error-page=404",
        "--error-page=404=",
        "--error-page=200=x.html",
        "--error-page=x=x.html",
        "--gzip=on",
        "--gzip=1k",
        "--gzip=2k-1k",
        "--gzip=1k-1g",
      })
  void aWrongValueIsNamedTogetherWithARightOne(String argument) {
    ParameterException wrong = assertThrows(ParameterException.class, () -> settings(argument));
    String name = argument.substring(0, argument.indexOf('='));
    assertTrue(String.valueOf(wrong.getMessage()).contains(name), wrong::getMessage);
  }
}
