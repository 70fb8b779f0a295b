package passerelle.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import passerelle.io.OctetPath;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The program: reads the command line, starts a server, and shuts it down on a signal.
 *
 * <p>Confined to the thread that runs {@code main}.
 *
 * <p>Immutable.
 */
public final class Main {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final String ENVIRONMENT_PREFIX = "PASSERELLE_";

  /** The version in the jar's manifest. */
  static final String VERSION =
      Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "development");

  /** The server's name as scripts see it. */
  static final String NAME_AND_VERSION = "Passerelle/" + VERSION;

  private Main() {}

  /** Runs until SIGTERM or Ctrl-C; exit codes are 0, 1 for a failed start, 2 for wrong usage. */
  public static void main(String[] arguments) {
    // What people read is UTF-8, whatever the locale: the names of their files are in it.
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.setErr(err);
    int code = run(RawProcess.arguments(arguments), RawProcess.environment(), out, err);
    if (code >= 0) {
      System.exit(code);
    }
  }

  /** Starts the server; returns an exit code, or -1 if the server runs. */
  private static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    Options options = new Options();
    CommandLine line = new CommandLine(options);
    line.getCommandSpec().version("Passerelle " + VERSION);
    line.setOverwrittenOptionsAllowed(true);
    try {
      var parsed = line.parseArgs(arguments.toArray(new String[0]));
      List<String> all = fromEnvironment(line, parsed, environment);
      all.addAll(arguments);
      parsed = line.parseArgs(all.toArray(new String[0]));
      if (parsed.isUsageHelpRequested()) {
        line.usage(out);
        return OK;
      }
      if (parsed.isVersionHelpRequested()) {
        line.printVersionHelp(out);
        return OK;
      }
      Settings settings = options.settings(environment);
      serve(settings, out);
      return -1;
    } catch (ParameterException e) {
      err.println(
          "passerelle: " + oneLine(OctetPath.display(message(e))) + " (--help lists the options)");
      return WRONG_USAGE;
    } catch (StartFailure e) {
      err.println("passerelle: " + oneLine(message(e)));
      return FAILED;
    } catch (IOException e) {
      err.println("passerelle: cannot start: " + oneLine(message(e)));
      return FAILED;
    }
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static String oneLine(String message) {
    return message.replace('\n', ' ');
  }

  /** The options that the environment sets and the command line does not. */
  private static List<String> fromEnvironment(
      CommandLine line, CommandLine.ParseResult given, Map<String, String> environment) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : line.getCommandSpec().options()) {
      String name = option.longestName();
      String variable =
          ENVIRONMENT_PREFIX + name.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
      String value = environment.get(variable);
      if (value == null
          || given.hasMatchedOption(option)
          || option.usageHelp()
          || option.versionHelp()) {
        continue;
      }
      if (option.isMultiValue()) {
        for (String one : value.split(value.indexOf('\n') < 0 ? " " : "\n", -1)) {
          if (!one.isEmpty()) {
            arguments.add(name + "=" + one);
          }
        }
      } else {
        arguments.add(name + "=" + value);
      }
    }
    String directory = environment.get(ENVIRONMENT_PREFIX + "DIR");
    if (directory != null && !given.hasMatchedPositional(0)) {
      arguments.add(directory);
    }
    return arguments;
  }

  private static void serve(Settings settings, PrintStream out) throws IOException {
    Server server = Server.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(server), "passerelle-shutdown"));
    StringBuilder ready = new StringBuilder("Serving ");
    ready.append(OctetPath.display(OctetPath.octets(settings.directory().toRealPath())));
    ready.append(" at ").append(server.uri());
    if (server.isOpenToAll()) {
      ready.append(" (and on every other interface)");
    }
    String separator = "; scripts under ";
    for (String prefix : settings.scripts().prefixes()) {
      ready.append(separator).append(OctetPath.display(prefix));
      separator = ", ";
    }
    if (!server.scriptStarts().isEmpty()) {
      ready.append(" (started by ").append(server.scriptStarts()).append(')');
    }
    out.println(ready);
  }

  /** SIGTERM and Ctrl-C are the usual ways to end the server, so they are a success. */
  private static void shutDown(Server server) {
    server.close();
    Runtime.getRuntime().halt(OK);
  }
}
