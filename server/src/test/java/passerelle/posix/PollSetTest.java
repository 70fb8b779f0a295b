package passerelle.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import passerelle.harness.Needs;

/** What {@code poll} says of many descriptors. */
final class PollSetTest {
  private static final int MOST_ENTRIES = 1 << 22;

  @BeforeEach
  void requireNativeCalls() {
    Needs.nativeCalls();
  }

  /** How many descriptors this process may have, which is how many poll takes. */
  private static int limit() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
      if (line.startsWith("Max open files")) {
        String soft = line.substring(26).strip().split(" ", 2)[0];
        return soft.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(soft);
      }
    }
    throw new AssertionError("no limit");
  }

  private static int awaitReady(PollSet polls) throws IOException {
    int ready = 0;
    while (ready == 0) {
      ready = polls.poll(-1); // it may come back before anything is ready
    }
    return ready;
  }

  @Test
  void moreEntriesThanThereMayBeDescriptorsAreAskedAboutInParts() throws IOException {
    int limit = limit();
    Needs.that(limit < MOST_ENTRIES, "a limit of descriptors that a set can exceed: " + limit);
    for (int at : new int[] {0, limit / 2, limit}) {
      PollSet polls = new PollSet(limit + 1);
      try (Pipes pipes = Pipes.open()) {
        polls.set(at, pipes.ourOutput());
        assertEquals(0, polls.poll(0));
        assertEquals(0, polls.poll(1));
        assertEquals(1, Descriptor.write(pipes.childsOutput(), new byte[1]));
        assertEquals(1, awaitReady(polls));
        assertTrue(polls.isReady(at));
        assertFalse(polls.isReady(at == 0 ? 1 : 0));
      }
    }
  }
}
