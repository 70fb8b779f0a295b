package passerelle.jar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.harness.Needs;

/** A machine that has run out of something: descriptors, room on the disk. */
final class ShortageIT {
  private static final int CLIENTS = 6;

  @TempDir Path folder;

  private static String request(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  /** Sends a request; returns the status line of the answer, whose content must be short. */
  private static String ask(Socket socket, String target) throws IOException {
    socket.getOutputStream().write(request(target).getBytes(ISO_8859_1));
    return answer(socket);
  }

  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      assertTrue(octet >= 0, () -> "the connection ended after: " + head);
      head.append((char) octet);
    }
    String length = head.substring(head.indexOf("Content-Length: ") + 16);
    in.readNBytes(Integer.parseInt(length.substring(0, length.indexOf('\r'))));
    return head.substring(0, head.indexOf("\r\n"));
  }

  /** Sets the limit on descriptors, within what the system allows at most. */
  private static void limitDescriptors(RunningJar jar, String limit) throws IOException {
    Command.Outcome set =
        Command.of("prlimit", "--pid", Long.toString(jar.child().pid()), "--nofile=" + limit + ":")
            .run();
    assertEquals(0, set.code(), set.err());
  }

  private static String limitOfDescriptors(RunningJar jar) throws IOException {
    String limits = Command.read(Path.of("/proc/" + jar.child().pid() + "/limits"));
    return limits.replaceFirst("(?s).*\nMax open files +([^ ]+) .*", "$1");
  }

  /** The lowest number that no descriptor has: it is what the limit is compared with. */
  private static long lowestFree(RunningJar jar) throws IOException {
    Path descriptors = Path.of("/proc/" + jar.child().pid() + "/fd");
    long number = 0;
    while (Files.exists(descriptors.resolve(Long.toString(number)), LinkOption.NOFOLLOW_LINKS)) {
      number++;
    }
    return number;
  }

  private static long warnings(RunningJar jar) throws IOException {
    return jar.child().err().lines().filter(line -> line.contains("cannot accept")).count();
  }

  @Test
  void withoutDescriptorsAcceptingPausesAndGoesOnByItself() throws IOException {
    Needs.tool("prlimit");
    Names.write(folder.resolve("small.txt"), "small");
    Files.write(folder.resolve("large.bin"), new byte[100_000]);
    List<Socket> waiting = new ArrayList<>();
    try (RunningJar jar = RunningJar.serve(folder);
        Socket open = Web.connect("127.0.0.1", jar.port())) {
      assertEquals("HTTP/1.1 200 OK", ask(open, "/small.txt"));
      String before = limitOfDescriptors(jar);
      limitDescriptors(jar, Long.toString(lowestFree(jar)));
      long start = System.nanoTime();
      try {
        for (int i = 0; i < CLIENTS; i++) {
          Socket client = Web.connect("127.0.0.1", jar.port());
          waiting.add(client);
          client.getOutputStream().write(request("/small.txt").getBytes(ISO_8859_1));
        }
        await().atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS).until(() -> warnings(jar) >= 2);
        assertEquals("HTTP/1.1 200 OK", ask(open, "/small.txt"));
        assertEquals("HTTP/1.1 503 Service Unavailable", ask(open, "/large.bin"));
        // First the warnings, then the time: what comes in between is no fault.
        long warnings = warnings(jar);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        assertTrue(warnings <= seconds + 2, () -> "it spins: a warning is due once a second");
        limitDescriptors(jar, before);
        for (Socket client : waiting) {
          assertEquals("HTTP/1.1 200 OK", answer(client));
        }
        assertEquals("HTTP/1.1 200 OK", ask(open, "/large.bin"));
      } finally {
        for (Socket client : waiting) {
          client.close();
        }
      }
      assertEquals(0, jar.end("TERM"));
    }
  }

  @Test
  void withoutDescriptorsFilesThatNobodySendsGiveWayToOthers() throws IOException {
    Needs.tool("prlimit");
    for (int i = 0; i < 6; i++) {
      Files.write(folder.resolve(i + ".bin"), new byte[100_000]);
    }
    try (RunningJar jar = RunningJar.serve(folder);
        Socket open = Web.connect("127.0.0.1", jar.port())) {
      for (int i = 0; i < 3; i++) {
        assertEquals("HTTP/1.1 200 OK", ask(open, "/" + i + ".bin"));
      }
      limitDescriptors(jar, Long.toString(lowestFree(jar)));
      for (int i = 3; i < 6; i++) {
        assertEquals("HTTP/1.1 200 OK", ask(open, "/" + i + ".bin"));
      }
      assertEquals(0, jar.end("TERM"));
    }
  }

  @Test
  void connectionsLeaveDescriptorsForFiles() throws IOException {
    Needs.tool("sh");
    Files.write(folder.resolve("large.bin"), new byte[100_000]);
    Command limited =
        RunningJar.command("-p", "0", folder.toString())
            .behind("sh", "-c", "ulimit -n 120; exec \"$@\"", "sh");
    List<Socket> crowd = new ArrayList<>();
    try (RunningJar jar = RunningJar.start(limited)) {
      try (Socket busy = Web.connect("127.0.0.1", jar.port())) {
        busy.getOutputStream().write("GET /large.bin HTTP/1.1\r\n".getBytes(ISO_8859_1));
        for (int i = 0; i < 130; i++) {
          Socket client = Web.connect("127.0.0.1", jar.port());
          crowd.add(client);
          client.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(ISO_8859_1));
        }
        busy.getOutputStream().write("Host: x\r\n\r\n".getBytes(ISO_8859_1));
        assertEquals("HTTP/1.1 200 OK", answer(busy));
      } finally {
        for (Socket client : crowd) {
          client.close();
        }
      }
      assertEquals(0, warnings(jar));
    }
  }

  @Test
  void aFullDiskRefusesAnUploadAndTheServerGoesOn() throws IOException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path site = Files.createDirectory(folder.resolve("site"));
    Names.writeScript(
        site.resolve("count.sh"), "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\nwc -c\n");
    String mount = "mount -t tmpfs -o size=256k tmpfs \"$0\" && exec \"$@\"";
    Needs.tool("unshare");
    Needs.tool("mount");
    String[] inside = {"unshare", "-rm", "sh", "-c", mount, disk.toString()};
    Command.mustWork(
        "no file system may be mounted here, not even in a namespace of its own",
        Command.of("true").behind(inside).words().toArray(new String[0]));
    Command command =
        RunningJar.commandOf(
                List.of("-Djava.io.tmpdir=" + disk, "-Djna.tmpdir=" + folder),
                "-p",
                "0",
                "--cgi",
                "/",
                site.toString())
            .behind(inside);
    try (RunningJar jar = RunningJar.start(command)) {
      assertEquals(507, Web.postName(jar.uri("/count.sh"), "x".repeat(600_000)).statusCode());
      // The room must be free again, every time; though not at once: a file's blocks are in use
      // until the script that reads it has ended, and its answer may be here before that.
      for (int i = 0; i < 5; i++) {
        await()
            .atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)
            .untilAsserted(
                () ->
                    assertEquals(
                        "200005",
                        Web.postName(jar.uri("/count.sh"), "x".repeat(200_000)).body().strip()));
      }
      assertTrue(jar.child().err().contains("cannot keep the content"), jar.child().err());
      assertEquals(0, jar.end("TERM"));
    }
  }
}
