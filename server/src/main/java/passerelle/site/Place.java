package passerelle.site;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import passerelle.files.FileSettings;
import passerelle.gateway.Script;
import passerelle.http.RequestTarget;
import passerelle.posix.OpenFile;
import passerelle.site.Anchor.Base;

/**
 * A mount at work.
 *
 * <p>Safe from any thread.
 */
final class Place {
  private final Mount mount;
  private final @Nullable Folder folder;
  private final @Nullable Anchor program;

  /**
   * Takes a mount into service.
   *
   * @param nanoClock monotonic, for any thread
   * @throws IOException if its folder or its program does not exist
   */
  Place(Mount mount, FileSettings settings, LongSupplier nanoClock) throws IOException {
    this.mount = mount;
    if (mount.kind() == Mount.Kind.PROGRAM) {
      this.folder = null;
      this.program = new Anchor(mount.path(), nanoClock);
    } else {
      this.folder = new Folder(mount, settings, nanoClock);
      this.program = null;
    }
  }

  /** What it stands for. */
  Mount mount() {
    return mount;
  }

  /** Its folder; only if it is no program. */
  Folder folder() {
    if (folder == null) {
      throw new IllegalStateException("a program has no folder");
    }
    return folder;
  }

  /** Where its folder or its program was when the disk was asked last. Never waits. */
  Base known() {
    return anchor().known();
  }

  /** Whether the disk was not asked for it within the last second. Never waits. */
  boolean isStale() {
    return anchor().fresh() == null;
  }

  /** Asks the disk where it is. On a worker. */
  void refresh() {
    anchor().base();
  }

  private Anchor anchor() {
    return program == null ? folder().anchor() : program;
  }

  /** The part of a decoded path behind the prefix. */
  String rest(String names) {
    return names.substring(mount.prefix().length());
  }

  /**
   * Whether nothing is there for the part of a path behind the prefix, as far as that can be told
   * without waiting for the disk. Where there are scripts, one may stand in the middle of a path.
   */
  boolean isSurelyMissing(String rest) {
    if (program != null) {
      return false;
    }
    int slash = rest.indexOf(RequestTarget.ENCODED_SLASH);
    if (mount.kind() == Mount.Kind.FILES) {
      return slash >= 0 || folder().isHidden(rest) || folder().isSurelyMissing(rest);
    }
    String names = slash < 0 ? rest : rest.substring(0, rest.lastIndexOf('/', slash));
    return folder().isSurelyMissing(names);
  }

  /** Where its program is now, for a look that comes from a request. On a worker. */
  Base baseNow() {
    return program == null ? folder().base() : program.baseNow();
  }

  /**
   * The program, if it is known where that is and the system does not know it to be gone; null if a
   * worker has to look. Never waits.
   */
  @Nullable Base knownProgram() {
    Base base = program == null ? null : program.fresh();
    return base == null || OpenFile.isSurelyMissing(base.octets()) ? null : base;
  }

  /**
   * The program, for the part of a path behind the prefix; null if that leads out of the program's
   * space.
   */
  @Nullable Script script(Base base, String rest) {
    String pathInfo = pathInfo(rest);
    return pathInfo == null ? null : Script.mounted(base.path(), mount.prefix(), pathInfo);
  }

  /** What PATH_INFO says of the rest of a path; null if its dot segments lead out of it. */
  static @Nullable String pathInfo(String rest) {
    if (rest.indexOf(RequestTarget.ENCODED_SLASH) < 0) {
      return rest;
    }
    return RequestTarget.withoutDotSegments(rest.replace(RequestTarget.ENCODED_SLASH, '/'));
  }
}
