package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.http.Exchange;

/** A file that was ordered is let go once, however its answer ends. */
final class OrderedFileTest {
  @TempDir private Path folder;
  private final FileStore store = new FileStore(FileBudget.standard());
  private HeldFiles files;

  @BeforeEach
  void prepare() throws IOException {
    files = new HeldFiles(folder, store);
    files.write("large", 70_000);
  }

  private OrderedFile ordered() {
    FileAnswer answers = new FileAnswer(HeldFiles.queue(Runnable::run));
    OrderedFile.Way way = new OrderedFile.Way(answers, (exchange, refusal) -> {}, reason -> {});
    return OrderedFile.load(() -> files.load("large"), way);
  }

  @Test
  void anAnswerThatFailsLetsGoOfWhatOthersSendOnlyOnce() throws IOException {
    Resource other = files.find("large");
    Exchange exchange = HeldFiles.exchange();
    exchange.send();
    OrderedFile ordered = ordered();
    assertThrows(IllegalStateException.class, () -> ordered.applyTo(exchange));
    ordered.discard(); // as the exchange does with what failed
    exchange.response().reset();
    HeldFile held = files.plain(other).held();
    assertTrue(held.isBusy(), "the other holds it still");
    other.retire();
    assertFalse(held.isThere());
    assertEquals(new FileBudget(0, 0), store.taken());
  }

  @Test
  void whatIsGivenUpTwiceIsLetGoOnce() {
    OrderedFile ordered = ordered();
    ordered.discard();
    ordered.discard();
    assertEquals(new FileBudget(0, 0), store.taken());
  }
}
