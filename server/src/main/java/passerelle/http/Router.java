package passerelle.http;

import java.util.ArrayList;
import java.util.List;
import passerelle.io.Slice;

/**
 * Sends each request to the handler whose path prefix fits best: the longest one, by whole
 * segments.
 *
 * <p>Prefixes are compared with the raw path first and with the decoded path where the raw one
 * holds a percent-encoding or a dot segment, so that {@code /%63gi-bin/x} cannot pass by the
 * scripts and be sent as text.
 *
 * <p>Confined to the loop thread.
 */
public final class Router implements Handler {
  private record Route(String prefix, Handler handler) {}

  private final List<Route> routes = new ArrayList<>();
  private final Handler otherwise;

  /** A router that sends what no prefix fits to {@code otherwise}. */
  public Router(Handler otherwise) {
    this.otherwise = otherwise;
  }

  /** Adds a prefix such as {@code /cgi-bin}: it stands for itself and everything below it. */
  public Router route(String prefix, Handler handler) {
    routes.add(new Route(prefix, handler));
    routes.sort((a, b) -> b.prefix.length() - a.prefix.length());
    return this;
  }

  @Override
  public void handle(Exchange exchange) {
    if (!routes.isEmpty() && !exchange.request().target().isAsterisk()) {
      Slice raw = exchange.request().target().path();
      CharSequence path = raw;
      if (!isPlain(raw)) {
        String decoded = exchange.request().target().decodedPath();
        if (decoded == null) {
          exchange.refuse(Status.BAD_REQUEST);
          return;
        }
        path = decoded;
      }
      for (int i = 0; i < routes.size(); i++) {
        if (isBelow(path, routes.get(i).prefix)) {
          routes.get(i).handler.handle(exchange);
          return;
        }
      }
    }
    otherwise.handle(exchange);
  }

  /** Whether decoding would change nothing: no escapes, no empty or dot segments. */
  private static boolean isPlain(Slice path) {
    int before = 0;
    for (int i = 0; i < path.length(); i++) {
      int c = path.octet(i);
      if (c == '%' || (before == '/' && (c == '.' || c == '/'))) {
        return false;
      }
      before = c;
    }
    return true;
  }

  private static boolean isBelow(CharSequence path, String prefix) {
    int length = prefix.length();
    if (path.length() < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (path.charAt(i) != prefix.charAt(i)) {
        return false;
      }
    }
    return length == 0 || path.length() == length || path.charAt(length) == '/';
  }
}
