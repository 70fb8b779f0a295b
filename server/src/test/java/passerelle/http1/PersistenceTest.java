package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a connection may go on (RFC 9112 §9.3). */
final class PersistenceTest {
  private static boolean isOffered(int minorVersion, String lines) {
    return Persistence.isOffered(
        Head.request("GET / HTTP/1." + minorVersion + "\r\nHost: a\r\n" + lines + "\r\n"));
  }

  @Test
  void dependsOnTheVersionIfNobodySaysOtherwise() {
    assertEquals(true, isOffered(1, ""));
    assertEquals(false, isOffered(0, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "close                 | false | false",
        "CLOSE                 | false | false",
        "keep-alive            | true  | true",
        "Keep-Alive            | true  | true",
        "upgrade               | true  | false",
        "''                    | true  | false",
        "keep-alive, close     | false | false",
        "close, keep-alive     | false | false",
        "upgrade ,\tclose      | false | false",
        "upgrade,keep-alive    | true  | true",
        ",, close,,            | false | false",
        "xclose                | true  | false",
        "closed                | true  | false",
        "close x               | true  | false",
        "keep-alivex           | true  | false",
      })
  void readsConnectionOptions(String options, boolean one, boolean zero) {
    assertEquals(one, isOffered(1, "Connection: " + options + "\r\n"));
    assertEquals(zero, isOffered(0, "Connection: " + options + "\r\n"));
  }

  @Test
  void closeWinsInWhicheverLineItStands() {
    String close = "Connection: close\r\n";
    String keepAlive = "connection: keep-alive\r\n";
    assertEquals(false, isOffered(1, close + keepAlive));
    assertEquals(false, isOffered(1, keepAlive + "A: b\r\n" + close));
    assertEquals(false, isOffered(0, keepAlive + close));
    assertEquals(true, isOffered(0, "Connection: x\r\n" + keepAlive));
  }
}
