package passerelle.cgi;

import java.nio.charset.StandardCharsets;

/**
 * The last octets of what a script wrote to its standard error; a bound, however much it writes.
 *
 * <p>Confined to one worker.
 */
final class ErrorTail {
  private static final int KEPT_OCTETS = 4 * 1024;

  /** A script that has ended, but whose children still write, is listened to this long. */
  private static final long WORTH_OCTETS = 1 << 20;

  private final byte[] ring = new byte[KEPT_OCTETS];
  private long total;

  void add(byte[] octets) {
    for (byte octet : octets) {
      ring[(int) (total % KEPT_OCTETS)] = octet;
      total++;
    }
  }

  boolean isWorthReading() {
    return total < WORTH_OCTETS;
  }

  /** The tail as text, control octets other than line ends made visible. */
  String text() {
    int length = (int) Math.min(total, KEPT_OCTETS);
    byte[] tail = new byte[length];
    for (int i = 0; i < length; i++) {
      byte octet = ring[(int) ((total - length + i) % KEPT_OCTETS)];
      boolean isControl = octet >= 0 && octet < ' ' && octet != '\n' && octet != '\t';
      tail[i] = isControl || octet == 0x7f ? (byte) '?' : octet;
    }
    return new String(tail, StandardCharsets.UTF_8).strip();
  }
}
