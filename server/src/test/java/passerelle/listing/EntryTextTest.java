package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.io.OctetPath;

/** Names, sizes and dates as people read them. */
final class EntryTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 KB",
    "1049, 1.0 KB",
    "1050, 1.1 KB",
    "9949, 9.9 KB",
    "9950, 10 KB",
    "999499, 999 KB",
    "999500, 1.0 MB",
    "1000000, 1.0 MB",
    "5368709120, 5.4 GB",
    "999499999999, 999 GB",
    "1000000000000, 1.0 TB",
    "9223372036854775807, 9223 PB",
  })
  void sizesHaveThreeDigitsAndAUnit(long octets, String text) {
    assertEquals(text, EntryText.size(octets));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "999|999",
        "1000|1,000",
        "123456|123,456",
        "1234567|1,234,567",
        "9223372036854775807|9,223,372,036,854,775,807",
      })
  void largeNumbersAreGrouped(long number, String text) {
    assertEquals(text, EntryText.grouped(number));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01 00:00",
    "-1, 1969-12-31 23:59",
    "1709251199, 2024-02-29 23:59",
    "253402300799, 9999-12-31 23:59",
    "9223372036854775807, 9999-12-31 23:59",
    "-9223372036854775808, 0000-01-01 00:00",
  })
  void datesAreInUtcAndStayWithinFourDigitsOfYears(long second, String text) {
    Pieces pieces = new Pieces();
    EntryText.appendDate(pieces, second);
    assertEquals(text, StandardCharsets.US_ASCII.decode(pieces.take()).toString());
  }

  @ParameterizedTest
  @CsvSource({
    // a control character, a delete, one of C1
    "a\u0001b, a\ufffdb",
    "a\u007fb, a\ufffdb",
    "a\u0085b, a\ufffdb",
    // what turns the direction of writing
    "a\u202etxt.exe, a\ufffdtxt.exe",
    "a\u2066b\u2069, a\ufffdb\ufffd",
    "a\u200fb, a\ufffdb",
    // line ends, invisible characters, a byte order mark
    "a\u2028b\u2029c, a\ufffdb\ufffdc",
    "a\u200bb\u00adc\ufeffd, a\ufffdb\ufffdc\ufffdd",
    // letters of any script, joiners, characters beyond the first plane
    "caf\u00e9 \u05d0\u05d1, caf\u00e9 \u05d0\u05d1",
    "\u0645\u200c\u06cc\u200d, \u0645\u200c\u06cc\u200d",
    "\ud83c\udf09, \ud83c\udf09",
  })
  void whatCannotBeSeenIsReplaced(String name, String shown) {
    assertEquals(shown, EntryText.shown(OctetPath.fromText(name)));
  }

  @Test
  void everyAsciiControlCharacterIsReplaced() {
    for (char c = 0; c < 0x20; c++) {
      assertEquals("a\ufffdb", EntryText.shown("a" + c + "b"));
    }
  }

  @Test
  void invalidUtf8IsReplaced() {
    assertEquals("a\ufffdb\ufffd", EntryText.shown("a\u00ffb\u00c3"));
  }
}
