package passerelle.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
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
import passerelle.posix.MemoryFile;
import passerelle.posix.OpenFile;
import passerelle.posix.OutOfDescriptorsException;

/**
 * All that is held of files, each version once, within a {@link FileBudget}.
 *
 * <p>What is kept but not sent at the moment gives way to what is wanted now, that which was not
 * sent for long first. If there is nothing of that kind, the client that holds most of what is
 * being sent has its oldest answer broken off. Only then a file is refused.
 *
 * <p>Taking room may wait for the loop, up to a quarter of a second: it is for workers. What is let
 * go counts no more from then on, though closing it may take longer.
 *
 * <p>Safe from any thread.
 */
public final class FileStore {
  private static final Logger log = LoggerFactory.getLogger(FileStore.class);

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LOOK_MILLIS = 10;

  /** How many files are closed at once when the system has no descriptors: others need some. */
  private static final int CLOSED_AT_ONCE = 4;

  private static final int ATTEMPTS = 8;

  /**
   * From this size on it costs less to have a socket take the pages of a file, behind the head in a
   * write of its own, than to copy octets of the heap twice; measured.
   */
  private static final int MEMORY_FILE_OCTETS = 48 * 1024;

  private final FileBudget budget;
  private final Closings closings;
  private final Sendings sendings = new Sendings();
  private final Object lock = new Object();
  private final Map<FileVersion, HeldFile> versions = new HashMap<>();
  private final Makings makings = new Makings();

  /** Files with content in memory, and open files: the longest unused first, by and large. */
  private final Set<HeldFile> inMemory = new LinkedHashSet<>();

  private final Set<HeldFile> onDisk = new LinkedHashSet<>();
  private long octets;
  private int descriptors;
  private int memoryFiles;
  private boolean isLoopAsked;

  // What the loop is asked was made before: memory may run out.
  private final Runnable freeOctets;
  private final Runnable freeDescriptors;
  private final Runnable answered = this::answered;

  /** An empty store, where whoever is the last to use an open file closes it. */
  public FileStore(FileBudget budget) {
    this(budget, Runnable::run);
  }

  /**
   * An empty store.
   *
   * @param closer closes open files that are done with, which on a network file system may have to
   *     wait for its server. What it rejects is closed by whoever was the last to use it.
   */
  public FileStore(FileBudget budget, Executor closer) {
    this.budget = budget;
    this.closings = new Closings(closer);
    freeOctets = () -> breakOff(inMemory);
    freeDescriptors = () -> breakOff(onDisk);
  }

