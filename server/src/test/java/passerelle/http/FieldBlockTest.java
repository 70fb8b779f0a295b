package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Fields as data: what goes in comes out, as names, as values and as lines. */
final class FieldBlockTest {
  private static final FieldBlock BLOCK = FieldBlock.of("A", "1", "b", "", "A", "\u00e9\t\u00ff");

  private static String lines(FieldBlock block) {
    ByteBuffer out = ByteBuffer.allocateDirect(block.lineOctets());
    block.putLines(out);
    assertEquals(0, out.remaining(), "lineOctets() is exact");
    return StandardCharsets.ISO_8859_1.decode(out.flip()).toString();
  }

  @Test
  void keepsFieldsInOrderAndTheirLines() {
    assertEquals(3, BLOCK.count());
    assertEquals("b", BLOCK.name(1));
    assertEquals("", BLOCK.value(1));
    assertEquals("A: 1\r\nb: \r\nA: \u00e9\t\u00ff\r\n", lines(BLOCK));
    assertEquals("A: 1\nb: \n", BLOCK.first(2).toString());
    assertEquals("", lines(FieldBlock.EMPTY));
  }

  @Test
  void growsWithoutChanging() {
    FieldBlock longer = BLOCK.with("C", "2").with(FieldBlock.of("D", "3"));
    assertEquals(lines(BLOCK) + "C: 2\r\nD: 3\r\n", lines(longer));
    assertEquals(3, BLOCK.count());
    assertSame(BLOCK, BLOCK.with(FieldBlock.EMPTY));
    assertEquals(lines(BLOCK), lines(FieldBlock.EMPTY.with(BLOCK)));
  }

  @Test
  void itsBeginningIsABlockOfItsOwn() {
    FieldBlock two = BLOCK.first(2);
    assertEquals("A: 1\r\nb: \r\n", lines(two));
    assertEquals("A: 1\r\nb: \r\nC: 2\r\n", lines(two.with("C", "2")));
    assertTrue(BLOCK.with("C", "2").has("c"));
    assertFalse(BLOCK.with("C", "2").first(3).has("C"));
    assertEquals("", lines(BLOCK.first(0)));
    assertSame(BLOCK, BLOCK.first(3));
    assertThrows(IllegalArgumentException.class, () -> BLOCK.first(4));
    assertThrows(IllegalArgumentException.class, () -> two.first(3));
  }

  @Test
  void knowsNamesInAnyCase() {
    assertTrue(BLOCK.has("a"));
    assertTrue(BLOCK.has("B"));
    assertFalse(BLOCK.has("AB"));
    assertEquals("b: \r\n", lines(BLOCK.without(name -> name.equals("A"))));
    assertEquals("A: 1\r\n", lines(BLOCK.first(2).without(name -> name.equals("b"))));
  }

  @Test
  void whatItWasMadeOfMayChange() {
    String[] fields = {"A", "1"};
    FieldBlock block = FieldBlock.of(fields);
    fields[1] = "a\r\nB: 2";
    assertEquals("1", block.value(0));
    assertEquals("A: 1\r\n", lines(block));
  }

  @Test
  void refusesWhatCouldBreakAHead() {
    for (String value : new String[] {"a\r\nB: 2", "\n", "\u0000", "\u007f", "\u010a"}) {
      assertThrows(IllegalArgumentException.class, () -> FieldBlock.of("A", value));
      assertThrows(IllegalArgumentException.class, () -> BLOCK.with("A", value));
    }
    for (String name : new String[] {"", " ", "A:", "A B", "A\r", "\u0141"}) {
      assertThrows(IllegalArgumentException.class, () -> FieldBlock.of(name, "1"));
      assertThrows(IllegalArgumentException.class, () -> BLOCK.with(name, "1"));
    }
    assertThrows(IllegalArgumentException.class, () -> FieldBlock.of("A"));
  }
}
