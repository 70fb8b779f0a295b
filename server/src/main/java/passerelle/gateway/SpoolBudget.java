package passerelle.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.http.Status;
import passerelle.io.ClientKey;
import passerelle.io.TemporaryFiles;

/**
 * How much content of requests the server holds, for all of them together. One client has half of
 * it at most; of the disk, the content of one request in any case. The same holds for the disk
 * worker's queue.
 *
 * <p>Safe from any thread.
 */
public final class SpoolBudget {
  /** How many blocks may wait for the disk worker, those of all clients together. */
  public static final int DISK_QUEUE = 1024;

  private final long memoryLimit;
  private final long diskLimit;
  private final long clientDiskLimit;
  private final TemporaryFiles files;
  // Guarded by this:
  private final Map<ClientKey, Usage> clients = new HashMap<>();
  private long memory;
  private long disk;

  /** What one client takes. */
  private static final class Usage {
    private long memory;
    private long disk;
    private int writes;
  }

  /** A budget in octets; one request's content may be as large as is said last. */
  SpoolBudget(long memoryLimit, long diskLimit, long contentLimit) {
    this(memoryLimit, diskLimit, contentLimit, TemporaryFiles.PLAIN);
  }

  private SpoolBudget(long memoryLimit, long diskLimit, long contentLimit, TemporaryFiles files) {
    this.files = files;
    this.memoryLimit = memoryLimit;
    this.diskLimit = diskLimit;
    this.clientDiskLimit = Math.max(diskLimit / 2, contentLimit);
  }

  /**
   * A budget with a limit for temporary files, and an eighth of the largest heap.
   *
   * @param contentLimit how large one request's content may be
   * @param files makes these files
   */
  public static SpoolBudget withDisk(long octets, long contentLimit, TemporaryFiles files) {
    return new SpoolBudget(Runtime.getRuntime().maxMemory() / 8, octets, contentLimit, files);
  }

  /** A new file for content. It may wait for the disk. */
  Path newFile() throws IOException {
    return files.newFile(".content");
  }

  /**
   * Why a request with content would not be taken now: 503 if memory is short, 429 if the client
   * has its half of it; null if it would be taken.
   */
  synchronized @Nullable Status refusal(ClientKey client) {
    if (memory >= memoryLimit) {
      return Status.SERVICE_UNAVAILABLE;
    }
    return hasMemory(client) ? null : Status.TOO_MANY_REQUESTS;
  }

  /** Whether there is memory for more than is in use, for this client. */
  synchronized boolean hasMemory(ClientKey client) {
    Usage usage = clients.get(client);
    return memory < memoryLimit && (usage == null || usage.memory < (memoryLimit + 1) / 2);
  }

  /** Counts octets that were taken, or with a negative number given back. */
  synchronized void takeMemory(ClientKey client, long octets) {
    Usage usage = usage(client);
    usage.memory += octets;
    memory += octets;
    forget(client, usage);
  }

  /**
   * Counts a block of so many octets that goes to a file, and waits for the disk worker until
   * {@link #written}; unless that would be too many.
   */
  synchronized boolean tryTakeDisk(ClientKey client, long octets) {
    Usage usage = usage(client);
    boolean hasRoom =
        disk + octets <= diskLimit
            && usage.disk + octets <= clientDiskLimit
            && usage.writes < DISK_QUEUE / 2;
    if (hasRoom) {
      usage.disk += octets;
      disk += octets;
      usage.writes++;
    }
    forget(client, usage);
    return hasRoom;
  }

  /** One block of a client waits no more. */
  synchronized void written(ClientKey client) {
    Usage usage = usage(client);
    usage.writes--;
    forget(client, usage);
  }

  synchronized void giveBackDisk(ClientKey client, long octets) {
    Usage usage = usage(client);
    usage.disk -= octets;
    disk -= octets;
    forget(client, usage);
  }

  private Usage usage(ClientKey client) {
    return clients.computeIfAbsent(client, key -> new Usage());
  }

  private void forget(ClientKey client, Usage usage) {
    if (usage.memory == 0 && usage.disk == 0 && usage.writes == 0) {
      clients.remove(client);
    }
  }

  /** How much is in use, memory and disk. */
  public synchronized long inUse() {
    return memory + disk;
  }

  /** How many clients have a part in that. */
  synchronized int clients() {
    return clients.size();
  }
}
