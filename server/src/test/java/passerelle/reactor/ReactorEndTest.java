package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The last turn of the loop. */
final class ReactorEndTest {
  /** It may be the line of a log, or a descriptor to be closed. */
  @Test
  void whatWasPostedBeforeTheEndIsDone() throws IOException {
    List<String> done = new ArrayList<>();
    try (Reactor reactor = new Reactor(new LoopClock())) {
      reactor.again( // late in a turn, when the mailbox has been looked at
          () -> {
            reactor.execute(() -> done.add("posted"));
            reactor.stop();
          });
      reactor.run();
    }
    assertEquals(List.of("posted"), done);
  }
}
