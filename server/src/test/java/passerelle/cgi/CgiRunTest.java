package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.app.ServerLog;
import passerelle.files.Requests;
import passerelle.gateway.ContentSpool;
import passerelle.gateway.Order;
import passerelle.gateway.Replies;
import passerelle.gateway.Run;
import passerelle.gateway.RunQueue;
import passerelle.gateway.Script;
import passerelle.gateway.ScriptResponseParser;
import passerelle.harness.Needs;
import passerelle.http.Body;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Method;
import passerelle.http.Progress;
import passerelle.io.ClientKey;
import passerelle.io.MemoryTransport;
import passerelle.io.QueuedLoop;
import passerelle.io.TemporaryFiles;
import passerelle.pages.ErrorPages;
import passerelle.posix.Libc;
import passerelle.posix.ProcessCalls;
import passerelle.process.Child;
import passerelle.process.Command;
import passerelle.process.Exit;
import passerelle.process.LaunchFailure;
import passerelle.process.Launcher;
import passerelle.process.Stdin;

/** Runs from their start to their end, the same by either launcher. */
@Timeout(300)
final class CgiRunTest {
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final String HEAD = "printf 'X: y\\n\\n'";
  private static final String POSIX = "posix";
  private static final String JDK = "jdk";

  @TempDir private Path folder;
  private final QueuedLoop loop = new QueuedLoop();
  private final List<String> ends = new ArrayList<>();
  private final ServerLog log = new ServerLog();
  private final ExecutorService workers = Executors.newFixedThreadPool(2);

  /** Who takes the turns that are due from now on. */
  private volatile Executor takers = workers;

  private final CompletableFuture<Run> started = new CompletableFuture<>();
  private final AtomicInteger answers = new AtomicInteger();
  private Exchange exchange;
  private TemporaryFiles files = TemporaryFiles.PLAIN;
  private Launcher launcher = Launcher.byJdk(TemporaryFiles.PLAIN);
  private CgiResponder responder = responder();
  private Consumer<Run> whileItStarts = run -> {};

  /** What runs get for a program. */
  private UnaryOperator<Child> asKnown = program -> program;

  @BeforeEach
  void prepare() throws IOException {
    folder = folder.toRealPath();
    exchange =
        new Exchange(
            Requests.of(Method.GET, "/x"),
            new ExchangeState(() -> {}),
            task -> {
              answers.incrementAndGet(); // nothing else of an exchange without large content
              loop.execute(task);
            },
            new ErrorPages());
  }

  private CgiResponder responder() {
    RunQueue queue = new RunQueue(turn -> takers.execute(turn), new RunQueue.Bounds(2, 4, 4, 4, 4));
    return new CgiResponder(observed(), queue, false, Map.of(".sh", List.of("sh")));
  }

  @AfterEach
  void close() throws InterruptedException {
    responder.killAll(TimeUnit.SECONDS.toNanos(20));
    workers.shutdown();
    responder.reap(TimeUnit.SECONDS.toNanos(20));
    responder.close();
    log.close();
  }

