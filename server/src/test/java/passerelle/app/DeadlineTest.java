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
import passerelle.wire.Limits;
import passerelle.wire.Patience;

/** Clients that are slow, silent, or too many. */
final class DeadlineTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(300);

  @Test
  void aSlowHeadIsGivenUpHoweverSteadilyItDrips() throws IOException {
    try (Site site = new Site()) {
      site.start(s -> s.limits(shortHeads(SHORT)));
      try (RawClient client = begin(site, "GET / HTTP/1.1\r\nHost: a")) {
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
    }
  }

  @Test
  void aSlowHeadGets408() throws IOException {
    try (Site site = new Site()) {
      site.start(s -> s.limits(shortHeads(LONG)));
      try (RawClient client = begin(site, "GET / HTTP/1.1\r\nHost: a")) {
        Reply reply = client.read();
        assertEquals(408, reply.status());
        assertEquals("close", reply.only("Connection"));
        client.endOutput().assertEnds();
      }
    }
  }

  /** Little time for a head; and for who is refused and goes on sending, so much. */
  private static Limits shortHeads(Duration linger) {
    return Limits.standard().withPatience(new Patience(SHORT, LONG, LONG, 0, 0, linger));
  }

  /** A connection that the server first looks at when something was sent: the time begins then. */
  private static RawClient begin(Site site, String octets) throws IOException {
    return HeldLoop.during(site.server(), () -> site.connect().send(octets));
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
        // Once the head is here the request is under way, and holds a buffer to its end.
        assertEquals(200, client.ask("GET", "/huge").readHead().status());
        Site.await("the reader is dropped").until(() -> site.server().outstandingBuffers() == 0);
        Exception cut =
            assertThrows(IOException.class, () -> client.assertOctets(200_000_000, i -> 0));
        assertTrue(cut instanceof EOFException || cut instanceof SocketException, cut::toString);
      }
    }
  }

  @Test
  void aConnectionBeyondTheCapWaitsUntilAnotherLeaves() throws IOException {
    try (Site site = new Site()) {
      site.file("a.txt", "A");
      site.script("cat.sh", "printf 'X: y\\n\\n'", "cat");
      site.start(s -> s.cgi("/cgi-bin").connectionLimit(2));
      try (RawClient first = site.connect();
          RawClient second = site.connect()) {
        String upload = RawClient.request("POST", "/cgi-bin/cat.sh", "Content-Length: 2");
        first.send(upload + "1");
        second.send(upload + "2");
        Site.await("both are accepted").until(() -> site.server().outstandingBuffers() == 2);
        try (RawClient third = site.connect()) {
          third.ask("GET", "/a.txt");
          // Together with the next request: a connection that waits for one might make room.
          assertEquals("200 1x", first.send("x" + upload + "1").read().brief());
          assertTrue(third.isSilent());
          assertEquals("200 2x", second.send("x").read().brief());
          second.leave();
          assertEquals("200 A", third.read().brief());
          assertEquals("200 1x", first.send("x").read().brief());
        }
      }
    }
  }

  /**
   * Idle ones and half-sent heads, dripped or not: who holds connections does not keep others out.
   */
  @Test
  void atTheCapThoseThatOnlyHoldConnectionsMakeRoom() throws IOException {
    try (Site site = new Site()) {
      site.file("a.txt", "A");
      site.start(s -> s.connectionLimit(4));
      RawClient[] holders = new RawClient[4];
      try {
        for (int i = 0; i < holders.length; i++) {
          holders[i] = site.connect();
        }
        assertEquals("200 A", holders[0].get("/a.txt").brief());
        holders[1].send("GET /a.txt HTTP/1.1\r\n");
        for (int i = 0; i < 10; i++) {
          assertEquals("200 A", site.get("/a.txt").brief());
        }
      } finally {
        for (RawClient holder : holders) {
          if (holder != null) {
            holder.leave();
          }
        }
      }
    }
  }

  @Test
  void aClientBeyondItsOwnLimitGets429() throws IOException {
    try (Site site = new Site()) {
      site.file("a.txt", "A");
      site.start(s -> s.connectionLimit(10).clientConnectionLimit(1));
      try (ServerLog log = new ServerLog();
          RawClient first = site.connect()) {
        assertEquals("200 A", first.get("/a.txt").brief());
        try (RawClient second = site.connect()) {
          Reply reply = second.read();
          assertEquals(429, reply.status());
          assertEquals("1", reply.only("Retry-After"));
          assertEquals("close", reply.only("Connection"));
          second.assertEnds();
        }
        assertEquals("200 A", first.get("/a.txt").brief());
        log.await("connections refused, for their clients hold as many as they may: 1");
      }
    }
  }

  /** Four fifths: whatever one client does, a fifth is left for the others. */
  @Test
  void oneClientCannotTakeAllConnections() throws IOException {
    try (Site site = new Site();
        ServerLog log = new ServerLog()) {
      site.start(s -> s.connectionLimit(10));
      RawClient[] all = new RawClient[10];
      try {
        for (int i = 0; i < all.length; i++) {
          all[i] = site.connect();
        }
        for (int i = 0; i < all.length; i++) {
          assertEquals(
              i < 8 ? 200 : 429, (i < 8 ? all[i].ask("GET", "/") : all[i]).read().status());
        }
      } finally {
        for (RawClient client : all) {
          if (client != null) {
            client.leave();
          }
        }
      }
      log.await("connections refused");
    }
  }
}
