package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import passerelle.io.MemoryTransport;

/** Content in memory. */
final class BytesBodyTest {
  private final MemoryTransport transport = new MemoryTransport();
  private final ByteBuffer shared =
      ByteBuffer.wrap("0123456789".getBytes(StandardCharsets.US_ASCII));

  @Test
  void writesItsPartOfASharedBufferAndLeavesTheBufferAlone() throws IOException {
    BytesBody body = new BytesBody().set(shared, 2, 5, null);
    assertEquals(5, body.length());
    assertEquals(Progress.DONE, body.writeTo(transport, 100));
    assertEquals("23456", transport.output());
    assertEquals(0, shared.position());
    assertEquals(10, shared.limit());
  }

  @Test
  void goesOnWhereTheSocketStoppedIt() throws IOException {
    BytesBody body = BytesBody.ofText("abcdef");
    transport.capacity(4);
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 100));
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 100));
    transport.drain();
    assertEquals(Progress.DONE, body.writeTo(transport, 100));
    assertEquals("abcdef", transport.output());
  }

  @Test
  void aUsedUpQuantumMeansMore() throws IOException {
    BytesBody body = BytesBody.ofText("abcdef");
    transport.capacity(2);
    assertEquals(Progress.MORE, body.writeTo(transport, 2));
    transport.drain();
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 10));
  }

  @Test
  void movesIntoABufferIfItFits() throws IOException {
    BytesBody body = new BytesBody().set(shared, 1, 3, null);
    assertEquals(0, body.moveInto(ByteBuffer.allocate(2)));
    ByteBuffer target = ByteBuffer.allocate(4).put((byte) 'x');
    assertEquals(3, body.moveInto(target));
    assertEquals("x123", StandardCharsets.US_ASCII.decode(target.flip()).toString());
    assertEquals(Progress.DONE, body.writeTo(transport, 10));
    assertEquals("", transport.output());
  }

  @Test
  void doesNotMoveOnceItsWritingHasBegun() throws IOException {
    BytesBody body = BytesBody.ofText("abc");
    transport.capacity(1);
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 10));
    assertEquals(0, body.moveInto(ByteBuffer.allocate(10)));
  }

  @Test
  void servesResponseAfterResponse() throws IOException {
    BytesBody body = new BytesBody();
    for (int i = 0; i < 3; i++) {
      body.set(shared, i, 2, null);
      assertEquals(Progress.DONE, body.writeTo(transport, 10));
      body.close();
    }
    assertEquals("011223", transport.output());
  }

  @Test
  void whoeverLentTheBufferHearsOnceThatItIsFree() {
    int[] times = {0};
    BytesBody body = BytesBody.of(shared, 0, 3, () -> times[0]++);
    assertEquals(0, times[0]);
    body.close();
    body.close();
    assertEquals(1, times[0]);
    body.set(shared, 0, 3, null);
    body.close();
    assertEquals(1, times[0]);
  }

  @Test
  void anEmptyBodyIsDoneAtOnce() throws IOException {
    assertEquals(Progress.DONE, BytesBody.of(new byte[0]).writeTo(transport, 10));
    assertEquals(0, transport.writes());
  }
}
