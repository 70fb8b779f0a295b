package passerelle.jar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;

/** Which addresses the server listens on. */
final class BindIT {
  @TempDir Path folder;

  /** Nobody else's. */
  private final String hello = "hello from " + UUID.randomUUID();

  @BeforeEach
  void writePage() throws IOException {
    Names.write(folder.resolve("index.html"), hello);
  }

  @ParameterizedTest(name = "-b \"{0}\"")
  @ValueSource(strings = {"", "0.0.0.0", "::"})
  void listensOnEveryInterface(String address) throws IOException {
    try (RunningJar jar = RunningJar.serve(folder, "-b", address)) {
      assertEquals(hello, get("127.0.0.1", jar));
      assertEquals(hello, get("127.0.0.2", jar));
      if (hasIpv6()) {
        assertEquals(hello, get("[::1]", jar));
      }
      assertEquals(hello, Web.get(jar.uri()).body(), "the printed URL can be opened");
    }
  }

  @Test
  void listensOnNothingButTheLoopbackAddressByDefault() throws IOException {
    try (RunningJar jar = RunningJar.serve(folder)) {
      assertEquals(hello, get("127.0.0.1", jar));
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
      assertEquals(hello, Web.get(jar.uri()).body(), "the printed URL can be opened");
      assertEquals("[::1]", jar.uri().getHost());
      assertRefused("127.0.0.1", jar.port());
    }
  }

  @Test
  void listensOnTheAddressOfAName() throws IOException {
    // In the place of the system's resolver, which need not know this name, or only as IPv6.
    Path hosts = Names.write(folder.resolve("hosts"), "127.0.0.2 localhost\n");
    Command command =
        RunningJar.commandOf(
            List.of(RunningJar.temporary(), "-Djdk.net.hosts.file=" + hosts),
            "-p",
            "0",
            "--bind=localhost",
            folder.toString());
    try (RunningJar jar = RunningJar.start(command)) {
      assertEquals("127.0.0.2", jar.uri().getHost(), jar.readyLine());
      assertEquals(hello, Web.get(jar.uri()).body());
      assertRefused("127.0.0.1", jar.port());
    }
  }

  private static String get(String host, RunningJar jar) throws IOException {
    return Web.get(URI.create("http://" + host + ":" + jar.port() + "/")).body();
  }

  /** Nobody listens there, or it is somebody else: a port is free at each address by itself. */
  private void assertRefused(String address, int port) throws IOException {
    try (Socket socket = Web.connect(address, port)) {
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertFalse(answer.contains(hello), answer);
    } catch (ConnectException e) {
      assertNotNull(e.getMessage(), "refused");
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getAllByName("::1")[0])) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
