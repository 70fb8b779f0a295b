package passerelle.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import passerelle.http.Exchange;

/** Replies of the server itself, for tests of responders alone. */
public final class Replies {
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(5);

  private Replies() {}

  /** The content of a request, small enough to be held in memory. */
  public static ContentSpool content(Exchange exchange, Executor disk, String text) {
    ContentSpool spool =
        new ContentSpool(exchange, disk, new SpoolBudget(1 << 20, 1 << 20, 1 << 30), () -> {});
    spool.onContent(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    return spool;
  }

  /**
   * A reply to an exchange.
   *
   * @param ends hears what the log of runs is told
   */
  public static Reply to(Exchange exchange, Order order, Executor loop, Consumer<String> ends) {
    Elsewhere nowhere =
        new Elsewhere(
            other -> {
              throw new AssertionError("no local redirect");
            },
            null);
    ExchangeReply.Ways ways =
        new ExchangeReply.Ways(
            exchange.defer(LONG_NANOS, () -> {}),
            loop,
            nowhere,
            (script, outcome) -> ends.accept(outcome),
            () -> {},
            false);
    return new ExchangeReply(order, ways, new LineLimit(1000, 1000, System::nanoTime));
  }
}
