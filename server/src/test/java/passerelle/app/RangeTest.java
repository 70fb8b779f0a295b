package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import passerelle.wire.Limits;
import passerelle.wire.Patience;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** A number, a size or a duration is within its range, or is refused with a sentence. */
final class RangeTest {
  private static final Set<String> LABELS = Set.of("PORT", "N", "SIZE", "DURATION");

  /** Each may suit one kind of option, and no other. */
  private static final List<String> VALUES =
      List.of(
          "",
          "0",
          "00",
          "1",
          "-1",
          "+1",
          "1.5",
          "1,5",
          "1e3",
          "0x10",
          " 1",
          "1 ",
          "one",
          "1ms",
          "1s",
          "1h",
          "1d",
          "1x",
          "1k",
          "1kb",
          "1t",
          "\u0661",
          "infinity",
          "65535",
          "65536",
          "2147483647",
          "2147483648",
          "3000000h",
          "1500000h",
          "2147483647h",
          "2562048h",
          "8388607t",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551617",
          "99999999999999999999h");

  /** The options with a number; whoever adds one need not think of this test. */
  static Stream<OptionSpec> options() {
    return new CommandLine(new Options())
        .getCommandSpec().options().stream().filter(option -> LABELS.contains(option.paramLabel()));
  }

  private static Settings settings(String option) throws IOException {
    Options options = new Options();
    new CommandLine(options).parseArgs(option);
    return options.settings(Map.of());
  }

  @Test
  void theTableHoldsAllOptionsThatHaveADefaultInDigits() {
    Set<String> missed = new TreeSet<>();
    for (OptionSpec option : new CommandLine(new Options()).getCommandSpec().options()) {
      String standard = option.defaultValue();
      if (standard != null && standard.matches("[0-9]+[a-z]*")) {
        missed.add(option.longestName());
      }
    }
    options().forEach(option -> missed.remove(option.longestName()));
    assertEquals(Set.of(), missed);
    assertTrue(options().count() > 15);
  }

  @ParameterizedTest
  @MethodSource("options")
  void aValueWorksOrIsRefusedWithTheOptionTheValueAndTheRange(OptionSpec option)
      throws IOException {
    String name = option.longestName();
    for (String value : VALUES) {
      try {
        assertBearable(settings(name + "=" + value));
      } catch (ParameterException e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith(name + " "), message);
        assertTrue(message.endsWith(", not " + (value.isEmpty() ? "nothing" : value)), message);
        assertTrue(message.matches(".* from \\S+ to \\S+, .*|.* no more than .*"), message);
      }
    }
  }

  /** What is made of these settings later has to fit. */
  private static void assertBearable(Settings settings) {
    Patience patience = settings.limits().patience();
    for (Duration time :
        List.of(
            settings.drainTime(),
            settings.scripts().timeLimit(),
            patience.headTime(),
            patience.idleTime(),
            patience.stallTime())) {
      Math.addExact(Math.multiplyExact(2, time.toNanos()), Duration.ofDays(365).toNanos());
    }
    ScriptSettings scripts = settings.scripts();
    Math.addExact(scripts.processes() * 8, Math.addExact(scripts.queue(), scripts.workers() * 8));
    Math.multiplyExact(settings.connectionLimit(), 8);
    Math.multiplyExact(settings.limits().contentOctets(), 8L);
  }

  @ParameterizedTest
  @CsvSource({
    "--drain-timeout=100000h, true",
    "--drain-timeout=100001h, false",
    "--drain-timeout=360000001, false",
    "--head-timeout=3000000h, false",
    "--cgi-timeout=1500000h, false",
    "--max-content=1024t, true",
    "--max-content=1025t, false",
    "--cgi-workers=1000, true",
    "--cgi-workers=1001, false",
    "--max-fields=100000, true",
    "--max-head=1m, true",
    "--max-head=1048577, false"
  })
  void theEndsOfARangeBelongToIt(String option, boolean isIn) throws IOException {
    if (isIn) {
      assertBearable(settings(option));
    } else {
      assertThrows(ParameterException.class, () -> settings(option));
    }
  }

  @Test
  void aProgramHasTheSameRanges() {
    Duration tooLong = Duration.ofDays(125_000);
    assertRefused(
        "drainTime takes a duration such as 500ms, 30s or 2m, from 1ms to 100000h, not 3000000h",
        s -> s.drainTime(tooLong));
    assertRefused("drainTime takes", s -> s.drainTime(Duration.ofSeconds(-1)));
    assertRefused("cgiTimeout takes", s -> s.cgiTimeout(tooLong));
    assertRefused("port takes a number from 0 to 65535, not 70000", s -> s.port(70_000));
    assertRefused("connectionLimit takes", s -> s.connectionLimit(0));
    assertRefused("clientConnectionLimit takes", s -> s.clientConnectionLimit(-1));
    assertRefused("cgiWorkers takes", s -> s.cgiWorkers(Integer.MAX_VALUE, 1));
    assertRefused("the queue of cgiWorkers takes", s -> s.cgiWorkers(1, Integer.MAX_VALUE));
    assertRefused("cgiProcesses takes", s -> s.cgiProcesses(Integer.MAX_VALUE));
    assertRefused("cgiSpool takes", s -> s.cgiSpool(-1));
    assertRefused("gzip takes", s -> s.gzip(0, 1L << 30));
    Limits limits = Limits.standard();
    assertRefused("contentOctets takes", s -> s.limits(limits.withContentOctets(Long.MAX_VALUE)));
    assertRefused(
        "fieldLines takes", s -> s.limits(new Limits(10, 2000, 0, 1, Patience.standard())));
    for (int i = 0; i < 4; i++) {
      Duration[] times = new Duration[4];
      Arrays.fill(times, Duration.ofSeconds(1));
      times[i] = tooLong;
      Patience patience = new Patience(times[0], times[1], times[2], 1, 1, times[3]);
      String name = List.of("headTime", "idleTime", "stallTime", "lingerTime").get(i);
      assertRefused(name + " takes", s -> s.limits(limits.withPatience(patience)));
    }
  }

  private static void assertRefused(String start, UnaryOperator<Settings.Builder> choices) {
    Settings.Builder settings = choices.apply(Settings.serve(Path.of("")));
    Exception e = assertThrows(IllegalArgumentException.class, settings::build);
    assertTrue(String.valueOf(e.getMessage()).startsWith(start), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1000, 1000",
    "1024, 1k",
    "12288, 12k",
    "1048576, 1m",
    "1073741824, 1g",
    "1125899906842624, 1024t"
  })
  void sizesAreWrittenAsTheyAreRead(long size, String text) {
    assertEquals(text, Units.sizeText(size));
    assertEquals(size, Units.size(text));
  }

  @ParameterizedTest
  @CsvSource({"PT0.001S, 1ms", "PT1S, 1s", "PT90S, 90s", "PT2M, 2m", "PT100000H, 100000h"})
  void durationsAreWrittenAsTheyAreRead(Duration duration, String text) {
    assertEquals(text, Units.durationText(duration));
    assertEquals(duration, Units.duration(text));
  }
}
