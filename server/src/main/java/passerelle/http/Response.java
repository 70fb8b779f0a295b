package passerelle.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response (RFC 9110 §3.4) in the making. One object serves all responses of a connection.
 *
 * <p>A handler sets the status, fields and a body. The fields that belong to the wire are not its
 * business: Date, Server, Content-Length, Transfer-Encoding and Connection are added by the
 * connection, which also drops the content where HTTP forbids it (decision D15).
 *
 * <p>A field that was added stands alone: what the server would say by the same name stands back,
 * be it a default of this response or of all ({@link #beside}).
 *
 * <p>Confined to the loop thread.
 */
public final class Response {
  private final List<String> namesAndValues = new ArrayList<>();
  private final BytesBody bytes = new BytesBody();
  private Status status = Status.OK;
  private FieldBlock defaults = FieldBlock.EMPTY;
  private @Nullable ByteBuffer verbatimHead;
  private @Nullable Body body;
  private long representationLength = Body.UNKNOWN;
  private boolean isLast;

  /** Forgets everything, for the next exchange, and closes a body that nobody took. */
  public void reset() {
    dropBody();
    status = Status.OK;
    namesAndValues.clear();
    defaults = FieldBlock.EMPTY;
    verbatimHead = null;
    representationLength = Body.UNKNOWN;
    isLast = false;
  }

  /** The status; 200 unless set. */
  public Status status() {
    return status;
  }

  /** Sets the status. */
  public Response status(Status value) {
    status = value;
    return this;
  }

  /**
   * Adds a field.
   *
   * @throws IllegalArgumentException if the name is no token, or the value holds anything but
   *     octets that a field value may carry: no CR, LF or NUL ever reaches the wire
   */
  public Response field(String name, String value) {
    FieldBlock.check(name, value);
    namesAndValues.add(name);
    namesAndValues.add(value);
    return this;
  }

  /** Adds all fields of a block. */
  public Response fields(FieldBlock block) {
    for (int i = 0; i < block.count(); i++) {
      namesAndValues.add(block.name(i));
      namesAndValues.add(block.value(i));
    }
    return this;
  }

  /** Takes away the fields added so far whose names begin so, in any case. */
  public Response dropFields(String prefix) {
    for (int i = namesAndValues.size() - 2; i >= 0; i -= 2) {
      if (namesAndValues.get(i).regionMatches(true, 0, prefix, 0, prefix.length())) {
        namesAndValues.subList(i, i + 2).clear();
      }
    }
    return this;
  }

  /** The value of the first field that was added with this name, in any case; null for none. */
  public @Nullable String field(String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equalsIgnoreCase(name)) {
        return namesAndValues.get(i + 1);
      }
    }
    return null;
  }

  /** How many fields were added. */
  public int fieldCount() {
    return namesAndValues.size() / 2;
  }

  /** The name of field {@code index}. */
  public String fieldName(int index) {
    return namesAndValues.get(index * 2);
  }

  /** The value of field {@code index}. */
  public String fieldValue(int index) {
    return namesAndValues.get(index * 2 + 1);
  }

  /** Sets the fields that go out in front of those that were added, and stand back for them. */
  public Response defaults(FieldBlock fields) {
    defaults = fields;
    return this;
  }

  /** The fields of {@link #defaults(FieldBlock)}; none unless set. */
  public FieldBlock defaults() {
    return defaults;
  }

  /** What of the server's own fields goes out with this response: those that it does not name. */
  public FieldBlock beside(FieldBlock fields) {
    for (int i = 0; i < namesAndValues.size() && fields.count() > 0; i += 2) {
      if (fields.has(namesAndValues.get(i))) {
        return fields.without(name -> field(name) != null);
      }
    }
    return fields;
  }

  /** Has the connection end behind this response. */
  public Response last() {
    isLast = true;
    return this;
  }

  /** Whether the connection is to end behind this response. */
  public boolean isLast() {
    return isLast;
  }

  /**
   * Sets the whole head, status line and last line end included, from position 0 to the limit, to
   * be sent as it is (RFC 3875 §5). Nothing is added, the body is neither framed nor dropped, and
   * the connection ends behind it; the status is for the log.
   */
  public Response verbatimHead(ByteBuffer octets) {
    verbatimHead = octets;
    return this;
  }

  /** The head of {@link #verbatimHead(ByteBuffer)}, or null. */
  public @Nullable ByteBuffer verbatimHead() {
    return verbatimHead;
  }

  /** Sets the body; this response, and then the connection, owns it. */
  public Response body(Body value) {
    if (body != null) {
      body.close();
    }
    body = value;
    return this;
  }

  /**
   * Sets a body of {@code length} octets of a shared buffer, from its beginning.
   *
   * @param onClose run once, when the body is closed; null for nothing
   */
  public Response content(ByteBuffer octets, int length, @Nullable Runnable onClose) {
    if (body != null) {
      body.close(); // it may be the same object
    }
    body = bytes.set(octets, 0, length, onClose);
    return this;
  }

  /** The body, or null for none. */
  public @Nullable Body body() {
    return body;
  }

  /** Takes the body, or null for none; the caller owns it from now on. */
  public @Nullable Body takeBody() {
    Body taken = body;
    if (taken != null) {
      representationLength = taken.length();
      body = null;
    }
    return taken;
  }

  /** Closes a body that nobody took. */
  void dropBody() {
    Body dropped = body;
    body = null;
    if (dropped != null) {
      dropped.close();
    }
  }

  /** Says what Content-Length a response to HEAD shall have, when it carries no body to ask. */
  public Response representationLength(long octets) {
    representationLength = octets;
    return this;
  }

  /** The length to announce: the body's, else the one that was set; may be unknown. */
  public long representationLength() {
    return body != null ? body.length() : representationLength;
  }
}
