package passerelle.reactor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults that the loop has caught, kept until there is time to tell of them.
 *
 * <p>What is caught where nothing else catches may be that memory or stack have run out. So {@link
 * #note} allocates nothing, calls nothing that could wait and throws nothing; {@link #tell}, once a
 * second, writes to the log. Of each second the first {@value #KEPT} are told with their stacks,
 * the others are counted.
 *
 * <p>A few octets of memory are kept in reserve. They are let go when memory has run out, so that
 * what failed can at least be closed: the JDK allocates when it closes a channel.
 *
 * <p>Confined to the loop thread.
 */
final class Faults {
  private static final Logger log = LoggerFactory.getLogger(Faults.class);
  private static final int KEPT = 8;
  private static final int RESERVE_OCTETS = 256 * 1024;

  private final String[] places = new String[KEPT];
  private final @Nullable Throwable[] kept = new @Nullable Throwable[KEPT];
  private int count;
  private int told;
  private long others;
  private byte @Nullable [] reserve = new byte[RESERVE_OCTETS];

  /** No faults. */
  Faults() {
    Arrays.fill(places, "");
  }

  /**
   * Keeps a fault, to be told later.
   *
   * @param place what failed, and what became of it, for people: a constant
   */
  void note(String place, Throwable fault) {
    if (fault instanceof OutOfMemoryError) {
      reserve = null;
    }
    if (count < KEPT) {
      places[count] = place;
      kept[count] = fault;
      count++;
    } else {
      others++;
    }
  }

  /** Tells the log of those that were kept. What cannot be told now is told the next time. */
  void tell() {
    if (count == 0 && reserve != null) {
      return;
    }
    try {
      for (; told < count; told++) {
        tellOf(told);
        kept[told] = null;
      }
      told = 0;
      count = 0;
      if (others > 0) {
        log.error("{} faults more within that second", others);
        others = 0;
      }
      if (reserve == null) {
        reserve = new byte[RESERVE_OCTETS];
      }
    } catch (Throwable e) {
      others++; // the log is what failed: later it may not
    }
  }

  /** What a fault comes from, for people. */
  static String reason(@Nullable Throwable fault) {
    return fault instanceof OutOfMemoryError ? "memory has run out" : "this is a bug in the server";
  }

  private void tellOf(int index) {
    Throwable fault = kept[index];
    String reason = reason(fault);
    try {
      log.error("{}; {}", places[index], reason, fault);
    } catch (Throwable e) {
      log.error("{}; {}", places[index], reason); // it may be one that cannot even be described
    }
  }
}
