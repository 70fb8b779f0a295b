package org.microhttp;

import java.nio.ByteBuffer;
import passerelle.bench.HeadParser;

/**
 * microhttp's parser, with the tokenizer that each connection has there and a parser for each
 * request. It stands in microhttp's package, for neither is public.
 *
 * <p>Confined to one worker.
 */
public final class MicrohttpHeadParser implements HeadParser {
  private final ByteTokenizer tokenizer = new ByteTokenizer();
  private final ByteBuffer buffer;
  private final int length;
  private final int cut;
  private RequestParser parser = new RequestParser(tokenizer);
  private Request request = parser.request();

  /** A parser in front of a head. */
  public MicrohttpHeadParser(byte[] head) {
    buffer = ByteBuffer.allocateDirect(head.length).put(head);
    length = head.length;
    cut = length / 2;
  }

  @Override
  public Object whole() {
    buffer.limit(length).position(0);
    return finish();
  }

  @Override
  public Object split() {
    buffer.limit(cut).position(0);
    tokenizer.add(buffer);
    HeadParser.require(!parser.parse());
    buffer.limit(length);
    return finish();
  }

  private Request finish() {
    tokenizer.add(buffer);
    HeadParser.require(parser.parse() && tokenizer.remaining() == 0);
    request = parser.request();
    tokenizer.compact();
    parser = new RequestParser(tokenizer);
    return request;
  }

  @Override
  public String method() {
    return request.method();
  }

  @Override
  public String target() {
    return request.uri();
  }

  @Override
  public int fieldLines() {
    return request.headers().size();
  }

  @Override
  public String value(String name) {
    for (Header header : request.headers()) {
      if (header.name().equals(name)) {
        return header.value();
      }
    }
    return "";
  }
}
