package passerelle.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many descriptors there are is looked at now and then. */
final class DescriptorTableTest {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  @TempDir private Path folder;
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND_NANOS / 2);

  private void create(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      Files.createFile(folder.resolve(Integer.toString(i)));
    }
  }

  @Test
  void theyAreCountedOnceASecond() throws IOException {
    DescriptorTable table = new DescriptorTable(folder, nanos::get);
    create(0, DescriptorTable.MANY - 1);
    assertFalse(table.isLarge());
    create(DescriptorTable.MANY - 1, DescriptorTable.MANY);
    nanos.addAndGet(SECOND_NANOS - 1);
    assertFalse(table.isLarge());
    nanos.addAndGet(1);
    assertTrue(table.isLarge());
    Files.delete(folder.resolve("0"));
    assertTrue(table.isLarge());
    nanos.addAndGet(SECOND_NANOS);
    assertFalse(table.isLarge());
  }

  @Test
  void whatCannotBeCountedIsTakenForMany() {
    assertTrue(new DescriptorTable(folder.resolve("missing"), nanos::get).isLarge());
  }
}
