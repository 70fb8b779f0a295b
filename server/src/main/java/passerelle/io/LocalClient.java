package passerelle.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A client on this machine, which says something and waits for what comes back.
 *
 * <p>Confined to one worker.
 */
public final class LocalClient implements AutoCloseable {
  private static final int BUFFER_OCTETS = 1 << 16;

  private final Socket socket;
  private final InputStream answers;
  private final byte[] buffer = new byte[BUFFER_OCTETS];

  /**
   * Connects to a port.
   *
   * @param patienceMillis how long an answer may take
   */
  public LocalClient(int port, int patienceMillis) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(patienceMillis);
    answers = socket.getInputStream();
  }

  /** Says some octets, and reads what is there when the first of the answer have come. */
  public void exchange(byte[] octets) throws IOException {
    socket.getOutputStream().write(octets);
    do {
      if (answers.read(buffer) < 0) {
        throw new EOFException("the other side has closed");
      }
    } while (answers.available() > 0);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
