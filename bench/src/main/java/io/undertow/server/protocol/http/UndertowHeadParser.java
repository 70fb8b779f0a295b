package io.undertow.server.protocol.http;

import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.BadRequestException;
import io.undertow.util.HeaderValues;
import java.nio.ByteBuffer;
import org.xnio.OptionMap;
import passerelle.bench.HeadParser;

/**
 * Undertow's parser, with the exchange that Undertow makes for each request and the parser fills
 * in. It stands in Undertow's package, for the parser is not public.
 *
 * <p>Confined to one worker.
 */
public final class UndertowHeadParser implements HeadParser {
  private final RequestParser parser = RequestParser.instance(OptionMap.EMPTY);
  private final RequestState state = new RequestState();
  private final ByteBuffer buffer;
  private final int length;
  private final int cut;
  private HttpServerExchange exchange = newExchange();

  /** A parser in front of a head. */
  public UndertowHeadParser(byte[] head) {
    buffer = ByteBuffer.allocateDirect(head.length).put(head);
    length = head.length;
    cut = length / 2;
  }

  private static HttpServerExchange newExchange() {
    return new HttpServerExchange(null, UndertowOptions.DEFAULT_MAX_ENTITY_SIZE);
  }

  @Override
  public Object whole() {
    begin();
    buffer.limit(length).position(0);
    return finish();
  }

  @Override
  public Object split() {
    begin();
    buffer.limit(cut).position(0);
    parse();
    HeadParser.require(!state.isComplete());
    buffer.limit(length);
    return finish();
  }

  private void begin() {
    state.reset();
    exchange = newExchange();
  }

  private void parse() {
    try {
      parser.handle(buffer, state, exchange);
    } catch (BadRequestException e) {
      throw new IllegalStateException("Undertow refuses the head", e);
    }
  }

  private HttpServerExchange finish() {
    parse();
    HeadParser.require(state.isComplete() && !buffer.hasRemaining());
    return exchange;
  }

  @Override
  public String method() {
    return exchange.getRequestMethod().toString();
  }

  @Override
  public String target() {
    return exchange.getRequestURI();
  }

  @Override
  public int fieldLines() {
    int lines = 0;
    for (HeaderValues values : exchange.getRequestHeaders()) {
      lines += values.size();
    }
    return lines;
  }

  @Override
  public String value(String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }
}
