package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How a script ended, in words and in a log. */
final class ScriptEndTest {
  @Test
  void anExitIsToldByItsStatus() {
    ScriptEnd well = new ScriptEnd(0, 0, 12, 1_000_000);
    ScriptEnd badly = new ScriptEnd(3, 0, 61_000_001, 0);
    assertTrue(well.isWell());
    assertFalse(badly.isWell());
    assertEquals("exited with status 3", badly.words());
    assertEquals("exit=0 wall=0.000000 user=0.000012 system=1.000000", well.line(0));
    assertEquals("exit=3 wall=62.500000 user=61.000001 system=0.000000", badly.line(62_500_000));
  }

  @Test
  void aSignalIsToldByItsNumber() {
    ScriptEnd killed = new ScriptEnd(0, 9, 0, 0);
    assertFalse(killed.isWell());
    assertEquals("was killed by signal 9", killed.words());
    assertEquals("signal=9 wall=0.000001 user=0.000000 system=0.000000", killed.line(1));
  }
}
