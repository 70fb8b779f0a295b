package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Reads a client's view of an output: responses, one after the other, strictly. */
final class Answers {
  /** One response: its code, its head, its content. */
  record Answer(int code, String head, String content) {
    /** Whether the head has a line, in any case. */
    boolean has(String line) {
      return rests(line).contains("");
    }

    /** The value of a field, as it was sent; of several lines, all of them. */
    @Nullable String field(String name) {
      List<String> values = rests(name + ": ");
      return values.isEmpty() ? null : String.join(" | ", values);
    }

    /** What follows {@code start}, in any case, in the lines that begin with it. */
    private List<String> rests(String start) {
      List<String> rests = new ArrayList<>();
      int end = head.indexOf("\r\n");
      while (end + 2 < head.length()) {
        int at = end + 2;
        end = head.indexOf("\r\n", at);
        if (head.regionMatches(true, at, start, 0, start.length())) {
          rests.add(head.substring(at + start.length(), end));
        }
      }
      return rests;
    }
  }

  private final String output;
  private final IntPredicate answersHead;
  private int at;
  private int finals;

  private Answers(String output, IntPredicate answersHead) {
    this.output = output;
    this.answersHead = answersHead;
  }

  /** All responses in an output; what has no length goes on to the end. */
  static List<Answer> of(String output) {
    return new Answers(output, i -> false).all();
  }

  /** All responses to HEAD requests. */
  static List<Answer> toHead(String output) {
    return new Answers(output, i -> true).all();
  }

  /** All responses to requests of the given methods, one for each that is not an interim one. */
  static List<Answer> to(List<String> methods, String output) {
    return new Answers(output, i -> i < methods.size() && methods.get(i).equals("HEAD")).all();
  }

  /** The one response in an output. */
  static Answer only(String output) {
    List<Answer> all = of(output);
    assertEquals(1, all.size(), () -> "not one response: " + output);
    return all.get(0);
  }

  /** Codes and contents: {@code 200 hello|404 …}; what error pages say is left out. */
  static String brief(String output) {
    List<String> parts = new ArrayList<>();
    for (Answer answer : of(output)) {
      boolean isPage = answer.content.startsWith("<!doctype");
      parts.add((answer.code + " " + (isPage ? "" : answer.content)).strip());
    }
    return String.join("|", parts);
  }

  private List<Answer> all() {
    List<Answer> all = new ArrayList<>();
    while (at < output.length()) {
      int end = output.indexOf("\r\n\r\n", at);
      assertTrue(end >= 0, () -> "a head without end: " + output.substring(at));
      String head = output.substring(at, end + 2);
      assertTrue(head.startsWith("HTTP/1.1 "), () -> "not a status line: " + head);
      at = end + 4;
      int code = Integer.parseInt(head.substring(9, 12));
      all.add(new Answer(code, head, content(new Answer(code, head, ""))));
      finals += code < 200 ? 0 : 1;
    }
    return all;
  }

  private String content(Answer head) {
    if (answersHead.test(finals) || head.code < 200 || head.code == 204 || head.code == 304) {
      return "";
    }
    if (head.has("Transfer-Encoding: chunked")) {
      return chunks();
    }
    String length = head.field("Content-Length");
    return take(length == null ? output.length() - at : Integer.parseInt(length));
  }

  private String chunks() {
    StringBuilder content = new StringBuilder();
    while (true) {
      int end = output.indexOf("\r\n", at);
      assertTrue(end >= 0, () -> "chunked content without its last chunk: " + output);
      int size = Integer.parseInt(output.substring(at, end), 16);
      at = end + 2;
      content.append(take(size));
      assertEquals("\r\n", take(2));
      if (size == 0) {
        return content.toString();
      }
    }
  }

  private String take(int count) {
    assertTrue(at + count <= output.length(), () -> "content cut short: " + output);
    String taken = output.substring(at, at + count);
    at += count;
    return taken;
  }
}
