package passerelle.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Views into buffers. */
final class SliceTest {
  private static ByteBuffer direct(String octets) {
    byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes);
  }

  @Test
  void showsOctetsWhateverTheBuffersPosition() {
    ByteBuffer buffer = direct("abcdef");
    Slice slice = new Slice(buffer, 2, 3);
    buffer.position(1);
    assertEquals("cde", slice.toString());
    assertEquals(3, slice.length());
    assertEquals('d', slice.charAt(1));
    assertArrayEquals(new byte[] {'c', 'd', 'e'}, slice.toOctets());
    assertEquals(1, buffer.position());
  }

  @Test
  void keepsEveryOctetAsOneCharacter() {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c < 256; c++) {
      all.append((char) c);
    }
    Slice slice = Slice.of(all.toString());
    assertEquals(256, slice.length());
    assertEquals(all.toString(), slice.toString());
    assertEquals(0xff, slice.octet(255));
  }

  @Test
  void subSequencesAndIndexesAreRelative() {
    Slice slice = new Slice(direct("__hello__"), 2, 5);
    Slice part = slice.subSequence(1, 4);
    assertEquals("ell", part.toString());
    assertEquals("l", part.subSequence(2, 3).toString());
    assertEquals("", slice.subSequence(5, 5).toString());
    assertEquals(2, slice.indexOf('l', 0));
    assertEquals(3, slice.indexOf('l', 3));
    assertEquals(-1, slice.indexOf('l', 4));
    assertEquals(-1, slice.indexOf('_', 0));
  }

  @Test
  void canBePointedElsewhere() {
    Slice slice = Slice.of("");
    slice.set(direct("abc"), 1, 2);
    assertEquals("bc", slice.toString());
    slice.set(Slice.of("hello"), 1, 3);
    assertEquals("ell", slice.toString());
  }

  @Test
  void comparesAsciiLettersOfEitherCase() {
    Slice slice = Slice.of("Content-LENGTH");
    assertTrue(slice.equalsIgnoreCase("content-length"));
    assertFalse(slice.equalsIgnoreCase("content-lengt"));
    assertFalse(slice.equalsIgnoreCase("content-length "));
    assertFalse(Slice.of("\u00e9").equalsIgnoreCase("\u00c9"));
    assertFalse(Slice.of("[").equalsIgnoreCase("{"));
    assertFalse(Slice.of("k").equalsIgnoreCase("\u212a"));
  }
}
