package passerelle.http1;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.http.Method;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.io.Ascii;
import passerelle.io.Slice;
import passerelle.wire.Limits;
import passerelle.wire.TargetForm;

/**
 * An incremental, strict parser of request heads (RFC 9112 §2–§5). It owns no I/O and copies
 * nothing: what it finds are positions in the buffer.
 *
 * <pre>
 *   head         = *CRLF request-line *( field-line CRLF ) CRLF
 *   request-line = method SP request-target SP "HTTP/" DIGIT "." DIGIT CRLF
 *   field-line   = token ":" OWS field-value OWS
 * </pre>
 *
 * <p>It can be fed at any cut; each octet is looked at once. A bare CR or LF, white space before a
 * colon or at the start of a line (obs-fold), an empty name and a control octet in a value are
 * refused: there is one grammar and no lenient mode (decision D14).
 *
 * <p>Confined to the loop thread.
 */
public final class RequestParser {
  /** What a call of {@link #parse} came to. */
  public enum Outcome {
    /** The head is not complete: call again when there is more. */
    MORE,
    /** The request is filled in. */
    DONE,
    /** The head is not acceptable; {@link #refusal} says why. */
    REFUSED
  }

  private enum State {
    BEFORE,
    BEFORE_LF,
    METHOD,
    TARGET,
    VERSION,
    REQUEST_LINE_LF,
    LINE_START,
    NAME,
    BEFORE_VALUE,
    VALUE,
    VALUE_LF,
    LAST_LF
  }

  private static final ByteBuffer NOWHERE = ByteBuffer.allocate(0);
  private static final int LONGEST_METHOD = 32;
  private static final int VERSION_OCTETS = 8;

  /** {@code HTTP/1.1} as eight octets in a row, the first the highest. */
  private static final long HTTP_1_1 = 0x485454502f312e31L;

  private static final Method[] METHODS = Method.values();

  private final Limits limits;
  private final Request request;
  private final Slice slice = new Slice();
  private ByteBuffer buffer = NOWHERE;
  private State state = State.BEFORE;
  private int headStart;
  private int next;
  private int tokenStart;
  private int nameLength;
  private int valueStart;
  private int targetLength;
  private @Nullable Status refusal;

  /** A parser that fills in the given request. */
  public RequestParser(Request request, Limits limits) {
    this.request = request;
    this.limits = limits;
  }

  /** Begins a new head that starts at an absolute index of a buffer. */
  public void begin(ByteBuffer source, int start) {
    buffer = source;
    headStart = start;
    next = start;
    state = State.BEFORE;
    refusal = null;
    request.fields().reset(source);
    request.targetAsSent().set(source, start, 0);
    request.authority().set(source, start, 0);
    request.method(Method.GET);
    request.minorVersion(1);
    request.contentLength(0);
  }

  /** Lets go of the buffer, and of all that was found in it. */
  void forget() {
    buffer = NOWHERE;
    slice.forget();
    request.forget();
  }

  /** The index of the head's first octet, behind the empty lines that came in front of it. */
  int headStart() {
    return headStart;
  }

  /** The index of the first octet that was not looked at: behind the head, if that is complete. */
  public int headEnd() {
    return next;
  }

  /** Whether nothing but empty lines has come, the last of them perhaps not to its end. */
  boolean isBeforeRequestLine() {
    return state == State.BEFORE || state == State.BEFORE_LF;
  }

  /** The status to answer with, after {@link Outcome#REFUSED}. */
  public Status refusal() {
    return refusal == null ? Status.BAD_REQUEST : refusal;
  }

  private Outcome refuse(Status status) {
    refusal = status;
    return Outcome.REFUSED;
  }

  /** Goes on with what has arrived, up to the absolute index {@code end}. */
  public Outcome parse(int end) {
    int limit = limit(end);
    while (next < limit) {
      Outcome outcome =
          switch (state) {
            case BEFORE -> before();
            case BEFORE_LF -> endOfEmptyLine();
            case METHOD -> method(limit);
            case TARGET -> target(limit);
            case VERSION -> version(limit);
            case REQUEST_LINE_LF, VALUE_LF -> lineFeed(State.LINE_START);
            case LINE_START -> lineStart(limit);
            case NAME -> name(limit);
            case BEFORE_VALUE -> beforeValue(limit);
            case VALUE -> value(limit);
            case LAST_LF -> lastLineFeed();
          };
      if (outcome != Outcome.MORE) {
        return outcome;
      }
      limit = limit(end);
    }
    if (end - headStart < limits.headOctets()) {
      return Outcome.MORE;
    }
    return refuse(state == State.TARGET ? Status.URI_TOO_LONG : Status.HEAD_TOO_LARGE);
  }

  /** How far the head may reach of what has arrived. */
  private int limit(int end) {
    return Math.min(end, headStart + limits.headOctets());
  }

  private int octet() {
    return buffer.get(next) & 0xff;
  }

  private Outcome lineFeed(State following) {
    if (octet() != '\n') {
      return refuse(Status.BAD_REQUEST);
    }
    next++;
    state = following;
    return Outcome.MORE;
  }

  /** Empty lines before a request line are skipped (RFC 9112 §2.2). */
  private Outcome before() {
    if (octet() == '\r') {
      next++;
      state = State.BEFORE_LF;
    } else {
      tokenStart = next;
      state = State.METHOD;
    }
    return Outcome.MORE;
  }

  private Outcome endOfEmptyLine() {
    Outcome outcome = lineFeed(State.BEFORE);
    headStart = next;
    return outcome;
  }

