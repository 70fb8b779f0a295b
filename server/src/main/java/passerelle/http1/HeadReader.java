package passerelle.http1;

import passerelle.http.Status;
import passerelle.http1.RequestParser.Outcome;

/**
 * Feeds the parser from the input, one head after the other.
 *
 * <p>Confined to the loop thread.
 */
final class HeadReader {
  private final Input input;
  private final RequestParser parser;
  private boolean isInside;

  HeadReader(Input input, RequestParser parser) {
    this.input = input;
    this.parser = parser;
  }

  /** Whether a head has begun and is not complete. */
  boolean isInside() {
    return isInside;
  }

  /** Gives up the head under way. */
  void forget() {
    isInside = false;
  }

  /** Why the last head was refused. */
  Status refusal() {
    return parser.refusal();
  }

  /** Goes on with the unread input, of which there must be some; takes a complete head from it. */
  Outcome read() {
    if (!isInside) {
      isInside = true;
      parser.begin(input.buffer(), input.at());
    }
    Outcome outcome = parser.parse(input.filled());
    boolean lacksRoom =
        outcome == Outcome.MORE || parser.headEnd() > Limits.BUFFER_OCTETS - Limits.CONTENT_ROOM;
    if (lacksRoom && outcome != Outcome.REFUSED && input.at() > 0) {
      // Behind other requests there may be no room for the rest: move to the front, begin again.
      input.compact();
      parser.begin(input.buffer(), 0);
      outcome = parser.parse(input.filled());
    }
    // Empty lines alone are no part of a request; behind one, some clients send them.
    boolean isBetween = outcome == Outcome.MORE && parser.isBeforeRequestLine();
    if (outcome == Outcome.DONE || isBetween) {
      input.take(parser.headEnd());
    }
    isInside = outcome == Outcome.MORE && !isBetween;
    return outcome;
  }
}
