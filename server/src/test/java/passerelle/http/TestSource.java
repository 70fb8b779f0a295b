package passerelle.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** A file that is resident as far as a test says, and fetched when the test says so. */
public final class TestSource implements FileSource {
  private final FileChannel channel;
  private final Runnable onRelease;
  private final List<Runnable> fetches = new ArrayList<>();

  /** What was asked to be fetched, as FIRST+LENGTH. */
  public final List<String> fetched = new ArrayList<>();

  /** Everything before this position is resident. */
  public long residentTo = Long.MAX_VALUE;

  /** Whether the file is as it was. */
  public boolean isUnchanged = true;

  /** A source over a channel. */
  public TestSource(FileChannel channel, Runnable onRelease) {
    this.channel = channel;
    this.onRelease = onRelease;
  }

  @Override
  public FileChannel channel() {
    return channel;
  }

  @Override
  public boolean isResident(long position, long count) {
    return position + count <= residentTo;
  }

  @Override
  public int readResident(ByteBuffer target, long position, int count) {
    if (!isResident(position, count)) {
      return 0;
    }
    try {
      int read = channel.read(target.slice(target.position(), count), position);
      target.position(target.position() + read);
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void fetch(long position, long count, Runnable whenDone) {
    fetched.add(position + "+" + count);
    fetches.add(whenDone);
  }

  /** Ends the fetches under way. */
  public void finishFetches() {
    List<Runnable> done = List.copyOf(fetches);
    fetches.clear();
    done.forEach(Runnable::run);
  }

  @Override
  public boolean isUnchanged() {
    return isUnchanged;
  }

  @Override
  public void release() {
    onRelease.run();
  }
}