  private Outcome method(int limit) {
    int i = next;
    while (i < limit && Ascii.is(buffer.get(i), Ascii.TCHAR)) {
      i++;
    }
    next = i;
    int length = i - tokenStart;
    if (length > LONGEST_METHOD) {
      return refuse(Status.NOT_IMPLEMENTED);
    }
    if (i == limit) {
      return Outcome.MORE;
    }
    if (octet() != ' ' || length == 0) {
      return refuse(Status.BAD_REQUEST);
    }
    Method method = methodAt(tokenStart, length);
    if (method != null) {
      request.method(method);
    } else if (limits.takesAllMethods()) {
      request.otherMethod(buffer, tokenStart, length);
    } else {
      return refuse(Status.NOT_IMPLEMENTED);
    }
    next = i + 1;
    tokenStart = next;
    state = State.TARGET;
    return Outcome.MORE;
  }

  private @Nullable Method methodAt(int start, int length) {
    for (Method method : METHODS) {
      String name = method.name();
      if (name.length() == length && method != Method.OTHER) {
        int i = 0;
        while (i < length && buffer.get(start + i) == name.charAt(i)) {
          i++;
        }
        if (i == length) {
          return method;
        }
      }
    }
    return null;
  }

  private Outcome target(int limit) {
    int i = next;
    while (i < limit && Ascii.is(buffer.get(i), Ascii.TARGET)) {
      i++;
    }
    next = i;
    targetLength = i - tokenStart;
    if (targetLength > limits.targetOctets()) {
      return refuse(Status.URI_TOO_LONG);
    }
    if (i == limit) {
      return Outcome.MORE;
    }
    if (octet() != ' ' || targetLength == 0) {
      return refuse(Status.BAD_REQUEST);
    }
    request.targetAsSent().set(buffer, tokenStart, targetLength);
    next = i + 1;
    tokenStart = next;
    state = State.VERSION;
    return Outcome.MORE;
  }

  private Outcome version(int limit) {
    int at = next - tokenStart;
    if (at == 0 && next + Long.BYTES <= limit && buffer.getLong(next) == HTTP_1_1) {
      next += Long.BYTES;
      return Outcome.MORE;
    }
    int c = octet();
    boolean fits =
        switch (at) {
          case 5, 7 -> Ascii.is(c, Ascii.DIGIT);
          case VERSION_OCTETS -> c == '\r';
          default -> c == "HTTP/ .".charAt(at);
        };
    if (!fits) {
      return refuse(Status.BAD_REQUEST);
    }
    next++;
    if (at == VERSION_OCTETS) {
      int major = buffer.get(tokenStart + 5) - '0';
      int minor = buffer.get(tokenStart + 7) - '0';
      if (major != 1) {
        return refuse(Status.VERSION_NOT_SUPPORTED);
      }
      // RFC 9110 §2.5: a higher minor version is answered as the highest that is known.
      request.minorVersion(Math.min(minor, 1));
      state = State.REQUEST_LINE_LF;
    }
    return Outcome.MORE;
  }

  private Outcome lineStart(int limit) {
    if (octet() == '\r') {
      next++;
      state = State.LAST_LF;
      return Outcome.MORE;
    }
    if (request.fields().count() == limits.fieldLines()) {
      return refuse(Status.HEAD_TOO_LARGE);
    }
    tokenStart = next;
    state = State.NAME;
    return name(limit);
  }

  private Outcome name(int limit) {
    int i = next;
    while (i < limit && Ascii.is(buffer.get(i), Ascii.TCHAR)) {
      i++;
    }
    next = i;
    if (i == limit) {
      return Outcome.MORE;
    }
    nameLength = i - tokenStart;
    if (octet() != ':' || nameLength == 0) {
      return refuse(Status.BAD_REQUEST);
    }
    next = i + 1;
    state = State.BEFORE_VALUE;
    return beforeValue(limit);
  }

  private Outcome beforeValue(int limit) {
    while (next < limit && isOws(buffer.get(next))) {
      next++;
    }
    if (next == limit) {
      return Outcome.MORE;
    }
    valueStart = next;
    state = State.VALUE;
    return value(limit);
  }

  private Outcome value(int limit) {
    int i = endOfText(next, limit);
    while (i < limit && buffer.get(i) == '\t') {
      i = endOfText(i + 1, limit);
    }
    next = i;
    if (i == limit) {
      return Outcome.MORE;
    }
    if (octet() != '\r') {
      return refuse(Status.BAD_REQUEST);
    }
    int valueEnd = i;
    while (valueEnd > valueStart && isOws(buffer.get(valueEnd - 1))) {
      valueEnd--;
    }
    request.fields().add(tokenStart, nameLength, valueStart, valueEnd - valueStart);
    next = i + 1;
    state = State.VALUE_LF;
    return next < limit ? lineFeed(State.LINE_START) : Outcome.MORE;
  }

  /** The index of the first control character; eight octets are looked at in one go. */
  private int endOfText(int from, int limit) {
    int i = from;
    while (i + Long.BYTES <= limit) {
      long controls = Ascii.controls(buffer.getLong(i));
      if (controls != 0) {
        return i + (Long.numberOfLeadingZeros(controls) >> 3);
      }
      i += Long.BYTES;
    }
    while (i < limit && !Ascii.isControl(buffer.get(i))) {
      i++;
    }
    return i;
  }

  private static boolean isOws(int octet) {
    return octet == ' ' || octet == '\t';
  }

  private Outcome lastLineFeed() {
    if (octet() != '\n') {
      return refuse(Status.BAD_REQUEST);
    }
    next++;
    slice.set(request.targetAsSent(), 0, targetLength);
    Status status = TargetForm.read(request, slice);
    return status == null ? Outcome.DONE : refuse(status);
  }
}
