package passerelle.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import passerelle.harness.Needs;
import passerelle.posix.Descriptor;
import passerelle.posix.Pipes;

/** The thread that looks after silent scripts. */
@Timeout(180)
final class PipePollerTest {
  /** Only a hang takes so long, however busy the machine is. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final PipePoller poller = new PipePoller();
  private final List<Pipes> all = new ArrayList<>();
  private final List<Integer> handedOver = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    Needs.nativeCalls();
    poller.open();
  }

  @AfterEach
  void close() {
    poller.close();
    all.forEach(Pipes::close);
    handedOver.forEach(Descriptor::close);
  }

  /** Counts calls for what is watched under one key. */
  private final class Script {
    private final Pipes pipes;
    private final AtomicInteger calls = new AtomicInteger();

    Script() throws IOException {
      pipes = Pipes.open();
      all.add(pipes);
    }

    void watch() throws IOException {
      int[] descriptors = {pipes.ourOutput(), pipes.ourError(), -1};
      poller.add(this, descriptors, calls::incrementAndGet);
    }

    void say() {
      write(pipes.childsOutput());
    }

    void complain() {
      write(pipes.childsError());
    }

    /** Closes its ends of the pipes. */
    void exit() {
      handedOver.add(pipes.ourOutput());
      handedOver.add(pipes.ourError());
      pipes.handOver();
      pipes.close();
    }

    private void write(int descriptor) {
      try {
        assertEquals(1, Descriptor.write(descriptor, new byte[] {'x'}));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    void awaitCalls(int count) {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(2, TimeUnit.MILLISECONDS)
          .until(() -> calls.get() >= count);
      assertEquals(count, calls.get());
    }
  }

  /** Passes when the watch has looked at everything once more. */
  private void awaitRound() throws IOException {
    for (int i = 0; i < 2; i++) {
      Script fence = new Script();
      fence.say();
      fence.watch();
      fence.awaitCalls(1);
    }
  }

  @Test
  void itCallsOnceWhenThereIsSomethingToRead() throws IOException {
    Script script = new Script();
    script.watch();
    awaitRound();
    script.awaitCalls(0);
    script.say();
    script.awaitCalls(1);
    awaitRound();
    script.awaitCalls(1);
    script.watch(); // what it said is still there
    script.awaitCalls(2);
  }

  @Test
  void errorsAndTheEndCountToo() throws IOException {
    Script errors = new Script();
    Script end = new Script();
    errors.watch();
    end.watch();
    awaitRound();
    errors.complain();
    errors.awaitCalls(1);
    end.awaitCalls(0);
    end.exit();
    end.awaitCalls(1);
  }

  @Test
  void whatIsForgottenIsNotCalled() throws IOException {
    Script script = new Script();
    script.watch();
    awaitRound();
    assertTrue(poller.forget(script));
    assertFalse(poller.forget(script));
    script.say();
    awaitRound();
    script.awaitCalls(0);
  }

  @Test
  void whatWasCalledNeedNotBeForgotten() throws IOException {
    Script script = new Script();
    script.say();
    script.watch();
    script.awaitCalls(1);
    assertFalse(poller.forget(script));
  }

  @Test
  void manyAreToldApart() throws IOException {
    List<Script> scripts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Script script = new Script();
      script.watch();
      scripts.add(script);
    }
    for (int i = 0; i < 200; i += 2) {
      scripts.get(i).say();
    }
    for (int i = 0; i < 200; i += 2) {
      scripts.get(i).awaitCalls(1);
    }
    awaitRound();
    for (int i = 0; i < 200; i++) {
      scripts.get(i).awaitCalls(i % 2 == 0 ? 1 : 0);
    }
  }

  /** The thread of a watch is the one that calls back; those of others may have its name. */
  private static Thread thread(PipePoller opened, Script talking) throws Exception {
    CompletableFuture<Thread> caller = new CompletableFuture<>();
    int[] descriptors = {talking.pipes.ourOutput(), -1, -1};
    opened.add(talking, descriptors, () -> caller.complete(Thread.currentThread()));
    return caller.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static void awaitEnd(Thread thread) throws InterruptedException {
    thread.join(PATIENCE.toMillis());
    assertFalse(thread.isAlive());
  }

  @Test
  void whenItIsClosedItCallsNobodyAndEnds() throws Exception {
    Script script = new Script();
    script.watch();
    awaitRound();
    Script other = new Script();
    other.say();
    Thread thread = thread(poller, other);
    poller.close();
    script.say();
    assertThrows(IOException.class, script::watch);
    awaitEnd(thread);
    script.awaitCalls(0);
  }

  /** The close may come at any moment of a round: its wake-up must not be lost. */
  @Test
  void itEndsWheneverItIsClosed() throws Exception {
    Script talking = new Script();
    talking.say();
    for (int i = 0; i < 200; i++) {
      Thread thread;
      try (PipePoller closed = new PipePoller()) {
        closed.open();
        thread = thread(closed, talking);
      }
      awaitEnd(thread);
    }
  }

  /** Whatever keeps it from looking, it goes on, and those whom it cannot look after hear of it. */
  @Test
  void whenItCannotLookItCallsAllAndGoesOn() throws Exception {
    AtomicReference<Throwable> problem = new AtomicReference<>();
    PipePoller.Look failing =
        polls -> {
          if (problem.get() instanceof IOException e) {
            throw e;
          } else if (problem.get() instanceof Error e) {
            throw e;
          }
          polls.poll(-1);
        };
    try (PipePoller failed = new PipePoller(failing)) {
      failed.open();
      for (Throwable next : List.of(new IOException("poll: EINVAL"), new OutOfMemoryError())) {
        problem.set(next);
        Script silent = new Script();
        int[] descriptors = {silent.pipes.ourOutput(), silent.pipes.ourError()};
        failed.add(silent, descriptors, silent.calls::incrementAndGet);
        silent.awaitCalls(1);
        problem.set(null);
        failed.add(silent, descriptors, silent.calls::incrementAndGet);
        silent.say();
        silent.awaitCalls(2);
      }
    }
  }

  @Test
  void aCallBackThatFailsIsMadeAgainAndTheOthersAreNotConcerned() throws IOException {
    Script other = new Script();
    other.watch();
    Script failing = new Script();
    AtomicInteger attempts = new AtomicInteger();
    int[] descriptors = {failing.pipes.ourOutput()};
    poller.add(
        failing,
        descriptors,
        () -> {
          if (attempts.incrementAndGet() < 3) {
            throw new OutOfMemoryError("as if");
          }
          failing.calls.incrementAndGet();
        });
    failing.say();
    failing.awaitCalls(1);
    assertEquals(3, attempts.get());
    other.awaitCalls(0);
    other.say();
    other.awaitCalls(1);
  }

  @Test
  void beforeItIsOpenThereIsNothingToWatchWith() {
    try (PipePoller unopened = new PipePoller()) {
      assertThrows(IOException.class, () -> unopened.add(this, new int[0], () -> {}));
    }
  }
}
