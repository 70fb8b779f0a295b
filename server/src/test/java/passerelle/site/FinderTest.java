package passerelle.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.files.FileSettings;
import passerelle.files.FileSettings.Links;
import passerelle.http.RequestTarget;
import passerelle.io.OctetPath;
import passerelle.site.Mount.Kind;

/** What a path leads to: in folders of files, of scripts and of both, along links and past them. */
final class FinderTest {
  @TempDir private Path temporary;
  private Path base;
  private Path root;

  @BeforeEach
  void prepare() throws IOException {
    base = temporary.toRealPath();
    root = Files.createDirectory(base.resolve("root"));
    file("secret");
    file("rootless/secret");
    script("lib/prog");
    script("lib/page.html");
    file("root/page");
    file("root/sub/page");
    file("root/.well-known/x");
    file("root/.well-known/.x");
    file("root/.hidden");
    file("root/sub/.hidden");
    script("root/sub/.hidden.cgi");
    script("root/scripts/x");
    file("root/scripts2/y");
    link("root/inside", "sub/page");
    link("root/folder", "sub");
    link("root/outside", "../secret");
    link("root/parent", "..");
    link("root/twin", "../rootless");
    link("root/run", "scripts/x");
    link("root/far", "../lib/prog");
    link("root/dangling", "nothing");
    link("root/loop", "loop");
    link("root/null", "/dev/null");
  }

  @AfterEach
  void removeTheLinkThatLeadsFarAway() throws IOException {
    Files.delete(root.resolve("null"));
  }

