package passerelle.app;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.gateway.Script;
import passerelle.io.OctetPath;
import passerelle.site.Mount;

/**
 * Makes the mounts of a site from what was asked for, or says what is wrong with that.
 *
 * <p>Confined to the thread that starts the server.
 *
 * <p>Immutable.
 */
final class Mounts {
  private static final Logger log = LoggerFactory.getLogger(Mounts.class);

  private Mounts() {}

  /**
   * The mounts of a site, one of which is the root.
   *
   * @param directory the served directory, by the name that was given
   * @throws StartFailure if a folder or a program is missing, or two mounts have one prefix
   */
  static List<Mount> of(Settings settings, Path directory) throws StartFailure {
    Path root = absolute(directory);
    List<Mount> mounts = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (MountSettings wanted : settings.mounts()) {
      if (!seen.add(wanted.prefix())) { // nobody could tell which of them was meant
        throw new StartFailure(
            "URLs under "
                + OctetPath.display(wanted.prefix())
                + " are given away twice: leave one option for them away.");
      }
      mounts.add(mount(wanted, root));
    }
    if (!seen.contains("/")) {
      mounts.add(new Mount("", Mount.Kind.FILES, root));
    }
    for (Mount mount : mounts) {
      if (mount.kind() != Mount.Kind.PROGRAM) {
        checkAccess(mount, settings.files().isListing());
      }
    }
    boolean hasPages = mounts.stream().anyMatch(mount -> mount.kind().hasPages());
    if (hasPages && settings.files().isSinglePage()) {
      checkStartPage(mounts, settings.files().indexNames());
    }
    return mounts;
  }

  /** Without a start page there is nothing to send for what is missing. */
  private static void checkStartPage(List<Mount> mounts, List<String> names) {
    for (Mount mount : mounts) {
      for (String name : mount.kind().hasPages() ? names : List.<String>of()) {
        if (Files.isRegularFile(OctetPath.of(OctetPath.octets(mount.path()) + "/" + name))) {
          return;
        }
      }
    }
    log.warn(
        "--spa has no effect as long as there is no start page: create {} in the directory",
        OctetPath.display(String.join(" or ", names)));
  }

  /** A folder that cannot be entered serves nothing; one that cannot be read is not listed. */
  private static void checkAccess(Mount mount, boolean isListed) throws StartFailure {
    if (!Files.isExecutable(mount.path())) {
      throw closed(mount.path());
    }
    if (isListed && mount.kind() != Mount.Kind.SCRIPTS && !Files.isReadable(mount.path())) {
      String name = OctetPath.display(OctetPath.octets(mount.path()));
      log.warn("{} cannot be listed by this user: chmod +r {}, or --listing off", name, name);
    }
  }

  /** This user may not enter a folder. */
  static StartFailure closed(Path folder) {
    String name = OctetPath.display(OctetPath.octets(folder));
    return new StartFailure(
        "This user may not enter the folder "
            + name
            + ": chmod +rx it and those it lies in, or start the server as its owner.");
  }

  private static Mount mount(MountSettings wanted, Path root) throws StartFailure {
    String prefix = wanted.isRoot() ? "" : wanted.prefix();
    Path path = wanted.path();
    if (path == null) {
      path = wanted.isRoot() ? root : OctetPath.of(OctetPath.octets(root) + prefix);
    }
    Path absolute = absolute(path);
    boolean isProgram = wanted.kind() == Mount.Kind.PROGRAM;
    Path real = real(absolute);
    if (real == null && isDenied(absolute)) {
      throw closed(absolute);
    }
    if (real == null || (isProgram ? !Files.isRegularFile(real) : !Files.isDirectory(real))) {
      throw missing(wanted, absolute);
    }
    Path realRoot = real(root);
    boolean holdsRoot = realRoot != null && realRoot.startsWith(real);
    if (wanted.kind() == Mount.Kind.SCRIPTS && holdsRoot) {
      throw new StartFailure(
          "The folder for the scripts under "
              + OctetPath.display(wanted.prefix())
              + " holds the pages too: name a folder of its own, or use --cgi-mixed.");
    }
    return new Mount(prefix, wanted.kind(), absolute);
  }

  /** The name that is asked for later, since links in it may lead elsewhere then. */
  static Path absolute(Path given) {
    Path path = given.toAbsolutePath();
    boolean goesUp = path.startsWith("..") || path.toString().contains("/..");
    return goesUp ? path : path.normalize(); // behind a link, ".." is not what it seems
  }

  private static @Nullable Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean isDenied(Path path) {
    try {
      path.getFileSystem().provider().checkAccess(path);
      return false;
    } catch (AccessDeniedException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static StartFailure missing(MountSettings wanted, Path path) {
    String name = OctetPath.display(OctetPath.octets(path));
    String prefix = OctetPath.display(wanted.prefix());
    if (Files.exists(path)) {
      return new StartFailure(name + otherwise(wanted.kind(), Files.isDirectory(path)));
    }
    return new StartFailure(
        switch (wanted.kind()) {
          case FILES -> noFolder(name, "files", "--files " + prefix);
          case SCRIPTS -> noFolder(name, "scripts", "--cgi " + prefix);
          case MIXED -> noFolder(name, "pages and scripts", "--cgi-mixed " + prefix);
          case PROGRAM ->
              "There is no program "
                  + name
                  + ": install it, or name another with --cgi-mount "
                  + prefix
                  + "=PROGRAM.";
        });
  }

  /** It is there, but not what the option takes. */
  private static String otherwise(Mount.Kind kind, boolean isFolder) {
    return switch (kind) {
      case FILES -> " is not a folder, which --files takes: name the one that it lies in.";
      case SCRIPTS ->
          " is not a folder of scripts, which --cgi takes: name the one that it lies in, or have"
              + " it answer as a program with --cgi-mount.";
      case MIXED ->
          " is not a folder of pages and scripts, which --cgi-mixed takes: name the one that it lies"
              + " in.";
      case PROGRAM ->
          (isFolder ? " is a folder" : " is no regular file")
              + ", and --cgi-mount takes a program: name one, or have the scripts of a folder run"
              + " with --cgi.";
    };
  }

  private static String noFolder(String name, String content, String option) {
    return "There is no folder "
        + name
        + " for the "
        + content
        + ": create it, or name another with "
        + option
        + "=DIR.";
  }

  /** Says at once of a program that cannot be run why that is, not to its first client. */
  static void checkPrograms(List<Mount> mounts, Gateway gateway) throws StartFailure {
    for (Mount mount : mounts) {
      if (mount.kind() == Mount.Kind.PROGRAM) {
        Path real = real(mount.path());
        String trouble =
            gateway.troubleWith(
                Script.mounted(real == null ? mount.path() : real, mount.prefix(), ""));
        if (trouble != null) {
          throw new StartFailure(
              "The program for "
                  + OctetPath.display(mount.isRoot() ? "/" : mount.prefix())
                  + " cannot be run: "
                  + trouble
                  + ".");
        }
      }
    }
  }
}
