package passerelle.http1;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Where an HTTP/1.1 connection stands; {@link Http1Connection} draws the picture.
 *
 * <p>Immutable.
 */
enum Phase {
  /** Between requests, or in the middle of a head. */
  READ_HEAD,
  /** A request's content arrives. */
  READ_CONTENT,
  /** A worker prepares the answer; content that nobody asked for yet stays unread. */
  AWAIT_RESPONSE,
  /** The answer is being sent. */
  SEND_RESPONSE,
  /** The output is ended; input is discarded so that the client can read the answer. */
  LINGER,
  /** Over. */
  CLOSED;

  private static final Map<Phase, Set<Phase>> SUCCESSORS = new EnumMap<>(Phase.class);

  static {
    for (Phase phase : values()) {
      SUCCESSORS.put(phase, successorsOf(phase));
    }
  }

  /** Whether the phase may follow this one; asserted on every change. */
  boolean mayBecome(Phase following) {
    Set<Phase> successors = SUCCESSORS.get(this);
    return successors != null && successors.contains(following);
  }

  private static Set<Phase> successorsOf(Phase phase) {
    return switch (phase) {
      case READ_HEAD -> EnumSet.of(READ_CONTENT, AWAIT_RESPONSE, SEND_RESPONSE, CLOSED);
      case READ_CONTENT -> EnumSet.of(AWAIT_RESPONSE, SEND_RESPONSE, CLOSED);
      case AWAIT_RESPONSE -> EnumSet.of(READ_CONTENT, SEND_RESPONSE, CLOSED);
      case SEND_RESPONSE -> EnumSet.of(READ_HEAD, LINGER, CLOSED);
      case LINGER -> EnumSet.of(CLOSED);
      case CLOSED -> EnumSet.noneOf(Phase.class);
    };
  }
}
