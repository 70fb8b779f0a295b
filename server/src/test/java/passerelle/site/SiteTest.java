package passerelle.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.files.DiskQueue;
import passerelle.files.FileBudget;
import passerelle.files.FileStore;
import passerelle.files.FileWorkers;
import passerelle.files.Requests;
import passerelle.harness.FailingLog;
import passerelle.harness.Needs;
import passerelle.http.Body;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.FieldBlock;
import passerelle.http.Method;
import passerelle.io.QueuedLoop;
import passerelle.pages.ErrorPages;
import passerelle.posix.Kernel;

/** What the loop does at once, what waits for a worker, and for which. */
final class SiteTest {
  @TempDir private Path folder;
  private final List<Runnable> checks = new ArrayList<>();
  private final List<Runnable> reads = new ArrayList<>();
  private final List<Exchange> exchanges = new ArrayList<>();
  private final QueuedLoop loop = new QueuedLoop();
  private long nowNanos;
  private @Nullable Throwable fault;
  private FileStore store = new FileStore(FileBudget.standard());
  private Site files;

  @BeforeEach
  void prepare() throws IOException {
    // An old file: one that has just been written is read again at the next check (D35).
    Path path = Files.writeString(folder.resolve("a.txt"), "first");
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2024-02-29T12:00:00.5Z")));
    files = files(checks::add, reads::add);
  }

  @AfterEach
  void close() {
    exchanges.forEach(exchange -> exchange.response().reset());
    files.close();
    assertEquals(new FileBudget(0, 0), store.taken(), "something is held for nobody");
  }

  private FileWorkers workers(Executor checker, Executor reader) {
    FileWorkers workers = Sites.workers(checker, reader, loop, () -> nowNanos);
    return new FileWorkers(workers.checks(), workers.reads(), store);
  }

  private Site files(Executor checker, Executor reader) throws IOException {
    return Sites.files(folder, workers(checker, reader), () -> nowNanos);
  }

  /** The same folder as a mix, in which looking fails if it is to. */
  private void makeLooksFail() throws IOException {
    files.close();
    files =
        Sites.failing(
            folder,
            () -> fault,
            Sites.workers(checks::add, reads::add, loop, () -> nowNanos),
            () -> nowNanos);
  }

  private Exchange ask(String target) {
    return ask(target, new ExchangeState(() -> {}));
  }

  private Exchange ask(String target, ExchangeState state) {
    Exchange exchange = exchange(target, state);
    exchanges.add(exchange);
    files.handle(exchange);
    return exchange;
  }

  private Exchange exchange(String target, ExchangeState state) {
    return new Exchange(Requests.of(Method.GET, target), state, loop, new ErrorPages());
  }

