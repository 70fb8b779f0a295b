package passerelle.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Octet classes and arithmetic that know nothing of Unicode. */
final class AsciiTest {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String DIGITS = "0123456789";

  private static void assertClass(int mask, String members) {
    for (int c = 0; c < 256; c++) {
      assertEquals(members.indexOf(c) >= 0, Ascii.is(c, mask), "octet " + c);
    }
  }

  private static String range(int from, int to) {
    StringBuilder octets = new StringBuilder();
    for (int c = from; c <= to; c++) {
      octets.append((char) c);
    }
    return octets.toString();
  }

  @Test
  void classesHoldExactlyTheirOctets() {
    assertClass(Ascii.DIGIT, DIGITS);
    assertClass(Ascii.HEXDIG, DIGITS + "abcdefABCDEF");
    assertClass(Ascii.TCHAR, DIGITS + LETTERS + "!#$%&'*+-.^_`|~");
    assertClass(Ascii.FIELD, "\t" + range(0x20, 0x7e) + range(0x80, 0xff));
    assertClass(Ascii.TARGET, range(0x21, 0x7e).replace("#", "") + range(0x80, 0xff));
    String octets = range(0x80, 0xff);
    String path = DIGITS + LETTERS + "-._~!$&'()*+,;=:@/";
    assertClass(Ascii.TARGET_PATH, path + "%[]" + octets);
    assertClass(Ascii.TARGET_QUERY, path + "%[]?{}|\\^`" + octets);
    assertClass(Ascii.URI, path + "%?");
    assertClass(Ascii.PATH, DIGITS + LETTERS + "-._~!$&'()*+,;=:@/");
  }

  @Test
  void classesTakeSignedBytes() {
    assertTrue(Ascii.is((byte) 0xe9, Ascii.FIELD));
    assertFalse(Ascii.is((byte) 0xe9, Ascii.TCHAR));
  }

  @Test
  void isAllRefusesTheEmptyTextAndWideCharacters() {
    assertTrue(Ascii.isAll("abc-1", Ascii.TCHAR));
    assertFalse(Ascii.isAll("", Ascii.TCHAR));
    assertFalse(Ascii.isAll("a b", Ascii.TCHAR));
    // U+0161 and U+010A have the low octets of "a" and LF.
    assertFalse(Ascii.isAll("\u0161", Ascii.TCHAR));
    assertFalse(Ascii.isAll("a\u010a", Ascii.FIELD));
  }

  @Test
  void lowerMapsOnlyAsciiLetters() {
    for (int c = 0; c < 256; c++) {
      assertEquals(c >= 'A' && c <= 'Z' ? c + 32 : c, Ascii.lower(c));
    }
    assertEquals("abz@[`{\u00c9\u0130\u212a", Ascii.lower("ABZ@[`{\u00c9\u0130\u212a"));
  }

  @Test
  void lowerIgnoresTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(new Locale("tr", "TR"));
      assertEquals("title", Ascii.lower("TITLE"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void lowerKeepsTextThatIsLowerAlready() {
    String text = "already lower";
    assertSame(text, Ascii.lower(text));
  }

  @Test
  void hexValueKnowsHexadecimalDigitsOnly() {
    for (int c = -1; c < 256; c++) {
      int expected = c < 0 ? -1 : "0123456789abcdef".indexOf(Ascii.lower(c));
      assertEquals(expected, Ascii.hexValue(c), "octet " + c);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "7, 7", "007, 7", "1234567890, 1234567890"})
  void parseDecimalReadsDigits(String text, long number) {
    assertEquals(number, Ascii.parseDecimal(text));
  }

  @Test
  void parseDecimalReadsUpToTheLargestLong() {
    assertEquals(Long.MAX_VALUE, Ascii.parseDecimal("9223372036854775807"));
    assertEquals(Long.MAX_VALUE, Ascii.parseDecimal("0009223372036854775807"));
    assertEquals(9223372036854775799L, Ascii.parseDecimal("9223372036854775799"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+5",
        "-5",
        " 5",
        "5 ",
        "5a",
        "0x5",
        "5.0",
        "5,5",
        "\uff15",
        "\u0665",
        "\u00b2",
        "9223372036854775808",
        "9223372036854775810",
        "18446744073709551616",
        "18446744073709551621",
        "99999999999999999999"
      })
  void parseDecimalRefusesEverythingElse(String text) {
    assertEquals(-1, Ascii.parseDecimal(text));
  }

  @Test
  void trimOwsTakesSpacesAndTabsOnly() {
    assertEquals("a \t b", Ascii.trimOws(" \t a \t b\t "));
    assertEquals("", Ascii.trimOws(" \t "));
    assertEquals("", Ascii.trimOws(""));
    assertEquals("\u00a0a\n", Ascii.trimOws("\u00a0a\n"));
  }

  @Test
  void controlCharactersAreFoundInEveryPlaceAndNothingElseIs() {
    for (int place = 0; place < Long.BYTES; place++) {
      for (int octet = 0; octet < 256; octet++) {
        for (long others : new long[] {0x2020202020202020L, -1, 0x0d7f00000a0d1f7fL}) {
          long mask = 0xffL << (8 * place);
          long octets = (others & ~mask) | ((long) octet << (8 * place));
          boolean isFound = (Ascii.controls(octets) & (0x80L << (8 * place))) != 0;
          assertEquals(octet < 0x20 || octet == 0x7f, isFound, Long.toHexString(octets));
          assertEquals(isFound, Ascii.isControl(octet));
          assertEquals(0, Ascii.controls(octets) & 0x7f7f7f7f7f7f7f7fL);
        }
      }
    }
  }
}
