package passerelle.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the person who wrote a script may do about its failure, from the traces that it left.
 *
 * <p>Immutable.
 */
final class Advice {
  private static final Pattern PYTHON_MODULE = Pattern.compile("No module named '([\\w.]+)'");
  private static final Pattern PERL_MODULE = Pattern.compile("Can't locate ([\\w/]+)\\.pm in @INC");
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final int SIGKILL = 9;
  private static final int SIGSEGV = 11;

  private static final String HEAD_EXAMPLE =
      "A script prints first a field such as Content-Type: text/html, then an empty line, then the"
          + " page.";

  private Advice() {}

  /**
   * Advice about a run that failed.
   *
   * @param end how the process ended; null if there was none, or the server ended it
   * @param parser what read the head of its answer
   * @param errors the last of what it wrote to its standard error
   */
  static List<String> about(@Nullable ScriptEnd end, ScriptResponseParser parser, String errors) {
    List<String> advice = new ArrayList<>();
    aboutErrors(errors, advice);
    if (end != null) {
      aboutEnd(end, advice);
    }
    boolean endedWell = end != null && end.isWell();
    if (parser.problem() != null || (endedWell && parser.octets() == 0)) {
      advice.add(HEAD_EXAMPLE);
    } else if (endedWell && !parser.isComplete()) {
      advice.add("Print an empty line behind the fields; what follows it is the content.");
    }
    return advice;
  }

  private static void aboutErrors(String errors, List<String> advice) {
    Matcher python = PYTHON_MODULE.matcher(errors);
    Matcher perl = PERL_MODULE.matcher(errors);
    if (python.find()) {
      String module = python.group(1);
      if (module.equals("cgi") || module.equals("cgitb")) {
        advice.add(
            "Python has no module "
                + module
                + " since 3.13. Either install the one that replaces it for old scripts (pip"
                + " install legacy-cgi, or apt install python3-legacy-cgi), or read the form"
                + " without it: urllib.parse.parse_qs does that, as in cgi-samples/form.py.");
      } else {
        advice.add(
            "Install "
                + module
                + " for the Python that runs the script, or name another Python with"
                + " --interpreter .py=/path/to/python.");
      }
    } else if (errors.contains("Traceback (most recent call last)")) {
      advice.add("The last line of the traceback says what went wrong, the lines above it where.");
    } else if (perl.find()) {
      advice.add("Install the Perl module " + perl.group(1).replace("/", "::") + ".");
    }
  }

  private static void aboutEnd(ScriptEnd end, List<String> advice) {
    if (end.code() == NOT_FOUND) {
      advice.add(
          "Status 127 means that a command was not found: is it installed, and on the PATH that the"
              + " script gets from the server?");
    } else if (end.code() == NOT_EXECUTABLE) {
      advice.add("Status 126 means that a command was found, but may not be executed.");
    } else if (end.signal() == SIGSEGV) {
      advice.add("Signal 11 means that the program used memory that is not its own.");
    } else if (end.signal() == SIGKILL) {
      advice.add("Signal 9 comes from somebody who kills, or from a system that is out of memory.");
    }
  }
}
