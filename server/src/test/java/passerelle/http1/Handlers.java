package passerelle.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import passerelle.http.BytesBody;
import passerelle.http.ContentSink;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.Response;
import passerelle.http.Status;

/** Handlers that tests share. */
final class Handlers {
  /** Long enough for any deferral. */
  static final long LONG_NANOS = 100_000_000_000L;

  private Handlers() {}

  /** Answers with the path. */
  static final Handler PATH = exchange -> text(exchange, exchange.request().target().path());

  /** Takes the content and answers with it. */
  static final Handler ECHO = exchange -> exchange.receive(new Echo(exchange));

  /** POST echoes, /missing is 404, everything else answers with its path. */
  static final Handler SITE =
      exchange -> {
        if (exchange.request().target().path().toString().equals("/missing")) {
          exchange.refuse(Status.NOT_FOUND);
        } else if (exchange.request().method().name().equals("POST")) {
          ECHO.handle(exchange);
        } else {
          PATH.handle(exchange);
        }
      };

  /** Answers 200 with a text. */
  static void text(Exchange exchange, CharSequence text) {
    byte[] octets = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    Response response = exchange.response();
    response.field("Content-Type", "text/plain").body(BytesBody.of(octets));
    exchange.send();
  }

  /** Gathers content and answers with it when it is complete. */
  static class Echo implements ContentSink {
    private final Exchange exchange;
    private final StringBuilder content = new StringBuilder();

    Echo(Exchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void onContent(ByteBuffer octets) {
      content.append(StandardCharsets.ISO_8859_1.decode(octets));
    }

    @Override
    public void onComplete() {
      text(exchange, content);
    }

    @Override
    public void onAbort() {
      // There is nobody to answer.
    }
  }
}
