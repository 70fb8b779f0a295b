package passerelle.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import passerelle.http.FieldBlock;
import passerelle.posix.OpenFile;

/**
 * Opens files and reads the small ones, so that each becomes one consistent version.
 *
 * <p>Safe from any thread.
 */
public final class FileLoader {
  /**
   * Files up to this size are kept in memory and leave with their head in one write; larger ones go
   * zero-copy from the open file (decision D8).
   */
  private static final int INLINE_OCTETS = 64 * 1024;

  /** How often a file is read that changes while it is being read. */
  private static final int ATTEMPTS = 3;

  private static final int DEFLATER_OCTETS = 16 * 1024;

  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** The clock of a file system ticks this often, or once in two seconds where it is coarse. */
  private static final long TICK_NANOS = 20 * MILLI;

  private static final long COARSE_TICK_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final MediaTypes types;
  private final FileSettings settings;
  private final FieldBlock common;

  public FileLoader(MediaTypes types, FileSettings settings) {
    this.types = types;
    this.settings = settings;
    this.common =
        (settings.cacheControl().isEmpty()
                ? FieldBlock.EMPTY
                : FieldBlock.of("Cache-Control", settings.cacheControl()))
            .with(settings.isCrossOrigin() ? CrossOrigin.FIELDS : FieldBlock.EMPTY);
  }

  /**
   * Loads what was found, in all codings there are.
   *
   * @param wantsGzip whether to compress it, if it is worth it and no file holds it compressed
   * @throws IOException if it cannot be opened or read, or changes all the time
   */
  public Resource load(Target target, boolean wantsGzip) throws IOException {
    @Nullable CachedFile[] files = new @Nullable CachedFile[Coding.values().length];
    boolean isLoaded = false;
    try {
      Path path = target.path();
      boolean canGzip = target.sibling(Coding.GZIP) == null && canGzip(path, target.attributes());
      boolean isNegotiable = canGzip || !target.siblings().isEmpty();
      String type = types.of(Objects.toString(path.getFileName(), ""));
      Reading reading = new Reading(type, isNegotiable);
      CachedFile plain = reading.open(path, Coding.IDENTITY);
      files[Resource.number(Coding.IDENTITY)] = plain;
      for (Map.Entry<Coding, Located> sibling : target.siblings().entrySet()) {
        Path siblingPath = sibling.getValue().path();
        Coding coding = sibling.getKey();
        files[Resource.number(coding)] = reading.open(siblingPath, coding);
      }
      if (canGzip && wantsGzip) {
        files[Resource.number(Coding.GZIP)] = reading.gzip(path, plain);
      }
      boolean isGzipDue = canGzip && !wantsGzip;
      Resource resource = new Resource(files, isGzipDue, isNegotiable, reading.isSettled);
      isLoaded = true;
      return resource;
    } finally {
      if (!isLoaded) {
        retire(files);
      }
    }
  }

  /** Loads one file as it is, in no other coding. */
  public CachedFile loadPlain(Path path) throws IOException {
    String type = types.of(Objects.toString(path.getFileName(), ""));
    return new Reading(type, false).open(path, Coding.IDENTITY);
  }

  private static void retire(@Nullable CachedFile[] files) {
    for (CachedFile file : files) {
      if (file != null) {
        file.retire();
      }
    }
  }

  private boolean canGzip(Path path, BasicFileAttributes attributes) {
    return attributes.size() >= settings.leastGzip()
        && attributes.size() <= settings.mostGzip()
        && types.isCompressible(Objects.toString(path.getFileName(), ""));
  }

  /** One reading of a resource's files. */
  private final class Reading {
    private final String type;
    private final FieldBlock more;

    /** Whether any later change of the files will show in their attributes. */
    private boolean isSettled = true;

    Reading(String type, boolean isNegotiable) {
      this.type = type;
      this.more = isNegotiable ? common.with("Vary", "Accept-Encoding") : common;
    }

