package passerelle.gateway;

import java.io.ByteArrayOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.io.SafeText;

/**
 * What one script writes to its standard error: lines on their way to the log, with the script's
 * name, and a bounded tail for whoever reports how it ended.
 *
 * <p>Confined to one worker.
 */
final class ErrorLines {
  /** What scripts say has a log of its own, since it is limited here, and may be much. */
  private static final Logger log = LoggerFactory.getLogger("passerelle.scripts");

  /** Longer lines are folded. */
  private static final int LINE_OCTETS = 512;

  private final String script;
  private final LineLimit own;
  private final LineLimit shared;
  private final ErrorTail tail = new ErrorTail();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
  private long leftOut;

  /**
   * Lines of a script.
   *
   * @param script its name, as people read it
   * @param own how many lines of this script may go to the log
   * @param shared how many of all scripts
   */
  ErrorLines(String script, LineLimit own, LineLimit shared) {
    this.script = script;
    this.own = own;
    this.shared = shared;
  }

  void add(byte[] octets) {
    tail.add(octets);
    int from = 0;
    for (int i = 0; i < octets.length; i++) {
      boolean isEnd = octets[i] == '\n';
      if (isEnd || line.size() + i - from >= LINE_OCTETS) {
        line.write(octets, from, i - from);
        endLine();
        from = isEnd ? i + 1 : i;
      }
    }
    line.write(octets, from, octets.length - from);
  }

  /** Nothing more will come. What was left out is told of, with the last of it. */
  void end() {
    endLine();
    if (leftOut > 0 && shared.tryTake()) {
      log.warn(
          "script {} said {} lines more, at last:\n  | {}",
          script,
          leftOut,
          tail.text().replace("\n", "\n  | "));
    }
  }

  private void endLine() {
    if (line.size() == 0) {
      return;
    }
    if (own.tryTake() && shared.tryTake()) {
      log.warn("script {} says: {}", script, SafeText.of(line.toByteArray()).stripTrailing());
    } else {
      leftOut++;
    }
    line.reset();
  }

  /** The last of them. */
  String tail() {
    return tail.text();
  }
}
