package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How a script ended, in words. */
final class ScriptEndTest {
  @Test
  void anExitIsToldByItsStatus() {
    assertTrue(new ScriptEnd(0, 0).isWell());
    assertFalse(new ScriptEnd(3, 0).isWell());
    assertEquals("exited with status 3", new ScriptEnd(3, 0).words());
  }

  @Test
  void aSignalIsToldByItsNumber() {
    ScriptEnd killed = new ScriptEnd(0, 9);
    assertFalse(killed.isWell());
    assertEquals("was killed by signal 9", killed.words());
  }
}
