package passerelle.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses as RFC 5952 has them. */
final class AddressTextTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1,                 127.0.0.1",
    "0:0:0:0:0:0:0:1,           ::1",
    "0:0:0:0:0:0:0:0,           ::",
    "2001:DB8:0:0:0:0:2:1,      2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1,      2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1,        2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1,      2001:db8::1:0:0:1",
    "fe80:0:0:0:0:0:0:0,        fe80::",
    "0:0:1:2:3:4:5:6,           ::1:2:3:4:5:6",
    "0001:0020:0300:4000:a:b:c:d, 1:20:300:4000:a:b:c:d",
    "::ffff:192.0.2.1,          192.0.2.1",
  })
  void anAddressHasOneText(String address, String text) throws UnknownHostException {
    assertEquals(text, AddressText.of(InetAddress.getByName(address)));
  }
}
