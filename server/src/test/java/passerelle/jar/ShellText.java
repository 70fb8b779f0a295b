package passerelle.jar;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Commands for a shell, in which words are replaced by any others, whatever quotes they stand in
 * and whatever the others hold: a blank, an accent, a quote.
 *
 * <p>Confined to the thread that uses it.
 */
final class ShellText {
  private static final char NONE = ' ';

  private final String commands;
  private final Set<String> found = new HashSet<>();
  private char quote = NONE;

  private ShellText(String commands) {
    this.commands = commands;
  }

  /** Replaces whole words, of which each has to be there. */
  static String replaced(String commands, Map<String, String> words) {
    ShellText text = new ShellText(commands);
    String script = text.replaced(words);
    if (!text.found.equals(words.keySet())) {
      throw new AssertionError("of " + words.keySet() + " only " + text.found + ": " + commands);
    }
    return script;
  }

  private String replaced(Map<String, String> words) {
    StringBuilder script = new StringBuilder();
    int at = 0;
    while (at < commands.length()) {
      String word = wordAt(at, words.keySet());
      if (word.isEmpty()) {
        script.append(commands.charAt(at));
        noteQuote(at);
        at++;
      } else {
        found.add(word);
        script.append(quoted(words.getOrDefault(word, "")));
        at += word.length();
      }
    }
    return script.toString();
  }

  private String wordAt(int at, Set<String> words) {
    for (String word : words) {
      int end = at + word.length();
      if (commands.startsWith(word, at)
          && (end == commands.length() || " \n'\";".indexOf(commands.charAt(end)) >= 0)) {
        return word;
      }
    }
    return "";
  }

  private void noteQuote(int at) {
    char c = commands.charAt(at);
    if (c == quote) {
      quote = NONE;
    } else if (quote == NONE && (c == '\'' || c == '"')) {
      quote = c;
    }
  }

  private String quoted(String value) {
    return switch (quote) {
      case '\'' -> inSingleQuotes(value);
      case '"' -> value.replaceAll("[\\\\$`\"]", "\\\\$0");
      default -> word(value);
    };
  }

  private static String inSingleQuotes(String value) {
    return value.replace("'", "'\\''");
  }

  /** A value as one word. */
  static String word(String value) {
    return "'" + inSingleQuotes(value) + "'";
  }
}
