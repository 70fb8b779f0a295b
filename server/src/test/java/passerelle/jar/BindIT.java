package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses the server listens on. */
final class BindIT {
  @TempDir Path folder;

  @BeforeEach
  void writePage() throws IOException {
    Names.write(folder.resolve("index.html"), "hello");
  }

  @ParameterizedTest(name = "-b \"{0}\"")
  @ValueSource(strings = {"", "0.0.0.0", "::"})
  void listensOnEveryInterface(String address) throws IOException {
    try (RunningJar jar = RunningJar.serve(folder, "-b", address)) {
      assertEquals("hello", get("127.0.0.1", jar));
      assertEquals("hello", get("127.0.0.2", jar));
      if (hasIpv6()) {
        assertEquals("hello", get("[::1]", jar));
      }
      assertEquals("hello", Web.get(jar.uri()).body(), "the printed URL can be opened");
    }
  }

  @Test
  void listensOnNothingButTheLoopbackAddressByDefault() throws IOException {
    try (RunningJar jar = RunningJar.serve(folder)) {
      assertEquals("hello", get("127.0.0.1", jar));
      assertRefused("127.0.0.2", jar.port());
      if (hasIpv6()) {
        assertRefused("::1", jar.port());
      }
    }
  }

  @Test
  void listensOnAnIpv6AddressAndPrintsItShort() throws IOException {
    Needs.that(hasIpv6(), "there is no IPv6 on this machine");
    try (RunningJar jar = RunningJar.serve(folder, "-b", "::1")) {
      assertEquals("hello", Web.get(jar.uri()).body(), "the printed URL can be opened");
      assertEquals("[::1]", jar.uri().getHost());
      assertRefused("127.0.0.1", jar.port());
    }
  }

  @Test
  void listensOnTheAddressOfAName() throws IOException {
    try (RunningJar jar = RunningJar.serve(folder, "--bind=localhost")) {
      assertEquals("hello", Web.get(jar.uri()).body());
      assertTrue(List.of("127.0.0.1", "[::1]").contains(jar.uri().getHost()), jar.readyLine());
      assertEquals("hello", get("localhost", jar));
    }
  }

  private static String get(String host, RunningJar jar) throws IOException {
    return Web.get(URI.create("http://" + host + ":" + jar.port() + "/")).body();
  }

  private static void assertRefused(String address, int port) {
    assertThrows(ConnectException.class, () -> Web.connect(address, port).close());
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getAllByName("::1")[0])) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
