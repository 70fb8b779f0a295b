package passerelle.jar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Writes a film of one picture a second, each in a cluster that a hole makes as long as a real
 * one's (RFC 8794, RFC 9559): hundreds of megabytes that take hardly any room on the disk.
 */
final class WebM {
  private static final int FILLED = 4 * 1024 * 1024;
  private static final int CLUSTER = 0x1F43B675;
  private static final int MILLIS = 1000;

  private WebM() {}

  /** The VP8 key frame inside a WebP picture, given as a data URL. */
  static byte[] frame(String dataUrl) {
    byte[] picture = Base64.getDecoder().decode(dataUrl.substring(dataUrl.indexOf(',') + 1));
    String text = new String(picture, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("VP8 ");
    if (!text.startsWith("RIFF") || at < 0) {
      throw new AssertionError("no lossy WebP: " + dataUrl);
    }
    int length = Integer.reverseBytes(ByteBuffer.wrap(picture).getInt(at + 4));
    return Arrays.copyOfRange(picture, at + 8, at + 8 + length);
  }

  /** Writes a film of these frames, all of one size in pixels. */
  static void write(Path path, int side, List<byte[]> frames) throws IOException {
    byte[] head = head(side, frames.size());
    // Where the clusters begin depends on the length of their index, and not on what it says.
    long begin = (long) head.length + index(0, frames.size()).length;
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(element(0x1A45DFA3, type()));
      file.write(start(0x18538067, begin + (long) frames.size() * FILLED));
      file.write(head);
      file.write(index(begin, frames.size()));
      for (int i = 0; i < frames.size(); i++) {
        byte[] cluster = cluster(i, frames.get(i));
        file.write(cluster);
        long hole = (long) FILLED - cluster.length - start(0xEC, 0).length;
        file.write(start(0xEC, hole));
        file.setLength(file.getFilePointer() + hole);
        file.seek(file.length());
      }
    }
  }

  private static byte[] type() {
    return join(
        number(0x4286, 1),
        number(0x42F7, 1),
        number(0x42F2, 4),
        number(0x42F3, 8),
        element(0x4282, "webm".getBytes(StandardCharsets.US_ASCII)),
        number(0x4287, 2),
        number(0x4285, 2));
  }

  private static byte[] head(int side, int seconds) {
    byte[] duration = ByteBuffer.allocate(8).putDouble(seconds * (double) MILLIS).array();
    byte[] name = "passerelle".getBytes(StandardCharsets.US_ASCII);
    byte[] information =
        join(
            number(0x2AD7B1, 1_000_000),
            element(0x4489, duration),
            element(0x4D80, name),
            element(0x5741, name));
    byte[] track =
        join(
            number(0xD7, 1),
            number(0x73C5, 1),
            number(0x83, 1),
            element(0x86, "V_VP8".getBytes(StandardCharsets.US_ASCII)),
            element(0xE0, join(number(0xB0, side), number(0xBA, side))));
    return join(element(0x1549A966, information), element(0x1654AE6B, element(0xAE, track)));
  }

  /** Where each second begins, counted from the beginning of the segment's content. */
  private static byte[] index(long first, int seconds) {
    ByteArrayOutputStream points = new ByteArrayOutputStream();
    for (int i = 0; i < seconds; i++) {
      byte[] place = join(number(0xF7, 1), number(0xF1, first + (long) i * FILLED));
      byte[] point = join(number(0xB3, (long) i * MILLIS), element(0xB7, place));
      points.writeBytes(element(0xBB, point));
    }
    return element(0x1C53BB6B, points.toByteArray());
  }

  /** A cluster of one block. */
  private static byte[] cluster(int second, byte[] frame) {
    byte[] block = join(new byte[] {(byte) 0x81, 0, 0, (byte) 0x80}, frame);
    return element(CLUSTER, join(number(0xE7, (long) second * MILLIS), element(0xA3, block)));
  }

  private static byte[] number(int id, long value) {
    return element(id, ByteBuffer.allocate(8).putLong(value).array());
  }

  private static byte[] element(int id, byte[] content) {
    return join(start(id, content.length), content);
  }

  /** An element's id and its length, in eight octets. */
  private static byte[] start(int id, long length) {
    int octets = (39 - Integer.numberOfLeadingZeros(id)) / 8;
    ByteBuffer start = ByteBuffer.allocate(octets + 8);
    for (int i = octets - 1; i >= 0; i--) {
      start.put((byte) (id >>> (8 * i)));
    }
    return start.putLong((1L << 56) | length).array();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
