package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.files.DocumentRoot.Found;
import passerelle.http.Status;
import passerelle.io.OctetPath;

/** The way from a URL path to a file, and the ways that are closed. */
final class DocumentRootTest {
  private static final FileSettings STANDARD = FileSettings.standard();

  @TempDir private Path folder;
  private Path directory;
  private DocumentRoot root;

  @BeforeEach
  void prepare() throws IOException {
    Path real = folder.toRealPath();
    directory = Files.createDirectories(real.resolve("root"));
    Files.writeString(real.resolve("secret"), "");
    Files.createDirectories(real.resolve("rootless"));
    Files.writeString(real.resolve("rootless/secret"), "");
    Files.createDirectories(directory.resolve("sub/deep"));
    Files.writeString(directory.resolve("page"), "");
    Files.writeString(directory.resolve("sub/page"), "");
    Files.createDirectories(directory.resolve(".well-known"));
    Files.writeString(directory.resolve(".well-known/x"), "");
    Files.writeString(directory.resolve(".well-known/.x"), "");
    Files.writeString(directory.resolve(".hidden"), "");
    Files.writeString(directory.resolve("sub/.hidden"), "");
    Files.createDirectories(directory.resolve("scripts/lib"));
    Files.writeString(directory.resolve("scripts/x"), "");
    Files.createDirectories(directory.resolve("scripts2"));
    link("inside", "sub/page");
    link("folder", "sub");
    link("outside", "../secret");
    link("parent", "..");
    link("twin", "../rootless");
    link("run", "scripts/x");
    link("dangling", "nothing");
    link("loop", "loop");
    root =
        new DocumentRoot(
            directory, path -> path.startsWith(directory.resolve("scripts")), STANDARD);
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(directory.resolve(name), Path.of(target));
  }

  @ParameterizedTest
  @CsvSource({
    "/, ''",
    "/page, page",
    "/sub, sub",
    "/sub/, sub",
    "/sub/page, sub/page",
    "/inside, sub/page",
    "/folder/page, sub/page",
    "/.well-known/x, .well-known/x",
    "/.well-known/, .well-known",
    "/scripts2, scripts2",
  })
  void whatIsInsideIsFoundByItsRealPath(String urlPath, String name) {
    Found found = root.find(urlPath);
    assertEquals(Status.OK, found.status());
    assertEquals(name.isEmpty() ? directory : directory.resolve(name), found.path());
    assertNotNull(found.attributes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/outside",
        "/parent",
        "/parent/",
        "/parent/secret",
        "/twin",
        "/twin/secret",
        "/scripts",
        "/scripts/",
        "/scripts/x",
        "/scripts/lib",
        "/run"
      })
  void whatLeadsOutOrToScriptsIsForbidden(String urlPath) {
    Found found = root.find(urlPath);
    assertEquals(Status.FORBIDDEN, found.status());
    assertNull(found.path());
    assertNull(found.attributes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/page/",
        "/page/x",
        "/sub/nothing",
        "/dangling",
        "/loop",
        "/loop/x",
        "/.hidden",
        "/sub/.hidden",
        "/.well-known/.x",
        "/sub/.well-known/x",
        "/.well-knownx",
        "/.",
        "/..",
        "/sub/..",
        "/.git/config"
      })
  void whatIsNotThereOrHiddenIsNotFound(String urlPath) {
    assertEquals(Status.NOT_FOUND, root.find(urlPath).status());
  }

  @Test
  void namesThatTheSystemFindsTooLongAreNotFound() {
    assertEquals(Status.NOT_FOUND, root.find("/" + "n".repeat(256)).status());
    assertEquals(Status.NOT_FOUND, root.find("/sub".repeat(2000)).status());
  }

  @Test
  void theRootMayBeReachedByALink() throws IOException {
    Path alias = Files.createSymbolicLink(folder.resolve("alias"), directory);
    DocumentRoot linked = new DocumentRoot(alias, path -> false, STANDARD);
    assertEquals(directory, linked.path());
    assertEquals(directory.resolve("page"), linked.find("/page").path());
  }

  @Test
  void theRootOfTheSystemMayBeServed() throws IOException {
    DocumentRoot all = new DocumentRoot(Path.of("/"), path -> false, STANDARD);
    assertEquals(directory.resolve("page"), all.find(OctetPath.octets(directory) + "/page").path());
    assertEquals(Path.of("/"), all.find("/").path());
  }

  @Test
  void aRootThatDoesNotExistIsAnError() {
    assertThrows(
        IOException.class,
        () -> new DocumentRoot(directory.resolve("nothing"), path -> false, STANDARD));
  }

  @Test
  void whatTheSystemSaysBecomesAStatus() {
    assertEquals(Status.FORBIDDEN, DocumentRoot.statusOfLooking(new AccessDeniedException("x")));
    assertEquals(Status.NOT_FOUND, DocumentRoot.statusOfLooking(new NoSuchFileException("x")));
    assertEquals(Status.NOT_FOUND, DocumentRoot.statusOfLooking(new FileSystemException("x")));
    assertEquals(Status.INTERNAL_SERVER_ERROR, DocumentRoot.statusOfLooking(new IOException("x")));
  }
}
