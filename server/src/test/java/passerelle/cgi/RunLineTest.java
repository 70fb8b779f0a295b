package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import passerelle.process.Exit;

/** What the log of runs says of one. */
final class RunLineTest {
  @Test
  void itTellsTheProcessItsEndAndItsTimes() {
    assertEquals(
        "pid=7 exit=0 wall=0.000000 user=0.000012 system=1.000000",
        RunLine.of(7, new Exit(0, 0, 12, 1_000_000), 0));
    assertEquals(
        "pid=8 exit=3 wall=62.500000 user=61.000001 system=0.000000",
        RunLine.of(8, new Exit(3, 0, 61_000_001, 0), 62_500_000));
    assertEquals(
        "pid=9 signal=9 wall=0.000001 user=0.000000 system=0.000000",
        RunLine.of(9, new Exit(0, 9, 0, 0), 1));
  }
}
