package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.io.MemoryTransport;

/** A part of a file. */
final class FileBodyTest {
  @TempDir Path directory;

  private final MemoryTransport transport = new MemoryTransport();
  private FileChannel file;
  private int released;

  @BeforeEach
  void open() throws IOException {
    Path path = directory.resolve("file");
    Files.writeString(path, "0123456789");
    file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  private FileBody body(long position, long length) {
    return new FileBody(file, position, length, () -> released++);
  }

  @Test
  void sendsItsPart() throws IOException {
    FileBody body = body(2, 5);
    assertEquals(5, body.length());
    assertEquals(Progress.DONE, body.writeTo(transport, 100));
    assertEquals("23456", transport.output());
    assertEquals(5, body.length());
    assertEquals(0, file.position());
    body.close();
    assertEquals(1, released);
  }

  @Test
  void theQuantumMeansMore() throws IOException {
    FileBody body = body(0, 10);
    assertEquals(Progress.MORE, body.writeTo(transport, 4));
    assertEquals("0123", transport.output());
    assertEquals(Progress.MORE, body.writeTo(transport, 4));
    assertEquals(Progress.DONE, body.writeTo(transport, 4));
    assertEquals("0123456789", transport.output());
  }

  @Test
  void aFullSocketMeansBlocked() throws IOException {
    FileBody body = body(0, 10);
    transport.capacity(3);
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 100));
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 100));
    transport.capacity(100);
    assertEquals(Progress.DONE, body.writeTo(transport, 100));
    assertEquals("0123456789", transport.output());
  }

  @Test
  void aFileThatWasTruncatedIsAnErrorAndNotAFullSocket() throws IOException {
    FileBody body = body(0, 10);
    assertEquals(Progress.MORE, body.writeTo(transport, 4));
    file.truncate(6);
    // What is left goes out, and looks like a full socket; the socket takes more, so it is asked.
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 100));
    assertThrows(IOException.class, () -> body.writeTo(transport, 100));
    assertEquals("012345", transport.output());
  }

  @Test
  void aTruncatedFileBehindAFullSocketIsNoticedWhenItTakesOctetsAgain() throws IOException {
    FileBody body = body(0, 10);
    transport.capacity(4);
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 100));
    file.truncate(4);
    transport.drain();
    assertThrows(IOException.class, () -> body.writeTo(transport, 100));
  }

  @Test
  void anEmptyPartIsDoneAtOnce() throws IOException {
    assertEquals(Progress.DONE, body(10, 0).writeTo(transport, 100));
  }
}
