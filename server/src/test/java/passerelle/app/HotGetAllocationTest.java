package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * How many bytes the loop allocates to answer a static GET that it has answered before.
 *
 * <p>The bound leaves room for what the JVM allocates on the thread now and then; the way from the
 * socket through the cache and back allocates nothing of its own.
 */
final class HotGetAllocationTest {
  private static final int WARM_UP = 20_000;
  private static final int REQUESTS = 20_000;
  private static final int BATCH = 8;
  private static final long BOUND_BYTES = 64;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void aHotGetAllocatesNextToNothingWhenAskedOneByOne() throws IOException {
    assertAllocatesLittle("Accept: */*\r\n", 1);
  }

  @Test
  void aHotGetAllocatesNextToNothingWhenPipelined() throws IOException {
    assertAllocatesLittle("Accept: */*\r\n", BATCH);
  }

  @Test
  void aHotGetAllocatesNextToNothingWhenTheClientSaysKeepAlive() throws IOException {
    assertAllocatesLittle("Connection: keep-alive\r\n", 1);
  }

  private void assertAllocatesLittle(String fields, int batch) throws IOException {
    try (Site site = new Site()) {
      site.letters("hot.html", 1024);
      Set<Thread> others = Site.threads();
      site.start(s -> s);
      String request = "GET /hot.html HTTP/1.1\r\nHost: site.example\r\n" + fields + "\r\n";
      byte[] requests = request.repeat(batch).getBytes(StandardCharsets.US_ASCII);
      try (Socket socket =
          new Socket(InetAddress.getByAddress(RawClient.LOOPBACK), site.server().port())) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(120_000);
        byte[] answer = new byte[lengthOfAnswer(site) * batch];
        ask(socket, requests, answer, WARM_UP / batch);
        long loop = loopThreadBeside(others);
        long before = threads.getThreadAllocatedBytes(loop);
        ask(socket, requests, answer, REQUESTS / batch);
        long allocated = threads.getThreadAllocatedBytes(loop) - before;
        assertEquals('z', answer[answer.length - 1024 + 25]);
        double each = (double) allocated / REQUESTS;
        assertTrue(each <= BOUND_BYTES, () -> each + " bytes allocated for each request");
      }
    }
  }

  private static int lengthOfAnswer(Site site) throws IOException {
    Reply reply = site.get("/hot.html");
    int length = "HTTP/1.1 200 OK\r\n\r\n".length() + reply.content().length();
    for (String field : reply.fields()) {
      length += field.length() + 2;
    }
    return length;
  }

  private static void ask(Socket socket, byte[] requests, byte[] answer, int times)
      throws IOException {
    OutputStream out = socket.getOutputStream();
    InputStream in = socket.getInputStream();
    for (int i = 0; i < times; i++) {
      out.write(requests);
      assertEquals(answer.length, in.readNBytes(answer, 0, answer.length));
    }
  }

  /** Not that of a server of an earlier test, which may still be ending. */
  private static long loopThreadBeside(Set<Thread> others) {
    return Site.threadsBeside(others).stream()
        .filter(thread -> thread.getName().equals("passerelle-loop"))
        .mapToLong(Thread::getId)
        .findFirst()
        .orElseThrow();
  }
}
