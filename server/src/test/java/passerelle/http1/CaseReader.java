package passerelle.http1;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import passerelle.http1.ConformanceCase.Detail;
import passerelle.http1.ConformanceCase.Expected;
import passerelle.http1.ConformanceCase.Step;

/**
 * Reads conformance cases from Markdown, strictly: whatever is not described here is a mistake, so
 * that no typing error makes a case check less than it seems to.
 *
 * <pre>
 *   # Title of the file         free text may follow
 *   ## Title of a case          one or two sentences follow: why this is the answer
 *   ```http ... ```             what the client sends
 *   ```log ... ```              what happens; more pairs may follow, sent after these answers
 * </pre>
 *
 * <p>Each line of an http block ends with CRLF on the wire, unless its last character is a lone
 * {@code \}. Escapes: {@code \r \n \t \0 \\} and {@code \xHH} for one octet; <code>{N*TEXT}</code>
 * stands for TEXT repeated. Other characters are one octet each. <code>```http whole</code> arrives
 * in one piece in every run; after <code>```http end</code> the client ends its side.
 *
 * <p>Lines of a log: {@code STATUS METHOD TARGET} for an answer, or a status alone from 400 on, or
 * an interim one below 200; as <code>{N*...}</code> for N such answers. Indented by two spaces
 * below it: {@code Field: value}, {@code !Field} if it must be missing, {@code host: as
 * understood}, {@code content: text}. The last line is the connection's state: {@code open}, {@code
 * waits} in the middle of a request, {@code lingers}, {@code closed}.
 */
final class CaseReader {
  private static final Set<String> STATES = Set.of("open", "waits", "lingers", "closed");
  private static final Pattern OPENING = Pattern.compile("```(?:log|http( whole)?( end)?)");
  private static final Pattern ANSWER = Pattern.compile("([1-5]\\d\\d)(?: ([A-Z]+ \\S+))?");
  private static final Pattern SAME_ANSWERS = Pattern.compile("\\{([1-9]\\d{0,4})\\*(\\d.*)\\}");
  private static final Pattern DETAIL =
      Pattern.compile("  (?:!([A-Z][A-Za-z-]*)|(host|content):(?: (.+))?|([A-Z][A-Za-z-]*): (.+))");

  private final String file;
  private final List<String> lines;
  private final List<ConformanceCase> cases = new ArrayList<>();
  private int next;

  private CaseReader(String file, List<String> lines) {
    this.file = file;
    this.lines = lines;
  }

