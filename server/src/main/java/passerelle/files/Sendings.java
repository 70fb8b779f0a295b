package passerelle.files;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Exchange;
import passerelle.io.ClientKey;

/**
 * The answers that are being sent from held files, the oldest first. When there is no room for
 * others, the client that holds most has to give way.
 *
 * <p>Confined to the loop thread.
 */
final class Sendings {
  private static final Logger log = LoggerFactory.getLogger(Sendings.class);

  private @Nullable Sending first;
  private @Nullable Sending last;
  private @Nullable Sending unused;
  private long begun;
  private volatile @Nullable Executor loop;

  /** Adds an answer that is sent from a file, which the caller held for it. */
  Sending begin(Exchange exchange, HeldFile file) {
    if (loop == null) {
      loop = exchange.loop();
    }
    Sending sending = unused;
    if (sending == null) {
      sending = new Sending(this);
    } else {
      unused = sending.after;
    }
    sending.begin(exchange, file, begun++);
    sending.before = last;
    sending.after = null;
    if (last == null) {
      first = sending;
    } else {
      last.after = sending;
    }
    last = sending;
    return sending;
  }

  void remove(Sending sending) {
    Sending before = sending.before;
    Sending after = sending.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    sending.before = null;
    sending.after = unused;
    unused = sending;
  }

  /** Runs tasks on the loop; null as long as nothing was ever sent. Any thread may ask. */
  @Nullable Executor loop() {
    return loop;
  }

  /**
   * Breaks off what the greediest client was sent first, of that which takes some of what is short:
   * all its answers from that file. A file that several send counts in equal parts for each.
   *
   * @param cost how much of what is short a file takes
   */
  void breakOffGreediest(ToLongFunction<HeldFile> cost) {
    Map<HeldFile, Integer> readers = new HashMap<>();
    for (Sending each = first; each != null; each = each.after) {
      readers.merge(fileOf(each), 1, Integer::sum);
    }
    Map<ClientKey, Double> shares = new HashMap<>();
    for (Sending each = first; each != null; each = each.after) {
      HeldFile file = fileOf(each);
      double part = (double) cost.applyAsLong(file) / readers.getOrDefault(file, 1);
      if (part > 0) {
        shares.merge(each.client(), part, Double::sum);
      }
    }
    ClientKey greediest = null;
    double most = 0;
    for (Map.Entry<ClientKey, Double> share : shares.entrySet()) {
      if (share.getValue() > most) {
        most = share.getValue();
        greediest = share.getKey();
      }
    }
    if (greediest != null) {
      breakOffOldest(greediest, cost);
    }
  }

  private static HeldFile fileOf(Sending sending) {
    HeldFile file = sending.file();
    if (file == null) {
      throw new IllegalStateException("an answer is over and still listed");
    }
    return file;
  }

  private void breakOffOldest(ClientKey client, ToLongFunction<HeldFile> cost) {
    HeldFile victim = null;
    List<Sending> leaving = new ArrayList<>();
    for (Sending each = first; each != null; each = each.after) {
      HeldFile file = fileOf(each);
      if (each.client().equals(client) && cost.applyAsLong(file) > 0) {
        victim = victim == null ? file : victim;
        if (file == victim) {
          leaving.add(each);
        }
      }
    }
    log.debug("{} answers to {} are broken off to make room", leaving.size(), client);
    leaving.forEach(Sending::breakOff); // one may end another, of the same connection
  }
}
