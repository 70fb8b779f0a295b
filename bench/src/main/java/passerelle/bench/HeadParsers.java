package passerelle.bench;

import io.undertow.server.protocol.http.UndertowHeadParser;
import org.microhttp.MicrohttpHeadParser;

/**
 * The parsers that are measured side by side.
 *
 * <p>Immutable.
 */
public enum HeadParsers {
  PASSERELLE,
  NETTY,
  JETTY,
  UNDERTOW,
  MICROHTTP;

  /** A parser in front of a head. */
  HeadParser over(byte[] head) {
    return switch (this) {
      case PASSERELLE -> new PasserelleHeadParser(head);
      case NETTY -> new NettyHeadParser(head);
      case JETTY -> new JettyHeadParser(head);
      case UNDERTOW -> new UndertowHeadParser(head);
      case MICROHTTP -> new MicrohttpHeadParser(head);
    };
  }
}
