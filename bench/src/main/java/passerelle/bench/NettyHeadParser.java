package passerelle.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;

/**
 * Netty's decoder, asked directly: what its pipeline costs, through which a server asks it, is left
 * out, and the second half of a split head is not copied behind the first.
 *
 * <p>Confined to one worker.
 */
final class NettyHeadParser implements HeadParser {
  private final Decoder decoder = new Decoder();
  private final ChannelHandlerContext context;
  private final ByteBuf buffer;
  private final List<Object> decoded = new ArrayList<>();
  private final int length;
  private final int cut;

  /** Opens the method that the pipeline calls. */
  private static final class Decoder extends HttpRequestDecoder {
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out)
        throws Exception {
      super.decode(context, buffer, out);
    }
  }

  NettyHeadParser(byte[] head) {
    context = new EmbeddedChannel(decoder).pipeline().context(decoder);
    buffer = Unpooled.directBuffer(head.length).writeBytes(head);
    length = head.length;
    cut = length / 2;
  }

  @Override
  public Object whole() {
    decoded.clear();
    buffer.setIndex(0, length);
    decode();
    return request();
  }

  @Override
  public Object split() {
    decoded.clear();
    buffer.setIndex(0, cut);
    decode();
    HeadParser.require(decoded.isEmpty());
    buffer.writerIndex(length);
    decode();
    return request();
  }

  /** Until the decoder takes no more, as the pipeline does. */
  private void decode() {
    try {
      int before = -1;
      while (buffer.isReadable() && buffer.readerIndex() != before) {
        before = buffer.readerIndex();
        decoder.decode(context, buffer, decoded);
      }
    } catch (Exception e) {
      throw new IllegalStateException("Netty refuses the head", e);
    }
  }

  private HttpRequest request() {
    HeadParser.require(
        decoded.size() == 2
            && decoded.get(1) instanceof LastHttpContent
            && !buffer.isReadable()
            && ((HttpRequest) decoded.get(0)).decoderResult().isSuccess());
    return (HttpRequest) decoded.get(0);
  }

  @Override
  public String method() {
    return request().method().name();
  }

  @Override
  public String target() {
    return request().uri();
  }

  @Override
  public int fieldLines() {
    return request().headers().size();
  }

  @Override
  public String value(String name) {
    return request().headers().get(name, "");
  }
}
