package passerelle.app;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.gateway.RunListener;
import passerelle.http.ExchangeListener;
import passerelle.io.OctetPath;
import passerelle.ops.AccessLog;
import passerelle.ops.RunLog;
import passerelle.posix.PlainOpening;
import passerelle.reactor.LoopClock;

/**
 * The logs that the settings ask for: one of all exchanges, one of all runs of scripts.
 *
 * <p>Confined to the loop thread.
 */
final class Logs {
  private static final Logger log = LoggerFactory.getLogger(Logs.class);

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
  void open() throws StartFailure {
    ZoneId zone = ZoneId.systemDefault();
    String access = settings.accessLog();
    String runs = settings.scripts().log();
    OutputStream accessStream = stream(access, "access log", "--access-log");
    OutputStream runStream;
    try {
      runStream = stream(runs, "log of scripts' runs", "--cgi-log");
    } catch (StartFailure e) {
      closeUnused(accessStream);
      throw e;
    }
    if (accessStream != null) {
      accessLog = new AccessLog(accessStream, clock::epochMillis, zone);
    }
    if (runStream != null) {
      runLog = new RunLog(runStream, clock::epochMillis, zone);
    }
  }

  private static void closeUnused(@Nullable OutputStream stream) {
    try {
      if (stream != null) {
        stream.close();
      }
    } catch (IOException e) {
      log.debug("closing a log that nothing was written to", e);
    }
  }

  private static @Nullable OutputStream stream(@Nullable String target, String log, String option)
      throws StartFailure {
    if (target == null) {
      return null;
    }
    try {
      return target.equals("-") ? standardOutput() : PlainOpening.append(RawProcess.path(target));
    } catch (IOException e) {
      throw new StartFailure(
          "Cannot write the "
              + log
              + " "
              + OctetPath.display(target)
              + ": create its folder, or choose another "
              + option
              + ".");
    }
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
