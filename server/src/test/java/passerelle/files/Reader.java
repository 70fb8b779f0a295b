package passerelle.files;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Request;
import passerelle.pages.ErrorPages;

/** A client that was sent a file and does not read it, and notes when its connection is closed. */
final class Reader {
  private final ExchangeState state = new ExchangeState(this::onRecord);
  private final Exchange exchange;
  private boolean isBrokenOff;

  /** A client at an address, whose loop is whoever calls. */
  Reader(String address) {
    this(address, Runnable::run);
  }

  Reader(String address, Executor loop) {
    Request request =
        new Request(new InetSocketAddress(address, 40000), new InetSocketAddress("192.0.2.1", 80));
    exchange = new Exchange(request, state, loop, new ErrorPages());
  }

  private void onRecord() {
    if (state.isBroken()) {
      isBrokenOff = true;
      end();
    }
  }

  /** Is sent a file, from now on. */
  Reader reads(CachedFile file) {
    file.sendWhole(exchange, HeldFiles.queue(Runnable::run));
    return this;
  }

  /** Has read all of it. */
  void end() {
    exchange.response().reset();
  }

  boolean isBrokenOff() {
    return isBrokenOff;
  }
}
