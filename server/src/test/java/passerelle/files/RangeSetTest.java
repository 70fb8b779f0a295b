package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Range field asks for (RFC 9110 §14.1.1, §14.1.2, §14.2). */
final class RangeSetTest {
  /** What a part costs besides its octets. */
  private static final int HEAD = 80;

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 100, 0, 1",
    "bytes=0-, 100, 0, 100",
    "bytes=99-, 100, 99, 1",
    "bytes=10-19, 100, 10, 10",
    "bytes=10-99, 100, 10, 90",
    "bytes=10-100, 100, 10, 90",
    "bytes=10-99999999999999999999, 100, 10, 90",
    "bytes=-1, 100, 99, 1",
    "bytes=-100, 100, 0, 100",
    "bytes=-101, 100, 0, 100",
    "bytes=-99999999999999999999, 100, 0, 100",
    "bytes=0-0, 1, 0, 1",
    "BYTES=1-2, 100, 1, 2",
    "bytes= 1-2 , 100, 1, 2",
    "bytes=0000001-0000002, 100, 1, 2",
    "bytes=4831838208-4831838217, 5368709120, 4831838208, 10",
    "bytes=-7, 5368709120, 5368709113, 7",
    "bytes=0-9223372036854775807, 9223372036854775807, 0, 9223372036854775807",
  })
  void aRangeIsCutToTheRepresentation(String value, long size, long first, long length) {
    RangeSet ranges = RangeSet.of(value, size, HEAD);
    assertEquals(List.of(new ByteRange(first, length)), ranges.parts());
    assertFalse(ranges.isIgnored());
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=100-, 100",
    "bytes=100-200, 100",
    "bytes=99999999999999999999-, 100",
    "bytes=99999999999999999999-99999999999999999999, 100",
    "bytes=-0, 100",
    "bytes=0-, 0",
    "bytes=0-0, 0",
    "bytes=-5, 0",
    "'bytes=100-,200-300,-0', 100",
  })
  void aRangeBehindTheRepresentationIsUnsatisfiable(String value, long size) {
    assertTrue(RangeSet.of(value, size, HEAD).isUnsatisfiable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5",
        "bytes=5-3",
        "bytes=a-b",
        "bytes=1-b",
        "bytes=+1-2",
        "bytes=1--2",
        "bytes=--2",
        "bytes=0x1-2",
        "bytes=,",
        "bytes=1-2,5-3",
        "bytes=1-2;4-5",
        "bytes=1-2,x",
        "bytes=1 -2",
        "bytes =1-2",
        "lines=1-2",
        "bytes=\u00b2-\u00b3",
        " bytes=1-2",
        "none",
        "bytes=1-2;",
        "bytes=1.5-2"
      })
  void whatIsNoSetOfRangesIsIgnored(String value) {
    assertTrue(RangeSet.of(value, 100, HEAD).isIgnored(), value);
  }

  /** Ranges as FIRST+LENGTH, for a representation of 10,000 octets. */
  private static String parts(String value) {
    return RangeSet.of(value, 10_000, HEAD).parts().stream()
        .map(part -> part.first() + "+" + part.length())
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-0,9000-9009          | 0+1 9000+10",
        "bytes=9000-9009,0-0          | 9000+10 0+1",
        "bytes=0-0 , -10              | 0+1 9990+10",
        "bytes=,0-0,,\t500-500,       | 0+1 500+1",
        "bytes=0-0,20000-,500-500     | 0+1 500+1",
        "bytes=-1,-2                  | 9998+2",
        "bytes=0-99,50-149            | 0+150",
        "bytes=0-99,100-199           | 0+200",
        "bytes=0-99,180-199           | 0+200",
        "bytes=0-99,181-199,9000-9000 | 0+100 181+19 9000+1",
        "bytes=9000-9000,181-199,0-99 | 9000+1 181+19 0+100",
        "bytes=0-0,241-241            | 0+242",
        "bytes=0-0,242-242            | 0+1 242+1",
        "bytes=5000-5009,0-0,5010-5019| 5000+20 0+1",
        "bytes=0-0,5000-5000,0-6000   | 0+6001",
        "bytes=1000-1009,0-9,2000-2009,0-1500 | 0+1501 2000+10",
      })
  void rangesThatOverlapOrNearlyTouchBecomeOne(String value, String expected) {
    assertEquals(expected, parts(value));
  }

  /** So many ranges of one octet, so many octets apart. */
  private static String scattered(int count, int distance) {
    return "bytes="
        + IntStream.range(0, count)
            .mapToObj(i -> i * distance + "-" + i * distance)
            .collect(Collectors.joining(","));
  }

  @Test
  void asManyPartsAsAClientAsksForAreAnswered() {
    List<ByteRange> parts = RangeSet.of(scattered(255, 15_000), 4_000_000, HEAD).parts();
    assertEquals(255, parts.size());
    assertEquals(new ByteRange(254 * 15_000, 1), parts.get(254));
    assertEquals(
        RangeSet.MOST, RangeSet.of(scattered(RangeSet.MOST, 5000), 4_000_000, HEAD).parts().size());
  }

  @Test
  void rangesThatAreTooManyBecomeFewerTheNearestFirst() {
    String value = scattered(RangeSet.MOST, 5000) + ",100-100,3000000-3000000";
    List<ByteRange> parts = RangeSet.of(value, 4_000_000, HEAD).parts();
    assertEquals(RangeSet.MOST, parts.size());
    assertEquals(new ByteRange(0, 5001), parts.get(0));
    assertEquals(new ByteRange(10_000, 1), parts.get(1));
  }

  @Test
  void overlappingRangesOfWhateverNumberAreOne() {
    assertEquals("0+10000", parts("bytes=" + "0-,".repeat(10_000) + "5-"));
    assertEquals("0+10000", parts("bytes=" + "-9000,0-2000,".repeat(2_000)));
  }

  /** Whatever is asked is in the parts, nothing twice, and never for more than all of it. */
  @Test
  void whatIsSentIsNeverMoreThanTheRepresentation() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      int size = 1 + random.nextInt(60_000);
      int longest = 1 + random.nextInt(300);
      BitSet asked = new BitSet();
      StringBuilder value = new StringBuilder("bytes=");
      for (int count = 1 + random.nextInt(700); count > 0; count--) {
        int first = random.nextInt(size);
        int end = Math.min(size, first + 1 + random.nextInt(longest));
        asked.set(first, end);
        value.append(first).append('-').append(end - 1).append(',');
      }
      List<ByteRange> parts = RangeSet.of(value.toString(), size, HEAD).parts();
      BitSet sent = new BitSet();
      long cost = parts.size() == 1 ? 0 : (parts.size() + 1L) * HEAD;
      for (ByteRange part : parts) {
        assertTrue(sent.get((int) part.first(), (int) part.last() + 1).isEmpty(), "twice");
        sent.set((int) part.first(), (int) part.last() + 1);
        cost += part.length();
      }
      assertTrue(cost <= size && parts.size() <= RangeSet.MOST, cost + " of " + size);
      asked.andNot(sent);
      assertTrue(asked.isEmpty(), value::toString);
    }
  }

  @Test
  void noTextLeadsOutOfTheRepresentation() {
    Random random = new Random(5);
    String alphabet = "0123456789-,= byte";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "bytes=" : "");
      for (int length = random.nextInt(24); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      long size = random.nextInt(4) == 0 ? 0 : random.nextInt(1000);
      for (ByteRange part : RangeSet.of(text.toString(), size, HEAD).parts()) {
        boolean isInside = part.length() > 0 && part.first() >= 0 && part.last() < size;
        assertTrue(isInside, text::toString);
      }
    }
  }
}