  private static ConditionFactory await() {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5));
  }

  /** Begins a run of a shell script with these lines. */
  private Run begin(String launcherName, long limitNanos, String content, String... lines)
      throws IOException {
    launcher =
        launcherName.equals(JDK) ? Launcher.byJdk(files) : Launcher.best(TemporaryFiles.PLAIN);
    responder.prepare();
    Path file = Files.writeString(folder.resolve("x.sh"), String.join("\n", lines) + "\n");
    ContentSpool spool = Replies.content(exchange, loop, content);
    loop.runAll();
    Order order =
        new Order(
            new ClientKey("a client"),
            Script.of(file, "/x.sh", ""),
            Map.of("PATH", "/usr/bin:/bin"),
            spool,
            new ScriptResponseParser(),
            true,
            limitNanos);
    Run run = responder.begin(order, Replies.to(exchange, order, loop, ends::add));
    started.complete(run);
    return run;
  }

  /** The launcher; something may happen when it has started a script and not yet said so. */
  private Launcher observed() {
    return new Launcher() {
      @Override
      public void prepare() throws IOException {
        launcher.prepare();
      }

      @Override
      public Child start(Command command, Stdin stdin) throws LaunchFailure, IOException {
        Child process = launcher.start(command, stdin);
        whileItStarts.accept(started.join());
        return asKnown.apply(process);
      }

      @Override
      public String description() {
        return launcher.description();
      }

      @Override
      public void close() throws InterruptedException {
        launcher.close();
      }
    };
  }

  private int awaitStatus() {
    await()
        .until(
            () -> {
              loop.runAll();
              return exchange.isAnswered();
            });
    return exchange.response().status().code();
  }

  private Body body() {
    Body body = exchange.response().body();
    if (body == null) {
      throw new AssertionError("no content");
    }
    return body;
  }

  /** Takes all of the content, as the loop does. */
  private String takeContent() throws IOException {
    MemoryTransport transport = new MemoryTransport();
    Progress progress = Progress.MORE;
    while (progress != Progress.DONE) {
      if (progress == Progress.STARVED) {
        await().until(loop::runAll);
      }
      progress = body().writeTo(transport, Long.MAX_VALUE);
    }
    body().close();
    return transport.output();
  }

  private String awaitEnd() {
    await()
        .until(
            () -> {
              loop.runAll();
              return !ends.isEmpty();
            });
    assertEquals(1, ends.size());
    assertEquals(1, answers.get());
    await().until(() -> responder.count() == 0);
    return ends.get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aScriptGetsItsContentAndIsAnsweredWhole(String name) throws IOException {
    begin(name, LONG_NANOS, "content", HEAD, "cat; exit 3");
    assertEquals(200, awaitStatus());
    assertEquals("content", takeContent());
    assertTrue(awaitEnd().matches("pid=\\d+ exit=3 .*"), ends::toString);
    assertTrue(log.text().contains("script /x.sh exited with status 3"), log::text);
  }

  /** As for content that is too large for memory. */
  @Test
  void whereItsContentHasNoRoomAScriptIsNotStarted() throws IOException {
    files =
        ending -> {
          throw new IOException("Read-only file system");
        };
    begin(JDK, LONG_NANOS, "content", HEAD);
    assertEquals(507, awaitStatus());
    await().until(() -> responder.count() == 0);
    assertEquals(List.of(), ends);
    String line = "cannot keep the content of a request in a temporary file: ";
    assertTrue(log.text().contains(line), log::text);
    assertTrue(log.text().contains("Read-only file system"), log::text);
    assertFalse(log.text().contains("could not be run"), log::text);
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aClientThatTakesNothingHoldsTheScriptAndNoWorker(String name) throws IOException {
    begin(name, LONG_NANOS, "x", HEAD, "head -c 3000000 /dev/zero; printf end");
    assertEquals(200, awaitStatus());
    // Both workers come back: two other tasks meet there.
    CyclicBarrier both = new CyclicBarrier(3);
    for (int i = 0; i < 2; i++) {
      workers.execute(() -> meet(both));
    }
    meet(both);
    assertEquals("\0".repeat(3_000_000) + "end", takeContent());
    assertTrue(awaitEnd().contains("exit=0"));
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** The limit bounds the wait for a worker, too: here the first turn waits for none. */
  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void theTimeLimitIs504AndTheEnd(String name) throws IOException {
    QueuedLoop here = new QueuedLoop();
    takers = here;
    begin(name, TimeUnit.MILLISECONDS.toNanos(300), "x", "sleep 1000 & wait");
    takers = workers;
    here.runAll();
    assertEquals(504, awaitStatus());
    awaitEnd();
    assertTrue(log.text().contains("did not answer within the time limit"), log::text);
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aBadHeadIsAnsweredOnceAndIsTheEnd(String name) throws IOException {
    begin(name, LONG_NANOS, "x", "echo '<p>hello'; exec sleep 1000");
    assertEquals(502, awaitStatus());
    awaitEnd();
    assertTrue(log.text().contains("is no field"), log::text);
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void stoppingARunCutsItsAnswer(String name) throws IOException {
    Run run = begin(name, LONG_NANOS, "x", HEAD, "exec sleep 1000");
    assertEquals(200, awaitStatus());
    run.stop();
    assertThrows(IOException.class, this::takeContent);
    awaitEnd();
    assertFalse(log.text().contains("killed"), log::text);
  }

  /** The id of a job that a script has left in the background, for ever; it holds the output. */
  private long job() {
    return Long.parseLong(awaitText("job"));
  }

  private static final String JOB =
      "echo $$ > script; sleep 1000 & echo $! > pid; mv pid job; exit 0";

  private static boolean isRunning(long pid) throws IOException {
    Path status = Path.of("/proc/" + pid + "/stat");
    return Files.exists(status) && !Files.readString(status).contains(") Z ");
  }

  private void endJob() throws IOException {
    assertTrue(isRunning(job()));
    ProcessHandle.of(job()).ifPresent(ProcessHandle::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aJobThatHoldsTheOutputGoesOnAndTheAnswerIsWholeAtTheLimit(String name) throws IOException {
    begin(name, TimeUnit.SECONDS.toNanos(2), "", HEAD, "printf all", JOB);
    assertEquals(200, awaitStatus());
    assertEquals("all", takeContent());
    assertTrue(awaitEnd().contains("exit=0"));
    endJob();
    assertFalse(log.text().contains("time limit"), log::text);
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aJobThatHoldsTheOutputGoesOnBehindHalfAHead(String name) throws IOException {
    begin(name, TimeUnit.SECONDS.toNanos(2), "", "echo X: y", JOB);
    assertEquals(502, awaitStatus());
    awaitEnd();
    endJob();
    assertTrue(log.text().contains("ended without a complete head"), log::text);
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aJobGoesOnWhenTheClientIsGone(String name) throws IOException {
    Run run = begin(name, LONG_NANOS, "", HEAD, "printf all", JOB);
    assertEquals(200, awaitStatus());
    job();
    awaitZombie();
    run.stop();
    assertTrue(awaitEnd().contains("exit=0"));
    endJob();
  }

  /** Nobody has reaped it, for its output is open. */
  private void awaitZombie() {
    long script = Long.parseLong(awaitText("script"));
    await().until(() -> !isRunning(script));
  }

  /** Whoever prints on and on in the background prolongs nothing. */
  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aJobThatPrintsForEverEndsTheAnswerAtTheLimit(String name) throws IOException {
    begin(name, TimeUnit.SECONDS.toNanos(1), "", HEAD, "yes & exit 0");
    assertEquals(200, awaitStatus());
    assertTrue(takeContent().chars().allMatch(octet -> octet == 'y' || octet == '\n'));
    assertTrue(awaitEnd().contains("exit=0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aScriptThatClosesItsOutputAndWorksOnHoldsNeitherItsClientNorAWorker(String name)
      throws IOException {
    begin(name, LONG_NANOS, "", HEAD, "printf all; exec >&- 2>&-; exec sleep 1000");
    assertEquals(200, awaitStatus());
    assertEquals("all", takeContent());
    CyclicBarrier both = new CyclicBarrier(3);
    for (int i = 0; i < 2; i++) {
      workers.execute(() -> meet(both));
    }
    meet(both);
    assertTrue(ends.isEmpty(), "it works on");
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void theTimeLimitStandsWhileAClientTakesItsTime(String name) throws IOException {
    long limitNanos = TimeUnit.SECONDS.toNanos(2);
    begin(name, limitNanos, "", HEAD, "head -c 3000000 /dev/zero; printf end");
    assertEquals(200, awaitStatus());
    long startNanos = System.nanoTime();
    await().until(() -> System.nanoTime() - startNanos > 2 * limitNanos);
    assertEquals("\0".repeat(3_000_000) + "end", takeContent());
    assertTrue(awaitEnd().contains("exit=0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aScriptThatTricklesForEverIsEndedAtItsLimit(String name) throws IOException {
    begin(name, TimeUnit.SECONDS.toNanos(1), "", HEAD, "while :; do echo x; sleep 0.05; done");
    assertEquals(200, awaitStatus());
    assertThrows(IOException.class, this::takeContent);
    awaitEnd();
    assertTrue(log.text().contains("was stopped at the time limit"), log::text);
  }

  /** It waited for a worker while the others were killed. */
  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void whenTheServerEndsNoMoreScriptsAreStarted(String launcher)
      throws IOException, InterruptedException {
    responder.killAll(LONG_NANOS);
    begin(launcher, LONG_NANOS, "", "touch started", HEAD);
    assertEquals(503, awaitStatus());
    assertFalse(Files.exists(folder.resolve("started")));
    log.await("the server is shutting down");
  }

  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aScriptThatIsStoppedWhileItStartsIsAskedToEnd(String launcher) throws IOException {
    whileItStarts =
        run -> {
          await().until(() -> Files.exists(folder.resolve("ready")));
          run.stop();
        };
    String trap = "trap 'touch asked; exit' TERM";
    begin(launcher, LONG_NANOS, "", trap, "touch ready", "while :; do sleep 0.02; done");
    awaitEnd();
    assertTrue(Files.exists(folder.resolve("asked")));
  }

  /** What was read so far is lost then, so the rest must not pass for all. */
  @ParameterizedTest
  @ValueSource(strings = {POSIX, JDK})
  void aFailureAmidTheAnswerOfAScriptThatHasEndedIsNoEnd(String launcher) throws IOException {
    AtomicInteger looks = new AtomicInteger();
    asKnown =
        program ->
            new Known(program) {
              @Override
              public byte @Nullable [] readErrors() throws IOException {
                if (looks.getAndIncrement() == 0) {
                  CgiRunTest.await().until(() -> program.await(0) && program.hasEnded());
                } else if (looks.get() == 2) {
                  throw new IOException("as if");
                }
                return super.readErrors();
              }
            };
    begin(launcher, LONG_NANOS, "", "printf 'X: y\\n\\ncontent'");
    assertEquals(502, awaitStatus());
    assertTrue(awaitEnd().contains("exit=0"));
    log.await("is broken off");
  }

  /** A program as it is known to its run. */
  private static class Known implements Child {
    private final Child program;

    Known(Child program) {
      this.program = program;
    }

    @Override
    public Exit reap(BooleanSupplier leavesNothing) throws IOException {
      return program.reap(leavesNothing);
    }

    @Override
    public long pid() {
      return program.pid();
    }

    @Override
    public boolean await(long nanos) throws IOException {
      return program.await(nanos);
    }

    @Override
    public byte @Nullable [] readOutput() throws IOException {
      return program.readOutput();
    }

    @Override
    public byte @Nullable [] readErrors() throws IOException {
      return program.readErrors();
    }

    @Override
    public void closeOutput() {
      program.closeOutput();
    }

    @Override
    public boolean hasEnded() {
      return program.hasEnded();
    }

    @Override
    public boolean tellsEnd() {
      return program.tellsEnd();
    }

    @Override
    public boolean wasKilled() {
      return program.wasKilled();
    }

    @Override
    public void watch(Runnable onReady) throws IOException {
      program.watch(onReady);
    }

    @Override
    public void unwatch() {
      program.unwatch();
    }

    @Override
    public boolean kill(boolean isForced) {
      return program.kill(isForced);
    }
  }

  @Test
  void aScriptThatItsRunCannotReapIsReapedAllTheSame() throws Exception {
    Needs.nativeCalls();
    asKnown =
        program ->
            new Known(program) {
              @Override
              public Exit reap(BooleanSupplier leavesNothing) {
                throw new OutOfMemoryError("as if");
              }
            };
    AtomicLong pid = new AtomicLong();
    whileItStarts = run -> pid.set(Long.parseLong(awaitText("ready")));
    begin(POSIX, LONG_NANOS, "", "echo $$ > pid; mv pid ready", HEAD);
    assertEquals(200, awaitStatus());
    await().until(() -> responder.count() == 0);
    await().until(() -> !Files.exists(Path.of("/proc/" + pid.get())));
  }

  private String awaitText(String name) {
    Path file = folder.resolve(name);
    await().until(() -> Files.exists(file));
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** It is the child of a thread that starts scripts, so it is in nobody's list of orphans. */
  @Test
  void aScriptThatOutlivesItsWorkersIsReapedAllTheSame() throws Exception {
    Needs.nativeCalls();
    begin(POSIX, LONG_NANOS, "", "echo $$ > pid; mv pid ready; exec sleep 1000");
    await().until(() -> Files.exists(folder.resolve("ready")));
    await().until(() -> responder.count() == 1);
    long pid = Long.parseLong(Files.readString(folder.resolve("ready")).strip());
    workers.shutdown();
    assertTrue(workers.awaitTermination(1, TimeUnit.MINUTES));
    Thread killer = new Thread(() -> ProcessCalls.signal((int) -pid, Libc.SIGKILL));
    killer.start();
    responder.reap(LONG_NANOS);
    assertFalse(Files.exists(Path.of("/proc/" + pid)));
    killer.join();
  }
}
