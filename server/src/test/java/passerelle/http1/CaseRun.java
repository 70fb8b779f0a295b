package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import passerelle.http.Handler;
import passerelle.http1.Answers.Answer;
import passerelle.http1.ConformanceCase.Detail;
import passerelle.http1.ConformanceCase.Expected;
import passerelle.http1.ConformanceCase.Step;

/**
 * Plays a conformance case, cut in every way, and compares what happens with the log.
 *
 * <p>What happened is written down in the shape of the log, with the details that it asks for, so
 * that a failure shows two logs.
 */
final class CaseRun {
  /** In blocks up to this length every cut is tried. */
  private static final int CUT_EVERYWHERE = 600;

  /** In longer ones those near both ends, and so many in between. */
  private static final int CUTS_BETWEEN = 97;

  private final ConformanceCase subject;
  private final Handler site;
  private final List<String> logs;
  private final List<String> logsWithoutInterim;

  CaseRun(ConformanceCase subject, Handler site) {
    this.subject = subject;
    this.site = site;
    this.logs = subject.steps().stream().map(step -> expected(step, true)).toList();
    this.logsWithoutInterim = subject.steps().stream().map(step -> expected(step, false)).toList();
  }

  private interface Cut {
    /** The pieces in which the octets of a step arrive; the step's number counts from 0. */
    List<String> pieces(int number, String octets);
  }

  /** Fed whole, when the interim answers count too; byte by byte; cut in two at every position. */
  void inEveryWay() {
    play("fed whole", true, (number, octets) -> List.of(octets));
    play("fed byte by byte", false, (number, octets) -> List.of(octets.split("", -1)));
    for (int cutStep = 0; cutStep < subject.steps().size(); cutStep++) {
      int length = subject.steps().get(cutStep).octets().length();
      for (int at = 1; at < length; at = following(at, length)) {
        cutAt(cutStep, at);
      }
    }
  }

  private static int following(int at, int length) {
    int near = length <= CUT_EVERYWHERE ? length : CUT_EVERYWHERE * CUT_EVERYWHERE / length;
    boolean isNearAnEnd = at < near || at >= length - near;
    return isNearAnEnd ? at + 1 : Math.min(at + length / CUTS_BETWEEN, length - near);
  }

  private void cutAt(int cutStep, int at) {
    play(
        "block " + (cutStep + 1) + " cut at " + at,
        false,
        (number, octets) ->
            number == cutStep
                ? List.of(octets.substring(0, at), octets.substring(at))
                : List.of(octets));
  }

  private void play(String how, boolean withInterim, Cut cut) {
    try (Rig rig = new Rig(site)) {
      for (int number = 0; number < subject.steps().size(); number++) {
        Step step = subject.steps().get(number);
        int endedBefore = rig.ended.size();
        rig.transport.takeOutput();
        List<String> pieces =
            step.isWhole() ? List.of(step.octets()) : cut.pieces(number, step.octets());
        for (String piece : pieces) {
          send(rig, piece);
        }
        if (step.endsInput()) {
          rig.endInput();
        }
        assertEquals(
            (withInterim ? logs : logsWithoutInterim).get(number),
            actual(rig, step, endedBefore, withInterim),
            () -> subject.file() + ":" + subject.line() + " " + how);
      }
    }
  }

  private static void send(Rig rig, String piece) {
    if (!piece.isEmpty() && !rig.isClosed()) {
      rig.send(piece);
    }
  }

  private static String expected(Step step, boolean withInterim) {
    StringBuilder log = new StringBuilder();
    for (Expected answer : step.answers()) {
      if (withInterim || !answer.isInterim()) {
        log.append(answer.code());
        log.append(answer.request() == null ? "" : " " + CaseText.of(answer.request()));
        log.append('\n');
        for (Detail detail : answer.details()) {
          log.append(line(detail.name(), detail.value()));
        }
      }
    }
    return log.append(step.state()).toString();
  }

  private static String line(String name, @Nullable String value) {
    return value == null ? "  !" + name + "\n" : "  " + name + ": " + CaseText.of(value) + "\n";
  }

  private static String actual(Rig rig, Step step, int endedBefore, boolean withInterim) {
    List<String> requests = new ArrayList<>();
    List<String> methods = new ArrayList<>();
    for (String ended : rig.ended.subList(endedBefore, rig.ended.size())) {
      String[] words = ended.split(" ", -1);
      requests.add(words[0] + " " + words[1]);
      methods.add(words[0]);
    }
    List<Expected> expected =
        step.answers().stream().filter(answer -> withInterim || !answer.isInterim()).toList();
    StringBuilder log = new StringBuilder();
    int finals = 0;
    int shown = 0;
    for (Answer answer : Answers.to(methods, rig.output())) {
      boolean isInterim = answer.code() < 200;
      if (isInterim && !withInterim) {
        continue;
      }
      Expected wanted = shown < expected.size() ? expected.get(shown) : null;
      log.append(answer.code());
      if (!isInterim) {
        assertTrue(finals < requests.size(), "an answer that belongs to no request");
        boolean isAnyRequest = wanted != null && wanted.request() == null;
        log.append(isAnyRequest ? "" : " " + CaseText.of(requests.get(finals)));
      }
      log.append('\n');
      if (wanted != null) {
        String host = isInterim ? "" : rig.hosts.get(endedBefore + finals);
        details(log, wanted, answer, host);
      }
      shown++;
      finals += isInterim ? 0 : 1;
    }
    return log.append(state(rig)).toString();
  }

  private static void details(StringBuilder log, Expected wanted, Answer answer, String host) {
    for (Detail detail : wanted.details()) {
      String value =
          switch (detail.name()) {
            case "host" -> host;
            case "content" -> answer.content();
            default -> answer.field(detail.name());
          };
      log.append(line(detail.name(), value));
    }
  }

  private static String state(Rig rig) {
    if (rig.isClosed()) {
      return "closed";
    }
    if (rig.transport.isOutputEnded()) {
      return "lingers";
    }
    if (rig.buffers() == 0) {
      rig.assertOpenAndIdle();
      return "open";
    }
    assertTrue(rig.port.reads(), "in the middle of a request nobody waits for the rest");
    return "waits";
  }
}
