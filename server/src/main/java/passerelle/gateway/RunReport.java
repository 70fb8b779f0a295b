package passerelle.gateway;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.gateway.FailurePage.Story;
import passerelle.io.OctetPath;
import passerelle.io.SafeText;

/**
 * What a run has to tell of itself: to the log, and of a failure to the person who wrote the
 * script.
 *
 * <p>Confined to one worker.
 */
final class RunReport {
  private static final Logger log = LoggerFactory.getLogger(RunReport.class);
  private static final int LINES_AT_ONCE = 50;
  private static final int LINES_PER_SECOND = 10;

  private final Order order;
  private final String name;
  private final ErrorLines errors;
  private final StringBuilder trouble = new StringBuilder();

  /** How the script ended; null if there was no process, or if its end was the server's doing. */
  private @Nullable ScriptEnd ownEnd;

  /**
   * A report of a run.
   *
   * @param allLines how many lines of all scripts' errors may go to the log
   */
  RunReport(Order order, LineLimit allLines) {
    this.order = order;
    LineLimit lines = new LineLimit(LINES_AT_ONCE, LINES_PER_SECOND, System::nanoTime);
    this.name = OctetPath.display(order.script().displayName());
    this.errors = new ErrorLines(name, lines, allLines);
  }

  /** The script has written to its standard error. */
  void errors(byte[] octets) {
    errors.add(octets);
  }

  /** Something went wrong: words that go on a sentence which begins with the script. */
  void trouble(String what) {
    trouble.append(trouble.length() == 0 ? "" : "; it ").append(what);
  }

  /**
   * All is over. An exit status beside a whole answer may be the habit of a program: it is told,
   * but it is no warning.
   *
   * @param end how the script ended; null if it did not come to that
   * @param wasStopped whether the server made it end
   */
  void end(@Nullable ScriptEnd end, boolean wasStopped) {
    errors.end();
    boolean isTrouble = trouble.length() > 0;
    if (end != null) {
      boolean isOurs = wasStopped && (end.signal() != 0 || trouble.length() == 0);
      ownEnd = isOurs ? null : end;
      isTrouble |= !isOurs && end.signal() != 0;
      if (!isOurs && !end.isWell()) {
        trouble(end.words());
      }
    }
    if (isTrouble) {
      log.warn("script {} {}", name, message());
    } else if (trouble.length() > 0) {
      log.info("script {} {}", name, message());
    }
  }

  private String message() {
    List<String> advice = advice();
    return trouble + (advice.isEmpty() ? "" : ". ") + String.join(" ", advice);
  }

  private List<String> advice() {
    return Advice.about(ownEnd, order.parser(), errors.tail());
  }

  /** What a failure's page tells, after {@code end}. */
  Story story(List<String> command) {
    return new Story(
        trouble.toString(),
        advice(),
        errors.tail(),
        SafeText.of(order.parser().printed()),
        command,
        order.script().directoryOctets(),
        order.variables());
  }
}
