package passerelle.files;

import java.io.IOException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Refusal;
import passerelle.http.Response;
import passerelle.http.Status;

/**
 * A file that another part of the server wants sent, with a status and fields of its own; opened
 * for one answer, on its way from the worker to that.
 *
 * <p>Confined to the loop thread.
 */
public final class OrderedFile implements Deferral.Answer {
  private static final Logger log = LoggerFactory.getLogger(OrderedFile.class);

  /**
   * What becomes of it.
   *
   * <p>Immutable.
   *
   * @param answers sends it
   * @param onError sends a refusal that conditions and ranges come to
   * @param onRefusal told in words why there is no file
   */
  public record Way(
      FileAnswer answers, BiConsumer<Exchange, Refusal> onError, Consumer<String> onRefusal) {}

  private final Way way;
  private final String problem;

  /** The file, which is held until it is answered with or given up. */
  private @Nullable CachedFile file;

  private OrderedFile(Way way, String problem) {
    this.way = way;
    this.problem = problem;
  }

  /** Finds a file, and opens it. */
  public interface Opener {
    /**
     * Opens the file, which belongs to the caller. On a worker.
     *
     * @throws IOException whose message says, in words, why it is not to be sent
     */
    CachedFile open() throws IOException;
  }

  /** Opens a file; on a worker. However that ends, there is an answer. */
  public static OrderedFile load(Opener opener, Way way) {
    try {
      OrderedFile ordered = new OrderedFile(way, ""); // first, for memory may run out
      ordered.file = opener.open();
      return ordered;
    } catch (IOException e) {
      return new OrderedFile(way, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("looking up a file failed", e);
      return new OrderedFile(way, "looking it up failed");
    }
  }

  @Override
  public void applyTo(Exchange exchange) {
    CachedFile ordered = file;
    if (ordered == null) {
      way.onRefusal.accept(problem);
      return;
    }
    try {
      Response response = exchange.response().dropFields("Content-Range");
      if (response.status().code() == Status.PARTIAL_CONTENT.code()) {
        response.status(Status.OK); // whether it is a part, and which, is decided here
      }
      FileFields fields = ordered.fields().beside(response);
      if (exchange.request().isGetOrHead() && response.status().code() == Status.OK.code()) {
        Refusal refusal = way.answers.send(exchange, ordered, fields, false);
        if (refusal != null) {
          way.onError.accept(exchange, refusal);
        }
      } else {
        way.answers.sendWhole(exchange, ordered, fields);
      }
    } finally {
      discard(); // it closes when it has been sent
    }
  }

  /** Lets the file go; a second time does nothing. */
  @Override
  public void discard() {
    CachedFile held = file;
    file = null;
    if (held != null) {
      held.release();
    }
  }
}
