package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.io.QueuedLoop;

/** Responses in the making: nothing that could break a head gets in. */
final class ResponseTest {
  private final Response response = new Response();

  @Test
  void keepsFieldsInOrder() {
    response.field("A", "1").field("Set-Cookie", "x").field("A", "").field("B", "\t\u00e9");
    assertEquals(4, response.fieldCount());
    assertEquals("Set-Cookie", response.fieldName(1));
    assertEquals("x", response.fieldValue(1));
    assertEquals("", response.fieldValue(2));
    response.reset();
    assertEquals(0, response.fieldCount());
    assertEquals(Status.OK, response.status());
  }

  /** What the server says by itself stands back, all of it that has the name. */
  @Test
  void anAddedFieldStandsAlone() {
    FieldBlock ours = FieldBlock.of("ETag", "1", "Vary", "A", "etag", "2", "Link", "B");
    response.defaults(ours);
    assertSame(ours, response.beside(ours));
    response.field("X", "own").fields(FieldBlock.of("Y", "1", "Y", "2"));
    assertSame(ours, response.beside(ours));
    assertEquals(3, response.fieldCount());
    response.field("Etag", "own").field("LINK", "own");
    FieldBlock left = response.beside(ours);
    assertEquals(1, left.count());
    assertEquals("Vary", left.name(0));
    assertSame(ours, response.defaults());
    response.reset();
    assertEquals(0, response.defaults().count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\rb",
        "a\nb",
        "a\r\nSet-Cookie: x",
        "\r",
        "\n",
        "a\u0000",
        "\u0001",
        "\u007f",
        "\u010d",
        "\u010a",
        "a\u0a0ab",
        "\u2028"
      })
  void refusesValuesThatCouldBreakTheHead(String value) {
    assertThrows(IllegalArgumentException.class, () -> response.field("A", value));
    assertEquals(0, response.fieldCount());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "A ", "A:", "A\r", "A\nB", "A B", "\u00e9", "A\u0000", "(A)", "\u0141"})
  void refusesNamesThatAreNoTokens(String name) {
    assertThrows(IllegalArgumentException.class, () -> response.field(name, "x"));
  }

  /** The reason phrase may come from a script, and goes to the wire as field values do. */
  @ParameterizedTest
  @ValueSource(strings = {"OK\r\nX: y", "a\rb", "a\nb", "\u0000", "a\u010ab"})
  void aStatusRefusesAReasonThatCouldBreakTheHead(String reason) {
    assertThrows(IllegalArgumentException.class, () -> new Status(200, reason));
  }

  @Test
  void aNewBodyReleasesTheOneBefore() {
    List<String> events = new ArrayList<>();
    QueuedLoop loop = new QueuedLoop();
    StreamBody first = new StreamBody(5, loop, () -> events.add("first"));
    response.body(first);
    response.body(new StreamBody(7, loop, () -> events.add("second")));
    assertEquals(List.of("first"), events);
    assertEquals(7, response.representationLength());
  }

  @Test
  void knowsTheLengthToAnnounce() {
    assertEquals(Body.UNKNOWN, response.representationLength());
    response.representationLength(9);
    assertEquals(9, response.representationLength());
    response.content(ByteBuffer.allocate(10), 5, () -> {});
    assertEquals(5, response.representationLength());
    response.reset();
    assertNull(response.body());
    assertEquals(Body.UNKNOWN, response.representationLength());
  }

  @Test
  void contentThatIsReplacedIsGivenBackOnce() {
    List<String> over = new ArrayList<>();
    response.content(ByteBuffer.allocate(10), 5, () -> over.add("first"));
    response.content(ByteBuffer.allocate(10), 6, () -> over.add("second"));
    assertEquals(List.of("first"), over);
    assertEquals(6, response.representationLength());
    response.reset();
    response.reset();
    assertEquals(List.of("first", "second"), over);
  }

  @Test
  void someStatusesForbidContent() {
    assertEquals(true, Status.NO_CONTENT.forbidsContent());
    assertEquals(true, Status.NOT_MODIFIED.forbidsContent());
    assertEquals(true, new Status(100, "").forbidsContent());
    assertEquals(false, Status.OK.forbidsContent());
    assertEquals(false, Status.NOT_FOUND.forbidsContent());
    Status reset = Status.usual(205); // its head has a length, which is 0
    assertEquals(true, reset.forbidsContent());
    assertEquals(false, reset.endsAtHead());
    assertEquals(true, Status.NO_CONTENT.endsAtHead());
  }

  /** RFC 9110 §15, and the registry that it began; what is not there has no phrase. */
  @Test
  void codesHaveUsualPhrases() {
    assertEquals("Not Found", Status.usual(404).reason());
    assertEquals("Created", Status.usual(201).reason());
    assertEquals("Unprocessable Content", Status.usual(422).reason());
    assertEquals("Network Authentication Required", Status.usual(511).reason());
    assertEquals("OK", Status.OK.reason());
    for (int code : new int[] {209, 299, 306, 418, 599, 999}) {
      assertEquals(new Status(code, ""), Status.usual(code));
    }
  }
}
