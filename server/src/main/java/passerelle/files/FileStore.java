package passerelle.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Exchange;
import passerelle.posix.OpenFile;
import passerelle.posix.OutOfDescriptorsException;

/**
 * All that is held of files, each version once, within a {@link FileBudget}.
 *
 * <p>What is kept but not sent at the moment gives way to what is wanted now, that which was not
 * sent for long first. If there is nothing of that kind, the client that holds most of what is
 * being sent has its oldest answer broken off. Only then a file is refused.
 *
 * <p>Taking room may wait for the loop, up to a quarter of a second: it is for workers.
 *
 * <p>Safe from any thread.
 */
public final class FileStore {
  private static final Logger log = LoggerFactory.getLogger(FileStore.class);

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LOOK_MILLIS = 10;

  /** How long one worker waits for what another compresses, rather than doing it too. */
  private static final long MAKING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How many files are closed at once when the system has no descriptors: others need some. */
  private static final int CLOSED_AT_ONCE = 4;

  private static final int ATTEMPTS = 8;

  private final FileBudget budget;
  private final Sendings sendings = new Sendings();
  private final Object lock = new Object();
  private final Map<FileVersion, HeldFile> versions = new HashMap<>();
  private final Set<FileVersion> inTheMaking = new HashSet<>();

  /** Files with content in memory, and open files: the longest unused first, by and large. */
  private final Set<HeldFile> inMemory = new LinkedHashSet<>();

  private final Set<HeldFile> onDisk = new LinkedHashSet<>();
  private long octets;
  private int descriptors;
  private boolean isLoopAsked;

  /** An empty store. */
  public FileStore(FileBudget budget) {
    this.budget = budget;
  }

  /** What is taken of the budget now. */
  public FileBudget taken() {
    synchronized (lock) {
      return new FileBudget(octets, descriptors);
    }
  }

  /** What there is of a version, held for the caller; null if there is nothing. */
  @Nullable HeldFile hold(@Nullable FileVersion version) {
    synchronized (lock) {
      HeldFile file = version == null ? null : versions.get(version);
      return file != null && file.tryHold() ? file : null;
    }
  }

  /**
   * Adds a file that the caller holds; returns it, or what another worker has added meanwhile for
   * the same version, held instead.
   */
  HeldFile share(HeldFile file) {
    HeldFile shared = file;
    synchronized (lock) {
      FileVersion version = file.version();
      HeldFile earlier = hold(version);
      if (earlier != null) {
        shared = earlier;
      } else if (version != null) {
        versions.put(version, file);
      }
      (file.isInMemory() ? inMemory : onDisk).add(file);
    }
    if (shared != file) {
      file.release();
    }
    return shared;
  }

  /**
   * Has only the caller make a version, for a while; returns false if another worker has been at
   * it, and what came of it can be looked for now.
   */
  boolean tryBeginMaking(FileVersion version) {
    long deadlineNanos = System.nanoTime() + MAKING_NANOS;
    synchronized (lock) {
      if (inTheMaking.add(version)) {
        return true;
      }
      while (inTheMaking.contains(version) && System.nanoTime() - deadlineNanos < 0) {
        if (!waitAWhile()) {
          return false;
        }
      }
      return false;
    }
  }

  /** The version was made, or could not be. */
  void endMaking(FileVersion version) {
    synchronized (lock) {
      inTheMaking.remove(version);
      lock.notifyAll();
    }
  }

  /** Another path leads to a file. */
  void list(HeldFile file) {
    synchronized (lock) {
      file.paths++;
    }
  }

  /** A path leads to a file no more. */
  void unlist(HeldFile file) {
    synchronized (lock) {
      file.paths--;
    }
    closeUnused(file);
  }

  /** Closes a file that no path leads to and that nobody sends. */
  void closeUnused(HeldFile file) {
    synchronized (lock) {
      if (file.paths == 0 && file.tryClose()) {
        close(file);
      }
    }
  }

  /** Adds an answer that is sent from a file; the caller held it for that. On the loop. */
  Sending begin(Exchange exchange, HeldFile file) {
    return sendings.begin(exchange, file);
  }

