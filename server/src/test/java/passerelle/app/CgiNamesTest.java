package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.harness.Needs;

/** Names of any octets, folders that are links, and what a script finds open. */
final class CgiNamesTest {
  private static final String SECRET = "the source";
  private static final String NAMES =
      "printf 'Content-Type: text/plain\\n\\n%s\\n%s\\n' \"$SCRIPT_NAME\" \"$SCRIPT_FILENAME\"\n";

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.script("x.sh", "# " + SECRET);
    for (String name :
        List.of("caf\u00c3\u00a9.sh", "latin\u00e9.sh", "a b'\"$(id).sh", "n\nl.sh")) {
      Files.writeString(site.octetPath("cgi-bin/" + name), NAMES);
    }
    Path folder = Files.createDirectory(site.octetPath("cgi-bin/d\u00e9\u00ff"));
    Files.writeString(folder.resolve("x.sh"), "printf 'X: y\\n\\n'; pwd -P\n");
    Files.createSymbolicLink(site.root.resolve("cgi-bin/out.sh"), Path.of("../../outside.sh"));
    Files.writeString(site.folder.resolve("outside.sh"), "printf 'X: y\\n\\n'; echo " + SECRET);
    Files.createSymbolicLink(site.root.resolve("cgi-bin/alias.sh"), Path.of("de/z.sh"));
    site.script("de/z.sh", "printf 'X: y\\n\\n'; pwd -P; echo $SCRIPT_NAME");
    Files.createSymbolicLink(site.root.resolve("elsewhere"), Path.of("cgi-bin"));
    site.script("fds.sh", "printf 'Content-Type: text/plain\\n\\n'", "exec ls /proc/self/fd");
    // In the shell's place: shells ignore some signals, and block all while they start a process.
    site.script(
        "signals.sh", "printf 'X: y\\n\\n'", "exec grep -E '^Sig(Blk|Ign):' /proc/self/status");
    site.script(
        "session.sh",
        "printf 'X: y\\n\\n'; stat=$(cat /proc/$$/stat); set -- ${stat##*) }",
        "[ $3 = $$ ] && [ $4 = $$ ] && echo leads");
    site.startWithScripts();
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  @ParameterizedTest
  @CsvSource({
    "caf%C3%A9.sh, caf\u00c3\u00a9.sh",
    "latin%E9.sh, latin\u00e9.sh",
    "a%20b'%22$(id).sh, 'a b''\"$(id).sh'",
  })
  void aScriptMayHaveAnyName(String encoded, String name) throws IOException {
    if (encoded.contains("%E9")) {
      Needs.nativeCalls(); // the JDK passes text, and not octets
    }
    Reply reply = site.get("/cgi-bin/" + encoded);
    String file = site.rootOctets + "/cgi-bin/" + name;
    assertEquals("200 /cgi-bin/" + name + "\n" + file + "\n", reply.brief());
  }

  @Test
  void evenALineEndInANameIsJustAnOctet() throws IOException {
    assertTrue(site.get("/cgi-bin/n%0Al.sh").content().startsWith("/cgi-bin/n\nl.sh\n"));
  }

  @Test
  void aFolderMayHaveAnyNameAndIsTheWorkingDirectory() throws IOException {
    Needs.nativeCalls();
    Reply reply = site.get("/cgi-bin/d%E9%FF/x.sh");
    assertEquals(site.rootOctets + "/cgi-bin/d\u00e9\u00ff\n", reply.content());
  }

  @Test
  void pathInfoMayHoldAnyOctetButNul() throws IOException {
    Needs.nativeCalls();
    assertEquals(200, site.get("/cgi-bin/latin%E9.sh/%01%ff").status());
    assertEquals(400, site.get("/cgi-bin/latin%E9.sh/%00").status());
  }

  @Test
  void aLinkInsideTheFolderRunsWhereItLeads() throws IOException {
    assertEquals(
        "200 " + site.rootOctets + "/cgi-bin/de\n/cgi-bin/alias.sh\n",
        site.get("/cgi-bin/alias.sh").brief());
  }

  @Test
  void aLinkOutOfTheFolderIsNeitherRunNorShown() throws IOException {
    Reply reply = site.get("/cgi-bin/out.sh");
    assertEquals(403, reply.status());
    assertFalse(reply.content().contains(SECRET));
  }

  @Test
  void anotherWayToTheFolderDoesNotShowTheSource() throws IOException {
    for (String target : List.of("/elsewhere/x.sh", "/elsewhere/", "/elsewhere/../cgi-bin/x.sh")) {
      assertFalse(site.get(target).content().contains(SECRET), target);
    }
    assertEquals(403, site.get("/elsewhere/x.sh").status());
  }

  @Test
  void aScriptFindsThreeDescriptorsOpenWhateverTheServerHolds() throws IOException {
    List<RawClient> open = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        open.add(site.connect());
      }
      String own = "200 0\n1\n2\n3\n"; // the last is the folder that is being listed
      assertEquals(own, open.get(99).get("/cgi-bin/fds.sh").brief());
      assertEquals(own, site.post("/cgi-bin/fds.sh", "x").brief());
      assertEquals(own, site.post("/cgi-bin/fds.sh", Site.letters(200_000)).brief());
    } finally {
      for (RawClient client : open) {
        client.leave();
      }
    }
  }

  @Test
  void aScriptStartsWithDefaultSignalsInASessionOfItsOwn() throws IOException {
    Needs.nativeCalls();
    // The C library itself ignores its two internal signals, 32 and 33, in a process it spawns.
    String lines = site.get("/cgi-bin/signals.sh").content();
    assertTrue(lines.matches("SigBlk:\t0{16}\nSigIgn:\t0{7}[01][08]0{7}\n"), lines);
    assertEquals("leads\n", site.get("/cgi-bin/session.sh").content());
  }
}
