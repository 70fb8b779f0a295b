package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import passerelle.http.Request;

/** Addresses of the longer kind, which not every machine has, as scripts are told them. */
final class MetaVariablesTest {
  /** RFC 3875 §4.1.14: {@code "[" ipv6-address "]"}; §4.1.8 has no brackets. */
  @Test
  void anAddressHasBracketsWhereItStandsForAName() {
    Request request =
        new Request(
            new InetSocketAddress("2001:db8:0:0:0:0:0:7", 40000),
            new InetSocketAddress("0:0:0:0:0:0:0:1", 8080));
    GatewaySettings settings =
        new GatewaySettings("/", Duration.ofMinutes(1), "Test", Map.of(), false);
    Script script = Script.of(Path.of("/x.sh"), "/x.sh", "");
    Map<String, String> variables = MetaVariables.of(request, script, settings, 0);
    assertEquals("[::1]", variables.get("SERVER_NAME"));
    assertEquals("::1", variables.get("SERVER_ADDR"));
    assertEquals("8080", variables.get("SERVER_PORT"));
    assertEquals("2001:db8::7", variables.get("REMOTE_ADDR"));
    assertEquals("2001:db8::7", variables.get("REMOTE_HOST"));
  }
}
