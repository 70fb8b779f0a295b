package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** That the system's limit on open files is known. */
final class DescriptorsTest {
  @Test
  void theLimitIsKnown() {
    assertTrue(Descriptors.limit() > Site.descriptors());
  }
}
