package passerelle.http1;

import passerelle.http.Status;
import passerelle.http1.RequestParser.Outcome;
import passerelle.wire.Input;
import passerelle.wire.Limits;

/**
 * Feeds the parser from the input, one head after the other.
 *
 * <p>Confined to the loop thread.
 */
final class HeadReader {
  /** Pipelined requests that one connection has answered before others get their turn. */
  private static final int HEADS_PER_TURN = 16;

  private final Input input;
  private final RequestParser parser;
  private boolean isInside;
  private int headsThisTurn;

  HeadReader(Input input, RequestParser parser) {
    this.input = input;
    this.parser = parser;
  }

  /** Whether a head has begun and is not complete. */
  boolean isInside() {
    return isInside;
  }

  void newTurn() {
    headsThisTurn = 0;
  }

  /** Whether the rest of a pipeline has to wait for the next turn. */
  boolean hasHadItsShare() {
    return headsThisTurn == HEADS_PER_TURN;
  }

  /** Gives up the head under way. */
  void giveUp() {
    isInside = false;
  }

  /** Gives the input's buffer back, between requests. */
  void rest() {
    input.release();
    parser.forget();
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
    input.take(parser.headStart());
    boolean lacksRoom =
        outcome == Outcome.MORE
            || parser.headEnd() > input.buffer().capacity() - Limits.CONTENT_ROOM;
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
    headsThisTurn += outcome == Outcome.DONE ? 1 : 0;
    return outcome;
  }
}
