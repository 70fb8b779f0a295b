package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts that fail: a status for the client, the reason for the log. */
final class CgiFailureTest {
  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.script("silent.sh", "exit 0");
    site.script("noblank.sh", "printf 'Content-Type: text/plain\\n'");
    site.script("blankfirst.sh", "printf '\\nhello'");
    site.script("nofield.sh", "echo 'hello, world'; echo 'no field'");
    site.script("html.sh", "echo '<!doctype html>'");
    site.script("crash.sh", "echo the-reason >&2; exit 3");
    site.script("signal.sh", "kill -9 $$");
    site.script("interim.sh", "printf 'Status: 100 Continue\\n\\n'");
    site.script("badstatus.sh", "printf 'Status: OK\\n\\n'");
    site.script("control.sh", "printf 'X-Y: a\\000b\\n\\n'");
    site.script("bareCr.sh", "printf 'X-Y: a\\rSet-Cookie: b\\n\\n'");
    site.script("name.sh", "printf 'X Y: z\\n\\n'");
    site.script("length.sh", "printf 'Content-Length: -1\\n\\n'");
    site.script("huge.sh", "printf 'X: '; head -c 20000 /dev/zero | tr '\\0' x; printf '\\n\\n'");
    site.script("late.sh", "printf 'X: y\\n\\nhello'; echo late-word >&2; exit 4");
    site.script("chatty.sh", "printf 'X: y\\n\\n'; head -c 3000000 /dev/zero >&2; echo END >&2");
    site.script("escape.sh", "printf 'one\\033[31m\\007\\nFAKE line' >&2; exit 1");
    site.script("needs.missing", "#!/nowhere/interpreter");
    site.script("data.bin", "not a script");
    site.script("cr.sh", "printf 'X: y\\n\\nrun by its interpreter'");
    site.executable("cgi-bin/shebang.cgi", "#!/bin/sh", "printf 'X: y\\n\\nby itself'");
    site.executable("cgi-bin/crlf.cgi", "#!/bin/sh\r", "printf 'X: y\\n\\nhello'\r");
    site.executable("cgi-bin/crlf.sh", "#!/bin/sh\r", "printf 'X: y\\n\\nby sh'; exit #\r");
    site.executable("cgi-bin/nowhere.cgi", "#!/nowhere/interpreter", "x");
    site.executable("cgi-bin/nobang.cgi", "printf 'X: y\\n\\nhello'");
    site.executable("cgi-bin/nobang.sh", "printf 'X: y\\n\\nby sh'");
    site.executable("cgi-bin/env.cgi", "#!/usr/bin/env sh", "printf 'X: y\\n\\nby env'");
    site.executable("cgi-bin/empty.cgi");
    site.start(s -> s.cgi("/cgi-bin").interpreter(".missing", List.of("no-such-program", "-x")));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  @ParameterizedTest
  @CsvSource({
    "silent.sh, 502, ended without a complete head",
    "noblank.sh, 502, ended without a complete head",
    "blankfirst.sh, 502, begins with a blank line",
    "nofield.sh, 502, line 1 of its answer is no field",
    "html.sh, 502, <!doctype html>",
    "crash.sh, 502, the-reason",
    "crash.sh, 502, exited with status 3",
    "signal.sh, 502, was killed by signal 9",
    "interim.sh, 502, Status: 100 Continue",
    "badstatus.sh, 502, Status: OK",
    "control.sh, 502, holds a control octet",
    "bareCr.sh, 502, holds a control octet",
    "name.sh, 502, is no field",
    "length.sh, 502, Content-Length: -1",
    "huge.sh, 502, longer than 12288 octets",
    "needs.missing, 500, no-such-program",
    "crlf.cgi, 500, carriage return",
    "nowhere.cgi, 500, names no program",
    "nobang.cgi, 500, no #! line",
    "data.bin, 403, not executable",
  })
  void theClientGetsAStatusAndTheLogTheReason(String script, int status, String reason)
      throws IOException {
    try (ServerLog log = new ServerLog();
        RawClient client = site.connect()) {
      Reply reply = client.get("/cgi-bin/" + script);
      assertEquals(status, reply.status());
      assertEquals("text/html; charset=utf-8", reply.only("Content-Type"));
      assertFalse(reply.content().contains(site.rootOctets), reply::content);
      assertFalse(reply.content().contains("the-reason"), reply::content);
      log.await("/cgi-bin/" + script, reason);
      assertEquals(status, client.get("/cgi-bin/" + script).status());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shebang.cgi, by itself",
    "env.cgi, by env",
    "nobang.sh, by sh",
    "crlf.sh, by sh",
    "cr.sh, run by its interpreter",
  })
  void whatCanBeRunIsRun(String script, String content) throws IOException {
    assertEquals("200 " + content, site.get("/cgi-bin/" + script).brief());
  }

  @Test
  void anEmptyProgramIsAFailure() throws IOException {
    int status = site.get("/cgi-bin/empty.cgi").status();
    assertTrue(status == 500 || status == 502, () -> "status " + status);
  }

  @Test
  void aCrashBehindTheHeadGoesToTheLogOnly() throws IOException {
    try (ServerLog log = new ServerLog()) {
      assertEquals("200 hello", site.get("/cgi-bin/late.sh").brief());
      log.await("exited with status 4");
      log.await("late-word");
    }
  }

  @Test
  void theTailOfALotOfErrorsIsKeptAndHoldsNothingUp() throws IOException {
    try (ServerLog log = new ServerLog()) {
      assertEquals("200 ", site.get("/cgi-bin/chatty.sh").brief());
      log.await(" lines more, at last:\n");
      log.await("END");
      // Far above what is allowed at once and in the seconds that this takes.
      assertTrue(log.text().length() < 400_000, () -> "a log of " + log.text().length());
    }
  }

  @Test
  void controlOctetsOfAScriptDoNotReachTheLog() throws IOException {
    try (ServerLog log = new ServerLog()) {
      assertEquals(502, site.get("/cgi-bin/escape.sh").status());
      log.await("one?[31m?");
      assertFalse(log.text().contains("\u001b"));
    }
  }
}
