package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import passerelle.io.Slice;

/** Field lines as positions, and the names that are known. */
final class FieldsTest {
  /** Fields from lines of the form {@code name:value}. */
  private static Fields fields(String... lines) {
    ByteBuffer buffer =
        ByteBuffer.wrap(String.join("", lines).getBytes(StandardCharsets.ISO_8859_1));
    Fields fields = new Fields();
    fields.reset(buffer);
    int at = 0;
    for (String line : lines) {
      int colon = line.indexOf(':');
      fields.add(at, colon, at + colon + 1, line.length() - colon - 1);
      at += line.length();
    }
    return fields;
  }

  private static String first(Fields fields, FieldName name) {
    Slice value = fields.first(name);
    return value == null ? "none" : value.toString();
  }

  @Test
  void keepsLinesInOrder() {
    Fields fields = fields("A:1", "b:", "A:3");
    assertEquals(3, fields.count());
    assertEquals("A", fields.name(0).toString());
    assertEquals("1", fields.value(0).toString());
    assertEquals("", fields.value(1).toString());
    assertEquals("3", fields.value(2).toString());
  }

  @Test
  void findsEveryKnownNameInAnyCase() {
    for (FieldName name : FieldName.values()) {
      for (String written :
          new String[] {
            name.text(), name.text().toLowerCase(Locale.ROOT), name.text().toUpperCase(Locale.ROOT)
          }) {
        Fields fields = fields("X:0", written + ":v", "Y:1");
        assertEquals("v", first(fields, name));
        assertEquals(1, fields.occurrences(name));
        for (FieldName other : FieldName.values()) {
          assertEquals(name == other ? "v" : "none", first(fields, other));
        }
      }
    }
  }

  @Test
  void takesSimilarNamesForUnknown() {
    for (String name :
        new String[] {"H", "Hos", "Hostt", "Hxst", "Content_Length", "Content-Lengti", "Host "}) {
      Fields fields = fields(name + ":v");
      for (FieldName known : FieldName.values()) {
        assertNull(fields.first(known), name);
      }
    }
  }

  @Test
  void lookingUpAnyTwoOctetNameIsSafe() {
    ByteBuffer buffer = ByteBuffer.allocate(2);
    for (int first = 0; first < 256; first++) {
      for (int last = 0; last < 256; last++) {
        buffer.put(0, (byte) first).put(1, (byte) last);
        assertNull(FieldName.at(buffer, 0, 2));
      }
    }
    assertNull(FieldName.at(buffer, 0, 0));
  }

  @Test
  void joinsLinesOfOneFieldOnly() {
    Fields fields = fields("If-Match:\"a\"", "X:1", "if-match:\"b\", \"c\"", "If-Match:");
    assertEquals(3, fields.occurrences(FieldName.IF_MATCH));
    assertEquals("\"a\"", first(fields, FieldName.IF_MATCH));
    assertEquals("\"a\", \"b\", \"c\", ", fields.joined(FieldName.IF_MATCH));
    assertNull(fields.joined(FieldName.RANGE));
    assertEquals(", b", fields("If-Match:", "If-Match:b").joined(FieldName.IF_MATCH));
    assertEquals("v", fields("Range:v").joined(FieldName.RANGE));
  }

  @Test
  void growsWithItsLines() {
    String[] lines = new String[100];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = "n" + i + ":v" + i;
    }
    Fields fields = fields(lines);
    assertEquals(100, fields.count());
    assertEquals("n57", fields.name(57).toString());
    assertEquals("v99", fields.value(99).toString());
  }

  @Test
  void forgetsEverythingOnReset() {
    Fields fields = fields("Host:a");
    assertNotNull(fields.first(FieldName.HOST));
    fields.reset(ByteBuffer.allocate(0));
    assertEquals(0, fields.count());
    assertEquals(0, fields.occurrences(FieldName.HOST));
    assertNull(fields.first(FieldName.HOST));
    assertNull(fields.joined(FieldName.HOST));
  }
}
