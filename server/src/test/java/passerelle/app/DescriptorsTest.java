package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How many connections fit the system's limit on open files. */
final class DescriptorsTest {
  @Test
  void theLimitIsKnown() {
    assertTrue(Descriptors.limit() > Site.descriptors());
  }

  @Test
  void asManyConnectionsAsAreWantedIfThereIsRoom() {
    assertEquals(10, Descriptors.connections(10, 5));
  }

  @Test
  void aReserveIsKeptForTheRest() {
    int limit = Descriptors.limit();
    assertEquals(limit - 5, Descriptors.connections(Integer.MAX_VALUE, 5));
    assertEquals(limit - limit / 2, Descriptors.connections(Integer.MAX_VALUE, Integer.MAX_VALUE));
  }
}
