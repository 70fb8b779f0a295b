package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import passerelle.app.ServerLog;
import passerelle.files.Requests;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Method;
import passerelle.io.QueuedLoop;
import passerelle.pages.ErrorPages;

/** Content that is held, when there is room for it and when there is not. */
final class ContentSpoolTest {
  private static final int MEMORY_OCTETS = 64 * 1024;
  private static final int SMALL_OCTETS = 4 * 1024;

  private final QueuedLoop loop = new QueuedLoop();
  private final QueuedLoop disk = new QueuedLoop();
  private final ServerLog log = new ServerLog();
  private final Exchange exchange =
      new Exchange(
          Requests.of(Method.POST, "/"), new ExchangeState(() -> {}), loop, new ErrorPages());
  private int ready;

  @AfterEach
  void close() {
    log.close();
  }

  private ContentSpool spool(SpoolBudget budget, Executor worker) {
    return new ContentSpool(exchange, worker, budget, () -> ready++);
  }

  /** Feeds octets as a connection does: only while they are taken. */
  private void feed(ContentSpool spool, int octets) {
    for (int left = octets; left > 0; left -= 1000) {
      while (!spool.isAccepting()) {
        assertTrue(ranSome(), "nobody makes room");
      }
      spool.onContent(ByteBuffer.wrap(text(Math.min(left, 1000))));
    }
  }

  private static byte[] text(int octets) {
    return "x".repeat(octets).getBytes(StandardCharsets.US_ASCII);
  }

  private void finish(ContentSpool spool) {
    spool.onComplete();
    while (ranSome()) {
      assertTrue(ready <= 1);
    }
  }

  private int status() {
    return exchange.response().status().code();
  }

  /** Runs what waits on the disk's thread, then on the loop; whether there was anything. */
  private boolean ranSome() {
    boolean hadDisk = disk.runAll();
    return loop.runAll() || hadDisk;
  }

  @Test
  void contentStaysInMemoryIfThereIsEnough() {
    SpoolBudget budget = new SpoolBudget(1 << 20, 1 << 20, 1 << 30);
    ContentSpool spool = spool(budget, disk);
    feed(spool, MEMORY_OCTETS - 1);
    finish(spool);
    assertEquals(1, ready);
    assertNull(spool.file());
    assertEquals(MEMORY_OCTETS - 1, spool.inMemory().remaining());
    spool.close();
    assertEquals(0, budget.inUse());
  }

  @Test
  void contentGoesToAFileMuchEarlierIfMemoryIsShort() throws IOException {
    SpoolBudget budget = new SpoolBudget(1, 1 << 20, 1 << 30);
    ContentSpool spool = spool(budget, disk);
    feed(spool, 3 * SMALL_OCTETS);
    finish(spool);
    assertEquals(1, ready);
    Path file = file(spool);
    assertEquals(3 * SMALL_OCTETS, Files.size(file));
    assertTrue(budget.inUse() < 3 * SMALL_OCTETS + 3 * SMALL_OCTETS, "in use: " + budget.inUse());
    spool.close();
    assertFalse(Files.exists(file));
    assertEquals(0, budget.inUse());
  }

  private static Path file(ContentSpool spool) {
    Path file = spool.file();
    assertNotNull(file);
    return file;
  }

  @Test
  void whileABlockIsBeingWrittenTheClientFillsAnotherAndThenWaits() {
    ContentSpool spool = spool(new SpoolBudget(1 << 20, 1 << 20, 1 << 30), disk);
    int fed = 0;
    while (spool.isAccepting() && fed < 1 << 20) {
      spool.onContent(ByteBuffer.wrap(text(1000)));
      fed += 1000;
    }
    assertTrue(fed >= 2 * MEMORY_OCTETS && fed < 2 * MEMORY_OCTETS + 2000, "fed " + fed);
    disk.runAll();
    loop.runAll();
    assertTrue(spool.isAccepting());
    finish(spool);
    assertEquals(fed, spool.length());
    spool.close();
  }

  @Test
  void whatTheDiskHasNoRoomForIsRefusedAndEverythingGivenBack() {
    SpoolBudget budget = new SpoolBudget(1 << 20, MEMORY_OCTETS + 1000, 1 << 30);
    ContentSpool spool = spool(budget, disk);
    feed(spool, 2 * MEMORY_OCTETS + 1000);
    while (ranSome()) {
      assertEquals(0, ready);
    }
    assertEquals(507, status());
    assertEquals(0, budget.inUse());
    assertTrue(log.text().contains("--cgi-spool"), log::text);
  }

  @Test
  void aDiskWorkerThatIsBusyIsAShortageToo() {
    SpoolBudget budget = new SpoolBudget(1 << 20, 1 << 20, 1 << 30);
    ContentSpool spool =
        spool(
            budget,
            task -> {
              throw new RejectedExecutionException("full");
            });
    spool.onContent(ByteBuffer.wrap(text(MEMORY_OCTETS)));
    assertEquals(507, status());
    assertEquals(0, ready);
    assertEquals(0, budget.inUse());
  }

  @Test
  void anUploadThatIsCutOffLeavesNothingWhetherOrNotItIsBeingWritten() throws IOException {
    for (boolean isBeingWritten : new boolean[] {true, false}) {
      SpoolBudget budget = new SpoolBudget(1 << 20, 1 << 20, 1 << 30);
      ContentSpool spool = spool(budget, disk);
      feed(spool, 2 * MEMORY_OCTETS + 1000); // the first block is in the file now
      Path file = file(spool);
      if (!isBeingWritten) {
        disk.runAll();
        loop.runAll();
      }
      spool.onAbort();
      while (ranSome()) {
        assertEquals(0, ready);
      }
      assertFalse(Files.exists(file));
      assertEquals(0, budget.inUse());
    }
  }

  /** The connection may still hand on what it had read. */
  @Test
  void whatComesAfterAFailureOrAnAbortIsSkipped() {
    for (boolean isAborted : new boolean[] {true, false}) {
      SpoolBudget budget = new SpoolBudget(1 << 20, MEMORY_OCTETS + 1000, 1 << 30);
      ContentSpool spool = spool(budget, disk);
      feed(spool, MEMORY_OCTETS); // the first block is being written
      if (isAborted) {
        spool.onAbort();
      }
      feed(spool, MEMORY_OCTETS); // too much for the disk
      ByteBuffer late = ByteBuffer.wrap(text(2 * MEMORY_OCTETS));
      spool.onContent(late);
      assertEquals(0, late.remaining());
      spool.onComplete();
      spool.onAbort();
      while (ranSome()) {
        assertEquals(0, ready);
      }
      assertEquals(0, ready);
      assertEquals(0, budget.inUse());
    }
  }

  @Test
  void closingTwiceGivesBackOnce() {
    SpoolBudget budget = new SpoolBudget(1 << 20, 1 << 20, 1 << 30);
    ContentSpool spool = spool(budget, disk);
    feed(spool, 3 * MEMORY_OCTETS);
    finish(spool);
    spool.close();
    spool.close();
    assertEquals(0, budget.inUse());
  }
}
