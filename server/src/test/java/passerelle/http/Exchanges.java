package passerelle.http;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import passerelle.pages.ErrorPages;

/** Exchanges without a connection. */
final class Exchanges {
  private Exchanges() {}

  /** An exchange whose state a test looks at. */
  static Exchange of(ExchangeState state, Executor loop) {
    return of(state, loop, new ErrorPages());
  }

  /** The same, with pages of its own. */
  static Exchange of(ExchangeState state, Executor loop, RefusalContent pages) {
    InetSocketAddress address = InetSocketAddress.createUnresolved("test.example", 1);
    return new Exchange(new Request(address, address), state, loop, pages);
  }
}
