package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import passerelle.http.Status;
import passerelle.http1.Phase.Step;
import passerelle.http1.Phase.Wait;
import passerelle.wire.Patience;

/** ARCHITECTURE.md shows the phases as they are; and what their rows promise together. */
final class PhaseTest {
  private static final String BEGIN = "<!-- phases: printed by PhaseTest -->\n";
  private static final String END = "<!-- end of phases -->\n";

  /** Columns between two lifelines of the drawing. */
  private static final int WIDTH = 12;

  @Test
  void architectureShowsThePhases() throws IOException {
    Path page = Path.of(System.getProperty("basedir", ""), "ARCHITECTURE.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    String wanted = BEGIN + "\n```\n" + drawing() + "```\n\n" + table() + "\n" + END;
    if (begin < 0 || end < begin || !text.substring(begin, end + END.length()).equals(wanted)) {
      fail("Paste this into ARCHITECTURE.md, over what stands between the two marks:\n" + wanted);
    }
  }

  private static List<Phase> open() {
    return List.copyOf(EnumSet.complementOf(EnumSet.of(Phase.CLOSED)));
  }

  /** The phases from left to right, and a line with an arrow for each step. */
  private static String drawing() {
    StringBuilder names = new StringBuilder();
    for (Phase phase : open()) {
      pad(names, lifeline(phase) - phase.name().length() / 2 + (names.isEmpty() ? 2 : 0));
      names.append(phase);
    }
    StringBuilder text = new StringBuilder(names).append('\n');
    for (Phase phase : open()) {
      for (Step step : phase.steps()) {
        text.append(arrow(phase, step)).append('\n');
      }
    }
    return text.toString();
  }

  private static int lifeline(Phase phase) {
    return 2 + open().indexOf(phase) * (WIDTH + 3);
  }

  private static void pad(StringBuilder line, int length) {
    line.append(" ".repeat(Math.max(1, length - line.length())));
  }

  private static String arrow(Phase from, Step step) {
    int begin = Math.min(lifeline(from), lifeline(step.following()));
    int end = Math.max(lifeline(from), lifeline(step.following()));
    boolean isForward = lifeline(from) == begin;
    int last = lifeline(open().get(open().size() - 1));
    StringBuilder line = new StringBuilder();
    for (int at = 0; at <= last; at++) {
      char c = at > begin && at < end ? '─' : isLifeline(at) ? '│' : ' ';
      if (at == begin) {
        c = isForward ? '├' : '◄';
      } else if (at == end) {
        c = isForward ? '►' : '┤';
      }
      line.append(c);
    }
    return line.append("  ").append(step.when()).toString();
  }

  private static boolean isLifeline(int column) {
    return open().stream().anyMatch(phase -> lifeline(phase) == column);
  }

  private static String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "| phase | reads | waits | then | when the server drains |\n|---|---|---|---|---|\n");
    for (Phase phase : open()) {
      text.append("| ")
          .append(String.join(" | ", phase.name(), phase.reading.words, time(phase.waiting)))
          .append(" | ")
          .append(String.join(" | ", outcome(phase.waiting), phase.drain.words))
          .append(" |\n");
    }
    return text.toString();
  }

  private static String time(Wait wait) {
    return wait.time == null
        ? wait.words
        : wait.time.apply(Patience.standard()).toSeconds() + " s " + wait.words;
  }

  private static String outcome(Wait wait) {
    Status client = wait.onDeadline(true);
    Status sink = wait.onDeadline(false);
    if (client == null || sink == null) {
      return "closes";
    }
    return client.equals(sink)
        ? String.valueOf(client.code())
        : client.code() + "; " + sink.code() + " if it was the sink that stopped";
  }

  /** A wait begins with its phase, so a way round that needs no answer would have no end. */
  @Test
  void everyWayBackLeadsThroughAnAnswer() {
    for (Phase phase : Phase.values()) {
      assertFalse(reachable(phase, new ArrayList<>()).contains(phase), phase + " goes in a circle");
    }
  }

  /** What follows without an answer in between, or content that comes only once. */
  private static List<Phase> reachable(Phase from, List<Phase> found) {
    for (Step step : from.steps()) {
      boolean isAnswered = from == Phase.SEND_RESPONSE && step.following() == Phase.IDLE;
      boolean isContent = from == Phase.AWAIT_RESPONSE && step.following() == Phase.READ_CONTENT;
      if (!isAnswered && !isContent && !found.contains(step.following())) {
        found.add(step.following());
        reachable(step.following(), found);
      }
    }
    return found;
  }

  @Test
  void everyPhaseCanBeReachedAndLeft() {
    Set<Phase> reached = EnumSet.of(Phase.IDLE, Phase.CLOSED);
    reached.addAll(reachable(Phase.IDLE, new ArrayList<>()));
    assertEquals(EnumSet.allOf(Phase.class), reached);
    for (Phase phase : Phase.values()) {
      assertTrue(phase.mayBecome(Phase.CLOSED), phase + " cannot close");
      assertTrue(phase == Phase.CLOSED || phase.waiting != Wait.NOTHING, phase + " waits for ever");
    }
  }
}
