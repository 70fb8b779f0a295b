package passerelle.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import passerelle.io.OctetPath;
import passerelle.posix.Libc;
import passerelle.posix.ProcessCalls;

/**
 * Where the process works: not within what it serves. If it crashes, the JVM writes {@code
 * hs_err_pid*.log} there, and the system the memory's content; both would be for all to read.
 *
 * <p>For a process that is a server and nothing else, and when all names that were given are
 * absolute.
 *
 * <p>Immutable.
 */
final class WorkingDirectory {
  /** Options of the JVM that may hold the name of a file, which is then relative to where it is. */
  private static final Pattern MAY_NAME_FILE =
      Pattern.compile("-XX:[A-Za-z]+=[^/0-9].*|-Xlog:.*file=.*");

  private WorkingDirectory() {}

  /**
   * Goes to the folder for temporary files, or to the root, if the working directory is served. It
   * stays where an option of the JVM names a file, where native calls are missing, and where
   * everything is served.
   *
   * @param jvmOptions what the JVM was started with
   */
  static void leave(Settings settings, List<String> jvmOptions) {
    if (!Libc.isAvailable()
        || jvmOptions.stream().anyMatch(o -> MAY_NAME_FILE.matcher(o).matches())) {
      return;
    }
    try {
      List<Path> served = served(settings);
      if (!isWithin(RawProcess.path("."), served)) {
        return;
      }
      for (String name : List.of(System.getProperty("java.io.tmpdir", "/tmp"), "/")) {
        Path folder = RawProcess.path(name);
        if (!isWithin(folder, served) && ProcessCalls.changeDirectory(OctetPath.octets(folder))) {
          return;
        }
      }
    } catch (IOException e) {
      return; // what is not there any more serves nobody
    }
  }

  private static List<Path> served(Settings settings) throws IOException {
    List<Path> served = new ArrayList<>(List.of(settings.directory().toRealPath()));
    for (MountSettings mount : settings.mounts()) {
      Path path = mount.path();
      if (path != null) {
        served.add(path.toRealPath());
      }
    }
    return served;
  }

  private static boolean isWithin(Path folder, List<Path> served) throws IOException {
    Path real = folder.toRealPath();
    return served.stream().anyMatch(real::startsWith);
  }
}
