package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP's dates (RFC 9110 §5.6.7). */
final class HttpDateTest {
  private static final long MOMENT = 784111777;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void readsAllThreeForms(String text) {
    assertEquals(MOMENT, HttpDate.parse(text));
  }

  /** Others read such dates too, and some programs write them. */
  @ParameterizedTest
  @ValueSource(strings = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"})
  void aWeekdayThatDoesNotFitTheDateIsNoError(String day) {
    String whole =
        switch (day) {
          case "Tue" -> "Tuesday";
          case "Wed" -> "Wednesday";
          case "Thu" -> "Thursday";
          case "Sat" -> "Saturday";
          default -> day + "day";
        };
    assertEquals(MOMENT, HttpDate.parse(day + ", 06 Nov 1994 08:49:37 GMT"));
    assertEquals(MOMENT, HttpDate.parse(whole + ", 06-Nov-94 08:49:37 GMT"));
    assertEquals(MOMENT, HttpDate.parse(day + " Nov  6 08:49:37 1994"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Thu, 01 Jan 1970 00:00:00 GMT | 0",
        "Tue, 29 Feb 2000 23:59:59 GMT | 951868799",
        "Thursday, 01-Jan-70 00:00:00 GMT | 0",
        "Tuesday, 31-Dec-69 23:59:59 GMT | 3155759999",
        "Wed, 31 Dec 1969 23:59:59 GMT | -1",
        "Fri Dec 31 23:59:59 1999 | 946684799"
      })
  void readsTheEdges(String text, long epochSecond) {
    assertEquals(epochSecond, HttpDate.parse(text), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "0",
        "784111777",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT",
        "Xyz, 06 Nov 1994 08:49:37 GMT",
        ", 06 Nov 1994 08:49:37 GMT",
        "06 Nov 1994 08:49:37 GMT",
        "Sunday, 06 Nov 1994 08:49:37 GMT",
        "Mon, 31 Nov 1994 08:49:37 GMT",
        "Mon, 06-Nov-94 08:49:37 GMT",
        "Xyz Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Wed, 31 Nov 1994 08:49:37 GMT",
        "Tue, 30 Feb 2023 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov +11994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
        " Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "1994-11-06T08:49:37Z",
        "Sun, 06 Nov 1994 08:49:37 GMT\u0000",
        "Dim, 06 Nov 1994 08:49:37 GMT"
      })
  void refusesEverythingElse(String text) {
    assertEquals(HttpDate.INVALID, HttpDate.parse(text));
  }

  @Test
  void aTimeBeyondFourDigitsOfAYearBecomesTheNearestThatCanBeWritten() {
    assertEquals("Fri, 31 Dec 9999 23:59:59 GMT", HttpDate.format(Long.MAX_VALUE));
    assertEquals("Sat, 01 Jan 0000 00:00:00 GMT", HttpDate.format(Long.MIN_VALUE));
  }

  @Test
  void writesImfFixdateThatReadsBack() {
    assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.format(MOMENT));
    assertEquals("Thu, 01 Jan 1970 00:00:00 GMT", HttpDate.format(0));
    for (long second = 0; second < 4_000_000_000L; second += 12_345_678) {
      String text = HttpDate.format(second);
      assertEquals(29, text.length());
      assertEquals(second, HttpDate.parse(text));
    }
  }
}
