package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import passerelle.io.FuzzInput;

/** Whatever a Range field says, what is sent lies within the representation. */
final class ByteRangeFuzzTest {
  private static final Pattern SIZE_AND_VALUE =
      Pattern.compile("([0-9]{1,18}) (.*)", Pattern.DOTALL);

  private static final Pattern RANGE =
      Pattern.compile("[Bb][Yy][Tt][Ee][Ss]=[ \\t]*([0-9]*)-([0-9]*)[ \\t]*");

  private static final int HEAD_OCTETS = 100;
  private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);

  /** The input is a size, a space and a value; without a size it is all value. */
  @FuzzTest
  @DictionaryEntries({
    "bytes=",
    "BYTES=",
    "-",
    ",",
    "0-0",
    "9223372036854775807",
    "9223372036854775808"
  })
  void noRangeLeadsOutOfTheRepresentation(byte[] octets) {
    String text = FuzzInput.text(octets, 0);
    Matcher parts = SIZE_AND_VALUE.matcher(text);
    boolean hasSize = parts.matches();
    check(hasSize ? parts.group(2) : text, hasSize ? Long.parseLong(parts.group(1)) : 0);
    check(hasSize ? parts.group(2) : text, Long.MAX_VALUE);
  }

  private static void check(String value, long size) {
    RangeSet ranges = RangeSet.of(value, size, HEAD_OCTETS);
    long end = -1;
    List<ByteRange> sorted = new ArrayList<>(ranges.parts());
    sorted.sort(Comparator.comparingLong(ByteRange::first));
    for (ByteRange part : sorted) {
      assertTrue(part.first() > end && part.length() >= 1);
      assertTrue(part.length() <= size - part.first());
      end = part.last();
    }
    assertTrue(sorted.size() <= RangeSet.MOST);
    if (sorted.size() > 1) {
      long octets = sorted.stream().mapToLong(ByteRange::length).sum();
      assertTrue(octets + (sorted.size() + 1L) * HEAD_OCTETS < size);
    }
    if (value.indexOf(',') < 0) {
      assertEquals(naive(value, BigInteger.valueOf(size)), ranges, value);
    }
  }

  /** The range after RFC 9110 §14.1.2, without fear of overflow. */
  private static RangeSet naive(String value, BigInteger size) {
    Matcher range = RANGE.matcher(value);
    if (!range.matches() || range.group(1).length() + range.group(2).length() == 0) {
      return new RangeSet(List.of(), true);
    }
    BigInteger first = position(range.group(1), BigInteger.ZERO);
    BigInteger last = position(range.group(2), GREATEST);
    if (range.group(1).isEmpty()) {
      first = size.subtract(last.min(size));
      last = GREATEST;
    }
    if (last.compareTo(first) < 0) {
      return new RangeSet(List.of(), true);
    }
    if (first.compareTo(size) >= 0) {
      return new RangeSet(List.of(), false);
    }
    BigInteger end = last.add(BigInteger.ONE).min(size);
    ByteRange part = new ByteRange(first.longValueExact(), end.subtract(first).longValueExact());
    return new RangeSet(List.of(part), false);
  }

  /** A position; no file reaches the greatest, so one behind that is as good as the greatest. */
  private static BigInteger position(String digits, BigInteger otherwise) {
    return digits.isEmpty() ? otherwise : new BigInteger(digits).min(GREATEST);
  }
}
