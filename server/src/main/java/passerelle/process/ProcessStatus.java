package passerelle.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import passerelle.posix.Libc;
import passerelle.posix.ProcessCalls;

/**
 * What the system says of a process, in Linux's {@code /proc}. Elsewhere nothing is known of any.
 *
 * <p>Immutable.
 *
 * @param isZombie whether it has ended, and nobody has reaped it
 * @param session the process id of the leader of its session; 0 if the process is gone
 */
record ProcessStatus(boolean isZombie, long session) {
  private static final Path ALL = Path.of("/proc");
  private static final int STATE = 0;
  private static final int SESSION = 3;

  /** How often a session is looked at, whose members may start others meanwhile. */
  private static final int ROUNDS = 10;

  /** Reads the fields behind the name in its status. */
  static ProcessStatus of(long pid) {
    String status = text(ALL.resolve(Long.toString(pid)).resolve("stat"));
    String[] fields = status.substring(status.lastIndexOf(')') + 1).strip().split(" ", -1);
    return fields.length <= SESSION
        ? new ProcessStatus(false, 0)
        : new ProcessStatus(fields[STATE].equals("Z"), Long.parseLong(fields[SESSION]));
  }

  /**
   * Sends a signal to those of a session that have left the group of its leader, as the program
   * {@code timeout} does. As long as the leader is not reaped, no other session has its id.
   */
  static void signalSession(int leader, int signal) {
    boolean mayBeMore = true;
    for (int i = 0; i < ROUNDS && mayBeMore; i++) {
      List<Integer> members = members(leader);
      members.forEach(pid -> ProcessCalls.signal(pid, signal));
      mayBeMore = signal == Libc.SIGKILL && !members.isEmpty();
    }
  }

  private static List<Integer> members(int leader) {
    List<Integer> members = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(ALL, "[1-9]*")) {
      for (Path process : all) {
        int pid = Integer.parseInt(String.valueOf(process.getFileName()));
        ProcessStatus status = of(pid);
        if (pid != leader && status.session == leader && !status.isZombie) {
          members.add(pid);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return members; // hidden
    }
    return members;
  }

  /** What a file of /proc says, one character per octet; empty if it is gone or hidden. */
  static String text(@Nullable Path file) {
    try {
      return file == null ? "" : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
