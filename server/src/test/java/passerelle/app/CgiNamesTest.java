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
import passerelle.io.OctetPath;

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
    site.script(
        "fds.sh",
        "printf 'Content-Type: text/plain\\n\\n'",
        "for fd in /proc/$$/fd/*; do",
        "echo \"${fd##*/}\"; done");
    // Without another process: the shell blocks all signals while it starts one.
    site.script(
        "signals.sh",
        "printf 'X: y\\n\\n'; while read -r name value; do case $name in",
        "SigBlk:|SigIgn:) echo $name $value;; esac; done < /proc/$$/status");
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
    Reply reply = site.get("/cgi-bin/" + encoded);
    String file = OctetPath.octets(site.root) + "/cgi-bin/" + name;
    assertEquals("200 /cgi-bin/" + name + "\n" + file + "\n", reply.brief());
  }

  @Test
  void evenALineEndInANameIsJustAnOctet() throws IOException {
    assertTrue(site.get("/cgi-bin/n%0Al.sh").content().startsWith("/cgi-bin/n\nl.sh\n"));
  }

  @Test
  void aFolderMayHaveAnyNameAndIsTheWorkingDirectory() throws IOException {
    Reply reply = site.get("/cgi-bin/d%E9%FF/x.sh");
    assertEquals(OctetPath.octets(site.root) + "/cgi-bin/d\u00e9\u00ff\n", reply.content());
  }

  @Test
  void pathInfoMayHoldAnyOctetButNul() throws IOException {
    assertEquals(200, site.get("/cgi-bin/latin%E9.sh/%01%ff").status());
    assertEquals(400, site.get("/cgi-bin/latin%E9.sh/%00").status());
  }

  @Test
  void aLinkInsideTheFolderRunsWhereItLeads() throws IOException {
    assertEquals(
        "200 " + site.root + "/cgi-bin/de\n/cgi-bin/alias.sh\n",
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
      assertEquals("200 0\n1\n2\n3\n", ownDescriptors(open.get(99).get("/cgi-bin/fds.sh")));
      assertEquals("200 0\n1\n2\n3\n", ownDescriptors(site.post("/cgi-bin/fds.sh", "x")));
      assertEquals(
          "200 0\n1\n2\n3\n", ownDescriptors(site.post("/cgi-bin/fds.sh", Site.letters(200_000))));
    } finally {
      for (RawClient client : open) {
        client.leave();
      }
    }
  }

  /** The shell keeps the script open, from ten upwards; the listing itself takes the next free. */
  private static String ownDescriptors(Reply reply) {
    return reply.brief().replaceAll("(?m)^1\\d\n", "");
  }

  @Test
  void aScriptStartsWithDefaultSignalsInASessionOfItsOwn() throws IOException {
    // The C library itself ignores its two internal signals, 32 and 33, in a process it spawns.
    String lines = site.get("/cgi-bin/signals.sh").content();
    assertTrue(lines.matches("SigBlk: 0{16}\nSigIgn: 0{7}[01][08]0{7}\n"), lines);
    assertEquals("leads\n", site.get("/cgi-bin/session.sh").content());
  }
}
