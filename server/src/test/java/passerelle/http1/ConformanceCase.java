package passerelle.http1;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One conformance case: what a client sends, step by step, and what happens then. */
record ConformanceCase(String file, int line, String title, String reason, List<Step> steps) {

  /** Octets that a client sends, one character for each, and the log of what they bring about. */
  record Step(
      String octets, boolean isWhole, boolean endsInput, List<Expected> answers, String state) {}

  /** An answer as a log tells it: {@code request} is method and target, or null for any. */
  record Expected(int code, @Nullable String request, List<Detail> details) {
    boolean isInterim() {
      return code < 200;
    }
  }

  /** A line below an answer: a field, {@code host} or {@code content}; null for no such field. */
  record Detail(String name, @Nullable String value) {}
}
