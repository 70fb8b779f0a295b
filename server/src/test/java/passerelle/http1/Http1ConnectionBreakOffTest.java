package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import passerelle.http.BytesBody;
import passerelle.http.Exchange;

/** A response that has to make room for others while its client reads slowly. */
final class Http1ConnectionBreakOffTest {
  private static final int OCTETS = 100_000;

  private final List<String> closed = new ArrayList<>();
  private final List<Exchange> exchanges = new ArrayList<>();

  private void answer(Exchange exchange) {
    exchanges.add(exchange);
    exchange
        .response()
        .body(BytesBody.of(ByteBuffer.allocate(OCTETS), 0, OCTETS, () -> closed.add("body")));
    exchange.send();
  }

  @Test
  void theConnectionIsClosedAndTheBodyGivenBackThoughTheClientDoesNotRead() throws Exception {
    try (Rig rig = new Rig(this::answer)) {
      rig.transport.capacity(0);
      rig.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals(1, exchanges.size());
      assertTrue(closed.isEmpty());
      assertFalse(rig.isClosed());
      exchanges.get(0).breakOff();
      rig.run();
      assertTrue(rig.isClosed());
      assertEquals(List.of("body"), closed);
      assertEquals(0, rig.buffers());
      assertEquals(1, rig.ended.size());
    }
  }
}
