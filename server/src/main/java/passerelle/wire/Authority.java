package passerelle.wire;

import passerelle.io.Ascii;
import passerelle.io.Slice;

/**
 * Checks a host and port as they stand in the Host field and in an absolute target (RFC 9110 §4.2,
 * RFC 3986 §3.2).
 *
 * <pre>
 *   authority   = uri-host [ ":" port ]         ; no userinfo: RFC 9110 §4.2.4
 *   uri-host    = "[" IPv6address "]" / reg-name
 *   reg-name    = 1*( unreserved / pct-encoded / sub-delims )
 *   port        = *DIGIT                        ; at most 65535
 *   IPv6address = up to eight groups of 1*4HEXDIG with ":" between them, "::" once for groups of
 *                 zeros, the last two groups perhaps as an IPv4address
 * </pre>
 *
 * <p>Scripts are told the host, and build addresses of it. So what is no host is refused, instead
 * of being passed on for somebody else to stumble over.
 *
 * <p>Immutable.
 */
public final class Authority {
  private static final int HIGHEST_PORT = 65535;
  private static final int PORT_DIGITS = 5;
  private static final int GROUPS = 8;
  private static final int GROUP_DIGITS = 4;
  private static final int HIGHEST_OCTET = 255;

  private Authority() {}

  /** Whether the text is a host, perhaps with a port. */
  public static boolean isValid(Slice text) {
    int hostEnd = hostEnd(text);
    if (hostEnd <= 0) {
      return false;
    }
    return hostEnd == text.length()
        || (text.octet(hostEnd) == ':' && isPort(text, hostEnd + 1, text.length()));
  }

  /** The index behind the host, or -1 if there is none. */
  private static int hostEnd(Slice text) {
    int length = text.length();
    if (length > 0 && text.octet(0) == '[') {
      int end = text.indexOf(']', 1);
      return end > 0 && isIpv6(text, 1, end) ? end + 1 : -1;
    }
    int at = 0;
    while (at < length && text.octet(at) != ':') {
      int c = text.octet(at);
      if (c == '%') {
        if (at + 2 >= length || !isHex(text, at + 1) || !isHex(text, at + 2)) {
          return -1;
        }
        at += 2;
      } else if (!Ascii.is(c, Ascii.HOST)) {
        return -1;
      }
      at++;
    }
    return at;
  }

  private static boolean isHex(Slice text, int at) {
    return Ascii.is(text.octet(at), Ascii.HEXDIG);
  }

  private static boolean isPort(Slice text, int from, int to) {
    return from == to
        || (to - from <= PORT_DIGITS
            && isDecimal(text, from, to)
            && number(text, from, to) <= HIGHEST_PORT);
  }

  private static boolean isDecimal(Slice text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Ascii.is(text.octet(i), Ascii.DIGIT)) {
        return false;
      }
    }
    return to > from;
  }

  private static int number(Slice text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + text.octet(i) - '0';
    }
    return number;
  }

  private static boolean isIpv6(Slice text, int from, int to) {
    int groups = 0;
    boolean isShortened = false;
    int at = from;
    if (startsWithTwoColons(text, from, to)) {
      isShortened = true;
      at = from + 2;
    }
    while (at < to) {
      int end = groupEnd(text, at, to);
      if (end < to && text.octet(end) == '.') {
        groups += 2;
        return isIpv4(text, at, to) && (isShortened ? groups < GROUPS : groups == GROUPS);
      }
      groups++;
      if (end == at || end - at > GROUP_DIGITS || groups > GROUPS) {
        return false;
      }
      at = end;
      if (at < to) {
        if (startsWithTwoColons(text, at, to)) {
          if (isShortened) {
            return false;
          }
          isShortened = true;
          at += 2;
        } else if (text.octet(at) == ':' && at + 1 < to) {
          at++;
        } else {
          return false;
        }
      }
    }
    return isShortened ? groups < GROUPS : groups == GROUPS;
  }

  private static boolean startsWithTwoColons(Slice text, int at, int to) {
    return at + 1 < to && text.octet(at) == ':' && text.octet(at + 1) == ':';
  }

  private static int groupEnd(Slice text, int from, int to) {
    int at = from;
    while (at < to && isHex(text, at)) {
      at++;
    }
    return at;
  }

  private static boolean isIpv4(Slice text, int from, int to) {
    int at = from;
    for (int part = 0; part < 4; part++) {
      int end = at;
      while (end < to && Ascii.is(text.octet(end), Ascii.DIGIT)) {
        end++;
      }
      boolean isPadded = end - at > 1 && text.octet(at) == '0';
      boolean isLast = part == 3;
      if (end == at
          || end - at > 3
          || isPadded
          || number(text, at, end) > HIGHEST_OCTET
          || (isLast ? end != to : end == to || text.octet(end) != '.')) {
        return false;
      }
      at = end + 1;
    }
    return true;
  }
}