  private void passMillis(long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Has the workers do what they have, once, and the loop what comes of it. */
  private void run(List<Runnable> tasks) {
    List<Runnable> now = List.copyOf(tasks);
    tasks.clear();
    now.forEach(Runnable::run);
    loop.runAll();
  }

  /** Status and length of the content, for short expectations. */
  private static String answer(Exchange exchange) {
    if (!exchange.isAnswered()) {
      return "waits";
    }
    Body body = Objects.requireNonNull(exchange.response().body());
    return exchange.response().status().code() + " " + body.length();
  }

  @Test
  void allWhoWantTheSamePathWaitForOneLookup() {
    Exchange first = ask("/a.txt");
    Exchange second = ask("/a.txt");
    Exchange other = ask("/b.txt");
    assertEquals("waits", answer(first));
    assertEquals(2, reads.size());
    run(reads);
    assertEquals("200 5", answer(first));
    assertEquals("200 5", answer(second));
    assertEquals(404, other.response().status().code());
    assertTrue(reads.isEmpty() && checks.isEmpty());
  }

  /** Whatever a worker's look ends with, all who wait hear of it, and the next one looks again. */
  @Test
  void aLookThatFailsIsTheEndOfTheWaitForAll() throws IOException {
    makeLooksFail();
    for (Throwable each : FailingLog.FAULTS) {
      fault = each;
      Exchange first = ask("/a.txt");
      Exchange second = ask("/a.txt");
      reads.remove(0).run();
      loop.runAll();
      assertEquals(500, first.response().status().code());
      assertEquals(500, second.response().status().code());
    }
    fault = null;
    Exchange next = ask("/a.txt");
    run(reads);
    assertEquals("200 5", answer(next));
  }

  @Test
  void aCheckThatFailsIsFollowedByALook() throws IOException {
    makeLooksFail();
    ask("/a.txt");
    run(reads);
    passMillis(1100);
    for (Throwable each : FailingLog.FAULTS) {
      assertEquals("200 5", answer(ask("/a.txt")));
      fault = each;
      checks.remove(0).run();
      loop.runAll();
      fault = null;
      run(reads);
      passMillis(1100);
    }
  }

  /** One that cannot be answered keeps no other from its answer. */
  @Test
  void anAnswerThatFailsIsNotTheEndOfTheOthers() {
    Exchange first = ask("/a.txt");
    boolean[] isDeferred = {false};
    Runnable failing =
        () -> {
          if (isDeferred[0]) {
            FailingLog.fail(new OutOfMemoryError("for a test"));
          }
          isDeferred[0] = true;
        };
    Exchange second = ask("/a.txt", new ExchangeState(failing));
    Exchange third = ask("/a.txt");
    run(reads);
    assertEquals("200 5", answer(first));
    assertTrue(second.isAnswered());
    assertEquals("200 5", answer(third));
  }

  /** A reader that takes nothing, for whatever reason, is not there. */
  @Test
  void aReaderThatFailsLeavesNothingUnderWay() throws IOException {
    for (Throwable each : FailingLog.FAULTS) {
      files.close();
      files = files(checks::add, task -> FailingLog.fail(each));
      for (int i = 0; i < 2; i++) {
        Exchange exchange = ask("/a.txt");
        assertEquals("waits", answer(exchange));
        loop.runAll();
        assertEquals(503, exchange.response().status().code());
      }
    }
  }

  @Test
  void forASecondNobodyAsksTheDisk() {
    ask("/a.txt");
    run(reads);
    passMillis(999);
    assertEquals("200 5", answer(ask("/a.txt")));
    assertTrue(reads.isEmpty() && checks.isEmpty());
  }

  @Test
  void thenTheFileIsSentWhileItIsCheckedOnce() throws IOException {
    ask("/a.txt");
    run(reads);
    passMillis(1500);
    assertEquals("200 5", answer(ask("/a.txt")));
    assertEquals("200 5", answer(ask("/a.txt")));
    assertEquals(1, checks.size());
    run(checks);
    assertTrue(reads.isEmpty(), "nothing had changed");
    passMillis(1100);
    assertEquals("200 5", answer(ask("/a.txt")));
    assertEquals(1, checks.size());
    Files.writeString(folder.resolve("a.txt"), "the second");
    run(checks);
    assertEquals(1, reads.size());
    assertEquals("200 5", answer(ask("/a.txt")));
    run(reads);
    Exchange changed = ask("/a.txt"); // it is too young to be kept
    run(reads);
    assertEquals("200 10", answer(changed));
  }

  @Test
  void whatWasNotCheckedInTimeWaits() throws IOException {
    ask("/a.txt");
    run(reads);
    Files.writeString(folder.resolve("a.txt"), "the second");
    passMillis(1500);
    assertEquals("200 5", answer(ask("/a.txt")));
    passMillis(300);
    Exchange late = ask("/a.txt");
    assertEquals("waits", answer(late));
    run(checks);
    assertEquals("waits", answer(late));
    run(reads);
    assertEquals("200 10", answer(late));
  }

  @Test
  void whoGaveUpIsNotAnswered() {
    ExchangeState state = new ExchangeState(() -> {});
    Exchange gone = ask("/a.txt", state);
    Exchange stays = ask("/a.txt");
    state.end(true);
    run(reads);
    assertEquals(null, gone.response().body());
    assertEquals("200 5", answer(stays));
  }

  @Test
  void workersThatTakeNothingMake503() throws IOException {
    files.close();
    files =
        files(
            task -> {
              throw new RejectedExecutionException();
            },
            task -> {
              throw new RejectedExecutionException();
            });
    Exchange refused = ask("/a.txt");
    loop.runAll();
    assertEquals(503, refused.response().status().code());
    assertEquals("Retry-After", refused.response().fieldName(0));
  }

  @Test
  void aResourceThatLeftTheCacheWhileItWasCheckedIsLookedUpAnew() {
    ask("/a.txt");
    run(reads);
    passMillis(2000);
    Exchange waiting = ask("/a.txt");
    for (int i = 1; i <= PathCache.ENTRIES; i++) {
      ask("/" + "./".repeat(i % 64) + "/".repeat(i / 64) + "a.txt"); // the same in other words
    }
    List<Runnable> lookups = List.copyOf(reads);
    reads.clear();
    lookups.subList(1, lookups.size()).forEach(Runnable::run);
    loop.runAll();
    assertFalse(waiting.isAnswered());
    lookups.get(0).run();
    loop.runAll();
    assertEquals("waits", answer(waiting));
    run(reads);
    assertEquals("200 5", answer(waiting));
  }

  @Test
  void whatTheSystemKnowsToBeMissingNeedsNoWorkerAndWhatWasCreatedIsFoundAtOnce()
      throws IOException {
    Kernel.requireMissingNamesAreKept(folder);
    ask("/b.txt");
    run(reads);
    assertEquals(404, ask("/b.txt").response().status().code());
    assertTrue(reads.isEmpty() && checks.isEmpty());
    Files.writeString(folder.resolve("b.txt"), "new");
    assertEquals(404, ask("/b.txt").response().status().code(), "within a turn it is asked once");
    passMillis(1);
    Exchange created = ask("/b.txt");
    run(reads);
    assertEquals("200 3", answer(created));
  }

  @Test
  void aFileThatIsGoneLeavesTheCacheWhenItIsAskedForAgain() throws IOException {
    Kernel.requireMissingNamesAreKept(folder);
    Files.write(folder.resolve("large"), new byte[100_000]);
    Exchange sent = ask("/large");
    run(reads);
    sent.response().reset(); // it holds the file open, too
    Path real = folder.toRealPath().resolve("large");
    assertTrue(isOpen(real));
    Files.delete(real);
    assertFalse(Files.exists(real));
    passMillis(1800);
    assertEquals(404, ask("/large").response().status().code());
    assertFalse(isOpen(real));
  }

  @Test
  void aLargeFileThatWasChangedInPlaceIsLookedUpAtOnce() throws IOException {
    Needs.nativeCalls(); // else only its size tells
    Path path = Files.write(folder.resolve("large"), new byte[100_000]);
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2024-02-29T12:00:00.5Z")));
    ask("/large");
    run(reads);
    assertEquals("200 100000", answer(ask("/large")));
    Files.write(path, new byte[100_000]);
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2024-02-29T12:00:01.5Z")));
    passMillis(1);
    Exchange changed = ask("/large");
    assertEquals("waits", answer(changed), "a second is not over, but the file tells");
    run(reads);
    assertEquals("200 100000", answer(changed));
    assertEquals("200 100000", answer(ask("/large")));
    Files.write(path, new byte[200_000]);
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2024-02-29T12:00:02.5Z")));
    passMillis(1);
    Exchange grown = ask("/large");
    run(reads);
    assertEquals("200 200000", answer(grown));
    assertTrue(reads.isEmpty() && checks.isEmpty());
  }

  @Test
  void whatWasMadeOfALargeFileThatWasChangedIsMadeAnewAtOnce() throws IOException {
    Needs.nativeCalls(); // else only its size tells
    Path path = Files.writeString(folder.resolve("large.css"), "x".repeat(100_000));
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2024-02-29T12:00:00.5Z")));
    String tag = tagOfGzip("/large.css");
    assertEquals(tag, tagOfGzip("/large.css"));
    Files.writeString(path, "y".repeat(100_000));
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2024-02-29T12:00:01.5Z")));
    passMillis(1);
    assertNotEquals(tag, tagOfGzip("/large.css"));
  }

  /** The entity tag of the gzip coding, as soon as it is there. */
  private String tagOfGzip(String target) {
    Exchange exchange =
        new Exchange(
            Requests.of(Method.GET, target, "Accept-Encoding: gzip"),
            new ExchangeState(() -> {}),
            loop,
            new ErrorPages());
    exchanges.add(exchange);
    files.handle(exchange);
    while (!exchange.isAnswered()) {
      run(reads);
    }
    FieldBlock fields = exchange.response().defaults();
    assertTrue(fields.has("Content-Encoding"));
    assertEquals("ETag", fields.name(0));
    return fields.value(0);
  }

  @Test
  void whatGaveWayToOthersIsLookedUpAtOnce() throws IOException {
    files.close();
    store = new FileStore(new FileBudget(1000, 0));
    files = files(checks::add, reads::add);
    for (String name : List.of("b.txt", "c.txt")) {
      Path path = Files.writeString(folder.resolve(name), "x".repeat(600));
      Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2024-02-29T12:00:00.5Z")));
    }
    Exchange first = ask("/b.txt");
    run(reads);
    first.response().reset();
    Exchange other = ask("/c.txt");
    run(reads);
    assertEquals("200 600", answer(other));
    other.response().reset();
    Exchange again = ask("/b.txt");
    assertEquals("waits", answer(again));
    run(reads);
    assertEquals("200 600", answer(again));
    assertEquals("200 600", answer(ask("/b.txt")));
  }

  private static boolean isOpen(Path path) throws IOException {
    try (var links = Files.list(Path.of("/proc/self/fd"))) {
      return links.anyMatch(link -> leadsTo(link, path));
    }
  }

  private static boolean leadsTo(Path link, Path path) {
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.equals(path.toString()) || target.equals(path + " (deleted)");
    } catch (IOException e) {
      return false; // the descriptor of the listing itself
    }
  }

