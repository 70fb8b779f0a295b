package passerelle.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import passerelle.harness.Needs;
import passerelle.io.OctetPath;
import passerelle.posix.Descriptor;
import passerelle.posix.Libc;

/** Threads that see none of the descriptors of the others. */
@Timeout(180)
final class LaunchThreadsTest {
  private static final int FILES = 500;

  @TempDir private Path folder;
  private final List<FileChannel> open = new ArrayList<>();
  private final LaunchThreads threads = new LaunchThreads();

  /** Half of the files are there before the threads are, half come later. */
  @BeforeEach
  void start() throws IOException {
    Needs.nativeCalls();
    open("before");
    threads.start();
    Assumptions.assumeTrue(threads.areSeparate(), "the system gives threads no tables");
    open("after");
  }

  private void open(String name) throws IOException {
    Path file = Files.createFile(folder.resolve(name));
    for (int i = 0; i < FILES / 2; i++) {
      open.add(FileChannel.open(file));
    }
  }

  @AfterEach
  void end() throws IOException {
    threads.close();
    for (FileChannel channel : open) {
      channel.close();
    }
  }

  /** What this thread's descriptors are, but for those that are closed meanwhile by others. */
  private static List<String> table() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/thread-self/fd"))) {
      for (Path link : all) {
        String name = name(link);
        if (!name.isEmpty() && !name.matches("/proc/\\d+/task/\\d+/fd")) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static String name(Path link) throws IOException {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private <T> T call(Callable<T> task) throws IOException, LaunchFailure {
    return threads.call(task, late -> {});
  }

  private static boolean isOfTest(String name) {
    return name.endsWith("/before") || name.endsWith("/after");
  }

  @Test
  void theyHaveNoneOfTheFilesOfOthers() throws IOException, LaunchFailure {
    assertEquals(FILES, table().stream().filter(LaunchThreadsTest::isOfTest).count());
    for (int i = 0; i < 4; i++) {
      List<String> theirs = call(LaunchThreadsTest::table);
      List<String> others =
          theirs.stream()
              .filter(name -> !name.endsWith(".jar") && !name.endsWith("/modules"))
              .toList();
      assertTrue(others.size() <= 3, others::toString);
      assertEquals(0, theirs.stream().filter(LaunchThreadsTest::isOfTest).count());
    }
  }

  @Test
  void whatTheyOpenIsNotSeenByOthers() throws IOException, LaunchFailure {
    Path own = Files.createFile(folder.toRealPath().resolve("own"));
    boolean isSeenThere =
        call(
            () -> {
              int descriptor = Descriptor.open(OctetPath.octets(own), Libc.O_RDONLY);
              boolean isThere = table().contains(own.toString());
              Descriptor.close(descriptor);
              return isThere;
            });
    assertTrue(isSeenThere);
    boolean[] isSeenHere = new boolean[1];
    call(
        () -> {
          int descriptor = Descriptor.open(OctetPath.octets(own), Libc.O_RDONLY);
          Thread other = new Thread(() -> isSeenHere[0] = sees(own));
          other.start();
          other.join();
          Descriptor.close(descriptor);
          return 0;
        });
    assertFalse(isSeenHere[0]);
  }

  private static boolean sees(Path file) {
    try {
      // Of the first thread, since a new one shares the table of the thread that started it.
      String pid = Long.toString(ProcessHandle.current().pid());
      try (DirectoryStream<Path> all =
          Files.newDirectoryStream(Path.of("/proc/self/task", pid, "fd"))) {
        for (Path link : all) {
          if (name(link).equals(file.toString())) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void failuresComeBackAsTheyAre() {
    LaunchFailure failure = new LaunchFailure("no such program");
    assertEquals(
        failure,
        assertThrows(
            LaunchFailure.class,
            () ->
                call(
                    () -> {
                      throw failure;
                    })));
    IOException other =
        assertThrows(
            IOException.class,
            () ->
                call(
                    () -> {
                      throw new IOException("no descriptors");
                    }));
    assertTrue(String.valueOf(other.getMessage()).contains("no descriptors"));
  }

  @Test
  void aThreadThatFailsIsFollowedByAnother() throws IOException, LaunchFailure {
    for (int i = 0; i < 5; i++) {
      IOException failure = assertThrows(IOException.class, () -> call(LaunchThreadsTest::fail));
      assertTrue(failure.getCause() instanceof OutOfMemoryError);
      threads.execute(LaunchThreadsTest::fail); // the thread itself
    }
    for (int i = 0; i < 5; i++) {
      assertEquals(
          0, call(LaunchThreadsTest::table).stream().filter(LaunchThreadsTest::isOfTest).count());
    }
    assertTrue(threads.areSeparate());
  }

  /** It may have copies of connections, and whoever holds a copy keeps its connection open. */
  @Test
  void aLaterThreadThatCannotClearItsTableEnds() throws Exception {
    AtomicBoolean isFailing = new AtomicBoolean();
    BlockingQueue<Thread> failed = new LinkedBlockingQueue<>();
    LaunchThreads others =
        new LaunchThreads(
            () -> {
              if (isFailing.get()) {
                failed.add(Thread.currentThread());
                throw new OutOfMemoryError("as if");
              }
            });
    others.start();
    try {
      assertTrue(others.areSeparate());
      isFailing.set(true);
      others.execute(LaunchThreadsTest::fail); // another follows
      Thread later = failed.poll(1, TimeUnit.MINUTES);
      assertNotNull(later);
      later.join(TimeUnit.MINUTES.toMillis(1));
      assertFalse(later.isAlive());
      assertFalse(others.areSeparate());
      assertThrows(RejectedExecutionException.class, () -> others.execute(() -> {}));
    } finally {
      others.close();
    }
  }

  private static int fail() {
    throw new OutOfMemoryError("as if");
  }

  private static void awaitOpen(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatWasGivenUpWhileItWaitedIsNotStartedLater() throws IOException, LaunchFailure {
    CountDownLatch gates = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    AtomicInteger started = new AtomicInteger();
    threads.execute(() -> awaitOpen(gates));
    threads.execute(() -> awaitOpen(held)); // for the whole test: one thread does the rest
    try {
      Thread.currentThread().interrupt();
      assertThrows(IOException.class, () -> call(started::incrementAndGet));
      assertTrue(Thread.interrupted());
      gates.countDown();
      assertEquals(1, call(() -> 1), "after the other, on the same thread");
      assertEquals(0, started.get());
    } finally {
      gates.countDown();
      held.countDown();
    }
  }

  @Test
  void whenTheyHaveEndedTheyTakeNothing() {
    threads.close();
    assertThrows(RejectedExecutionException.class, () -> call(() -> 1));
  }
}
