package passerelle.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Raw results that nobody measured. */
final class MadeUp {
  static final Server OURS = new Server("passerelle");
  static final Server OURS_25 = new Server("passerelle-25");
  static final Server NGINX = new Server("nginx");
  static final Server LIGHTTPD = new Server("lighttpd");
  static final Server EPOLL = new Server("epoll");

  private MadeUp() {}

  static WrkResults wrk() {
    return new WrkResults(json("made-up-wrk.json"));
  }

  static Scenario scenario(String name) {
    return wrk().scenario(name).orElseThrow();
  }

  static JmhResults jmh() {
    return new JmhResults(json("made-up-jmh.json"));
  }

  /** A text as JSON, with ' for ". */
  static JsonNode parsed(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String name) {
    try (InputStream stream = MadeUp.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(stream, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
