package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
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
  private TestSource source;
  private int released;

  @BeforeEach
  void open() throws IOException {
    Path path = directory.resolve("file");
    Files.writeString(path, "0123456789");
    file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    source = new TestSource(file, () -> released++);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  private FileBody body(long position, long length) {
    return new FileBody(source, position, length);
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

  @Test
  void whatIsNotResidentIsFetchedFirst() throws IOException {
    source.residentTo = 4;
    FileBody body = body(0, 10);
    int[] resumed = new int[1];
    body.onContent(() -> resumed[0]++);
    assertEquals(Progress.MORE, body.writeTo(transport, 4));
    assertEquals(Progress.STARVED, body.writeTo(transport, 4));
    assertEquals(Progress.STARVED, body.writeTo(transport, 4));
    assertEquals(List.of("4+6"), source.fetched);
    assertEquals("0123", transport.output());
    assertEquals(0, resumed[0]);
    source.finishFetches();
    assertEquals(1, resumed[0]);
    assertEquals(Progress.MORE, body.writeTo(transport, 4));
    assertEquals(Progress.DONE, body.writeTo(transport, 4));
    assertEquals("0123456789", transport.output());
    assertEquals(1, source.fetched.size());
  }

  @Test
  void afterAFullSocketResidencyIsAskedAnew() throws IOException {
    source.residentTo = 0;
    FileBody body = body(0, 10);
    transport.capacity(3);
    assertEquals(Progress.STARVED, body.writeTo(transport, 100));
    source.finishFetches();
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 100));
    assertEquals(Progress.STARVED, body.writeTo(transport, 100));
    assertEquals(List.of("0+10", "3+7"), source.fetched);
  }

  @Test
  void aFetchThatEndsAfterTheBodyWasClosedWakesNobody() throws IOException {
    source.residentTo = 0;
    FileBody body = body(0, 10);
    int[] resumed = new int[1];
    body.onContent(() -> resumed[0]++);
    assertEquals(Progress.STARVED, body.writeTo(transport, 100));
    body.close();
    source.finishFetches();
    assertEquals(0, resumed[0]);
    assertEquals(1, released);
  }

  @Test
  void aFileThatWasChangedIsNotSentToItsEnd() throws IOException {
    FileBody body = body(0, 10);
    assertEquals(Progress.MORE, body.writeTo(transport, 4));
    source.isUnchanged = false;
    assertEquals(Progress.MORE, body.writeTo(transport, 4));
    assertThrows(IOException.class, () -> body.writeTo(transport, 4));
    assertEquals("01234567", transport.output());
  }

  @Test
  void aSmallResidentPartIsMovedBehindTheHead() throws IOException {
    FileBody body = body(2, 5);
    ByteBuffer target = ByteBuffer.allocate(6).put((byte) 'x');
    assertEquals(5, body.moveInto(target));
    assertEquals("x23456", StandardCharsets.US_ASCII.decode(target.flip()).toString());
    assertEquals(5, body.length());
    assertEquals(Progress.DONE, body.writeTo(transport, 100));
    assertEquals("", transport.output());
  }

  @Test
  void ofALargerPartWholePagesOfTheFileAreMoved() throws IOException {
    Files.writeString(directory.resolve("file"), "x".repeat(20_000));
    ByteBuffer target = ByteBuffer.allocate(10_000);
    FileBody body = body(100, 19_000);
    assertEquals(2 * 4096 - 100, body.moveInto(target));
    assertEquals(Progress.DONE, body.writeTo(transport, 100_000));
    assertEquals(19_000 - (2 * 4096 - 100), transport.output().length());
    assertEquals(0, body(100, 19_000).moveInto(ByteBuffer.allocate(3_000)), "not even one");
  }

  @Test
  void aPartThatIsColdIsNotMoved() throws IOException {
    source.residentTo = 0;
    FileBody cold = body(0, 10);
    assertEquals(0, cold.moveInto(ByteBuffer.allocate(10)));
    assertEquals(Progress.STARVED, cold.writeTo(transport, 100));
  }

  @Test
  void ofAFileThatWasTruncatedWhatIsLeftIsMovedAndThenItFails() throws IOException {
    FileBody body = body(4, 6);
    file.truncate(7);
    assertEquals(3, body.moveInto(ByteBuffer.allocate(10)));
    assertThrows(IOException.class, () -> body.writeTo(transport, 100));
  }

  @Test
  void aPartOfAFileThatWasWrittenAnewIsNotMoved() {
    source.isUnchanged = false;
    ByteBuffer target = ByteBuffer.allocate(11).put((byte) 'x');
    assertThrows(IOException.class, () -> body(0, 10).moveInto(target));
    assertEquals(1, target.position());
  }
}
