package passerelle.files;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.FieldBlock;
import passerelle.io.OctetPath;
import passerelle.posix.OpenFile;

/**
 * Opens files and reads the small ones, so that each becomes one consistent version; what the store
 * holds already is neither opened nor read nor compressed again, by whatever path it was reached.
 *
 * <p>Safe from any thread.
 */
public final class FileLoader {
  private static final Logger log = LoggerFactory.getLogger(FileLoader.class);

  /**
   * Files up to this size are kept in memory; larger ones go zero-copy from the open file (decision
   * D8), which is asked whether it changed.
   */
  private static final int INLINE_OCTETS = 64 * 1024;

  /** How often a file is read that changes while it is being read. */
  private static final int ATTEMPTS = 3;

  private final MediaTypes types;
  private final FileSettings settings;
  private final FileStore store;
  private final QuietFiles files;
  private final FieldBlock common;
  private final FieldBlock negotiable;

  /** A loader of files that a store holds. */
  public FileLoader(MediaTypes types, FileSettings settings, FileStore store) {
    this(types, settings, store, new QuietFiles(store));
  }

  FileLoader(MediaTypes types, FileSettings settings, FileStore store, QuietFiles files) {
    this.types = types;
    this.settings = settings;
    this.store = store;
    this.files = files;
    this.common =
        (settings.cacheControl().isEmpty()
                ? FieldBlock.EMPTY
                : FieldBlock.of("Cache-Control", settings.cacheControl()))
            .with(settings.isCrossOrigin() ? CrossOrigin.FIELDS : FieldBlock.EMPTY);
    this.negotiable = common.with("Vary", "Accept-Encoding");
  }

  /**
   * Loads what was found, in all codings there are; the files are held.
   *
   * @param known what was found by the same path before, if anything
   * @param wantsGzip whether to compress it, if it is worth it and no file holds it compressed
   * @throws IOException if it cannot be opened or read, or changes all the time
   */
  public Resource load(Target target, @Nullable Resource known, boolean wantsGzip)
      throws IOException {
    @Nullable CachedFile[] loaded = new @Nullable CachedFile[Coding.values().length];
    boolean isLoaded = false;
    try {
      Load reading = new Load(known == null ? null : known.in(Coding.IDENTITY));
      CachedFile plain = reading.loadPlain(target);
      loaded[Resource.number(Coding.IDENTITY)] = plain;
      for (Map.Entry<Coding, Located> sibling : target.siblings().entrySet()) {
        Coding coding = sibling.getKey();
        loaded[Resource.number(coding)] = reading.load(sibling.getValue(), coding);
      }
      if (reading.canGzip && wantsGzip) {
        loaded[Resource.number(Coding.GZIP)] = reading.gzip(target.path(), plain);
      }
      boolean isGzipDue = reading.canGzip && !wantsGzip;
      Resource resource =
          new Resource(loaded, isGzipDue, reading.isNegotiable(), reading.isSettled);
      isLoaded = true;
      return resource;
    } finally {
      if (!isLoaded) {
        release(loaded);
      }
    }
  }

  /** Whether what was loaded is still what the disk holds, and says what it is to say by now. */
  public boolean isCurrent(Resource known, Target target) {
    return known.isSameAs(target, files.nowNanos());
  }

  /** Loads one file as it is, in no other coding; it is held. */
  public CachedFile loadPlain(Located found) throws IOException {
    Load reading = new Load(null);
    return reading.describe(found.path(), reading.hold(found), type -> common);
  }

  private static void release(@Nullable CachedFile[] loaded) {
    for (CachedFile file : loaded) {
      if (file != null) {
        file.release();
      }
    }
  }

  private boolean canGzip(Target target, ContentType type) {
    long size = target.attributes().size();
    return type.isCompressible()
        && target.sibling(Coding.GZIP) == null
        && size >= settings.leastGzip()
        && size <= settings.mostGzip();
  }

  /** One reading of a resource's files. */
  private final class Load {
    private final @Nullable CachedFile before;
    private final QuietFiles.Allowance allowance = new QuietFiles.Allowance();

