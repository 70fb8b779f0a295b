package passerelle.posix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that lies in memory, and has no name: {@code memfd_create} (Linux). A socket takes its
 * pages as they are, where octets of a buffer would be copied.
 *
 * <p>What was made of it is never changed, and its memory is not used for anything else before all
 * sockets are done with it: the kernel counts who refers to a page. So it may be closed while what
 * was sent from it has not arrived.
 *
 * <p>Safe from any thread.
 */
public final class MemoryFile {
  private MemoryFile() {}

  /** Whether there is such a thing here. */
  public static boolean isAvailable() {
    return NativeFile.isAvailable() && Libc.isAvailable();
  }

  /**
   * A file of these octets, by one descriptor, which the caller closes; null if descriptors or
   * memory are short.
   */
  public static @Nullable FileChannel tryMake(byte[] octets) {
    try {
      int descriptor = Descriptor.ofMemory(ByteBuffer.wrap(octets));
      try {
        return FileChannel.open(NativeFile.link(descriptor), StandardOpenOption.READ);
      } finally {
        Descriptor.close(descriptor); // the channel has one of its own
      }
    } catch (IOException e) {
      return null;
    }
  }

  /** Closes what {@link #tryMake} has made. */
  public static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("a file in memory could not be closed", e);
    }
  }
}
