package passerelle.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import passerelle.posix.OpenFile;

/**
 * Compresses what is held of a file, block by block, so that no copy of it has to fit into memory.
 *
 * <p>Safe from any thread.
 */
final class GzipCoder {
  private static final int BLOCK_OCTETS = 16 * 1024;

  private GzipCoder() {}

  /** What was compressed, in blocks; it stops when it has become as large as what it is made of. */
  private static final class Blocks extends OutputStream {
    private final List<byte[]> full = new ArrayList<>();
    private final long limit;
    private byte[] block = new byte[BLOCK_OCTETS];
    private int used;
    private long total;

    Blocks(long limit) {
      this.limit = limit;
    }

    boolean isFull() {
      return total >= limit;
    }

    @Override
    public void write(int octet) {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int length) {
      total += length;
      int at = from;
      int rest = isFull() ? 0 : length;
      while (rest > 0) {
        if (used == block.length) {
          full.add(block);
          block = new byte[BLOCK_OCTETS];
          used = 0;
        }
        int count = Math.min(rest, block.length - used);
        System.arraycopy(octets, at, block, used, count);
        used += count;
        at += count;
        rest -= count;
      }
    }

    byte[] toArray() {
      byte[] all = new byte[full.size() * BLOCK_OCTETS + used];
      int at = 0;
      for (byte[] each : full) {
        System.arraycopy(each, 0, all, at, BLOCK_OCTETS);
        at += BLOCK_OCTETS;
      }
      System.arraycopy(block, 0, all, at, used);
      return all;
    }
  }

  /**
   * The content of a file, which the caller holds, in the gzip coding; null if that would not make
   * it smaller.
   *
   * @throws IOException if the file has changed, or cannot be read
   */
  static byte @Nullable [] compress(HeldFile file) throws IOException {
    Blocks blocks = new Blocks(file.size());
    try (GZIPOutputStream gzip = new GZIPOutputStream(blocks, BLOCK_OCTETS)) {
      if (file.isInMemory()) {
        ByteBuffer content = file.content();
        gzip.write(content.array(), content.arrayOffset(), content.limit());
      } else {
        copy(file.open(), file.size(), gzip, blocks);
      }
    }
    return blocks.isFull() ? null : blocks.toArray();
  }

  private static void copy(OpenFile open, long size, OutputStream gzip, Blocks blocks)
      throws IOException {
    FileChannel channel = open.channel();
    ByteBuffer block = ByteBuffer.allocate(BLOCK_OCTETS);
    long at = 0;
    while (at < size && !blocks.isFull()) {
      int count = channel.read(block.clear().limit((int) Math.min(BLOCK_OCTETS, size - at)), at);
      if (count <= 0) {
        throw new IOException("the file became shorter while it was compressed");
      }
      gzip.write(block.array(), 0, count);
      at += count;
    }
    if (!open.isUnchanged()) {
      throw new IOException("the file was changed while it was compressed");
    }
  }
}
