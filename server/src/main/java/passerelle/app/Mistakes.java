package passerelle.app;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import passerelle.io.OctetPath;
import passerelle.site.Mount;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What may have been meant by a command line that makes no sense, or less than its writer thinks.
 *
 * <p>Immutable.
 */
final class Mistakes {
  private static final Set<String> SCRIPTS = Set.of("--cgi", "--cgi-mixed", "--cgi-mount");

  /** Of the options for files, those that concern other answers too. */
  private static final Set<String> FOR_ALL = Set.of("--files", "--header", "--error-page");

  /** The longest value that a message shows as a whole. */
  private static final int MOST_SHOWN = 60;

  /** Values in the parser's own messages, if they are long. */
  private static final Pattern QUOTED = Pattern.compile("(?<=')[^']{" + (MOST_SHOWN + 1) + ",}");

  /** A name of an option that lacks a dash. */
  private static final Pattern ONE_DASH = Pattern.compile("-[a-z][a-z-]+");

  private Mistakes() {}

  /**
   * The message for a command line that was refused. What is unknown among options is to blame, not
   * what picocli took for their values or for the folder.
   */
  static String explain(ParameterException mistake, List<String> arguments, String directory) {
    CommandSpec spec = mistake.getCommandLine().getCommandSpec();
    List<String> names = new ArrayList<>();
    spec.options().forEach(option -> names.addAll(List.of(option.names())));
    for (String word : arguments) {
      String name = word.split("=", 2)[0];
      String meant = ONE_DASH.matcher(name).matches() ? suggestion("--", "-" + name, names) : "";
      if (!meant.isEmpty()) { // picocli took its rest for the value of a letter
        return "There is no option " + shown(name) + meant;
      }
    }
    if (!(mistake instanceof UnmatchedArgumentException unmatched)) {
      String message = String.valueOf(mistake.getMessage());
      return QUOTED.matcher(message).replaceAll(m -> Matcher.quoteReplacement(shown(m.group())));
    }
    List<String> unknown = unmatched.getUnmatched();
    for (String word : unknown) {
      if (word.length() > 1 && word.startsWith("-")) {
        String name = word.split("=", 2)[0];
        String prefix = name.startsWith("--") ? "--" : "-";
        return "There is no option " + shown(name) + suggestion(prefix, name, names);
      }
    }
    String word = unknown.get(0);
    return "There can be one folder, "
        + shown(directory)
        + ": what is "
        + shown(word)
        + (isPort(word) ? "? For the port, type --port " + word : "?");
  }

  /** What was given, one character per octet, as messages show it: its beginning if it is long. */
  static String shown(String given) {
    if (given.length() <= MOST_SHOWN) {
      return given.isEmpty() ? "nothing" : given;
    }
    int end = MOST_SHOWN;
    while (end > 0 && (given.charAt(end) & 0xc0) == 0x80) {
      end--; // within a character (RFC 3629 §3)
    }
    return given.substring(0, end) + OctetPath.fromText("\u2026");
  }

  /**
   * The name that is meant by another, as words that end a sentence; empty if none is near: that
   * is, as a rule, if more than a third of what stands behind the prefix is other.
   *
   * @param prefix what all names begin with, which tells nothing of what was meant
   */
  static String suggestion(String prefix, String wrong, Collection<String> names) {
    String nearest = "";
    int length = wrong.length() - prefix.length();
    int least = length <= 1 ? 1 : Math.max(1, Math.min(5, length / 3)) + 1;
    for (String name : names) {
      if (Math.abs(wrong.length() - name.length()) >= least) {
        continue; // first, for what was given may be long
      }
      int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = name;
      }
    }
    return nearest.isEmpty() ? "" : ": was " + nearest + " meant?";
  }

  /** How many characters are to be changed, put in, left out, or swapped with their neighbour. */
  private static int distance(String one, String other) {
    int[][] cost = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean isSame = one.charAt(i - 1) == other.charAt(j - 1);
        int change = cost[i - 1][j - 1] + (isSame ? 0 : 1);
        cost[i][j] = Math.min(change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean isSwapped =
            i > 1
                && j > 1
                && one.charAt(i - 1) == other.charAt(j - 2)
                && one.charAt(i - 2) == other.charAt(j - 1);
        if (isSwapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[one.length()][other.length()];
  }

  static boolean isPort(String word) {
    return word.matches("[0-9]{1,5}") && Range.PORT.holds(Long.parseLong(word));
  }

  /** What to type for an address that was given in the place of the folder; empty if it is none. */
  static String portInstead(String folder) {
    int colon = folder.lastIndexOf(':');
    String port = folder.substring(colon + 1);
    if (!isPort(port) || folder.indexOf('/') >= 0) {
      return "";
    }
    return (colon > 0 ? "--bind " + folder.substring(0, colon) + " " : "") + "--port " + port;
  }

  /**
   * The options of a command line that do nothing without others: a sentence for each kind. What
   * the environment sets may be meant for several servers, so it is not looked at.
   */
  static List<String> withoutEffect(ParseResult given, Settings settings) {
    List<String> doubts = new ArrayList<>();
    CommandSpec spec = given.commandSpec();
    if (!settings.hasScripts()) {
      List<String> idle = idle(given, options(spec, "scripts"), SCRIPTS);
      if (!idle.isEmpty()) {
        doubts.add(have(idle) + " no effect without --cgi, --cgi-mixed or --cgi-mount");
      }
    }
    boolean isProgram =
        settings.mounts().stream().anyMatch(MountSettings::isRoot)
            && settings.mounts().stream().allMatch(m -> m.kind() == Mount.Kind.PROGRAM);
    if (isProgram && !settings.scripts().sendsFiles()) {
      List<String> idle = idle(given, options(spec, "files"), FOR_ALL);
      if (!idle.isEmpty()) {
        doubts.add(have(idle) + " no effect: no file is sent, for a program takes every URL");
      }
    }
    return doubts;
  }

  private static String have(List<String> names) {
    return String.join(", ", names) + (names.size() == 1 ? " has" : " have");
  }

  private static List<OptionSpec> options(CommandSpec spec, String mixin) {
    CommandSpec some = spec.mixins().get(mixin);
    return some == null ? List.of() : some.options();
  }

  private static List<String> idle(ParseResult given, List<OptionSpec> some, Set<String> others) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : some) {
      if (given.hasMatchedOption(option.longestName()) && !others.contains(option.longestName())) {
        names.add(option.longestName());
      }
    }
    return names;
  }
}