  @Test
  void aDirectoryWithoutItsSlashIsRememberedLikeAFile() throws IOException {
    Files.createDirectory(folder.resolve("d"));
    Exchange first = ask("/d?q");
    assertEquals("waits", answer(first));
    run(reads);
    assertEquals("/d/?q", first.response().field("Location"));
    Exchange again = ask("/d");
    assertEquals(301, again.response().status().code());
    assertEquals("/d/", again.response().field("Location"));
    assertTrue(reads.isEmpty() && checks.isEmpty());
    passMillis(1500);
    Files.delete(folder.resolve("d"));
    Files.writeString(folder.resolve("d"), "a file now");
    assertEquals(301, ask("/d").response().status().code());
    run(checks);
    run(reads);
    Exchange changed = ask("/d"); // it is too young to be kept
    run(reads);
    assertEquals("200 10", answer(changed));
  }

  /** The compressed copy of an open file gives way alone; who wants it has it made anew. */
  @Test
  void aCodingThatGaveWayIsMadeAnew() throws IOException {
    Files.writeString(folder.resolve("large.txt"), "text ".repeat(20_000));
    for (int i = 0; i < 8; i++) {
      Files.writeString(folder.resolve(i + ".txt"), ("" + i).repeat(60_000));
    }
    files.close();
    DiskQueue queue = Sites.queue(reads::add, loop, () -> nowNanos);
    FileStore store = new FileStore(new FileBudget(150_000, 64));
    files = Sites.files(folder, new FileWorkers(queue, queue, store), () -> nowNanos);
    for (int round = 0; round < 3; round++) {
      Exchange exchange = gzipped("/large.txt");
      for (int i = 0; i < 5 && !exchange.isAnswered(); i++) {
        run(reads);
      }
      assertEquals(200, exchange.response().status().code());
      assertTrue(
          Objects.requireNonNull(exchange.response().body()).length() < 10_000, "compressed");
      exchange.response().reset();
      for (int i = 0; i < 8; i++) {
        Exchange other = ask("/" + i + ".txt");
        run(reads);
        assertEquals("200 60000", answer(other));
        other.response().reset();
      }
    }
  }

  private Exchange gzipped(String target) {
    Exchange exchange =
        new Exchange(
            Requests.of(Method.GET, target, "Accept-Encoding: gzip"),
            new ExchangeState(() -> {}),
            loop,
            new ErrorPages());
    files.handle(exchange);
    return exchange;
  }

  /** What is in the way of a look is in nobody's way afterwards. */
  @Test
  void aLookThatCannotBeBegunLeavesNothingUnderWay() throws IOException {
    for (Throwable each : FailingLog.FAULTS) {
      files.close();
      DiskQueue failing =
          new DiskQueue(
              reads::add,
              loop,
              () -> {
                FailingLog.fail(each);
                return 0;
              },
              new DiskQueue.Capacity(4, 4, 100));
      DiskQueue working = Sites.queue(checks::add, loop, () -> nowNanos);
      files = Sites.files(folder, new FileWorkers(working, failing), () -> nowNanos);
      for (int i = 0; i < 2; i++) {
        assertThrows(each.getClass(), () -> ask("/a.txt"), "each time, and not only the first");
      }
    }
  }
}
