package passerelle.http1;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second reading of chunked content, to compare the decoder's with: regular expressions made from
 * the ABNF of RFC 9112 §7.1, applied to text that is complete.
 *
 * @param verdict whether the text is chunked content
 * @param octets how much of the text that is; all of it unless there is an end
 * @param content the data of all chunks, as far as it is there
 * @param announced the sizes of all chunks together, that of a broken off line included
 */
record NaiveChunks(Verdict verdict, int octets, String content, BigInteger announced) {
  /** What text can be. */
  enum Verdict {
    /** Chunked content, perhaps with something behind it. */
    COMPLETE,
    /** The beginning of chunked content. */
    OPEN,
    /** Neither, whatever follows. */
    BROKEN
  }

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final String QUOTED_STRING =
      "\"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*+\"";
  private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]++)[^0-9A-Fa-f]");

  /** A size with extensions as RFC 9112 §7.1.1 has them. */
  static final Pattern PROPER_EXTENSION =
      Pattern.compile(
          "([0-9A-Fa-f]++)(?:[ \\t]*+;[ \\t]*+"
              + TOKEN
              + "(?:[ \\t]*+=[ \\t]*+(?:"
              + TOKEN
              + "|"
              + QUOTED_STRING
              + "))?+)*+\r\n");

  /** A size with, behind a semicolon, whatever a field value may hold. */
  static final Pattern ANY_EXTENSION =
      Pattern.compile("([0-9A-Fa-f]++)(?:[ \\t]*+;[\\t -~\\x80-\\xff]*+)?+\r\n");

  /** A trailer field, or the empty line behind them. */
  private static final Pattern TRAILER_LINE =
      Pattern.compile("(?:" + TOKEN + ":[\\t -~\\x80-\\xff]*+)?+\r\n");

  /** Reads text whose size lines look as a pattern says. */
  static NaiveChunks read(String text, Pattern sizeLine) {
    StringBuilder content = new StringBuilder();
    BigInteger announced = BigInteger.ZERO;
    int at = 0;
    while (true) {
      Matcher size = SIZE.matcher(text).region(at, text.length());
      BigInteger octets = size.lookingAt() ? new BigInteger(size.group(1), 16) : BigInteger.ZERO;
      announced = announced.add(octets);
      Matcher line = sizeLine.matcher(text).region(at, text.length());
      if (!line.lookingAt()) {
        return new NaiveChunks(failed(line), text.length(), content.toString(), announced);
      }
      at = line.end();
      if (octets.signum() == 0) {
        return end(text, at, content.toString(), announced);
      }
      int left = text.length() - at;
      int there = octets.min(BigInteger.valueOf(left)).intValue();
      content.append(text, at, at + there);
      at += there;
      String behind = text.substring(at, Math.min(at + 2, text.length()));
      if (!behind.equals("\r\n")) {
        Verdict verdict = "\r\n".startsWith(behind) ? Verdict.OPEN : Verdict.BROKEN;
        return new NaiveChunks(verdict, text.length(), content.toString(), announced);
      }
      at += 2;
    }
  }

  private static NaiveChunks end(String text, int from, String content, BigInteger announced) {
    int at = from;
    int lineOctets = 0;
    while (lineOctets != 2) {
      Matcher line = TRAILER_LINE.matcher(text).region(at, text.length());
      if (!line.lookingAt()) {
        return new NaiveChunks(failed(line), text.length(), content, announced);
      }
      lineOctets = line.end() - at;
      at = line.end();
    }
    return new NaiveChunks(Verdict.COMPLETE, at, content, announced);
  }

  /** A match that saw the end of the text could have become one. */
  private static Verdict failed(Matcher line) {
    return line.hitEnd() ? Verdict.OPEN : Verdict.BROKEN;
  }
}
