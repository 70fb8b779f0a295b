package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import passerelle.files.FileSettings.Links;
import passerelle.harness.Needs;

/** What owners of real programs mount: links, mixed folders elsewhere, files below a program. */
final class MountsOverHttpTest {
  private Site site;
  private Path cgi;
  private Path application;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    site.file("index.html", "home");
    site.file("app/static/s.css", "a{}");
    cgi = Files.createDirectory(site.folder.resolve("cgi"));
    application = Files.createDirectory(site.folder.resolve("application"));
    program("lib/prog", "ran");
    program("application/s.cgi", "mixed");
    program("cgi/index.cgi", "index");
    Files.writeString(application.resolve("style.css"), "b{}");
    Files.writeString(cgi.resolve("style.css"), "c{}");
    Files.createSymbolicLink(cgi.resolve("prog"), Path.of("../lib/prog"));
  }

  @AfterEach
  void close() throws IOException {
    site.close();
  }

  /** A script that says a word and its PATH_INFO. */
  private Path program(String name, String word) throws IOException {
    Path file = site.folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(
        file, "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n" + word + " %s' \"$PATH_INFO\"\n");
    assertTrue(file.toFile().setExecutable(true, false));
    return file;
  }

  private String get(String target) throws IOException {
    return site.get(target).brief();
  }

  @Test
  void aLinkInAFolderOfScriptsIsRunIfLinksAreFollowedElseTheLogSaysWhatToType() throws IOException {
    site.start(s -> s.cgi("/cgi-bin", cgi).links(Links.FOLLOW));
    assertEquals("200 ran /x", get("/cgi-bin/prog/x"));
    site.start(s -> s.cgi("/cgi-bin", cgi));
    try (ServerLog log = new ServerLog()) {
      assertEquals(403, site.get("/cgi-bin/prog").status());
      log.await("/cgi-bin/prog is 403", "--symlinks follow");
      assertTrue(log.text().contains(site.folder + "/lib/prog"), log::text);
    }
  }

  @Test
  void aMixedFolderMayStandElsewhere() throws IOException {
    site.start(s -> s.cgiMixed("/app", application));
    assertEquals("200 b{}", get("/app/style.css"));
    assertEquals("200 mixed /x", get("/app/s.cgi/x"));
    assertEquals("200 home", get("/"));
    assertEquals(404, site.get("/app/none").status());
    assertEquals(301, site.get("/app").status());
  }

  @Test
  void aLinkToAMixedFolderRunsItsScriptsIfLinksAreFollowed() throws IOException {
    Files.createSymbolicLink(site.root.resolve("linked"), application);
    site.start(s -> s.cgi("/").links(Links.FOLLOW));
    assertEquals("200 mixed ", get("/linked/s.cgi"));
    assertEquals("200 b{}", get("/linked/style.css"));
  }

  @Test
  void filesMayStandBelowAProgram() throws IOException {
    Path program = program("program", "program");
    site.start(s -> s.cgiProgram("/app", program).files("/app/static", null));
    assertEquals("200 a{}", get("/app/static/s.css"));
    assertEquals("200 program /static2", get("/app/static2"));
    assertEquals("200 program /x/y", get("/app/x/y"));
    assertEquals(405, site.post("/app/static/s.css", "x").status());
  }

  @Test
  void nobodyIsAdvisedToExecuteAPage() throws IOException {
    site.start(s -> s.cgi("/cgi-bin", cgi));
    try (ServerLog log = new ServerLog()) {
      assertEquals(403, site.get("/cgi-bin/style.css").status());
      log.await("/cgi-bin/style.css is 403", "--cgi-mixed");
      assertFalse(log.text().contains("chmod"), log::text);
    }
  }

  @Test
  void hiddenScriptsAreRunIfHiddenNamesAreServed() throws IOException {
    program("cgi/.hidden.cgi", "hidden");
    site.start(s -> s.cgi("/cgi-bin", cgi));
    assertEquals(404, site.get("/cgi-bin/.hidden.cgi").status());
    site.start(s -> s.cgi("/cgi-bin", cgi).hidden(true));
    assertEquals("200 hidden ", get("/cgi-bin/.hidden.cgi"));
  }

  @Test
  void aScriptThatWasDeletedIsMissing() throws IOException {
    Path script = program("cgi/gone", "there");
    site.start(s -> s.cgi("/cgi-bin", cgi));
    assertEquals("200 there ", get("/cgi-bin/gone"));
    Files.delete(script);
    assertFalse(Files.exists(script));
    assertEquals(404, site.get("/cgi-bin/gone").status());
  }

  @Test
  void aProgramThatWasReplacedIsFound() throws IOException {
    Needs.nativeCalls(); // else within a second
    program("bin/v1", "one");
    Path link = Files.createSymbolicLink(site.folder.resolve("current"), Path.of("bin/v1"));
    site.start(s -> s.cgiProgram("/p", link));
    assertEquals("200 one /", get("/p/"));
    program("bin/v2", "two");
    Path next = Files.createSymbolicLink(site.folder.resolve("next"), Path.of("bin/v2"));
    Files.move(next, link, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(site.folder.resolve("bin/v1"));
    assertFalse(Files.exists(site.folder.resolve("bin/v1")));
    assertEquals("200 two /", get("/p/"));
  }

  @Test
  void aProxysRuleForAPrefixIsNotPassedByAnEncodedSlash() throws IOException {
    site.start(s -> s.cgi("/cgi-bin", cgi).links(Links.FOLLOW));
    assertEquals("200 ran ", get("/cgi-bin/prog"));
    assertEquals(404, site.get("/cgi-bin%2Fprog").status());
    assertEquals(404, site.get("/cgi-bin%2fprog").status());
    assertEquals("200 ran /a/b", get("/cgi-bin/prog/a%2Fb"));
  }

  /**
   * As a release is made: the link that the owner named leads elsewhere, for DIR and for scripts.
   */
  @Test
  void theDirectoryFollowsItsLinkAndItsScriptsAreNeverSent() throws IOException {
    for (String release : new String[] {"r1", "r2"}) {
      program(release + "/x.sh", "script");
      program(release + "/cgi/i.sh", "script");
      program(release + "/p.cgi", "script");
      Files.writeString(site.folder.resolve(release + "/v.txt"), release);
    }
    Path link = Files.createSymbolicLink(site.folder.resolve("current"), Path.of("r1"));
    Settings.Builder settings =
        Settings.serve(link)
            .port(0)
            .cgiMixed("/m", link)
            .cgi("/c", link.resolve("cgi"))
            .cgiProgram("/p", link.resolve("p.cgi"));
    try (Server server = Server.start(settings.build());
        RawClient client = new RawClient(server)) {
      assertEquals("200 r1", client.get("/v.txt").brief());
      assertEquals(403, client.get("/x.sh").status());
      Path next = Files.createSymbolicLink(site.folder.resolve("next"), Path.of("r2"));
      Files.move(next, link, StandardCopyOption.REPLACE_EXISTING);
      Site.await("the new release")
          .until(
              () -> {
                for (String script : new String[] {"/x.sh", "/cgi/i.sh", "/p.cgi"}) {
                  assertEquals(403, client.get(script).status(), script);
                }
                return client.get("/v.txt").brief().equals("200 r2");
              });
      for (String script : new String[] {"/x.sh", "/cgi/i.sh", "/p.cgi"}) {
        assertEquals(403, client.get(script).status(), script);
      }
    }
  }
}
