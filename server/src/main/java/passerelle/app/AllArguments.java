package passerelle.app;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.io.OctetPath;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The command line and the environment as picocli reads them: whatever may be said, the help, and
 * what is wrong.
 *
 * <p>Confined to the thread that runs {@code main}.
 *
 * <p>Immutable.
 */
final class AllArguments {
  private static final int WRONG_USAGE = 2;

  /** What was said: the settings of a server; or none, and the exit code of a program that ends. */
  record Said(@Nullable Settings settings, int code) {}

  private final List<String> arguments;
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  /** What is to be read, and where the help and the doubts go. */
  AllArguments(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    this.arguments = arguments;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /** Reads them, and answers what can be answered without a server. */
  Said read() throws IOException {
    Options options = new Options();
    CommandLine line = new CommandLine(options);
    line.getCommandSpec().version("Passerelle " + Main.VERSION);
    line.setOverwrittenOptionsAllowed(true);
    line.setExpandAtFiles(false); // a folder may be called @site
    Variables variables = new Variables(line.getCommandSpec(), environment);
    try {
      var given = line.parseArgs(arguments.toArray(new String[0]));
      List<String> all = variables.arguments(given);
      all.addAll(arguments);
      var parsed = line.parseArgs(all.toArray(new String[0]));
      if (parsed.isUsageHelpRequested()) {
        line.usage(out);
        return new Said(null, Main.OK);
      }
      if (parsed.isVersionHelpRequested()) {
        line.printVersionHelp(out);
        return new Said(null, Main.OK);
      }
      Settings settings = options.settings(environment);
      List<String> doubts = new ArrayList<>(variables.doubts());
      doubts.addAll(Mistakes.withoutEffect(given, settings));
      doubts.forEach(doubt -> say(OctetPath.display(doubt)));
      return new Said(settings, Main.OK);
    } catch (ParameterException e) {
      String mistake = variables.origin(Mistakes.explain(e, arguments, options.directory));
      err.println(
          "passerelle: "
              + Main.oneLine(OctetPath.display(mistake))
              + " (--help lists the options)");
      return new Said(null, WRONG_USAGE);
    }
  }

  private void say(String doubt) {
    err.println("passerelle: " + Main.oneLine(doubt));
  }
}
