package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;

/**
 * A descriptor that is ready when somebody has called: it ends the wait of a thread that polls it
 * ({@code eventfd}).
 *
 * <p>Whoever closes it sees to it that nobody calls any more.
 *
 * <p>Safe from any thread.
 */
public final class WakeUp implements AutoCloseable {
  private static final long OCTETS = 8;

  private final int descriptor;

  /** What is written; nobody changes it. */
  private final Memory one = new Memory(OCTETS);

  /** What was read; nobody looks at it. */
  private final Memory counter = new Memory(OCTETS);

  private WakeUp(int descriptor) {
    this.descriptor = descriptor;
    one.setLong(0, 1);
  }

  /**
   * Opens one, which is not ready.
   *
   * @throws IOException if the process is out of descriptors
   */
  public static WakeUp open() throws IOException {
    int descriptor = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
    if (descriptor < 0) {
      Libc.check(Native.getLastError(), "eventfd");
    }
    return new WakeUp(descriptor);
  }

  /** The descriptor to poll. */
  public int descriptor() {
    return descriptor;
  }

  /** It is ready from now on. Allocates nothing. */
  public void call() {
    Libc.write(descriptor, one, OCTETS);
  }

  /** It is not ready any more, until the next call. Does not wait. */
  public void clear() {
    Libc.read(descriptor, counter, OCTETS);
  }

  @Override
  public void close() {
    Libc.close(descriptor);
    one.close();
    counter.close();
  }
}
