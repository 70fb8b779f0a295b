package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** Who counts as one client, and that nothing is remembered of those who left. */
final class ClientCountsTest {
  private static InetSocketAddress client(String address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(address), 40000);
  }

  @Test
  void aClientHasRoomUpToItsLimitAndAgainWhenItLeaves() throws UnknownHostException {
    ClientCounts counts = new ClientCounts(2);
    InetSocketAddress client = client("192.0.2.1");
    counts.add(client);
    assertTrue(counts.hasRoomFor(client));
    ClientCounts.Client added = counts.add(client);
    assertFalse(counts.hasRoomFor(client));
    assertTrue(counts.hasRoomFor(client("192.0.2.2")));
    counts.remove(added);
    assertTrue(counts.hasRoomFor(client));
  }

  @Test
  void anIpv6SubnetIsOneClient() throws UnknownHostException {
    ClientCounts counts = new ClientCounts(1);
    counts.add(client("2001:db8:0:1::1"));
    assertFalse(counts.hasRoomFor(client("2001:db8:0:1:ffff::2")));
    assertTrue(counts.hasRoomFor(client("2001:db8:0:2::1")));
  }

  @Test
  void clientsThatLeftAreForgotten() throws UnknownHostException {
    ClientCounts counts = new ClientCounts(5);
    InetSocketAddress client = client("192.0.2.1");
    ClientCounts.Client added = counts.add(client);
    assertSame(added, counts.add(client));
    counts.remove(added);
    assertEquals(1, counts.clients());
    counts.remove(added);
    assertEquals(0, counts.clients());
  }
}
