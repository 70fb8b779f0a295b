package passerelle.http1;

import java.util.Locale;

/** The notation of octets in conformance cases; {@link CaseReader} describes it. */
final class CaseText {
  private static final String ESCAPES = "rnt0\\";
  private static final String ESCAPED = "\r\n\t\0\\";
  private static final int MOST_REPETITIONS = 100_000;

  private final String text;
  private final StringBuilder octets = new StringBuilder();
  private int at;

  private CaseText(String text) {
    this.text = text;
  }

  /** The octets that a text stands for, one character for each. */
  static String octets(String text) {
    CaseText reader = new CaseText(text);
    while (reader.at < text.length()) {
      if (text.charAt(reader.at) == '{') {
        reader.repetition();
      } else {
        reader.octet();
      }
    }
    return reader.octets.toString();
  }

  /** The text that stands for octets, without repetitions. */
  static String of(String octets) {
    if (octets.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '\\')) {
      return octets;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < octets.length(); i++) {
      char c = octets.charAt(i);
      int escape = ESCAPED.indexOf(c);
      if (escape >= 0) {
        text.append('\\').append(ESCAPES.charAt(escape));
      } else if (c < ' ' || c > '~') {
        text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private char take() {
    if (at == text.length()) {
      throw new IllegalArgumentException("an escape or a repetition without its end");
    }
    return text.charAt(at++);
  }

  private void octet() {
    char c = take();
    if (c == '\\') {
      escape();
    } else if (c < ' ' || c == 0x7f || c > 0xff) {
      throw new IllegalArgumentException("a character that must be escaped, or is no octet");
    } else if (c == '{' || c == '}') {
      throw new IllegalArgumentException("a brace outside of a repetition: \\x7b or \\x7d");
    } else {
      octets.append(c);
    }
  }

  private void escape() {
    char c = take();
    int escape = ESCAPES.indexOf(c);
    if (escape >= 0) {
      octets.append(ESCAPED.charAt(escape));
    } else if (c == 'x') {
      int value = 16 * hexDigit() + hexDigit();
      octets.append((char) value);
    } else {
      throw new IllegalArgumentException("unknown escape \\" + c);
    }
  }

  private int hexDigit() {
    int digit = "0123456789abcdef".indexOf(take());
    if (digit < 0) {
      throw new IllegalArgumentException("\\x wants two lower case hexadecimal digits");
    }
    return digit;
  }

  /** {@code {N*TEXT}}. */
  private void repetition() {
    int star = text.indexOf('*', at);
    String number = star < 0 ? "" : text.substring(at + 1, star);
    if (!number.matches("[1-9][0-9]{0,5}") || Integer.parseInt(number) > MOST_REPETITIONS) {
      throw new IllegalArgumentException("a brace that begins no repetition {N*TEXT}: \\x7b");
    }
    at = star + 1;
    int start = octets.length();
    while (at < text.length() && text.charAt(at) != '}') {
      octet();
    }
    if (take() != '}' || octets.length() == start) {
      throw new IllegalArgumentException("a repetition of nothing");
    }
    String once = octets.substring(start);
    octets.append(once.repeat(Integer.parseInt(number) - 1));
  }
}