    CachedFile open(Path path, Coding coding) throws IOException {
      for (int i = 0; i < ATTEMPTS; i++) {
        CachedFile file = tryOpen(path, coding);
        if (file != null) {
          return file;
        }
      }
      throw new IOException("it changes while it is read, time and again");
    }

    /** Null if the file changed meanwhile. */
    private @Nullable CachedFile tryOpen(Path path, Coding coding) throws IOException {
      long nowNanos = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
      OpenFile open = OpenFile.open(path);
      boolean isKept = false;
      try {
        BasicFileAttributes attributes = open.attributes();
        boolean isOld = isOlderThanTick(attributes, nowNanos);
        isSettled &= isOld;
        String tag = tag(attributes);
        if (attributes.size() > INLINE_OCTETS) {
          isKept = true;
          // What may still change unnoticed is no strong validator (RFC 9110 §8.8.1).
          String whole =
              isOld
                  ? quoted(tag, coding)
                  : "W/" + quoted(tag + '-' + Long.toHexString(nowNanos), coding);
          return new CachedFile(path, open, fields(whole, attributes, coding));
        }
        byte[] content = open.readWhole();
        if (content == null) {
          return null;
        }
        String whole = quoted(tag + '-' + sum(content), coding);
        return new CachedFile(
            path, attributes, fields(whole, attributes, coding), ByteBuffer.wrap(content));
      } finally {
        if (!isKept) {
          open.close();
        }
      }
    }

    private FileFields fields(String tag, BasicFileAttributes attributes, Coding coding) {
      // A date in the future is not a valid validator (RFC 9110 §8.8.2.1).
      long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
      long modified = Math.min(attributes.lastModifiedTime().to(TimeUnit.SECONDS), now);
      return new FileFields(tag, modified, type, coding, more);
    }

    /** The plain file, compressed; null if that would not make it smaller, or it changed. */
    private @Nullable CachedFile gzip(Path path, CachedFile plain) throws IOException {
      byte[] content = plain.size() > settings.mostGzip() ? null : plain.copy();
      if (content == null) {
        isSettled = false; // next time, perhaps
        return null;
      }
      ByteArrayOutputStream octets = new ByteArrayOutputStream(content.length / 3 + 64);
      try (GZIPOutputStream gzip = new GZIPOutputStream(octets, DEFLATER_OCTETS)) {
        gzip.write(content);
      }
      byte[] compressed = octets.toByteArray();
      if (compressed.length >= content.length) {
        return null;
      }
      // Another release of the compressor may write other octets.
      String tag = quoted(tag(plain.attributes()) + '-' + sum(compressed), Coding.GZIP);
      FileFields fields = fields(tag, plain.attributes(), Coding.GZIP);
      return new CachedFile(path, plain.attributes(), fields, ByteBuffer.wrap(compressed));
    }
  }

  private static boolean isOlderThanTick(BasicFileAttributes attributes, long nowNanos) {
    long modified = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    boolean isCoarse = modified % TimeUnit.SECONDS.toNanos(1) == 0;
    return Math.abs(nowNanos - modified) > (isCoarse ? COARSE_TICK_NANOS : TICK_NANOS);
  }

  /** Date, size and inode, so that a file replaced within one tick of the clock differs too. */
  private static String tag(BasicFileAttributes attributes) {
    Object key = attributes.fileKey();
    return Long.toHexString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))
        + '-'
        + Long.toHexString(attributes.size())
        + '-'
        + (key == null ? "0" : Integer.toHexString(key.hashCode()));
  }

  private static String quoted(String tag, Coding coding) {
    return coding == Coding.IDENTITY ? '"' + tag + '"' : '"' + tag + '-' + coding.token() + '"';
  }

  private static String sum(byte[] content) {
    CRC32C sum = new CRC32C();
    sum.update(content, 0, content.length);
    return Long.toHexString(sum.getValue());
  }
}
