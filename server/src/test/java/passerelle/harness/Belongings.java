package passerelle.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the tests' process has that could stay: its threads, the processes below it, the files in
 * its temporary folder, the ports that it listens on.
 *
 * <p>Immutable.
 */
final class Belongings {
  /** Threads of the JVM and of libraries, which keep them for later work. */
  private static final Pattern THEIRS =
      Pattern.compile(
          "process reaper.*|ForkJoinPool\\.commonPool-.*|Common-Cleaner|JNA Cleaner|HttpClient-.*"
              + "|Attach Listener|junit-.*|surefire-.*|awaitility-.*|Keep-Alive-.*");

  /** What JNA keeps if the account has no home, and Jazzer until the JVM ends. */
  private static final Pattern NATIVE = Pattern.compile("jna-.*|jazzer.*|byteBuddyAgent.*");

  private static final Pattern SOCKET = Pattern.compile("socket:\\[([0-9]+)\\]");
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;
  private static final String LISTENS = "0A";

  private Belongings() {}

  /** A line for each. */
  static Set<String> now() {
    Set<String> all = new TreeSet<>();
    try {
      addThreads(all);
      addProcesses(all);
      addFiles(all);
      addPorts(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static void addThreads(Set<String> all) {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (!THEIRS.matcher(thread.getName()).matches()) {
        all.add("thread " + thread.getName() + " (" + thread.getId() + ")");
      }
    }
  }

  private static void addProcesses(Set<String> all) {
    ProcessHandle.current()
        .descendants()
        .forEach(
            process ->
                all.add(
                    "process "
                        + process.pid()
                        + " "
                        + process.info().commandLine().orElse("(a zombie, or hidden)")));
  }

  private static void addFiles(Set<String> all) throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!NATIVE.matcher(String.valueOf(file.getFileName())).matches()) {
          all.add("file " + file);
        }
      }
    }
  }

  /** As Linux tells; elsewhere nothing is found. */
  private static void addPorts(Set<String> all) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return;
    }
    Set<String> sockets = new TreeSet<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
      for (Path link : links) {
        Matcher socket = SOCKET.matcher(target(link));
        if (socket.matches()) {
          sockets.add(socket.group(1));
        }
      }
    }
    for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
      if (Files.exists(Path.of(table))) {
        addPorts(all, sockets, Files.readAllLines(Path.of(table)));
      }
    }
  }

  private static void addPorts(Set<String> all, Set<String> sockets, List<String> table) {
    for (String line : table.subList(1, table.size())) {
      String[] fields = line.strip().split(" +", -1);
      if (fields[STATE].equals(LISTENS) && sockets.contains(fields[INODE])) {
        String port = fields[LOCAL_ADDRESS].substring(fields[LOCAL_ADDRESS].indexOf(':') + 1);
        all.add("listening port " + Integer.parseInt(port, 16));
      }
    }
  }

  private static String target(Path link) throws IOException {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (NoSuchFileException e) {
      return ""; // it has been closed meanwhile
    }
  }
}
