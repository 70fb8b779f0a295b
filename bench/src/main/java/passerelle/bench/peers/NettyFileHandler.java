package passerelle.bench.peers;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Answers requests with files. Content of a request is ignored, ranges and dates too; what has been
 * read in one turn is answered in one flush.
 *
 * <p>Confined to the loop thread.
 */
@ChannelHandler.Sharable
final class NettyFileHandler extends ChannelInboundHandlerAdapter {
  private static final int MOST_OCTETS = 64 * 1024;

  private final SiteFiles<ByteBuf> files;
  private final CurrentDate date = new CurrentDate();

  NettyFileHandler(Path root) throws IOException {
    this.files = new SiteFiles<>(root, MOST_OCTETS, NettyFileHandler::direct);
  }

  /** Outside of Java's heap, as sockets want it; never given back, for it may be being sent. */
  private static ByteBuf direct(byte[] octets) {
    ByteBuf buffer = Unpooled.directBuffer(octets.length, octets.length).writeBytes(octets);
    return Unpooled.unreleasableBuffer(buffer.asReadOnly());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
    try {
      if (message instanceof HttpRequest request) {
        answer(context, request);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // there is nothing left to do then
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  private void answer(ChannelHandlerContext context, HttpRequest request) throws IOException {
    boolean isPersistent = HttpUtil.isKeepAlive(request);
    ChannelFuture written = write(context, request, isPersistent);
    if (!isPersistent) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private ChannelFuture write(ChannelHandlerContext context, HttpRequest request, boolean persists)
      throws IOException {
    if (!request.decoderResult().isSuccess()) {
      return plain(context, HttpResponseStatus.BAD_REQUEST, request, false);
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return plain(context, HttpResponseStatus.METHOD_NOT_ALLOWED, request, persists);
    }
    SiteFiles.Entry<ByteBuf> file = files.find(request.uri());
    if (file == null) {
      return plain(context, HttpResponseStatus.NOT_FOUND, request, persists);
    }
    String condition = request.headers().get(HttpHeaderNames.IF_NONE_MATCH);
    if (SiteFiles.matches(condition, file.entityTag())) {
      HttpResponse response = empty(HttpResponseStatus.NOT_MODIFIED);
      addFields(response.headers(), request, persists);
      addValidators(response.headers(), file);
      return context.write(response);
    }
    ByteBuf content = file.content();
    if (content != null) {
      // The codec drops the content of a response to HEAD.
      HttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, content.duplicate());
      addFields(response.headers(), request, persists);
      addFile(response.headers(), file);
      return context.write(response);
    }
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    addFields(response.headers(), request, persists);
    addFile(response.headers(), file);
    context.write(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    if (request.method().equals(HttpMethod.GET)) {
      context
          .write(new DefaultFileRegion(file.path().toFile(), 0, file.size()))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
    return context.write(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private ChannelFuture plain(
      ChannelHandlerContext context,
      HttpResponseStatus status,
      HttpRequest request,
      boolean persists) {
    HttpResponse response = empty(status);
    addFields(response.headers(), request, persists);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
    return context.write(response);
  }

  private static HttpResponse empty(HttpResponseStatus status) {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
  }

  private void addFields(HttpHeaders fields, HttpRequest request, boolean persists) {
    fields.set(HttpHeaderNames.DATE, date.value());
    if (!persists) {
      fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (!request.protocolVersion().isKeepAliveDefault()) {
      fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  private static void addFile(HttpHeaders fields, SiteFiles.Entry<ByteBuf> file) {
    addValidators(fields, file);
    fields.set(HttpHeaderNames.CONTENT_TYPE, file.mediaType());
    fields.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(file.size()));
  }

  private static void addValidators(HttpHeaders fields, SiteFiles.Entry<ByteBuf> file) {
    fields.set(HttpHeaderNames.ETAG, file.entityTag());
    fields.set(HttpHeaderNames.LAST_MODIFIED, file.lastModified());
  }
}
