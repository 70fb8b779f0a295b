package passerelle.io;

import java.nio.charset.StandardCharsets;

/**
 * What a fuzzer made: three octets that steer the test, then the text that is fed.
 *
 * <p>The first octet is a choice that each test explains; the second and the third say where the
 * text is cut. In seeds they are printable, mostly "0@p".
 */
public final class FuzzInput {
  private static final int STEERING_OCTETS = 3;

  private final byte[] octets;
  private final String text;

  /** Takes an input of the fuzzer apart. */
  public FuzzInput(byte[] octets) {
    this.octets = octets;
    text = text(octets, Math.min(STEERING_OCTETS, octets.length));
  }

  /** One character, U+0000 to U+00FF, for each octet from an index on. */
  public static String text(byte[] octets, int from) {
    return new String(octets, from, octets.length - from, StandardCharsets.ISO_8859_1);
  }

  /** What to feed, one character for each octet. */
  public String text() {
    return text;
  }

  /** The octet that makes the test's choice, 0 to 255. */
  public int choice() {
    return steering(0);
  }

  /** Two places in so many octets, in ascending order; a cut at either end leaves a piece empty. */
  public int[] cuts(int length) {
    int first = (length + 1) * steering(1) / 256;
    int second = (length + 1) * steering(2) / 256;
    return new int[] {Math.min(first, second), Math.max(first, second)};
  }

  /** Cuts around every octet between two places. */
  public static int[] cutsEverywhere(int from, int to) {
    int[] cuts = new int[to - from];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = from + i;
    }
    return cuts;
  }

  private int steering(int index) {
    return index < octets.length ? octets[index] & 0xff : 0;
  }
}