    /** Whether any later change of the files will show in their attributes. */
    private boolean isSettled = true;

    /** Whether a gzip coding can be made; the plain file says so. */
    private boolean canGzip;

    /** What the plain file says of all codings. */
    private String type = MediaTypes.OTHERWISE;

    private FieldBlock more = common;

    Load(@Nullable CachedFile before) {
      this.before = before;
    }

    boolean isNegotiable() {
      return more == negotiable;
    }

    /** The file as it is, before all others: what it is decides which codings there may be. */
    CachedFile loadPlain(Target target) throws IOException {
      HeldFile held = hold(target.file());
      return describe(
          target.path(),
          held,
          found -> {
            canGzip = canGzip(target, found);
            return canGzip || !target.siblings().isEmpty() ? negotiable : common;
          });
    }

    /** A held file by what its name and its content say; if that fails, it is released. */
    CachedFile describe(Path path, HeldFile held, Function<ContentType, FieldBlock> fields)
        throws IOException {
      ContentType found = null;
      try {
        found = types.of(OctetPath.lastName(path), held);
        type = found.value();
        more = fields.apply(found);
      } finally {
        if (found == null) {
          held.release();
        }
      }
      return face(path, held, found.coding());
    }

    CachedFile load(Located found, Coding coding) throws IOException {
      return face(found.path(), hold(found), coding);
    }

    HeldFile hold(Located found) throws IOException {
      BasicFileAttributes attributes = found.attributes();
      HeldFile held = store.hold(FileVersion.of(attributes, false));
      return held == null ? open(found.path(), attributes.fileKey()) : held;
    }

    /** A held file as this path and this coding show it; if that fails, it is released. */
    private CachedFile face(Path path, HeldFile held, Coding coding) {
      CachedFile face = null;
      try {
        face = make(path, held, coding);
        return face;
      } finally {
        if (face == null) {
          held.release();
        }
      }
    }

    private CachedFile make(Path path, HeldFile held, Coding coding) {
      isSettled &= held.isSettled();
      FileFields fields = held.fields(type, coding, more, files.nowNanos());
      return new CachedFile(path, fields, store, held);
    }

    private HeldFile open(Path path, @Nullable Object fileKey) throws IOException {
      boolean mayWait = !isGrowing(fileKey);
      for (int i = 0; i < ATTEMPTS; i++) {
        HeldFile file = tryOpen(path, mayWait, i > 0);
        if (file != null) {
          return file;
        }
      }
      throw new IOException("it changes while it is read, time and again");
    }

    /** Whether it is the file from before with more at its end: a log is always being written. */
    private boolean isGrowing(@Nullable Object fileKey) {
      if (before == null
          || !Objects.equals(fileKey, before.held().attributes().fileKey())
          || !before.tryHold()) {
        return false;
      }
      try {
        return before.hasOnlyGrown();
      } finally {
        before.release();
      }
    }

    /**
     * Whether the file has another size than before and the same date: the system shows a change of
     * the size a moment before that of the date.
     */
    private boolean isHalfChanged(BasicFileAttributes now) {
      BasicFileAttributes then = before == null ? null : before.held().attributes();
      return then != null
          && Objects.equals(then.fileKey(), now.fileKey())
          && then.lastModifiedTime().equals(now.lastModifiedTime())
          && then.size() != now.size();
    }

    /** Null if the file changed meanwhile. */
    private @Nullable HeldFile tryOpen(Path path, boolean mayWait, boolean isAgain)
        throws IOException {
      OpenFile open = files.open(path);
      boolean isKept = false;
      try {
        BasicFileAttributes attributes = open.attributes();
        // A small file is read at once, and whole; an empty one may be about to be written.
        boolean isAtRisk = isAgain || attributes.size() > INLINE_OCTETS || attributes.size() == 0;
        boolean isChanging = files.isBeingWritten(attributes) || isHalfChanged(attributes);
        if (mayWait && isAtRisk && isChanging) {
          open = files.whenQuiet(path, open, allowance);
          attributes = open.attributes();
        }
        HeldFile held = store.hold(FileVersion.of(attributes, false));
        if (held != null) {
          return held;
        }
        if (attributes.size() <= INLINE_OCTETS) {
          return read(open);
        }
        HeldFile fresh = new HeldFile(store, identityOf(open), open);
        store.takeDescriptors();
        isKept = true; // from now on all of it is given back with the held file
        return store.share(fresh);
      } finally {
        if (!isKept) {
          close(open);
        }
      }
    }

