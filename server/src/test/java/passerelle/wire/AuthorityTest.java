package passerelle.wire;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.io.Slice;

/** What may stand in Host. */
final class AuthorityTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a.example",
        "A-b_c~d.example:8080",
        "a:",
        "a:0",
        "a:65535",
        "127.0.0.1:80",
        "%41%7a",
        "a!$&'()*+,;=b",
        "[::]",
        "[::1]",
        "[::1]:8080",
        "[1::]",
        "[1:2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8]",
        "[2001:DB8::a:ffff]",
        "[::ffff:192.0.2.1]",
        "[1:2:3:4:5:6:255.255.255.255]",
        "[1:2:3:4:5::1.2.3.4]",
      })
  void acceptsHostsAndPorts(String text) {
    assertTrue(Authority.isValid(Slice.of(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        "a:b",
        "a:80:80",
        "a:65536",
        "a:000080",
        "a:+80",
        "a b",
        "a/b",
        "a?b",
        "user@a",
        "a@b:80",
        "a\"b",
        "<a>",
        "a\\b",
        "caf\u00e9",
        "a%",
        "a%4",
        "a%4g",
        "a%zz",
        "[",
        "[]",
        "[]:80",
        "[::1",
        "::1",
        "[::1]80",
        "[::1]]",
        "[[::1]]",
        "[:]",
        "[:::]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1:2:3:4:5:6:7:8::]",
        "[1::2::3]",
        "[1:2:]",
        "[:1:2]",
        "[12345::]",
        "[g::]",
        "[::1%25eth0]",
        "[v1.a]",
        "[1.2.3.4]",
        "[::1.2.3]",
        "[::1.2.3.4.5]",
        "[::1.2.3.256]",
        "[::1.2.3.04]",
        "[::1.2.3.]",
        "[1:2:3:4:5:6:7:1.2.3.4]",
        "[::1.2.3.4:5]",
        "[a]",
      })
  void refusesWhatIsNoHost(String text) {
    assertFalse(Authority.isValid(Slice.of(text)));
  }
}
