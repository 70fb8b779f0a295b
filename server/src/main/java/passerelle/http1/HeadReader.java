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
  private int headsThisTurn;
  private boolean isTooManyAtOnce;

  HeadReader(Input input, RequestParser parser) {
    this.input = input;
    this.parser = parser;
  }

  void newTurn() {
    headsThisTurn = 0;
  }

  /** Whether the rest of a pipeline has to wait for the next turn. */
  boolean hasHadItsShare() {
    return headsThisTurn == HEADS_PER_TURN;
  }

  /** Gives the input's buffer back, between requests. */
  void rest() {
    input.release();
    parser.forget();
  }

  /** Why the last head was refused. */
  Status refusal() {
    return isTooManyAtOnce ? Status.SERVICE_UNAVAILABLE : parser.refusal();
  }

  /** Whether a request line has begun: empty lines in front of one are no part of a request. */
  boolean hasBegun() {
    return !parser.isBeforeRequestLine();
  }

  /** Begins a head at the first unread octet. */
  void begin() {
    parser.begin(input.buffer(), input.at());
  }

  /** Goes on with the unread input, of which there must be some; takes a complete head from it. */
  Outcome read() {
    Outcome outcome = parser.parse(input.filled());
    input.take(parser.headStart()); // a CR without its LF stays, for another look
    if (input.at() > 0 && (outcome == Outcome.MORE || lacksRoom(outcome))) {
      // Behind other requests there may be no room for the rest: move to the front, begin again.
      input.compact();
      outcome = again();
    }
    if (lacksRoom(outcome)) {
      isTooManyAtOnce = !input.tryGrow();
      outcome = isTooManyAtOnce ? Outcome.REFUSED : again();
    }
    if (outcome == Outcome.DONE) {
      input.take(parser.headEnd());
      headsThisTurn++;
    }
    return outcome;
  }

  private Outcome again() {
    parser.begin(input.buffer(), 0);
    return parser.parse(input.filled());
  }

  /** Whether the buffer is full before the head has ended, or has no room left for content. */
  private boolean lacksRoom(Outcome outcome) {
    return switch (outcome) {
      case MORE -> !input.hasRoom();
      case DONE -> parser.headEnd() > input.buffer().capacity() - Limits.CONTENT_ROOM;
      case REFUSED -> false;
    };
  }
}
