package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Memory that descriptors are read into.
 *
 * <p>Confined to one worker.
 */
public final class ReadBuffer implements AutoCloseable {
  private static final byte[] NOTHING_MORE = new byte[0];

  private final Memory memory;

  /** A buffer for so many octets at once. */
  public ReadBuffer(int octets) {
    memory = new Memory(octets);
  }

  /** Reads what there is: null if there is nothing now, empty at the end. */
  public byte @Nullable [] read(int descriptor) throws IOException {
    long count = Libc.read(descriptor, memory, memory.size());
    if (count < 0) {
      int problem = Native.getLastError();
      if (problem != Libc.EINTR && problem != Libc.EAGAIN) {
        Libc.check(problem, "read");
      }
      return null;
    }
    return count == 0 ? NOTHING_MORE : memory.getByteArray(0, (int) count);
  }

  @Override
  public void close() {
    memory.close();
  }
}
