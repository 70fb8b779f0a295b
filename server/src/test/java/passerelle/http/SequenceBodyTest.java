package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.io.MemoryTransport;

/** Several bodies as one. */
final class SequenceBodyTest {
  @TempDir Path directory;

  private final MemoryTransport transport = new MemoryTransport();
  private final List<String> events = new ArrayList<>();

  private FileBody part(FileChannel file, String name, long first, long length) {
    return new FileBody(new TestSource(file, () -> events.add(name)), first, length);
  }

  private FileChannel file() throws IOException {
    return FileChannel.open(Files.writeString(directory.resolve("file"), "0123456789"));
  }

  /** A sequence of parts that are made before, and of something else to be closed. */
  private SequenceBody sequence(Body... parts) {
    Iterator<Body> rest = List.of(parts).iterator();
    SequenceBody.Parts made =
        new SequenceBody.Parts() {
          @Override
          public @Nullable Body next() {
            events.add("next");
            return rest.hasNext() ? rest.next() : null;
          }

          @Override
          public void close() {
            events.add("closed");
          }
        };
    return new SequenceBody(Stream.of(parts).mapToLong(Body::length).sum(), made);
  }

  private SequenceBody sequence(FileChannel file) {
    return sequence(
        BytesBody.ofText("<"),
        part(file, "a", 1, 3),
        BytesBody.ofText("|"),
        part(file, "b", 8, 2),
        BytesBody.ofText(">"));
  }

  @Test
  void thePartsFollowEachOther() throws IOException {
    try (FileChannel file = file()) {
      SequenceBody body = sequence(file);
      assertEquals(8, body.length());
      assertEquals(Progress.DONE, body.writeTo(transport, 100_000));
      assertEquals("<123|89>", transport.output());
      body.close();
      body.close();
      assertEquals(
          List.of("next", "next", "a", "next", "next", "b", "next", "next", "closed"), events);
    }
  }

  @Test
  void whatIsAtHandGoesBehindTheHead() throws IOException {
    try (FileChannel file = file()) {
      SequenceBody body = sequence(file);
      ByteBuffer buffer = ByteBuffer.allocateDirect(5);
      assertEquals(5, body.moveInto(buffer));
      assertEquals("<123|", StandardCharsets.US_ASCII.decode(buffer.flip()).toString());
      assertEquals(Progress.DONE, body.writeTo(transport, 100_000));
      assertEquals("89>", transport.output());
      body.close();
    }
  }

  @Test
  void manySmallPartsAreSentInSeveralTurns() throws IOException {
    try (FileChannel file = file()) {
      SequenceBody body = sequence(file);
      int turns = 1;
      while (body.writeTo(transport, 4096) == Progress.MORE) {
        turns++;
      }
      assertEquals(3, turns);
      assertEquals("<123|89>", transport.output());
      body.close();
    }
  }

  @Test
  void aPartIsMadeWhenTheOneBeforeItWasSent() throws IOException {
    try (FileChannel file = file()) {
      SequenceBody body = sequence(file);
      assertEquals(List.of(), events);
      transport.capacity(2);
      assertEquals(Progress.BLOCKED, body.writeTo(transport, 100_000));
      assertEquals(List.of("next", "next"), events);
      body.close();
      assertEquals(List.of("next", "next", "a", "closed"), events);
    }
  }

  @Test
  void aPartThatCannotBeClosedDoesNotKeepWhatItWasMadeFrom() throws IOException {
    try (FileChannel file = file()) {
      IllegalStateException fault = new IllegalStateException("a part is at fault");
      TestSource faulty =
          new TestSource(
              file,
              () -> {
                throw fault;
              });
      SequenceBody body = sequence(new FileBody(faulty, 0, 5));
      transport.capacity(2);
      assertEquals(Progress.BLOCKED, body.writeTo(transport, 100));
      assertSame(fault, assertThrows(IllegalStateException.class, body::close));
      assertEquals(List.of("next", "closed"), events);
    }
  }

  @Test
  void itStopsAndGoesOnAnywhere() throws IOException {
    try (FileChannel file = file()) {
      SequenceBody body = sequence(file);
      Progress progress = Progress.BLOCKED;
      for (int i = 0; i < 30 && progress != Progress.DONE; i++) {
        transport.capacity(1);
        progress = body.writeTo(transport, 1);
      }
      assertEquals(Progress.DONE, progress);
      assertEquals("<123|89>", transport.output());
    }
  }

  @Test
  void aStarvedPartWakesWhoeverSendsTheWhole() throws IOException {
    try (FileChannel file = file()) {
      TestSource cold = new TestSource(file, () -> {});
      cold.residentTo = 0;
      SequenceBody body = sequence(BytesBody.ofText("<"), new FileBody(cold, 0, 10));
      body.onContent(() -> events.add("woken"));
      assertEquals(Progress.STARVED, body.writeTo(transport, 10_000));
      events.clear();
      cold.finishFetches();
      assertEquals(List.of("woken"), events);
      assertEquals(Progress.DONE, body.writeTo(transport, 10_000));
      body.close();
    }
  }
}
