package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Range field asks for (RFC 9110 §14.1.2). */
final class ByteRangeTest {
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
    assertEquals(new ByteRange(first, length), ByteRange.of(value, size));
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
  })
  void aRangeBehindTheRepresentationIsUnsatisfiable(String value, long size) {
    assertTrue(ByteRange.of(value, size).isUnsatisfiable());
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
        "bytes=1-2,4-5",
        "bytes=-1,-2",
        "bytes=1 -2",
        "bytes =1-2",
        "lines=1-2",
        "bytes=\u00b2-\u00b3",
        " bytes=1-2",
        "none",
        "bytes=1-2;",
        "bytes=1.5-2"
      })
  void whatIsNoSingleRangeOfBytesIsIgnored(String value) {
    assertTrue(ByteRange.of(value, 100).isIgnored(), value);
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
      ByteRange range = ByteRange.of(text.toString(), size);
      boolean isInside = range.first() >= 0 && range.first() + range.length() <= size;
      assertTrue(range.isIgnored() || range.isUnsatisfiable() || isInside, text::toString);
    }
  }
}
