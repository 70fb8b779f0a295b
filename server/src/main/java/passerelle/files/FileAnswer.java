package passerelle.files;

import java.util.List;
import org.jspecify.annotations.Nullable;
import passerelle.http.Exchange;
import passerelle.http.FieldName;
import passerelle.http.Method;
import passerelle.http.Refusal;
import passerelle.http.Request;
import passerelle.http.Response;
import passerelle.http.Status;

/**
 * Answers a GET or HEAD with a file, a part of it, several parts, or the reason why not (RFC 9110
 * §13, §14).
 *
 * <p>Confined to the loop thread.
 */
public final class FileAnswer {
  /** What describes content that a client has already (RFC 9110 §15.4.5). */
  private static final List<String> LEFT_OUT_OF_304 =
      List.of("Content-Type", "Content-Length", "Content-Encoding", "Content-Range");

  private final DiskQueue reads;

  /** Answers whose cold parts a worker reads. */
  public FileAnswer(DiskQueue reads) {
    this.reads = reads;
  }

  /**
   * Sends the answer from a file that the caller holds; returns a refusal that the caller is to
   * send instead, or null.
   *
   * @param isStandIn whether it is sent in place of something that is not there
   */
  public @Nullable Refusal send(Exchange exchange, CachedFile file, boolean isStandIn) {
    return send(exchange, file, file.fields(), isStandIn);
  }

  /** The same, with what a response's head is to say of the file. */
  @Nullable Refusal send(Exchange exchange, CachedFile file, FileFields fields, boolean isStandIn) {
    Request request = exchange.request();
    Response response = exchange.response();
    Status condition = Preconditions.evaluate(request, fields);
    if (Status.NOT_MODIFIED.equals(condition)) {
      for (String name : LEFT_OUT_OF_304) {
        response.dropFields(name);
      }
      response.status(Status.NOT_MODIFIED).defaults(fields.validators());
      exchange.send();
      return null;
    }
    if (condition != null) {
      return Refusal.of(condition);
    }
    boolean isGuess = isStandIn || (fields.isCoded() && Preconditions.accepts(request.fields()));
    if (request.method() == Method.GET
        && request.fields().first(FieldName.RANGE) != null
        && Preconditions.allowsRange(request, fields, isGuess)) {
      String value = String.valueOf(request.fields().joined(FieldName.RANGE));
      int headOctets = Multipart.headOctets(fields.mediaType(), file.size());
      RangeSet ranges = RangeSet.of(value, file.size(), headOctets);
      if (ranges.isUnsatisfiable()) {
        return Refusal.notSatisfiable(file.size());
      }
      if (!ranges.isIgnored()) {
        sendParts(exchange, file, fields, ranges.parts());
        return null;
      }
    }
    sendWhole(exchange, file, fields);
    return null;
  }

  /** Sends all of it, whatever the request's conditions are. */
  void sendWhole(Exchange exchange, CachedFile file, FileFields fields) {
    Response response = exchange.response().defaults(fields.whole());
    if (exchange.request().method() == Method.HEAD) {
      response.representationLength(file.size());
    } else {
      file.sendWhole(exchange, reads);
    }
    exchange.send();
  }

  private void sendParts(
      Exchange exchange, CachedFile file, FileFields fields, List<ByteRange> parts) {
    Response response = exchange.response().status(Status.PARTIAL_CONTENT);
    if (parts.size() == 1) {
      ByteRange part = parts.get(0);
      response
          .defaults(fields.whole())
          .field("Content-Range", Multipart.contentRange(part, file))
          .body(file.part(part.first(), part.length(), reads, exchange));
    } else {
      Multipart multipart = new Multipart(file, fields.mediaType(), parts, reads);
      response
          .body(multipart.body(exchange))
          .dropFields("Content-Type")
          .defaults(fields.parts())
          .field("Content-Type", multipart.mediaType());
    }
    exchange.send();
  }
}