  /**
   * Opens a file; if the system has no descriptors left, those of the store give way.
   *
   * @throws IOException as {@link OpenFile#open}
   */
  OpenFile open(Path real) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return OpenFile.open(real);
      } catch (OutOfDescriptorsException e) {
        if (i == ATTEMPTS || !tryCloseSome()) {
          throw e;
        }
      }
    }
  }

  private boolean tryCloseSome() {
    synchronized (lock) {
      int before = descriptors;
      long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
      while (descriptors == before) {
        for (int i = 0; i < CLOSED_AT_ONCE && tryEvict(onDisk); i++) {
          log.debug("the system is out of descriptors: a file is closed that nobody sends");
        }
        if (descriptors == before && !tryWaitForLoop(onDisk, deadlineNanos)) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Takes what an open file needs, from the budget of descriptors.
   *
   * @throws ShortageException if there is no room
   */
  void takeDescriptors() throws ShortageException {
    int wanted = OpenFile.descriptorsOfEach();
    long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
    synchronized (lock) {
      while (descriptors + wanted > budget.descriptors()) {
        if (!tryEvict(onDisk) && !tryWaitForLoop(onDisk, deadlineNanos)) {
          throw new ShortageException("descriptors for files");
        }
      }
      descriptors += wanted;
    }
  }

  /**
   * Takes octets from the budget of memory.
   *
   * @throws ShortageException if there is no room
   */
  void takeOctets(long wanted) throws ShortageException {
    long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
    synchronized (lock) {
      while (!tryTakeOctets(wanted)) {
        if (wanted > budget.octets() || !tryWaitForLoop(inMemory, deadlineNanos)) {
          throw new ShortageException("memory for files");
        }
      }
    }
  }

  /** Takes octets if there is room, or room can be made of what nobody sends. */
  boolean tryTakeOctets(long wanted) {
    synchronized (lock) {
      while (wanted <= budget.octets() && octets + wanted > budget.octets()) {
        if (!tryEvict(inMemory)) {
          return false;
        }
      }
      boolean isRoom = octets + wanted <= budget.octets();
      octets += isRoom ? wanted : 0;
      return isRoom;
    }
  }

  /** Gives back octets that no held file stands for. */
  void giveBackOctets(long count) {
    synchronized (lock) {
      octets -= count;
    }
  }

  /** Closes one file that nobody sends; one that was sent lately has a second chance. */
  private boolean tryEvict(Set<HeldFile> files) {
    for (int i = 2 * files.size(); i > 0; i--) {
      Iterator<HeldFile> eldest = files.iterator();
      HeldFile file = eldest.next();
      if (!file.isBusy() && !file.isRecent && file.tryClose()) {
        close(file);
        return true;
      }
      file.isRecent = false;
      eldest.remove();
      files.add(file);
    }
    return false;
  }

  private void close(HeldFile file) {
    FileVersion version = file.version();
    if (version != null) {
      versions.remove(version, file);
    }
    if (inMemory.remove(file)) {
      octets -= file.size();
    } else if (onDisk.remove(file)) {
      descriptors -= OpenFile.descriptorsOfEach();
    }
    try {
      file.drop();
    } catch (IOException e) {
      log.warn("closing a file: {}", e.getMessage());
    }
    lock.notifyAll();
  }

  /** Asks the loop to break an answer off, and waits a little; false if that was long enough. */
  private boolean tryWaitForLoop(Set<HeldFile> files, long deadlineNanos) {
    Executor loop = sendings.loop();
    if (loop == null || System.nanoTime() - deadlineNanos >= 0) {
      return false;
    }
    if (!isLoopAsked) {
      isLoopAsked = true;
      loop.execute(() -> breakOff(files, loop));
    }
    return !isLoopAsked || waitAWhile(); // a loop in a test may be done already
  }

  @SuppressWarnings("WaitNotInLoop") // the callers ask again
  private boolean waitAWhile() {
    try {
      lock.wait(LOOK_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void breakOff(Set<HeldFile> files, Executor loop) {
    try {
      sendings.breakOffGreediest(file -> cost(file, files));
    } finally {
      loop.execute(this::answered); // behind the closing of what was broken off
    }
  }

  private void answered() {
    synchronized (lock) {
      isLoopAsked = false;
      lock.notifyAll();
    }
  }

  private long cost(HeldFile file, Set<HeldFile> files) {
    if (file.isInMemory() != (files == inMemory)) {
      return 0;
    }
    return file.isInMemory() ? file.size() : OpenFile.descriptorsOfEach();
  }
}
