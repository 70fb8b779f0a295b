package passerelle.http1;

import java.util.ArrayList;
import java.util.List;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Handler;

/** A handler that answers later: it keeps its deferrals for the test to answer. */
final class Late implements Handler {
  final List<Deferral> deferrals = new ArrayList<>();

  /** What happened: {@code cancel}, {@code apply}, {@code discard}. */
  final List<String> events = new ArrayList<>();

  private final long timeoutNanos;

  Late() {
    this(Handlers.LONG_NANOS);
  }

  Late(long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
  }

  @Override
  public void handle(Exchange exchange) {
    deferrals.add(exchange.defer(timeoutNanos, () -> events.add("cancel")));
  }

  /** Answers deferral {@code index} with a text; run the rig afterwards. */
  void answer(int index, String text) {
    deferrals.get(index).answer(answerWith(text));
  }

  private Deferral.Answer answerWith(String text) {
    return new Deferral.Answer() {
      @Override
      public void applyTo(Exchange exchange) {
        events.add("apply");
        Handlers.text(exchange, text);
      }

      @Override
      public void discard() {
        events.add("discard");
      }
    };
  }
}
