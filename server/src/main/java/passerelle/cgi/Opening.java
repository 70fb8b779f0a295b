package passerelle.cgi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import passerelle.process.Child;

/**
 * How a script's content begins, gathered for a moment before the answer is sent. Most scripts have
 * said all by then, and ended: their answer has a Content-Length, and takes one wake-up of the loop
 * and one write, instead of two each.
 *
 * <p>Confined to one worker.
 */
final class Opening {
  /** A silence of so long means that the rest may take its time. */
  private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** No octet is kept for longer than this, and a silence. */
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  /** Between the end of a script's output and its own, which comes at once as a rule. */
  private static final long END_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int MOST_OCTETS = 32 * 1024;

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final LongSupplier nanoClock;
  private boolean isOutputEnded;
  private boolean isWhole;

  /** Begins with what came behind the head. */
  Opening(byte[] first, int from, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    octets.write(first, from, first.length - from);
  }

  /**
   * Reads on while the script goes on printing, for a moment, and awaits its end behind the last.
   *
   * @param onErrors takes what it writes to its standard error meanwhile
   */
  void gather(Child script, Consumer<byte[]> onErrors) throws IOException {
    long startNanos = nanoClock.getAsLong();
    long mostNanos = MOST_NANOS;
    while (!isWhole && octets.size() < MOST_OCTETS) {
      long leftNanos = mostNanos - (nanoClock.getAsLong() - startNanos);
      if (leftNanos <= 0 || !script.await(isOutputEnded ? leftNanos : SILENCE_NANOS)) {
        return;
      }
      byte[] said = script.readErrors();
      if (said != null) {
        onErrors.accept(said);
      }
      byte[] more = isOutputEnded ? null : script.readOutput();
      if (more != null) {
        octets.writeBytes(more);
        isOutputEnded = more.length == 0;
        mostNanos = isOutputEnded ? MOST_NANOS + END_NANOS : MOST_NANOS;
      }
      isWhole = isOutputEnded && script.hasEnded();
    }
  }

  /** What was gathered. */
  byte[] octets() {
    return octets.toByteArray();
  }

  /** Whether that is all that the script prints: its output has ended. */
  boolean isOutputEnded() {
    return isOutputEnded;
  }

  /** The same, and the script has ended: how, is known. */
  boolean isWhole() {
    return isWhole;
  }
}
