package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private SequenceBody sequence(FileChannel file) {
    return new SequenceBody(
        List.of(
            BytesBody.ofText("<"),
            part(file, "a", 1, 3),
            BytesBody.ofText("|"),
            part(file, "b", 8, 2),
            BytesBody.ofText(">")));
  }

  @Test
  void thePartsFollowEachOther() throws IOException {
    try (FileChannel file = file()) {
      SequenceBody body = sequence(file);
      assertEquals(8, body.length());
      while (body.writeTo(transport, 100) == Progress.MORE) {
        assertEquals(List.of(), events);
      }
      assertEquals("<123|89>", transport.output());
      body.close();
      assertEquals(List.of("a", "b"), events);
    }
  }

  @Test
  void aPartThatCannotBeClosedKeepsNoOtherOpen() throws IOException {
    try (FileChannel file = file()) {
      IllegalStateException fault = new IllegalStateException("a part is at fault");
      TestSource faulty =
          new TestSource(
              file,
              () -> {
                throw fault;
              });
      SequenceBody body =
          new SequenceBody(List.of(new FileBody(faulty, 0, 1), part(file, "b", 1, 1)));
      assertSame(fault, assertThrows(IllegalStateException.class, body::close));
      assertEquals(List.of("b"), events);
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
      SequenceBody body =
          new SequenceBody(List.of(BytesBody.ofText("<"), new FileBody(cold, 0, 10)));
      body.onContent(() -> events.add("woken"));
      assertEquals(Progress.STARVED, body.writeTo(transport, 100));
      cold.finishFetches();
      assertEquals(List.of("woken"), events);
      assertEquals(Progress.DONE, body.writeTo(transport, 100));
    }
  }
}
