package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clients that are slow, silent, or too many. */
final class DeadlineTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(300);

  @Test
  void aSlowHeadGets408HoweverSteadilyItDrips() throws IOException {
    try (Site site = new Site()) {
      site.start(s -> s.limits(Site.times(SHORT, LONG, LONG)));
      try (RawClient client = site.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a");
        Site.await("the server gives up")
            .until(
                () -> {
                  try {
                    client.send("a");
                    return false;
                  } catch (SocketException e) {
                    return true;
                  }
                });
      }
      try (RawClient client = site.connect()) {
        Reply reply = client.send("GET / HTTP/1.1\r\nHost: a").read();
        assertEquals(408, reply.status());
        assertEquals("close", reply.only("Connection"));
        client.endOutput().assertEnds();
      }
    }
  }

  @Test
  void aConnectionThatNeverAsksIsClosedSilently() throws IOException {
    try (Site site = new Site()) {
      site.start(s -> s.limits(Site.times(SHORT, LONG, LONG)));
      try (RawClient client = site.connect()) {
        client.assertEnds();
      }
    }
  }

  @Test
  void anIdleConnectionIsClosedSilently() throws IOException {
    try (Site site = new Site()) {
      site.file("a.txt", "A");
      site.start(s -> s.limits(Site.times(LONG, SHORT, LONG)));
      try (RawClient client = site.connect()) {
        assertEquals("200 A", client.get("/a.txt").brief());
        client.assertEnds();
      }
    }
  }

  @Test
  void contentThatDoesNotComeGets408() throws IOException {
    try (Site site = new Site()) {
      site.script("cat.sh", "printf 'Content-Type: text/plain\\n\\n'", "cat");
      site.start(s -> s.cgi("/cgi-bin").limits(Site.times(LONG, LONG, SHORT)));
      try (RawClient client = site.connect()) {
        client.send(RawClient.request("POST", "/cgi-bin/cat.sh", "Content-Length: 10") + "12345");
        assertEquals(408, client.read().status());
        client.endOutput().assertEnds();
      }
    }
  }

  @Test
  void aReaderThatStopsReadingIsDropped() throws IOException {
    try (Site site = new Site()) {
      try (RandomAccessFile sparse = new RandomAccessFile(site.file("huge", "").toFile(), "rw")) {
        sparse.setLength(200_000_000);
      }
      site.start(s -> s.limits(Site.times(LONG, LONG, SHORT)));
      try (RawClient client = new RawClient(site.server(), 4096)) {
        client.ask("GET", "/huge");
        Site.await("the reader is dropped").until(() -> site.server().outstandingBuffers() == 0);
        assertEquals(200, client.readHead().status());
        Exception cut = assertThrows(IOException.class, () -> client.readOctets(200_000_000));
        assertTrue(cut instanceof EOFException || cut instanceof SocketException, cut::toString);
      }
    }
  }

  @Test
  void aConnectionBeyondTheCapWaitsUntilAnotherLeaves() throws IOException {
    try (Site site = new Site()) {
      site.file("a.txt", "A");
      site.start(s -> s.connectionLimit(2));
      try (RawClient first = site.connect();
          RawClient second = site.connect();
          RawClient third = site.connect()) {
        assertEquals("200 A", first.get("/a.txt").brief());
        assertEquals("200 A", second.get("/a.txt").brief());
        third.ask("GET", "/a.txt");
        for (int i = 0; i < 20; i++) {
          assertEquals("200 A", first.get("/a.txt").brief());
        }
        assertTrue(third.isSilent());
        second.leave();
        assertEquals("200 A", third.read().brief());
        assertEquals("200 A", first.get("/a.txt").brief());
      }
    }
  }
}
