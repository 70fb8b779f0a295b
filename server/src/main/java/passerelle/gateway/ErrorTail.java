package passerelle.gateway;

import passerelle.io.SafeText;

/**
 * The last octets of what a script wrote to its standard error; a bound, however much it writes.
 *
 * <p>Confined to one worker.
 */
final class ErrorTail {
  private static final int KEPT_OCTETS = 4 * 1024;

  private final byte[] ring = new byte[KEPT_OCTETS];
  private long total;

  void add(byte[] octets) {
    int from = Math.max(0, octets.length - KEPT_OCTETS);
    total += from;
    for (int i = from; i < octets.length; i++) {
      ring[(int) (total % KEPT_OCTETS)] = octets[i];
      total++;
    }
  }

  /** The tail as text, control octets other than line ends made visible. */
  String text() {
    int length = (int) Math.min(total, KEPT_OCTETS);
    byte[] tail = new byte[length];
    for (int i = 0; i < length; i++) {
      tail[i] = ring[(int) ((total - length + i) % KEPT_OCTETS)];
    }
    return SafeText.of(tail).strip();
  }
}
