package passerelle.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The environment's part in the command line: {@code PASSERELLE_PORT} for {@code --port}, and so
 * on.
 *
 * <p>Confined to the thread that runs {@code main}.
 *
 * <p>Immutable.
 */
final class Variables {
  /** How the names of all of them begin. */
  static final String PREFIX = "PASSERELLE_";

  private static final String DIRECTORY = PREFIX + "DIR";

  /** Those for which an empty text is a value of its own. */
  private static final Set<String> MAY_BE_EMPTY = Set.of("--bind", "--cache");

  /** Those whose values hold blanks nearly always, so that only line ends lie between them. */
  private static final Set<String> OF_LINES = Set.of("--header");

  private final CommandSpec spec;
  private final Map<String, String> environment;

  /** The variables that were used, by option. */
  private final Map<String, String> used = new LinkedHashMap<>();

  private final List<String> doubts = new ArrayList<>();

  /** The variables of an environment, for the options of a command line. */
  Variables(CommandSpec spec, Map<String, String> environment) {
    this.spec = spec;
    this.environment = environment;
  }

  private static String variable(OptionSpec option) {
    String name = option.longestName().substring(2);
    return PREFIX + name.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** The arguments that the environment sets and the command line does not. */
  List<String> arguments(ParseResult given) {
    List<String> arguments = new ArrayList<>();
    Set<String> known = new LinkedHashSet<>(Set.of(DIRECTORY));
    for (OptionSpec option : spec.options()) {
      known.add(variable(option));
      if (!option.usageHelp() && !option.versionHelp() && !given.hasMatchedOption(option)) {
        add(option, arguments);
      }
    }
    String directory = environment.get(DIRECTORY);
    if (directory != null && !given.hasMatchedPositional(0) && !isEmpty(DIRECTORY, directory)) {
      arguments.add(directory);
    }
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX) && !known.contains(name)) {
        String meant = Mistakes.suggestion(PREFIX, name, known);
        doubts.add(Mistakes.shown(name) + " belongs to no option" + meant);
      }
    }
    return arguments;
  }

  private void add(OptionSpec option, List<String> arguments) {
    String variable = variable(option);
    String name = option.longestName();
    String value = environment.get(variable);
    if (value == null || (!MAY_BE_EMPTY.contains(name) && isEmpty(variable, value))) {
      return;
    }
    used.put(name, variable);
    if (!option.isMultiValue()) {
      arguments.add(name + "=" + value(option, variable, value));
      return;
    }
    boolean isOfLines = OF_LINES.contains(name) || value.indexOf('\n') >= 0;
    for (String one : value.split(isOfLines ? "\n" : " ", -1)) {
      if (!one.isBlank()) {
        arguments.add(name + "=" + one);
      }
    }
  }

  private String value(OptionSpec option, String variable, String value) {
    boolean isSwitch = option.type() == boolean.class;
    if (isSwitch && !value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw new ParameterException(
          spec.commandLine(), variable + " is true or false, not " + Mistakes.shown(value));
    }
    return value;
  }

  private boolean isEmpty(String variable, String value) {
    if (value.isBlank()) {
      doubts.add(variable + " is empty, and counts as not set");
    }
    return value.isBlank();
  }

  /** What is odd about the environment: a sentence each. */
  List<String> doubts() {
    return doubts;
  }

  /** A message about an option, with the variable by which that was set. */
  String origin(String message) {
    for (Map.Entry<String, String> one : used.entrySet()) {
      if (message.matches("(?s).*" + one.getKey() + "(?![a-z-]).*")) {
        return message + " (" + one.getValue() + " sets it)";
      }
    }
    return message;
  }
}
