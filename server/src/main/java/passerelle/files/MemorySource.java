package passerelle.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import passerelle.http.FileSource;

/**
 * Content in a file in memory, as one body sees it: nobody changes it, and it is always there.
 *
 * <p>Confined to the loop thread.
 */
final class MemorySource implements FileSource {
  private final FileChannel memory;
  private final Runnable onRelease;

  /**
   * A source of content that is held as long as this is used.
   *
   * @param onRelease run when the body is done with it
   */
  MemorySource(FileChannel memory, Runnable onRelease) {
    this.memory = memory;
    this.onRelease = onRelease;
  }

  @Override
  public FileChannel channel() {
    return memory;
  }

  @Override
  public boolean isResident(long position, long count) {
    return true;
  }

  @Override
  public int readResident(ByteBuffer target, long position, int count) {
    int limit = target.limit();
    target.limit(target.position() + count);
    try {
      return Math.max(0, memory.read(target, position));
    } catch (IOException e) {
      throw new UncheckedIOException("content in memory could not be read", e);
    } finally {
      target.limit(limit);
    }
  }

  @Override
  public void fetch(long position, long count, Runnable whenDone) {
    whenDone.run();
  }

  @Override
  public boolean isUnchanged() {
    return true;
  }

  @Override
  public void release() {
    onRelease.run();
  }
}
