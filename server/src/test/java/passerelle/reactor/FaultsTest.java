package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import passerelle.harness.FailingLog;

/** Faults are kept without allocating, and told when the log can be written. */
final class FaultsTest {
  private final Faults faults = new Faults();

  @Test
  void toNoteAFaultAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    Throwable fault = new OutOfMemoryError("for a test");
    faults.note("warm", fault);
    long nothing = allocated(threads, id, 0, fault);
    assertEquals(nothing, allocated(threads, id, 1000, fault));
  }

  private long allocated(ThreadMXBean threads, long id, int times, Throwable fault) {
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < times; i++) {
      faults.note("a place", fault);
    }
    return threads.getThreadAllocatedBytes(id) - before;
  }

  @Test
  void whatCannotBeToldIsToldTheNextTime() {
    faults.note("a place", new IllegalStateException("for a test"));
    try (FailingLog log = new FailingLog(true)) {
      faults.tell();
      assertTrue(log.isUsed());
    }
    try (FailingLog log = new FailingLog(false)) {
      faults.tell();
      assertTrue(log.isUsed());
    }
    try (FailingLog log = new FailingLog(false)) {
      faults.tell();
      assertFalse(log.isUsed(), "it is told once");
    }
  }

  @Test
  void aFaultThatCannotBeDescribedKeepsNoOtherFromBeingTold() {
    faults.note(
        "a place",
        new IllegalStateException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new OutOfMemoryError("for a test");
          }
        });
    try (FailingLog log = new FailingLog(false)) {
      faults.tell();
      assertTrue(log.isUsed());
    }
    try (FailingLog log = new FailingLog(false)) {
      faults.tell();
      assertFalse(log.isUsed());
    }
  }
}
