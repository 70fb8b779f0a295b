package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.harness.Needs;

/** A real git against git's own program for servers, by the README's command. */
final class GitIT {
  private static final String BACKEND = "/usr/lib/git-core/git-http-backend";
  private static final int LARGE = 3 << 20;

  private final Git git;
  private final Path backend;

  @TempDir private Path temporary;
  private Path repositories;
  private Path work;
  private RunningJar jar;

  GitIT() throws IOException {
    git = new Git();
    backend = Path.of(git.ask(RunningJar.ROOT, "--exec-path"), "git-http-backend");
    Needs.that(Files.isExecutable(backend), backend + " is not installed");
  }

  @BeforeEach
  void start() throws IOException {
    repositories = Files.createDirectory(temporary.resolve("repositories"));
    git.run(repositories, "init", "-q", "--bare", "-b", "main", "a.git");
    git.run(repositories.resolve("a.git"), "config", "receive.autogc", "false");
    work = git.init(temporary.resolve("work"));
    git.commit(work, "small.txt", "small\n", "The first");
    git.run(work, "push", "-q", repositories.resolve("a.git").toString(), "main");
    Map<String, String> places =
        Map.of(BACKEND, backend.toString(), "/srv/git", repositories.toString());
    jar = Readme.start("git", places);
    git.run(work, "remote", "add", "origin", url());
  }

  @AfterEach
  void end() throws IOException {
    jar.close();
  }

  private String url() {
    return jar.uri("/git/a.git").toString();
  }

  private Path cloned(String name, String... options) throws IOException {
    String[] arguments = new String[options.length + 3];
    arguments[0] = "clone";
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[options.length + 1] = url();
    arguments[options.length + 2] = name;
    git.run(temporary, arguments);
    return temporary.resolve(name);
  }

  /** Not to be compressed, and so as large on the wire. */
  private static byte[] noise() {
    byte[] octets = new byte[LARGE];
    new Random(5).nextBytes(octets);
    return octets;
  }

  @Test
  void whatIsPushedInChunksIsClonedAndFetched() throws IOException {
    Path before = cloned("before");
    assertEquals("small\n", Files.readString(before.resolve("small.txt")));
    Files.write(work.resolve("large.bin"), noise());
    String commit = git.commit(work, "second.txt", "2\n", "The second");
    String pushed = git.run(work, "push", "origin", "main");
    assertTrue(sent(pushed, "Transfer-Encoding: chunked"), pushed);
    assertEquals(commit, git.ask(repositories.resolve("a.git"), "rev-parse", "main"));
    Path after = cloned("after");
    assertEquals(commit, git.ask(after, "rev-parse", "HEAD"));
    assertArrayEquals(noise(), Files.readAllBytes(after.resolve("large.bin")));
    git.run(after, "fsck", "--full", "--strict");
    assertNotEquals(commit, git.ask(before, "rev-parse", "origin/main"));
    git.run(before, "fetch", "origin");
    assertEquals(commit, git.ask(before, "rev-parse", "origin/main"));
    assertEquals("", jar.child().err());
  }

  @Test
  void aShallowCloneHasOneCommitAndLearnsTheRest() throws IOException {
    git.commit(work, "second.txt", "2\n", "The second");
    git.run(work, "push", "origin", "main");
    Path shallow = cloned("shallow", "--depth", "1");
    assertEquals("1", git.ask(shallow, "rev-list", "--count", "HEAD"));
    git.run(shallow, "fetch", "--unshallow");
    assertEquals("2", git.ask(shallow, "rev-list", "--count", "HEAD"));
  }

  /**
   * git compresses a request of more than a KiB, such as a long list of what it has already. It
   * begins with its newest commits, 16 of them and then 32, so the second list is of 1,600 octets.
   */
  @Test
  void aFetchIsCompressedByTheClientAndUnderstood() throws IOException {
    Path other = cloned("other");
    git.commitNothing(other, 60);
    String commit = git.commit(work, "second.txt", "2\n", "The second");
    git.run(work, "push", "origin", "main");
    String fetched = git.run(other, "fetch", "origin");
    assertTrue(sent(fetched, "Content-Encoding: gzip"), fetched);
    assertEquals(commit, git.ask(other, "rev-parse", "origin/main"));
  }

  private static boolean sent(String trace, String field) {
    return Pattern.compile("=> Send header: " + field, Pattern.CASE_INSENSITIVE)
        .matcher(trace)
        .find();
  }

  @Test
  void withoutAUserNobodyPushes() throws IOException {
    git.commit(work, "second.txt", "2\n", "The second");
    try (RunningJar closed =
        RunningJar.serve(
            RunningJar.ROOT.resolve("www"),
            "--cgi-mount",
            "/git=" + backend,
            "--cgi-env=GIT_HTTP_EXPORT_ALL=1",
            "--cgi-env=GIT_PROJECT_ROOT=" + repositories)) {
      String url = closed.uri("/git/a.git").toString();
      Command.Outcome outcome = git.tryRun(work, "push", url, "main");
      assertFalse(outcome.code() == 0, outcome::toString);
      assertTrue(outcome.err().contains("403"), outcome::err);
      assertTrue(git.run(work, "ls-remote", url).contains("refs/heads/main"));
    }
  }

  @Test
  void aRepositoryThatIsNotThereIsNotFound() throws IOException {
    assertEquals(404, Web.get(jar.uri("/git/none.git/info/refs?service=x")).statusCode());
  }
}
