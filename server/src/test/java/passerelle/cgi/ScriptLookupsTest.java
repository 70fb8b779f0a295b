package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.files.Requests;
import passerelle.harness.FailingLog;
import passerelle.http.ErrorPages;
import passerelle.http.Exchange;
import passerelle.http.Method;
import passerelle.http.SilentChannel;
import passerelle.io.QueuedLoop;
import passerelle.io.Slice;

/** What the loop knows of scripts, what waits for a worker, and for how long it is good. */
final class ScriptLookupsTest {
  @TempDir private Path folder;
  private final List<Runnable> tasks = new ArrayList<>();
  private final QueuedLoop loop = new QueuedLoop();
  private final List<String> found = new ArrayList<>();
  private long nowNanos;
  private ScriptLookups lookups;

  @BeforeEach
  void prepare() throws IOException {
    Files.writeString(folder.resolve("x.sh"), "");
    lookups = lookups(tasks::add);
  }

  private ScriptLookups lookups(Executor workers) throws IOException {
    ScriptFinder finder =
        new ScriptFinder(folder.toRealPath(), "", Set.of(".sh"), List.of("index.html"), null);
    return new ScriptLookups(
        finder,
        workers,
        () -> nowNanos,
        (exchange, what) -> found.add(exchange.request().target().path() + " " + what.kind()));
  }

  private Exchange await(String path) {
    Exchange exchange =
        new Exchange(Requests.of(Method.GET, path), SilentChannel.INSTANCE, loop, new ErrorPages());
    lookups.await(exchange, path);
    return exchange;
  }

  private void runAll() {
    List<Runnable> now = List.copyOf(tasks);
    tasks.clear();
    now.forEach(Runnable::run);
    loop.runAll();
  }

  @Test
  void allWhoWantTheSamePathWaitForOneLook() {
    await("/x.sh");
    await("/x.sh");
    await("/y.sh");
    assertEquals(2, tasks.size());
    assertEquals(List.of(), found);
    runAll();
    assertEquals(List.of("/x.sh SCRIPT", "/x.sh SCRIPT", "/y.sh NOTHING"), found);
  }

  /** Whatever a worker's look ends with, all who wait hear of it, and the next one looks again. */
  @Test
  void aLookThatFailsIsTheEndOfTheWaitForAll() throws IOException {
    assertTrue(folder.resolve("x.sh").toFile().setExecutable(true), "the rule asks for its name");
    ScriptRule rule =
        new ScriptRule(
            Set.of(),
            path -> {
              FailingLog.fail(FailingLog.FAULTS.get(found.size() / 2));
              return false;
            });
    ScriptFinder finder = new ScriptFinder(folder.toRealPath(), "", Set.of(), List.of(), rule);
    lookups =
        new ScriptLookups(
            finder,
            tasks::add,
            () -> nowNanos,
            (exchange, what) -> found.add(String.valueOf(what.kind())));
    for (int i = 0; i < FailingLog.FAULTS.size(); i++) {
      await("/x.sh");
      await("/x.sh");
      assertThrows(FailingLog.FAULTS.get(i).getClass(), tasks.remove(0)::run);
      loop.runAll();
      assertEquals(2 * i + 2, found.size());
      assertEquals("FAULT", found.get(2 * i + 1));
    }
  }

  @Test
  void workersThatFailLeaveNothingUnderWay() throws IOException {
    for (Throwable fault : FailingLog.FAULTS) {
      lookups = lookups(task -> FailingLog.fail(fault));
      assertThrows(fault.getClass(), () -> await("/x.sh"));
      assertThrows(fault.getClass(), () -> await("/x.sh"), "each time");
    }
  }

  @Test
  void anAnswerThatFailsIsNotTheEndOfTheOthers() throws IOException {
    ScriptFinder finder =
        new ScriptFinder(folder.toRealPath(), "", Set.of(".sh"), List.of("index.html"), null);
    lookups =
        new ScriptLookups(
            finder,
            tasks::add,
            () -> nowNanos,
            (exchange, what) -> {
              found.add("told");
              FailingLog.fail(FailingLog.FAULTS.get(found.size() - 1));
            });
    List<Exchange> waiting = new ArrayList<>();
    for (int i = 0; i < FailingLog.FAULTS.size(); i++) {
      waiting.add(await("/x.sh"));
    }
    runAll();
    assertEquals(FailingLog.FAULTS.size(), found.size());
    for (Exchange exchange : waiting) {
      assertEquals(500, exchange.response().status().code());
    }
  }

  @Test
  void theDiskIsNotAskedForASecond() throws IOException {
    await("/x.sh");
    nowNanos += TimeUnit.MILLISECONDS.toNanos(600); // the age counts from the question
    runAll();
    Files.delete(folder.resolve("x.sh"));
    nowNanos += TimeUnit.MILLISECONDS.toNanos(399);
    assertNotNull(lookups.fresh(Slice.of("/x.sh")));
    nowNanos += TimeUnit.MILLISECONDS.toNanos(1);
    assertNull(lookups.fresh(Slice.of("/x.sh")));
    await("/x.sh");
    runAll();
    assertEquals("/x.sh NOTHING", found.get(1));
    assertNull(lookups.fresh(Slice.of("/x.sh")));
    assertEquals(0, lookups.size());
  }

  @Test
  void whatIsNoScriptIsNotKeptSoThatANewOneIsSeenAtOnce() throws IOException {
    await("/new.sh");
    runAll();
    assertNull(lookups.fresh(Slice.of("/new.sh")));
    Files.writeString(folder.resolve("new.sh"), "");
    await("/new.sh");
    runAll();
    assertEquals(List.of("/new.sh NOTHING", "/new.sh SCRIPT"), found);
  }

  @Test
  void pathsInfinitelyManyTakeBoundedRoom() {
    for (int i = 0; i <= ScriptLookups.ENTRIES; i++) {
      await("/x.sh/" + i);
      assertNull(lookups.fresh(Slice.of("/x.sh/" + i)));
      runAll();
    }
    assertEquals(ScriptLookups.ENTRIES, lookups.size());
    assertNull(lookups.fresh(Slice.of("/x.sh/0")));
    assertNotNull(lookups.fresh(Slice.of("/x.sh/1")));
    String fits = "/x.sh/" + "i".repeat(ScriptLookups.LONGEST_OCTETS - 6);
    await(fits);
    await(fits + "i");
    runAll();
    assertNotNull(lookups.fresh(Slice.of(fits)));
    assertNull(lookups.fresh(Slice.of(fits + "i")));
  }

  @Test
  void anExchangeThatIsOverIsLeftOut() {
    Exchange gone = await("/x.sh");
    await("/x.sh");
    gone.end();
    runAll();
    assertEquals(List.of("/x.sh SCRIPT"), found);
  }

  @Test
  void ifAllWorkersAreBusyTheExchangeHearsThatAndTheNextIsTriedAgain() throws IOException {
    lookups =
        lookups(
            task -> {
              throw new RejectedExecutionException("full");
            });
    await("/x.sh");
    assertEquals(List.of(), found, "not while the handler still runs");
    loop.runAll();
    await("/x.sh");
    loop.runAll();
    assertEquals(List.of("/x.sh BUSY", "/x.sh BUSY"), found);
  }
}
