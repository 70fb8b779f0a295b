package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** Why an address cannot be listened on, in whatever language the system says so. */
final class ListenerAddressTest {
  private static final byte[] OURS = {127, 0, 0, 1};

  /** Documentation's (RFC 5737), so nobody has it. */
  private static final byte[] NOBODYS = {(byte) 192, 0, 2, 1};

  private static InetSocketAddress place(byte[] address, int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(address), port);
  }

  @Test
  void aPortThatAnotherProgramHasIsTaken() throws IOException {
    try (ServerSocket other = new ServerSocket()) {
      other.bind(place(OURS, 0));
      assertTrue(Listener.isTaken((InetSocketAddress) other.getLocalSocketAddress()));
    }
  }

  @Test
  void ofAnAddressThatIsNotThisMachinesNoPortIsTaken() throws IOException {
    assertFalse(Listener.isTaken(place(NOBODYS, 8080)));
  }

  /** Then it is a port for root alone. */
  @Test
  void aLowPortWhereNobodyAnswersIsNotTaken() throws IOException {
    assertFalse(Listener.isTaken(place(OURS, 1)));
  }
}