  private void file(String name) throws IOException {
    Path path = base.resolve(name);
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, "");
  }

  private void script(String name) throws IOException {
    file(name);
    assertTrue(base.resolve(name).toFile().setExecutable(true, false));
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(base.resolve(name), Path.of(target));
  }

  private static FileSettings settings(Links links) {
    return Sites.settings(false, links);
  }

  /** The kind of what was found, and its path below the temporary folder. */
  private String find(Mount mount, String rest, FileSettings settings, Mount... others)
      throws IOException {
    List<Mount> mounts = new ArrayList<>(List.of(others));
    mounts.add(mount);
    List<Place> places = new ArrayList<>();
    for (Mount one : mounts) {
      places.add(new Place(one, settings, System::nanoTime));
    }
    Place here = places.get(places.size() - 1);
    Finder finder = Sites.finder(root, places, settings);
    return told(finder.find(new Finder.Subject(here, rest), null, false));
  }

  private String told(Finding found) {
    if (found instanceof Finding.PageFile page) {
      page.resource().retire();
      return "page";
    } else if (found instanceof Finding.Directory directory) {
      return "directory " + base.relativize(directory.path());
    } else if (found instanceof Finding.LacksSlash) {
      return "slash";
    } else if (found instanceof Finding.Active run) {
      return "run " + base.relativize(run.script().file()) + info(run.script().pathInfo());
    } else if (found instanceof Finding.Inert inert) {
      return "inert " + base.relativize(inert.script().file());
    } else if (found instanceof Finding.Forbidden) {
      return "403";
    } else if (found instanceof Finding.Failed failed) {
      return "" + failed.status().code();
    }
    return found instanceof Finding.Nothing ? "404" : found.toString();
  }

  private static String info(String pathInfo) {
    return pathInfo.isEmpty() ? "" : " " + pathInfo;
  }

  private Mount files() {
    return new Mount("", Kind.FILES, root);
  }

  private Mount scripts() {
    return new Mount("/scripts", Kind.SCRIPTS, root.resolve("scripts"));
  }

  @ParameterizedTest
  @CsvSource({
    "/,              directory root",
    "/page,          page",
    "/page/,         404",
    "/page/x,        404",
    "/sub,           slash",
    "/sub/,          directory root/sub",
    "/sub/page,      page",
    "/inside,        page",
    "/folder/page,   page",
    "/folder/,       directory root/sub",
    "/.well-known/x, page",
    "/.well-known/,  directory root/.well-known",
    "/scripts2,      slash",
    "/outside,       403",
    "/parent,        403",
    "/parent/,       403",
    "/parent/secret, 403",
    "/twin,          403",
    "/twin/secret,   403",
    "/scripts,       403",
    "/scripts/,      403",
    "/scripts/x,     403",
    "/run,           403",
    "/null,          403",
    "/nothing,       404",
    "/sub/nothing,   404",
    "/dangling,      404",
    "/loop,          404",
    "/loop/x,        404",
    "/.hidden,       404",
    "/sub/.hidden,   404",
    "/.well-known/.x, 404",
    "/sub/.well-known/x, 404",
    "/.well-knownx,  404",
    "/.git/config,   404",
  })
  void inAFolderOfFilesBesideScripts(String path, String what) throws IOException {
    assertEquals(what, find(files(), path, settings(Links.WITHIN), scripts()));
  }

  @ParameterizedTest
  @CsvSource({"/outside, page, 403", "/parent/secret, page, 403", "/inside, page, 403"})
  void linksAreFollowedOrNot(String path, String follow, String deny) throws IOException {
    assertEquals(follow, find(files(), path, settings(Links.FOLLOW)));
    assertEquals(deny, find(files(), path, settings(Links.DENY)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/.hidden", "/sub/.hidden"})
  void hiddenNamesAreThereIfTheSettingsSaySo(String path) throws IOException {
    assertEquals("page", find(files(), path, Sites.settings(true, Links.WITHIN)));
  }

  /** The same rule for links and hidden names as among files. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"SCRIPTS", "MIXED"})
  void aScriptBehindALinkIsRunIfLinksAreFollowed(Kind kind) throws IOException {
    Mount mount = new Mount("/s", kind, root);
    assertEquals("403", find(mount, "/far", settings(Links.WITHIN)));
    assertEquals("run lib/prog", find(mount, "/far", settings(Links.FOLLOW)));
    assertEquals("run lib/prog /a/b", find(mount, "/far/a/b", settings(Links.FOLLOW)));
    assertEquals("403", find(mount, "/far", settings(Links.DENY)));
    assertEquals("run root/scripts/x /i", find(mount, "/run/i", settings(Links.WITHIN)));
    assertEquals("403", find(mount, "/run/i", settings(Links.DENY)));
    assertEquals("404", find(mount, "/sub/.hidden.cgi", settings(Links.WITHIN)));
    assertEquals(
        "run root/sub/.hidden.cgi",
        find(mount, "/sub/.hidden.cgi", Sites.settings(true, Links.WITHIN)));
    assertEquals("403", find(mount, "/null", settings(Links.WITHIN)));
    assertEquals("404", find(mount, "/dangling", settings(Links.FOLLOW)));
    assertEquals("404", find(mount, "/" + "n".repeat(256), settings(Links.FOLLOW)));
  }

  private void makeIndexes() throws IOException {
    script("m/all/index.cgi");
    file("m/all/index.py");
    file("m/all/index.html");
    file("m/idle/index.cgi");
    file("m/idle/index.py");
    file("m/sorted/index.sh");
    file("m/sorted/index.rb");
    file("m/page/index.html");
    file("m/page/index.sh");
    file("m/pages/notes.txt");
    file("m/nested/index.py/x");
    file("m/nested/index.sh");
    file("m/deep/er/index.py");
    file("m/x.py");
    file("m/notes.txt");
    file("m/style.css");
    link("m/linked.html", "x.py");
    Files.createDirectories(base.resolve("m/out"));
    link("m/out/index.cgi", "/bin/sh");
    file("m/out/index.sh");
  }

  @ParameterizedTest
  @CsvSource({
    "/all/,          run m/all/index.cgi",
    "/all,           slash",
    "/idle/,         inert m/idle/index.cgi",
    "/sorted/,       run m/sorted/index.rb",
    "/page/,         run m/page/index.sh",
    "/nested/,       run m/nested/index.sh",
    "/deep/er/,      run m/deep/er/index.py",
    "/deep/er,       slash",
    "/deep/,         403",
    "/out/,          run m/out/index.sh",
    "/pages/,        403",
    "/,              403",
    "'',             403",
    "/all/nothing/,  404",
    "/x.py,          run m/x.py",
    "/x.py/,         run m/x.py /",
    "/x.py/a/.b/c,   run m/x.py /a/.b/c",
    "/notes.txt,     inert m/notes.txt",
    "/style.css,     inert m/style.css",
  })
  void inAFolderOfScripts(String path, String what) throws IOException {
    makeIndexes();
    Mount mount = new Mount("/s", Kind.SCRIPTS, base.resolve("m"));
    assertEquals(what, find(mount, path, settings(Links.WITHIN)));
  }

  @ParameterizedTest
  @CsvSource({
    "/all/,          page",
    "/all,           slash",
    "/sorted/,       run m/sorted/index.rb",
    "/sorted,        slash",
    "/page/,         page",
    "/pages/,        directory m/pages",
    "/pages,         slash",
    "/,              directory m",
    "'',             slash",
    "/x.py/info,     run m/x.py /info",
    "/linked.html,   run m/x.py",
    "/notes.txt,     page",
    "/notes.txt/x,   404",
    "/nothing,       404",
  })
  void inAMixedFolderAnywhere(String path, String what) throws IOException {
    makeIndexes();
    Mount mount = new Mount("/s", Kind.MIXED, base.resolve("m"));
    assertEquals(what, find(mount, path, settings(Links.WITHIN), files()));
  }

  /** What is run by one URL is sent by no other, whichever folder it is reached in. */
  @Test
  void aScriptIsNeverSent() throws IOException {
    makeIndexes();
    Mount mixed = new Mount("/s", Kind.MIXED, base.resolve("m"));
    Mount program = new Mount("/p", Kind.PROGRAM, base.resolve("lib/page.html"));
    link("root/mixed", "../m");
    link("root/program", "../lib/page.html");
    FileSettings follow = settings(Links.FOLLOW);
    assertEquals("403", find(files(), "/mixed/x.py", follow, mixed));
    assertEquals("page", find(files(), "/mixed/notes.txt", follow, mixed));
    assertEquals("403", find(files(), "/program", follow, program));
    assertEquals("page", find(files(), "/program", follow));
    assertEquals("403", find(new Mount("", Kind.MIXED, root), "/program", follow, program));
  }

  /** Of the folders that hold a file the innermost says what it is. */
  @Test
  void filesMayBeMountedInsideAFolderOfScripts() throws IOException {
    file("root/scripts/static/s.css");
    Mount inside = new Mount("/scripts/static", Kind.FILES, root.resolve("scripts/static"));
    FileSettings within = settings(Links.WITHIN);
    assertEquals("page", find(inside, "/s.css", within, files(), scripts()));
    assertEquals("403", find(files(), "/scripts/x", within, inside, scripts()));
    script("root/scripts/static/exe.sh");
    assertEquals("403", find(inside, "/exe.sh", within, files(), scripts()), "still a script");
    Mount mixed = new Mount("/s", Kind.MIXED, root);
    Mount raw = new Mount("/raw", Kind.FILES, root);
    assertEquals("403", find(raw, "/sub/.hidden.cgi", Sites.settings(true, Links.WITHIN), mixed));
    assertEquals("page", find(raw, "/page", within, mixed));
    Mount same = new Mount("/source", Kind.FILES, root.resolve("scripts"));
    assertEquals("403", find(same, "/x", within, files(), scripts()), "the scripts come first");
  }

  @Test
  void outsideOfAllFoldersTheRuleTellsScriptsFromPages() throws IOException {
    script("far/run.sh");
    file("far/text.txt");
    link("root/run.sh", "../far/run.sh");
    link("root/text.txt", "../far/text.txt");
    FileSettings follow = settings(Links.FOLLOW);
    assertEquals("403", find(files(), "/run.sh", follow, scripts()));
    assertEquals("page", find(files(), "/text.txt", follow, scripts()));
    assertEquals("page", find(files(), "/run.sh", follow), "nothing is run here");
  }

  @Test
  void anEncodedSlashIsPartOfANameOrOfPathInfo() throws IOException {
    makeIndexes();
    String slash = "" + RequestTarget.ENCODED_SLASH;
    FileSettings within = settings(Links.WITHIN);
    Mount mount = new Mount("/s", Kind.SCRIPTS, base.resolve("m"));
    assertEquals("404", find(mount, "/deep" + slash + "er/index.py", within));
    assertEquals("404", find(mount, "/x.py" + slash + "a", within));
    assertEquals("run m/x.py /a/b", find(mount, "/x.py/a" + slash + "b", within));
    assertEquals("400", find(mount, "/x.py/.." + slash + "b", within));
    assertEquals("404", find(files(), "/sub" + slash + "page", within));
  }

  @Test
  void whatIsRefusedSaysWhyInWordsAndWhatToType() throws IOException {
    makeIndexes();
    assertReason("/far", "root", "out of its folder, to " + base + "/lib/prog; --symlinks follow");
    assertReason("/null", "root", "neither a file nor a directory");
    assertReason("/pages/", "m", "without an index script");
    Finding css = locate(new Mount("/s", Kind.SCRIPTS, base.resolve("m")), "/style.css");
    Finding.Inert inert = (Finding.Inert) css;
    assertTrue(inert.trouble().contains("text/css"), inert.trouble());
    assertTrue(inert.advice().get(0).contains("--cgi-mixed"), inert.advice().get(0));
    assertTrue(inert.advice().stream().noneMatch(line -> line.contains("chmod")), "a page");
    Finding text = locate(new Mount("/s", Kind.SCRIPTS, base.resolve("m")), "/idle/index.cgi");
    assertTrue(((Finding.Inert) text).advice().get(0).startsWith("Type: chmod +x "), "a script");
  }

  private Finding locate(Mount mount, String rest) throws IOException {
    FileSettings within = settings(Links.WITHIN);
    Place place = new Place(mount, within, System::nanoTime);
    Finder finder = Sites.finder(root, List.of(place), within);
    return finder.find(new Finder.Subject(place, rest), null, false);
  }

  private void assertReason(String path, String folder, String part) throws IOException {
    Finding found = locate(new Mount("/s", Kind.SCRIPTS, base.resolve(folder)), path);
    String reason = ((Finding.Forbidden) found).reason();
    assertTrue(reason.contains(part), reason);
  }

  @Test
  void namesAreOctets() throws IOException {
    makeIndexes();
    Path odd = OctetPath.of(OctetPath.octets(base.resolve("m")) + "/\u00ff\n.py");
    Files.writeString(odd, "");
    Finding found = locate(new Mount("/s", Kind.SCRIPTS, base.resolve("m")), "/\u00ff\n.py/\u00fe");
    assertEquals(odd, ((Finding.Active) found).script().file());
    assertEquals("/\u00fe", ((Finding.Active) found).script().pathInfo());
  }

  @Test
  void theSystemsRootMayBeMounted() throws IOException {
    Mount all = new Mount("", Kind.FILES, Path.of("/"));
    String octets = OctetPath.octets(root);
    assertEquals("page", find(all, octets + "/page", settings(Links.WITHIN)));
    assertEquals("slash", find(all, octets + "/sub", settings(Links.WITHIN)));
  }

  @Test
  void aFolderThatDoesNotExistCannotBeMounted() {
    Mount mount = new Mount("", Kind.FILES, root.resolve("nothing"));
    assertThrows(
        IOException.class, () -> new Place(mount, settings(Links.WITHIN), System::nanoTime));
  }
}
