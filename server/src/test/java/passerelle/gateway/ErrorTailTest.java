package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The last words of a script. */
final class ErrorTailTest {
  private final ErrorTail tail = new ErrorTail();

  private void add(String text) {
    tail.add(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatWasSaidIsKept() {
    assertEquals("", tail.text());
    add("one\n");
    add("two\t\u00e9\n");
    assertEquals("one\ntwo\t\u00e9", tail.text());
  }

  @Test
  void onlyTheEndOfALotIsKept() {
    for (int i = 0; i < 10_000; i++) {
      add("line " + i + "\n");
    }
    assertTrue(tail.text().endsWith("line 9998\nline 9999"));
    assertTrue(tail.text().length() <= 4096);
  }

  @Test
  void exactlyTheBoundIsKept() {
    add("x".repeat(4095) + "y");
    assertEquals("x".repeat(4095) + "y", tail.text());
    add("z");
    assertEquals("x".repeat(4094) + "yz", tail.text());
  }

  @Test
  void controlOctetsBecomeVisible() {
    add("a\u001b[31m\u0000\r\u007fb");
    assertEquals("a?[31m???b", tail.text());
  }
}