    /** What was read of it, or is held already, is good whatever becomes of this. */
    private void close(OpenFile open) {
      try {
        open.close();
      } catch (IOException e) {
        log.debug("closing a file", e);
      }
    }

    private @Nullable HeldFile read(OpenFile open) throws IOException {
      BasicFileAttributes attributes = open.attributes();
      FileVersion version = settled(attributes, files.nowNanos());
      store.takeOctets(attributes.size());
      HeldFile fresh = null;
      try {
        byte[] content = open.readWhole();
        fresh = content == null ? null : inMemory(attributes, version, content);
      } finally {
        if (fresh == null) {
          store.giveBackOctets(attributes.size());
        }
      }
      return fresh == null ? null : store.share(fresh);
    }

    /** What stands for octets that were taken; they are given back with it. */
    private HeldFile inMemory(
        BasicFileAttributes attributes, @Nullable FileVersion version, byte[] content) {
      Validators.Fingerprint fingerprint = Validators.Fingerprint.whole(content, files.nowNanos());
      HeldFile.Identity identity = new HeldFile.Identity(version, attributes, fingerprint);
      return store.keep(identity, content);
    }

    private HeldFile.Identity identityOf(OpenFile open) {
      BasicFileAttributes attributes = open.attributes();
      long nowNanos = files.nowNanos();
      Validators.Fingerprint fingerprint = Validators.Fingerprint.ends(open.ends(), nowNanos);
      return new HeldFile.Identity(settled(attributes, nowNanos), attributes, fingerprint);
    }

    /** The version, by which others find it; null if it may still change unseen. */
    private @Nullable FileVersion settled(BasicFileAttributes attributes, long nowNanos) {
      return Validators.isSettled(attributes, nowNanos) ? FileVersion.of(attributes, false) : null;
    }

    /** The plain file, compressed; null if that would not make it smaller, or cannot be now. */
    private @Nullable CachedFile gzip(Path path, CachedFile plain) throws IOException {
      HeldFile source = plain.held();
      if (source.size() > settings.mostGzip()) {
        isSettled = false; // next time, perhaps
        return null;
      }
      FileVersion version = source.isSettled() ? FileVersion.of(source.attributes(), true) : null;
      HeldFile made = store.hold(version);
      boolean isMaking = made == null && version != null && store.makings().tryBegin(version);
      try {
        made = made == null ? store.hold(version) : made;
        made = made == null ? compress(source, version) : made;
      } finally {
        if (isMaking) {
          store.makings().end(Objects.requireNonNull(version));
        }
      }
      return made == null ? null : face(path, made, Coding.GZIP);
    }

    private @Nullable HeldFile compress(HeldFile source, @Nullable FileVersion version) {
      if (source.isIncompressible) {
        return null;
      }
      if (!store.tryTakeOctets(source.size())) {
        isSettled = false; // it is sent as it is, while memory is short
        return null;
      }
      long taken = source.size();
      try {
        byte[] compressed = GzipCoder.compress(source);
        if (compressed == null) {
          source.isIncompressible = true;
          return null;
        }
        store.giveBackOctets(taken - compressed.length);
        taken = compressed.length;
        HeldFile made = inMemory(source.attributes(), version, compressed);
        taken = 0;
        return store.share(made);
      } catch (IOException e) {
        log.debug("a file is not compressed this time", e);
        isSettled = false;
        return null;
      } finally {
        store.giveBackOctets(taken);
      }
    }
  }
}
