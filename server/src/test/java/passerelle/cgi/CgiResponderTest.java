package passerelle.cgi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import passerelle.gateway.Responder;
import passerelle.gateway.ResponderContract;
import passerelle.gateway.RunQueue;
import passerelle.gateway.Script;
import passerelle.gateway.Step;
import passerelle.io.TemporaryFiles;
import passerelle.process.Launcher;

/** A process answers as any other responder. */
class CgiResponderTest extends ResponderContract {
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final List<CgiResponder> all = new ArrayList<>();

  /** How scripts are started. */
  Launcher launcher() {
    return Launcher.best(TemporaryFiles.PLAIN);
  }

  @Override
  protected Responder responder(List<Step> steps) throws IOException {
    RunQueue queue = new RunQueue(workers, new RunQueue.Bounds(2, 4, 4, 4, 4));
    CgiResponder responder =
        new CgiResponder(launcher(), queue, false, Map.of(".sh", List.of("sh")));
    all.add(responder);
    responder.prepare();
    return responder;
  }

  @Override
  protected Script script(List<Step> steps) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Step step : steps) {
      lines.append(line(step)).append('\n');
    }
    Path file = Files.writeString(folder.resolve("x.sh"), lines, StandardCharsets.ISO_8859_1);
    return Script.of(file, "/x.sh", "");
  }

  private static String line(Step step) {
    if (step instanceof Step.Prints prints) {
      return "printf '%s' '" + prints.text() + "'";
    } else if (step instanceof Step.PrintsMany many) {
      return "head -c " + many.octets() + " /dev/zero | tr '\\0' x";
    } else if (step instanceof Step.Complains complains) {
      return "echo '" + complains.line() + "' >&2";
    } else if (step instanceof Step.Echoes) {
      return "cat";
    } else if (step instanceof Step.Sleeps) {
      return "exec sleep 1000";
    } else if (step instanceof Step.Pauses) {
      return "sleep 0.1";
    } else if (step instanceof Step.Dies) {
      return "kill -KILL $$";
    } else if (step instanceof Step.Exits exits) {
      return "exit " + exits.code();
    }
    throw new AssertionError(step);
  }

  @Override
  protected void close() throws Exception {
    for (CgiResponder responder : all) {
      responder.killAll(LONG_NANOS);
    }
    workers.shutdown();
    workers.awaitTermination(1, TimeUnit.MINUTES);
    for (CgiResponder responder : all) {
      responder.reap(LONG_NANOS);
      responder.close();
    }
  }
}
