package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import passerelle.io.FuzzInput;

/** Nothing but HTTP's three forms of a date is a date, and what is written is read back. */
final class HttpDateFuzzTest {
  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private static final String DAY_NAME = "(?<name>Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
  private static final String LONG_DAY_NAME = "(?<name>" + String.join("|", DAYS) + ")";
  private static final String MONTH = "(?<month>" + String.join("|", MONTHS) + ")";
  private static final String TIME =
      "(?<hour>[01][0-9]|2[0-3]):(?<minute>[0-5][0-9]):(?<second>[0-5][0-9])";
  private static final String DAY = "(?<day>[0-9]{2})";
  private static final String YEAR = "(?<year>[0-9]{4})";

  /** The forms of RFC 9110 §5.6.7, the preferred one first. */
  private static final List<Pattern> FORMS =
      List.of(
          Pattern.compile(DAY_NAME + ", " + DAY + " " + MONTH + " " + YEAR + " " + TIME + " GMT"),
          Pattern.compile(
              LONG_DAY_NAME + ", " + DAY + "-" + MONTH + "-(?<year>[0-9]{2}) " + TIME + " GMT"),
          Pattern.compile(
              DAY_NAME + " " + MONTH + " (?<day>[0-9]{2}| [0-9]) " + TIME + " " + YEAR));

  /** The first second of the year 10000, which four digits cannot write. */
  private static final long END_OF_YEARS = 253_402_300_800L;

  /** The input is a date; its first eight octets are a moment and the parts of a date besides. */
  @FuzzTest
  @DictionaryEntries({
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
    "Sun",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
    " GMT",
    "24:00:00",
    "23:59:60",
    " 29 Feb ",
    " 31 ",
    " 0"
  })
  void onlyTheThreeFormsAreDates(byte[] octets) {
    String text = FuzzInput.text(octets, 0);
    assertEquals(naivelyParsed(text), HttpDate.parse(text), text);
    if (octets.length >= Long.BYTES) {
      String composed = composed(text);
      assertEquals(naivelyParsed(composed), HttpDate.parse(composed), composed);
      long moment = Math.floorMod(ByteBuffer.wrap(octets).getLong(), END_OF_YEARS);
      String written = HttpDate.format(moment);
      assertTrue(FORMS.get(0).matcher(written).matches(), written);
      assertEquals(moment, naivelyParsed(written), written);
      assertEquals(moment, HttpDate.parse(written), written);
    }
  }

  /** Text in one of the forms, with numbers that a date has, or nearly. */
  private static String composed(String parts) {
    String name = DAYS.get(parts.charAt(1) % 7);
    String day = twoDigits(parts.charAt(2) % 33);
    String month = MONTHS.get(parts.charAt(3) % 12);
    int year = 1900 + parts.charAt(4);
    String hour = twoDigits(parts.charAt(5) % 26);
    String minute = twoDigits(parts.charAt(6) % 62);
    String time = hour + ":" + minute + ":" + twoDigits(parts.charAt(7) % 62);
    return switch (parts.charAt(0) % 3) {
      case 0 -> name.substring(0, 3) + ", " + day + " " + month + " " + year + " " + time + " GMT";
      case 1 -> name + ", " + day + "-" + month + "-" + twoDigits(year % 100) + " " + time + " GMT";
      default -> name.substring(0, 3) + " " + month + " " + day + " " + time + " " + year;
    };
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }

  private static long naivelyParsed(String text) {
    for (Pattern form : FORMS) {
      Matcher date = form.matcher(text);
      if (date.matches()) {
        return moment(date);
      }
    }
    return HttpDate.INVALID;
  }

  private static long moment(Matcher date) {
    int year = number(date, "year");
    if (date.group("year").length() == 2) {
      year += year < 70 ? 2000 : 1900;
    }
    int month = MONTHS.indexOf(date.group("month")) + 1;
    LocalDate day;
    try {
      day = LocalDate.of(year, month, number(date, "day"));
    } catch (DateTimeException e) {
      return HttpDate.INVALID; // the 30th of February
    }
    int minutes = number(date, "hour") * 60 + number(date, "minute");
    return day.toEpochDay() * 86_400 + minutes * 60L + number(date, "second");
  }

  private static int number(Matcher date, String group) {
    return Integer.parseInt(date.group(group).trim());
  }
}
