package passerelle.io;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * How an address is written for programs and in logs.
 *
 * <p>An IPv6 address has its canonical form (RFC 5952): lower case, no leading zeros, and {@code
 * ::} for the longest run of zero groups, the first of equal ones. Programs compare such text with
 * {@code ::1}. It has no zone, for that is a name of this machine's only.
 *
 * <p>Immutable.
 */
public final class AddressText {
  private static final int GROUPS = 8;

  private AddressText() {}

  /** The text of an address. */
  public static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
    int start = longestZeros(octets);
    int end = start + zerosAt(octets, start);
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < GROUPS; i++) {
      if (i == start && end - start > 1) {
        text.append("::");
        i = end - 1;
      } else {
        boolean isFirst = text.length() == 0 || text.charAt(text.length() - 1) == ':';
        text.append(isFirst ? "" : ":").append(Integer.toHexString(group(octets, i)));
      }
    }
    return text.toString();
  }

  private static int group(ByteBuffer octets, int index) {
    return octets.getChar(index * Character.BYTES);
  }

  private static int longestZeros(ByteBuffer octets) {
    int longest = 0;
    for (int i = 1; i < GROUPS; i++) {
      if (zerosAt(octets, i) > zerosAt(octets, longest)) {
        longest = i;
      }
    }
    return longest;
  }

  private static int zerosAt(ByteBuffer octets, int from) {
    int end = from;
    while (end < GROUPS && group(octets, end) == 0) {
      end++;
    }
    return end - from;
  }
}
