package passerelle.cgi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import passerelle.io.TemporaryFiles;
import passerelle.process.Child;
import passerelle.process.Command;
import passerelle.process.Exit;
import passerelle.process.LaunchFailure;
import passerelle.process.Launcher;
import passerelle.process.Stdin;

/**
 * Starting a script with the server's own launchers, reading what it prints, and reaping it.
 *
 * <p>The unit is one script, from its start to its end; the figure is how long that takes, and not
 * the processor time, most of which is the script's and the kernel's. What it printed and how it
 * ended is checked each time.
 *
 * <p>Confined to one worker.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class ScriptStartBenchmark {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final String ANSWER = "Content-Type: text/plain\n\nhello\n";

  /** How scripts are started. */
  public enum Way {
    /** The best way on this system, which is the one that the server takes. */
    BEST,
    /** The JDK's, which the server takes where native calls are missing. */
    JDK
  }

  /** What is started. */
  public enum Program {
    /** A small compiled program. */
    ECHO("/bin/echo", "-n", ANSWER),
    /** The same by a shell, without a further process. */
    SH("/bin/sh", "-c", "printf 'Content-Type: text/plain\\n\\nhello\\n'");

    private final String program;
    private final String firstArgument;
    private final String secondArgument;

    Program(String program, String firstArgument, String secondArgument) {
      this.program = program;
      this.firstArgument = firstArgument;
      this.secondArgument = secondArgument;
    }

    Command command() {
      return new Command(
          List.of(program, firstArgument, secondArgument),
          Map.of("PATH", "/bin:/usr/bin", "REQUEST_METHOD", "GET", "QUERY_STRING", ""),
          "/");
    }
  }

  /** How it is started. */
  @Param({"BEST", "JDK"})
  public Way way = Way.BEST;

  /** What is started. */
  @Param({"ECHO", "SH"})
  public Program program = Program.ECHO;

  private Launcher launcher;
  private Command command;

  /** Starts what all starts share. */
  @Setup
  public void prepare() throws IOException {
    launcher =
        way == Way.JDK ? Launcher.byJdk(TemporaryFiles.PLAIN) : Launcher.best(TemporaryFiles.PLAIN);
    launcher.prepare();
    command = program.command();
  }

  /** Releases it. */
  @TearDown
  public void release() throws InterruptedException {
    launcher.close();
  }

  /** Start, output, end. */
  @Benchmark
  public String run() throws IOException, LaunchFailure {
    Child script = launcher.start(command, Stdin.NOTHING);
    ByteArrayOutputStream output = new ByteArrayOutputStream(64);
    byte[] octets;
    do {
      if (!script.await(PATIENCE_NANOS)) {
        script.kill(true);
      }
      octets = script.readOutput();
      byte[] errors = script.readErrors();
      if (octets != null) {
        output.writeBytes(octets);
      }
      if (errors != null) {
        output.writeBytes(errors);
      }
    } while (octets == null || octets.length > 0);
    Exit end = script.reap(() -> false);
    String answer = output.toString(StandardCharsets.US_ASCII);
    if (end.code() != 0 || end.signal() != 0 || !answer.equals(ANSWER)) {
      throw new IllegalStateException("the script ended with " + end + " and printed " + answer);
    }
    return answer;
  }
}
