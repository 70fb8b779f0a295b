package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Range field asks for (RFC 9110 §14.1.1, §14.1.2, §14.2). */
final class RangeSetTest {
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
    RangeSet ranges = RangeSet.of(value, size);
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
    assertTrue(RangeSet.of(value, size).isUnsatisfiable());
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
    assertTrue(RangeSet.of(value, 100).isIgnored(), value);
  }

  /** Ranges as FIRST+LENGTH, for a representation of 10,000 octets. */
  private static String parts(String value) {
    return RangeSet.of(value, 10_000).parts().stream()
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
        "bytes=0-99,181-199           | 0+100 181+19",
        "bytes=5000-5009,0-0,5010-5019| 5000+20 0+1",
        "bytes=0-0,5000-5000,0-6000   | 0+6001",
        "bytes=1000-1009,0-9,2000-2009,0-1500 | 0+1501 2000+10",
      })
  void rangesThatOverlapOrNearlyTouchBecomeOne(String value, String expected) {
    assertEquals(expected, parts(value));
  }

  @Test
  void moreRangesThanAnybodyNeedsAreIgnored() {
    StringBuilder value = new StringBuilder("bytes=0-0");
    for (int i = 1; i < RangeSet.MOST; i++) {
      value.append(',').append(i * 150).append('-').append(i * 150);
    }
    assertEquals(RangeSet.MOST, RangeSet.of(value.toString(), 10_000).parts().size());
    assertTrue(RangeSet.of(value + ",9990-9990", 10_000).isIgnored());
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
      for (ByteRange part : RangeSet.of(text.toString(), size).parts()) {
        boolean isInside = part.length() > 0 && part.first() >= 0 && part.last() < size;
        assertTrue(isInside, text::toString);
      }
    }
  }
}
