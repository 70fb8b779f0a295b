package passerelle.files;

import org.jspecify.annotations.Nullable;
import passerelle.http.Exchange;
import passerelle.io.ClientKey;

/**
 * One answer, or a part of one, that is being sent from a held file; it runs when it is over.
 *
 * <p>Confined to the loop thread.
 */
final class Sending implements Runnable {
  private final Sendings list;
  private @Nullable Exchange exchange;
  private @Nullable HeldFile file;
  private long number;
  @Nullable Sending before;
  @Nullable Sending after;

  Sending(Sendings list) {
    this.list = list;
  }

  void begin(Exchange answered, HeldFile sent, long turn) {
    exchange = answered;
    file = sent;
    number = turn;
  }

  /** What is sent; null if nothing is any more. */
  @Nullable HeldFile file() {
    return file;
  }

  /** Which it was of all that were begun. */
  long number() {
    return number;
  }

  /** To whom. */
  ClientKey client() {
    if (exchange == null) {
      throw new IllegalStateException("nothing is sent");
    }
    return ClientKey.of(exchange.request().remoteAddress());
  }

  /** Closes the connection that it goes to. */
  void breakOff() {
    if (exchange != null) {
      exchange.breakOff();
    }
  }

  /** It is over, sent or not; a second time does nothing. */
  @Override
  public void run() {
    HeldFile sent = file;
    if (sent != null) {
      file = null;
      exchange = null;
      list.remove(this);
      sent.release();
    }
  }
}
