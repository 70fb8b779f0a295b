package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations and sizes as people type them. */
final class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "1ms, PT0.001S",
    "30s, PT30S",
    "30, PT30S",
    "2m, PT2M",
    "1h, PT1H",
    "2147483647, PT596523H14M7S"
  })
  void durationsAreRead(String text, Duration duration) {
    assertEquals(duration, Units.duration(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "0",
        "0ms",
        "-1s",
        "+1s",
        "1.5s",
        "1 s",
        " 1s",
        "1s ",
        "1S",
        "1d",
        "1sm",
        "x1s",
        "2147483648",
        "99999999999999999999s",
        "\uff11s",
        "1\u00b5s"
      })
  void whatIsNoDurationIsNone(String text) {
    assertNull(Units.duration(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "64k, 65536",
    "64K, 65536",
    "10m, 10485760",
    "1g, 1073741824",
    "1T, 1099511627776",
    "9223372036854775807, 9223372036854775807",
    "8589934591g, 9223372035781033984"
  })
  void sizesAreRead(String text, long size) {
    assertEquals(size, Units.size(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "k",
        "-1",
        "+1",
        "1.5k",
        "1 k",
        "1kb",
        "1kib",
        "1p",
        "9223372036854775808",
        "8589934592g",
        "99999999999999999999",
        "\uff11",
        "1\u212a"
      })
  void whatIsNoSizeIsNone(String text) {
    assertEquals(-1, Units.size(text));
  }
}
