package passerelle.app;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import passerelle.gateway.RunListener;
import passerelle.http.ExchangeListener;
import passerelle.io.OctetPath;
import passerelle.ops.AccessLog;
import passerelle.ops.LogTarget;
import passerelle.ops.RunLog;
import passerelle.posix.PlainOpening;
import passerelle.reactor.LoopClock;

/**
 * The logs that the settings ask for: one of all exchanges, one of all runs of scripts.
 *
 * <p>Confined to the loop thread.
 */
final class Logs {
  private final Settings settings;
  private final LoopClock clock;
  private @Nullable AccessLog accessLog;
  private @Nullable RunLog runLog;

  /** No logs yet. */
  Logs(Settings settings, LoopClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Opens them. */
  void open() throws IOException {
    String access = settings.accessLog();
    String runs = settings.scripts().log();
    if (access != null) {
      accessLog =
          new AccessLog(
              target(access, "access log", "--access-log"),
              clock::epochMillis,
              ZoneId.systemDefault());
    }
    if (runs != null) {
      runLog =
          new RunLog(
              target(runs, "log of scripts' runs", "--cgi-log"),
              clock::epochMillis,
              ZoneId.systemDefault());
    }
  }

  /** Opens them anew, for their files may have been moved away. From any thread. */
  void reopen() {
    if (accessLog != null) {
      accessLog.reopen();
    }
    if (runLog != null) {
      runLog.reopen();
    }
  }

  private static LogTarget target(String given, String log, String option) throws IOException {
    if (given.equals("-")) {
      return Logs::standardOutput;
    }
    Path path = RawProcess.path(given); // once, for the working directory may change
    return () -> {
      try {
        return PlainOpening.append(path);
      } catch (IOException e) {
        throw new StartFailure(
            "Cannot write the "
                + log
                + " "
                + OctetPath.display(given)
                + ": "
                + remedy(e)
                + " choose another "
                + option
                + ".");
      }
    };
  }

  private static String remedy(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "create its folder, or";
    }
    if (failure instanceof AccessDeniedException) {
      return "let this user write there, or";
    }
    String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
    return (reason == null ? failure.toString() : reason) + ";";
  }

  /** Standard output, which stays open when the log is closed. */
  private static OutputStream standardOutput() {
    return new FilterOutputStream(System.out) {
      @Override
      public void write(byte[] octets, int from, int length) throws IOException {
        out.write(octets, from, length);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  /** Hears of exchanges, once the logs are open. */
  ExchangeListener exchanges() {
    return accessLog == null ? ExchangeListener.NONE : accessLog;
  }

  /** Hears of runs, from when the logs are open. */
  RunListener runs() {
    return settings.scripts().log() == null ? RunListener.NONE : this::onRunEnd;
  }

  private void onRunEnd(String scriptName, String outcome) {
    if (runLog != null) {
      runLog.onEnd(scriptName, outcome);
    }
  }

  /** Whether there are none to {@link #flush}. */
  boolean areEmpty() {
    return accessLog == null && runLog == null;
  }

  /** Hands what there is to the writers; call it once a second. */
  void flush() {
    if (accessLog != null) {
      accessLog.flush();
    }
    if (runLog != null) {
      runLog.flush();
    }
  }

  /** Writes what is left and closes the files. After the loop has ended. */
  void close(Duration wait) throws InterruptedException {
    if (accessLog != null) {
      accessLog.close(wait);
    }
    if (runLog != null) {
      runLog.close(wait);
    }
  }
}