  /** The cases of a file. */
  static List<ConformanceCase> read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    return read(Objects.toString(file.getFileName()), lines);
  }

  /** The cases of a file's lines; a mistake is an exception that names file and line. */
  static List<ConformanceCase> read(String file, List<String> lines) {
    CaseReader reader = new CaseReader(file, lines);
    try {
      reader.readAll();
    } catch (IllegalArgumentException e) {
      int line = Math.min(reader.next, lines.size());
      throw new IllegalArgumentException(file + ":" + line + ": " + e.getMessage(), e);
    }
    return reader.cases;
  }

  private static IllegalArgumentException mistake(String text) {
    return new IllegalArgumentException(text);
  }

  private @Nullable String peek() {
    return next < lines.size() ? lines.get(next) : null;
  }

  private String take(String wanted) {
    if (next == lines.size()) {
      throw mistake(wanted + " is missing at the end of the file");
    }
    return lines.get(next++);
  }

  private void readAll() {
    if (!take("the title").startsWith("# ")) {
      throw mistake("a file begins with its title");
    }
    prose();
    while (next < lines.size()) {
      readCase();
    }
    if (cases.isEmpty()) {
      throw mistake("no cases");
    }
  }

  /** Text up to the next title or block, as one line. */
  private String prose() {
    StringBuilder text = new StringBuilder();
    for (String line = peek(); line != null; line = peek()) {
      if (line.startsWith("#") || line.startsWith("```")) {
        break;
      }
      text.append(' ').append(line.strip());
      next++;
    }
    return text.toString().strip().replaceAll(" +", " ");
  }

  private void readCase() {
    String heading = take("a case");
    int line = next;
    String title = heading.startsWith("## ") ? heading.substring(3).strip() : "";
    if (title.isEmpty()) {
      throw mistake("a case begins with ## and its title");
    }
    String reason = prose();
    if (!reason.matches(".*[.?]\\)?")) {
      throw mistake("a case needs a reason, in whole sentences");
    }
    List<Step> steps = new ArrayList<>();
    for (String opening = peek(); opening != null && !opening.startsWith("#"); opening = peek()) {
      steps.add(readStep());
      if (!prose().isEmpty()) {
        throw mistake("text behind a block");
      }
    }
    if (steps.isEmpty()) {
      throw mistake("a case without an http block");
    }
    cases.add(new ConformanceCase(file, line, title, reason, steps));
  }

  private Step readStep() {
    Matcher opening = opening("```http");
    boolean isWhole = opening.group(1) != null;
    boolean endsInput = opening.group(2) != null;
    StringBuilder octets = new StringBuilder();
    for (String line = take("```"); !line.equals("```"); line = take("```")) {
      octets.append(sent(line));
    }
    if (octets.length() == 0 && !endsInput) {
      throw mistake("an http block that sends nothing");
    }
    if (!prose().isEmpty()) {
      throw mistake("text between an http block and its log");
    }
    opening("```log");
    List<Expected> answers = new ArrayList<>();
    String line = take("the state");
    while (!STATES.contains(line)) {
      readAnswer(answers, line);
      line = take("the state");
    }
    if (!take("```").equals("```")) {
      throw mistake("a log ends behind the state of the connection");
    }
    return new Step(octets.toString(), isWhole, endsInput, answers, line);
  }

  private Matcher opening(String kind) {
    String line = take(kind);
    Matcher opening = OPENING.matcher(line);
    if (!opening.matches() || !line.startsWith(kind)) {
      throw mistake(kind + " is missing");
    }
    return opening;
  }

  private static String sent(String line) {
    if (line.startsWith("```") || line.endsWith(" ")) {
      throw mistake("a block without its end, or a space at the end of a line: \\x20");
    }
    int backslashes = 0;
    while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 0
        ? CaseText.octets(line) + "\r\n"
        : CaseText.octets(line.substring(0, line.length() - 1));
  }

  private void readAnswer(List<Expected> answers, String line) {
    Matcher same = SAME_ANSWERS.matcher(line);
    int times = same.matches() ? Integer.parseInt(same.group(1)) : 1;
    Matcher answer = ANSWER.matcher(same.matches() ? same.group(2) : line);
    if (!answer.matches()) {
      throw mistake("neither an answer nor a state: " + line);
    }
    int code = Integer.parseInt(answer.group(1));
    String request = answer.group(2);
    if (request == null ? code >= 200 && code < 400 : code < 200) {
      throw mistake("method and target belong to all answers but interim ones and refusals");
    }
    String decoded = request == null ? null : CaseText.octets(request);
    List<Detail> details = readDetails();
    for (int i = 0; i < times; i++) {
      answers.add(new Expected(code, decoded, details));
    }
  }

  private List<Detail> readDetails() {
    List<Detail> details = new ArrayList<>();
    for (String line = peek(); line != null && line.startsWith(" "); line = peek()) {
      next++;
      Matcher detail = DETAIL.matcher(line);
      if (!detail.matches() || line.endsWith(" ")) {
        throw mistake("not a detail of an answer: " + line);
      }
      if (detail.group(1) != null) {
        details.add(new Detail(detail.group(1), null));
      } else if (detail.group(2) != null) {
        String text = detail.group(3) == null ? "" : detail.group(3);
        details.add(new Detail(detail.group(2), CaseText.octets(text)));
      } else {
        details.add(new Detail(detail.group(4), CaseText.octets(detail.group(5))));
      }
    }
    return details;
  }
}
