package passerelle.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import passerelle.http.Body;
import passerelle.http.SingletonFields;
import passerelle.http.Status;
import passerelle.io.Ascii;

/**
 * Reads the head of a script's answer, in whatever pieces it comes (RFC 3875 §6.3).
 *
 * <pre>
 *   head  = 1*( field NL ) NL
 *   field = token ":" [ value ]
 *   NL    = LF / CRLF
 * </pre>
 *
 * <p>What the wire layer says itself, and what is between the client and the server only, a script
 * cannot say: such fields are dropped, with those that its Connection field names. A field that
 * could corrupt the answer is refused.
 *
 * <p>A script that speaks to the client itself (§5) writes the head of an HTTP response instead: a
 * status line in front of the fields. That is checked in the same way, and kept as it is.
 *
 * <p>Confined to one worker.
 */
public final class ScriptResponseParser {
  /** A bound on the head; it must fit the connection's output buffer. */
  static final int HEAD_OCTETS = 12 * 1024;

  /** What a field line may grow by on the wire: a space behind the colon, CRLF for LF. */
  private static final int FIELD_EXTRA_OCTETS = 2;

  private static final Set<String> DROPPED =
      Set.of(
          "date",
          "keep-alive",
          "proxy-connection",
          "server",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Fields for the server itself, which stand once as well (RFC 3875 §6.3). */
  private static final Set<String> FOR_SERVER = Set.of("status", "x-sendfile");

  /** How much is kept of what is printed, whatever it is. */
  private static final int PRINTED_OCTETS = 2048;

  private final boolean isVerbatim;
  private final boolean sendsFiles;
  private @Nullable ByteArrayOutputStream printed;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream(128);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
  private final List<ScriptResponse.Field> fields = new ArrayList<>();
  private final Set<String> hopByHop = new HashSet<>();
  private final Set<String> said = new HashSet<>();
  private @Nullable Status status;
  private @Nullable String location;
  private @Nullable String file;
  private @Nullable String problem;
  private long contentLength = Body.UNKNOWN;
  private int octets;
  private int lines;

  /** Those with a value; one without counts as not sent (§6.3). */
  private int fieldLines;

  private boolean isComplete;

  /** A parser for a script that leaves all of HTTP to the server. */
  public ScriptResponseParser() {
    this(false, false);
  }

  /**
   * A parser.
   *
   * @param isVerbatim whether the script speaks to the client itself
   * @param sendsFiles whether X-Sendfile names a file to send; otherwise it is dropped
   */
  ScriptResponseParser(boolean isVerbatim, boolean sendsFiles) {
    this.isVerbatim = isVerbatim;
    this.sendsFiles = sendsFiles;
  }

  /**
   * Takes octets up to the end of the head.
   *
   * @return how many were taken; the rest is content, once {@link #isComplete}
   */
  public int feed(byte[] data, int from, int length) {
    if (printed != null && printed.size() < PRINTED_OCTETS) {
      printed.write(data, from, Math.min(length, PRINTED_OCTETS - printed.size()));
    }
    int i = from;
    int end = from + length;
    while (i < end && !isComplete && problem == null) {
      byte octet = data[i++];
      if (isVerbatim) {
        head.write(octet);
      }
      if (++octets > HEAD_OCTETS) {
        problem = "the head of its answer is longer than " + HEAD_OCTETS + " octets";
      } else if (octet == '\n') {
        endLine();
      } else {
        line.write(octet);
      }
    }
    return i - from;
  }

  /** Keeps the first of what is fed from now on, for whoever explains what is wrong with it. */
  void keepPrinted() {
    printed = new ByteArrayOutputStream(0);
  }

  /** The first of what was fed, if it is kept; else nothing. */
  byte[] printed() {
    return printed == null ? new byte[0] : printed.toByteArray();
  }

  /** Whether the blank line behind the fields was seen. */
  public boolean isComplete() {
    return isComplete;
  }

  /** How many octets were taken. */
  int octets() {
    return octets;
  }

  /** What is wrong with the head, for the log, or null. */
  public @Nullable String problem() {
    return problem;
  }

  /** The head, once {@link #isComplete}. */
  public ScriptResponse response() {
    fields.removeIf(field -> hopByHop.contains(Ascii.lower(field.name())));
    ByteBuffer verbatim =
        isVerbatim ? ByteBuffer.wrap(head.toByteArray()).asReadOnlyBuffer() : null;
    boolean isLocationAlone = location != null && fieldLines == 1;
    return new ScriptResponse(
        status, location, contentLength, List.copyOf(fields), file, verbatim, isLocationAlone);
  }

  private void endLine() {
    String text = line.toString(StandardCharsets.ISO_8859_1);
    line.reset();
    lines++;
    if (text.endsWith("\r")) {
      text = text.substring(0, text.length() - 1);
    }
    if (isVerbatim && lines == 1) {
      statusLine(text);
    } else if (!text.isEmpty()) {
      field(text);
    } else if (lines == 1) {
      problem = "its answer begins with a blank line; print a Content-Type field first";
    } else if (!isVerbatim && fieldLines == 0) {
      problem = "none of its answer's fields has a value; print a Content-Type field first";
    } else {
      isComplete = true;
    }
  }

  private void field(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? "" : text.substring(0, colon);
    if (!Ascii.isAll(name, Ascii.TCHAR)) {
      problem =
          "line " + lines + " of its answer is no field (Name: value): \"" + shown(text) + '"';
      return;
    }
    String value = Ascii.trimOws(text.substring(colon + 1));
    octets += FIELD_EXTRA_OCTETS;
    if (!value.isEmpty() && !Ascii.isAll(value, Ascii.FIELD)) {
      problem = "the value of its field " + name + " holds a control octet";
      return;
    }
    boolean isUnderstood = !isVerbatim || name.equalsIgnoreCase("Content-Length");
    if (isUnderstood) { // what goes beyond a length could pass for another response
      understand(name, value);
    }
  }

  private void understand(String name, String value) {
    String lower = Ascii.lower(name);
    if (!value.isEmpty()) {
      fieldLines++;
    }
    if (DROPPED.contains(lower)) {
      return;
    }
    boolean isOnce = FOR_SERVER.contains(lower) || SingletonFields.has(lower);
    if (isOnce && value.isEmpty() && !lower.equals("x-sendfile")) {
      return;
    }
    if (isOnce && !said.add(lower)) {
      problem = "its answer repeats the field " + name;
      return;
    }
    switch (lower) {
      case "status" -> status(value);
      case "location" -> location = value;
      case "content-length" -> contentLength(value);
      case "x-sendfile" -> file(value);
      case "connection" -> {
        for (String option : value.split(",", -1)) {
          hopByHop.add(Ascii.lower(Ascii.trimOws(option)));
        }
      }
      default -> fields.add(new ScriptResponse.Field(name, value));
    }
  }

  /**
   * The first line of a whole response (RFC 9112 §4).
   *
   * <pre>
   *   status-line = "HTTP/1." DIGIT SP 3DIGIT [ SP reason-phrase ]
   * </pre>
   */
  private void statusLine(String text) {
    boolean isOurs =
        text.startsWith("HTTP/1.")
            && text.length() > 9
            && Ascii.is(text.charAt(7), Ascii.DIGIT)
            && text.charAt(8) == ' '
            && Ascii.isAll(text, Ascii.FIELD);
    if (isOurs) {
      status(text.substring(9));
    }
    if (status == null) {
      problem = "its answer does not begin with a final status line: \"" + shown(text) + '"';
    }
  }

  private void status(String value) {
    String code = value.substring(0, Math.min(3, value.length()));
    boolean isCode = code.length() == 3 && Ascii.isAll(code, Ascii.DIGIT);
    boolean isFollowedWell = value.length() <= 3 || value.charAt(3) == ' ';
    if (!isCode || !isFollowedWell || code.compareTo("200") < 0) {
      problem = "its field \"Status: " + shown(value) + "\" is not a final status code";
      return;
    }
    String reason = Ascii.trimOws(value.substring(3));
    int number = Integer.parseInt(code);
    status = reason.isEmpty() ? Status.usual(number) : new Status(number, reason);
  }

  /** Our own field: a script whose name for a file came out empty has no other answer to give. */
  private void file(String value) {
    if (sendsFiles && value.isEmpty()) {
      problem = "its X-Sendfile field is empty";
    } else if (sendsFiles) {
      file = value;
    }
  }

  private void contentLength(String value) {
    long length = Ascii.parseDecimal(value);
    if (length < 0) {
      problem = "its field \"Content-Length: " + shown(value) + "\" is no length";
    } else {
      contentLength = length;
    }
  }

  /** A piece of the script's text that is fit for a log line. */
  private static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(80, text.length()); i++) {
      char c = text.charAt(i);
      shown.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return shown.toString();
  }
}
