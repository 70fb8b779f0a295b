package passerelle.http;

import passerelle.io.Ascii;

/**
 * The alternatives that a client would take, each with a weight (RFC 9110 §12.4.2): the value of
 * Accept or Accept-Encoding, for one.
 *
 * <pre>
 *   member      = ( token / media-range ) *( OWS ";" OWS [ parameter ] )
 *   media-range = "&#42;/*" / type "/*" / type "/" subtype
 *   weight      = the parameter "q" = "0" [ "." *3DIGIT ] / "1" [ "." *3"0" ]
 * </pre>
 *
 * <p>Weights are thousandths, 0 to {@value #FULL}; 0 means "not acceptable". A member that is
 * malformed does not count, the others do. The value is read anew for each question, by index, and
 * nothing is copied.
 *
 * <p>Confined to the loop thread.
 */
public final class WeightedList {
  /** The weight of what the list does not name. */
  public static final int ABSENT = -1;

  /** The weight of a member that says none. */
  public static final int FULL = 1000;

  /** How well a media range fits a media type; a better fit decides. */
  private static final int NO_FIT = 0;

  private static final int ANY_TYPE = 1;
  private static final int ANY_SUBTYPE = 2;
  private static final int WITH_PARAMETERS = 3;
  private static final int EXACT = 4;

  private final CharSequence text;
  private int at;
  private int bestFit;

  // The member that was read last: where its name lies, what its parameters say.
  private int start;
  private int slash;
  private int end;
  private int weight;
  private boolean hasParameters;

  /** The list in a field value; several lines of a field are joined by commas before. */
  public WeightedList(CharSequence value) {
    text = value;
  }

  /**
   * The weight of a token such as {@code gzip}, by the first member with exactly this name, in any
   * case. A {@code *} is a name like any other: what it stands for is the caller's business.
   */
  public int weight(String token) {
    at = 0;
    while (next()) {
      if (slash < 0 && !hasParameters && isAt(start, end, token)) {
        return weight;
      }
    }
    return ABSENT;
  }

  /**
   * The weight of a media type such as {@code text/html}, by the media range that fits it best (RFC
   * 9110 §12.5.1), the first of equals. A range with parameters is taken for the type without, if
   * nothing fits better.
   */
  public int mediaWeight(String type) {
    int found = ABSENT;
    bestFit = NO_FIT;
    at = 0;
    while (next()) {
      int fit = fit(type);
      if (fit > bestFit) {
        bestFit = fit;
        found = weight;
      }
    }
    return found;
  }

  /**
   * Whether a media type is acceptable and preferred to another: by its weight, and at equal
   * weights by its name, if the other is only meant by a wildcard.
   */
  public boolean prefersMedia(String type, String other) {
    int wanted = mediaWeight(type);
    int wantedFit = bestFit;
    int otherWeight = mediaWeight(other);
    return wanted > 0 && (wanted > otherWeight || (wanted == otherWeight && wantedFit > bestFit));
  }

  private int fit(String type) {
    if (slash < 0) {
      return NO_FIT;
    }
    boolean isAnySubtype = isAt(slash + 1, end, "*");
    if (isAt(start, slash, "*")) {
      return isAnySubtype ? ANY_TYPE : NO_FIT;
    }
    if (isAnySubtype) {
      // The slash included, so that "text/*" does not fit "textile/plain".
      return startsWith(type, start, slash + 1) ? ANY_SUBTYPE : NO_FIT;
    }
    if (!isAt(start, end, type)) {
      return NO_FIT;
    }
    return hasParameters ? WITH_PARAMETERS : EXACT;
  }

  /** Reads the next member that is well formed; returns false at the end of the list. */
  private boolean next() {
    while (at < text.length()) {
      boolean isWhole = readMember();
      while (at < text.length() && text.charAt(at) != ',') {
        at++;
      }
      at++;
      if (isWhole) {
        return true;
      }
    }
    return false;
  }

  private boolean readMember() {
    skipWhiteSpace();
    start = at;
    slash = -1;
    weight = FULL;
    hasParameters = false;
    if (!skipToken()) {
      return false;
    }
    if (isNext('/')) {
      slash = at;
      at++;
      if (!skipToken()) {
        return false;
      }
    }
    end = at;
    skipWhiteSpace();
    while (isNext(';')) {
      at++;
      skipWhiteSpace();
      if (at < text.length() && !isNext(';') && !isNext(',') && !readParameter()) {
        return false;
      }
      skipWhiteSpace();
    }
    return at >= text.length() || isNext(',');
  }

  /** Reads {@code name=value}; returns false if it is malformed. */
  private boolean readParameter() {
    int nameStart = at;
    if (!skipToken()) {
      return false;
    }
    boolean isWeight = isAt(nameStart, at, "q");
    if (!isNext('=')) {
      return false;
    }
    at++;
    if (isWeight) {
      int valueStart = at;
      weight = skipToken() ? thousandths(valueStart, at) : ABSENT;
      return weight != ABSENT;
    }
    hasParameters = true;
    return isNext('"') ? skipQuoted() : skipToken();
  }

  /** Reads a qvalue; ABSENT if it is none. */
  private int thousandths(int from, int to) {
    int whole = text.charAt(from) - '0';
    if (whole < 0 || whole > 1 || to - from > "0.000".length()) {
      return ABSENT;
    }
    if (to - from > 1 && text.charAt(from + 1) != '.') {
      return ABSENT;
    }
    int value = whole * FULL;
    int unit = FULL;
    for (int i = from + 2; i < to; i++) {
      char digit = text.charAt(i);
      if (!Ascii.is(digit, Ascii.DIGIT)) {
        return ABSENT;
      }
      unit /= 10;
      value += (digit - '0') * unit;
    }
    return value <= FULL ? value : ABSENT;
  }

  /** Skips a quoted string (RFC 9110 §5.6.4); one without its end takes the rest of the list. */
  private boolean skipQuoted() {
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return true;
      }
      if (c == '\\') {
        at++;
      }
    }
    return false;
  }

  private boolean skipToken() {
    int from = at;
    while (at < text.length() && Ascii.is(text.charAt(at), Ascii.TCHAR)) {
      at++;
    }
    return at > from;
  }

  private void skipWhiteSpace() {
    while (isNext(' ') || isNext('\t')) {
      at++;
    }
  }

  private boolean isNext(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean isAt(int from, int to, String name) {
    return to - from == name.length() && startsWith(name, from, to);
  }

  /** Whether a name begins with what stands at the given place, in any case. */
  private boolean startsWith(String name, int from, int to) {
    if (name.length() < to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (Ascii.lower(text.charAt(i)) != Ascii.lower(name.charAt(i - from))) {
        return false;
      }
    }
    return true;
  }
}