  /** What is taken of the budget now. */
  public FileBudget taken() {
    synchronized (lock) {
      return new FileBudget(octets, descriptors, memoryFiles);
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
   * the same version, held instead. If this throws, the file is released.
   */
  HeldFile share(HeldFile file) {
    HeldFile shared = null;
    try {
      shared = add(file);
      return shared;
    } finally {
      if (shared != file) {
        file.release();
      }
    }
  }

  private HeldFile add(HeldFile file) {
    synchronized (lock) {
      FileVersion version = file.version();
      HeldFile earlier = hold(version);
      if (earlier != null) {
        return earlier;
      }
      if (version != null) {
        versions.put(version, file);
      }
      kindOf(file).add(file);
      return file;
    }
  }

  private Set<HeldFile> kindOf(HeldFile file) {
    return file.isInMemory() ? inMemory : onDisk;
  }

  /** The versions that are being made. */
  Makings makings() {
    return makings;
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
      if (file.paths != 0 || !file.tryClose()) {
        return;
      }
      forget(file);
    }
    closings.add(file);
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
    int before = taken().descriptors();
    long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
    boolean isAnyClosed = false;
    while (!isAnyClosed) {
      for (int i = 0; i < CLOSED_AT_ONCE && tryEvict(onDisk); i++) {
        isAnyClosed = true;
        log.debug("the system is out of descriptors: a file is closed that nobody sends");
      }
      if (!isAnyClosed && !tryWaitForLoop(onDisk, deadlineNanos)) {
        return false;
      }
      isAnyClosed |= taken().descriptors() != before;
    }
    closings.await(deadlineNanos); // what was let go counts no more, but may not be closed yet
    return true;
  }

  /**
   * Takes what an open file needs, from the budget of descriptors.
   *
   * @throws ShortageException if there is no room
   */
  void takeDescriptors() throws ShortageException {
    int wanted = OpenFile.descriptorsOfEach();
    long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
    while (!tryTakeDescriptors(wanted)) {
      if (!tryEvict(onDisk) && !tryWaitForLoop(onDisk, deadlineNanos)) {
        throw new ShortageException("descriptors for files");
      }
    }
  }

  private boolean tryTakeDescriptors(int wanted) {
    synchronized (lock) {
      boolean isRoom = descriptors + wanted <= budget.descriptors();
      descriptors += isRoom ? wanted : 0;
      return isRoom;
    }
  }

  /**
   * Takes octets from the budget of memory.
   *
   * @throws ShortageException if there is no room
   */
  void takeOctets(long wanted) throws ShortageException {
    long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
    while (!tryTakeOctets(wanted)) {
      if (wanted > budget.octets() || !tryWaitForLoop(inMemory, deadlineNanos)) {
        throw new ShortageException("memory for files");
      }
    }
  }

  /** Takes octets if there is room, or room can be made of what nobody sends. */
  boolean tryTakeOctets(long wanted) {
    boolean isTaken = tryTakeRoom(wanted);
    while (!isTaken && wanted <= budget.octets() && tryEvict(inMemory)) {
      isTaken = tryTakeRoom(wanted);
    }
    return isTaken;
  }

  private boolean tryTakeRoom(long wanted) {
    synchronized (lock) {
      boolean isRoom = octets + wanted <= budget.octets();
      octets += isRoom ? wanted : 0;
      return isRoom;
    }
  }

  /**
   * Keeps content, whose octets were taken, in a file in memory if it is large enough for that and
   * there is a descriptor to spare; else on the heap. It is held once, for the caller.
   */
  HeldFile keep(HeldFile.Identity identity, byte[] content) {
    if (content.length < MEMORY_FILE_OCTETS || !tryTakeMemoryFile()) {
      return new HeldFile(this, identity, content);
    }
    FileChannel memory = null;
    HeldFile kept = null;
    try {
      memory = MemoryFile.tryMake(content);
      kept = memory == null ? null : new HeldFile(this, identity, memory, content.length);
    } finally {
      if (kept == null) {
        giveBackMemoryFile();
        if (memory != null) {
          MemoryFile.close(memory);
        }
      }
    }
    return kept == null ? new HeldFile(this, identity, content) : kept;
  }

  private boolean tryTakeMemoryFile() {
    synchronized (lock) {
      boolean isRoom = memoryFiles < budget.memoryFiles() && MemoryFile.isAvailable();
      memoryFiles += isRoom ? 1 : 0;
      return isRoom;
    }
  }

  private void giveBackMemoryFile() {
    synchronized (lock) {
      memoryFiles--;
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
    HeldFile evicted;
    synchronized (lock) {
      evicted = forgetOne(files);
    }
    if (evicted != null) {
      Closings.closeNow(evicted);
    }
    return evicted != null;
  }

  private @Nullable HeldFile forgetOne(Set<HeldFile> files) {
    for (int i = 2 * files.size(); i > 0; i--) {
      Iterator<HeldFile> eldest = files.iterator();
      HeldFile file = eldest.next();
      if (!file.isBusy() && !file.isRecent && file.tryClose()) {
        forget(file);
        return file;
      }
      file.isRecent = false;
      eldest.remove();
      files.add(file);
    }
    return null;
  }

  /** Gives back what was taken for a file, whether it was ever added or not. Under the lock. */
  private void forget(HeldFile file) {
    FileVersion version = file.version();
    if (version != null) {
      versions.remove(version, file);
    }
    kindOf(file).remove(file);
    if (file.isInMemory()) {
      octets -= file.size();
      memoryFiles -= file.isInMemoryFile() ? 1 : 0;
    } else {
      descriptors -= OpenFile.descriptorsOfEach();
    }
    lock.notifyAll();
  }

  /** Asks the loop to break an answer off, and waits a little; false if that was long enough. */
  private boolean tryWaitForLoop(Set<HeldFile> files, long deadlineNanos) {
    Executor loop = sendings.loop();
    if (loop == null || System.nanoTime() - deadlineNanos >= 0) {
      return false;
    }
    synchronized (lock) {
      if (!isLoopAsked) {
        ask(loop, files == inMemory ? freeOctets : freeDescriptors);
      }
      return !isLoopAsked || waitAWhile(); // a loop in a test may be done already
    }
  }

  private void ask(Executor loop, Runnable task) {
    boolean isTaken = false;
    isLoopAsked = true;
    try {
      loop.execute(task);
      isTaken = true;
    } finally {
      isLoopAsked &= isTaken;
    }
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

  private void breakOff(Set<HeldFile> files) {
    try {
      sendings.breakOffGreediest(file -> cost(file, files));
    } finally {
      answerLater();
    }
  }

  /** Behind the closing of what was broken off; or at once, if there is no memory for that. */
  private void answerLater() {
    Executor loop = sendings.loop();
    boolean isTaken = false;
    try {
      if (loop != null) {
        loop.execute(answered);
        isTaken = true;
      }
    } finally {
      if (!isTaken) {
        answered();
      }
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
