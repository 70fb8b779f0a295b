package passerelle.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.ContentSink;
import passerelle.http.Exchange;
import passerelle.http.Refusal;
import passerelle.http.Status;
import passerelle.io.ClientKey;

/**
 * A request's content on its way to a script: in memory up to 64 KiB, less if memory is short, then
 * in a temporary file.
 *
 * <p>A script is started only when all of its content is here, so a slow client never holds a
 * process, and CONTENT_LENGTH is known even for chunked content (decision D6). The file is written
 * on the disk worker; while one block is being written the next one fills, and when that is full
 * too, the client waits.
 *
 * <p>The spool owns its file until {@link #close}: by the run, or when there will be none.
 *
 * <p>When it is ready it passes to the worker that runs the script; when it is aborted, to the disk
 * worker, which releases it.
 *
 * <p>Confined to the loop thread.
 */
public final class ContentSpool implements ContentSink {
  private static final Logger log = LoggerFactory.getLogger(ContentSpool.class);
  private static final int MEMORY_OCTETS = 64 * 1024;
  private static final int FIRST_OCTETS = 4 * 1024;

  private final Exchange exchange;
  private final Executor disk;
  private final SpoolBudget budget;
  private final ClientKey client;
  private final Runnable onReady;
  private byte[] block = new byte[FIRST_OCTETS];
  private int used;
  private long total;
  private int writtenSize;
  private long held;
  private long spilled;
  private boolean isWriting;
  private boolean isComplete;
  private boolean isAborted;
  private @Nullable Path file;

  /** Made before a block is written: its end must be told when memory has run out, too. */
  private final Runnable written = this::onWritten;

  /** What went wrong with the block that was written last; the disk worker's while it writes. */
  private @Nullable String problem;

  /** An empty spool; {@code onReady} runs on the loop when all content is here. */
  ContentSpool(Exchange exchange, Executor disk, SpoolBudget budget, Runnable onReady) {
    this.exchange = exchange;
    this.disk = disk;
    this.budget = budget;
    this.client = ClientKey.of(exchange.request().remoteAddress());
    this.onReady = onReady;
    hold(FIRST_OCTETS);
  }

  @Override
  public void onContent(ByteBuffer content) {
    if (isAborted) {
      content.position(content.limit()); // nobody's: the disk worker may be releasing the rest
      return;
    }
    int count = content.remaining();
    if (used + count > block.length) {
      int size = Math.max(used + count, Math.min(block.length * 2, MEMORY_OCTETS));
      hold(size - block.length);
      block = Arrays.copyOf(block, size);
    }
    content.get(block, used, count);
    used += count;
    total += count;
    if (isFull() && !isWriting) {
      spill();
    }
  }

  /** Whether the block has to go to the file: it is large, or memory is short. */
  private boolean isFull() {
    return used >= MEMORY_OCTETS || (used >= FIRST_OCTETS && !budget.hasMemory(client));
  }

  private void hold(long octets) {
    budget.takeMemory(client, octets);
    held += octets;
  }

  @Override
  public boolean isAccepting() {
    return isAborted || !isWriting || !isFull();
  }

  @Override
  public void onComplete() {
    isComplete = true;
    if (isWriting || isAborted) {
      return;
    }
    if (file != null && used > 0) {
      spill();
    } else {
      onReady.run();
    }
  }

  @Override
  public void onAbort() {
    if (isAborted) {
      return;
    }
    isAborted = true;
    if (!isWriting) {
      closeOnDisk();
    }
  }

  /** Hands the block to the disk worker and begins another. */
  private void spill() {
    if (!budget.tryTakeDisk(client, used)) {
      fail("temporary files, or those of one client, have reached their limit (--cgi-spool)");
      return;
    }
    spilled += used;
    ByteBuffer full = ByteBuffer.wrap(block, 0, used);
    isWriting = true;
    try {
      disk.execute(() -> write(full));
    } catch (RejectedExecutionException e) {
      isWriting = false;
      budget.written(client);
      fail("the disk worker has too much to do");
      return;
    }
    writtenSize = block.length;
    block = new byte[budget.hasMemory(client) ? MEMORY_OCTETS : FIRST_OCTETS];
    hold(block.length);
    used = 0;
  }

  /** On the disk worker. */
  private void write(ByteBuffer full) {
    problem = "the disk worker failed";
    try {
      Path target = file;
      if (target == null) {
        target = budget.newFile();
        file = target;
      }
      // Opened for each block: thousands of slow clients must not hold descriptors.
      try (FileChannel channel = FileChannel.open(target, StandardOpenOption.APPEND)) {
        while (full.hasRemaining()) {
          channel.write(full);
        }
      }
      problem = null;
    } catch (IOException e) {
      problem = e.toString();
    } finally {
      exchange.loop().execute(written);
    }
  }

  private void onWritten() {
    isWriting = false;
    budget.written(client);
    hold(-writtenSize);
    if (isAborted) {
      closeOnDisk();
    } else if (problem != null) {
      fail(problem);
    } else if (isFull() || (isComplete && used > 0)) {
      spill();
      exchange.resume();
    } else if (isComplete) {
      onReady.run();
    } else {
      exchange.resume();
    }
  }

  private void fail(String reason) {
    isAborted = true;
    try {
      if (!exchange.isAnswered()) {
        exchange.refuse(
            Refusal.of(Status.INSUFFICIENT_STORAGE)
                .because("The server has no room for the content of this request."));
      }
    } finally {
      closeOnDisk();
    }
    tellNoRoom(reason);
  }

  /** A line for the log when there is no room for content, here or where it is passed on. */
  public static void tellNoRoom(String reason) {
    log.error("cannot keep the content of a request in a temporary file: {}", reason);
  }

  /** Releases everything; a file is deleted off the loop. */
  void closeOnDisk() {
    if (file == null) {
      close();
      return;
    }
    try {
      disk.execute(this::close);
    } catch (RejectedExecutionException e) {
      close();
    }
  }

  /** The content's length in octets. */
  public long length() {
    return total;
  }

  /** The content, if it is in memory; else nothing. */
  public ByteBuffer inMemory() {
    return file == null ? ByteBuffer.wrap(block, 0, used) : ByteBuffer.allocate(0);
  }

  /** The file that holds the content, or null if it is in memory. */
  public @Nullable Path file() {
    return file;
  }

  /** Releases everything. If there is a file, call it off the loop. */
  public void close() {
    hold(-held);
    budget.giveBackDisk(client, spilled);
    spilled = 0;
    block = new byte[0];
    used = 0;
    Path kept = file;
    file = null;
    try {
      if (kept != null) {
        Files.deleteIfExists(kept);
      }
    } catch (IOException e) {
      log.warn("a temporary file is left behind: {}", e.toString());
    }
  }
}
