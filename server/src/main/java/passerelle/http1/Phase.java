package passerelle.http1;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import passerelle.http.Status;
import passerelle.wire.Patience;

/**
 * Where an HTTP/1.1 connection stands. Each row holds all that is special about a phase: when it
 * reads, what it waits for and what happens when that does not come, what it does when the server
 * drains, and what may follow.
 *
 * <p>{@link Http1Connection} works from these rows. The table and the drawing in ARCHITECTURE.md
 * are printed from them. Whatever the phase, a connection may close.
 *
 * <p>Immutable.
 */
@SuppressWarnings("ImmutableEnumChecker") // it knows neither List.of nor our records as immutable
enum Phase {
  /**
   * Nothing of a request has come; empty lines and a CR alone are nothing (RFC 9112 §2.2). A
   * request that is in the buffer already is answered in the same turn, and its answer joins the
   * same write.
   */
  IDLE(
      Reading.UNLESS_FULL, Wait.REQUEST, Drain.LAST_LOOK, to("READ_HEAD", "a request line begins")),

  /** In the middle of a head. */
  READ_HEAD(
      Reading.UNLESS_FULL,
      Wait.HEAD,
      Drain.FINISH,
      to("READ_CONTENT", "content follows, and somebody wants it, or it is short"),
      to("AWAIT_RESPONSE", "no answer yet, and content is absent or nobody's"),
      to("SEND_RESPONSE", "answered, or refused, or too late")),

  /** A request's content arrives. */
  READ_CONTENT(
      Reading.IF_ACCEPTED,
      Wait.CONTENT,
      Drain.FINISH,
      to("AWAIT_RESPONSE", "all has come, no answer yet"),
      to("SEND_RESPONSE", "answered, or refused, or too late")),

  /**
   * A worker prepares the answer. Content that nobody asked for yet stays where it is, in the input
   * buffer and on the client's side; a client that waits for 100 waits until somebody asks.
   */
  AWAIT_RESPONSE(
      Reading.WHILE_ROOM,
      Wait.ANSWER,
      Drain.FINISH,
      to("READ_CONTENT", "somebody wants the content now"),
      to("SEND_RESPONSE", "answered, or too late")),

  /** The answer is being sent. */
  SEND_RESPONSE(
      Reading.UNLESS_FULL,
      Wait.BODY,
      Drain.FINISH,
      to("IDLE", "sent, and the connection persists"),
      to("END_OUTPUT", "sent, and it does not")),

  /** The last octets of the last answer are on their way to the socket. */
  END_OUTPUT(
      Reading.NEVER, Wait.READER, Drain.FINISH, to("LINGER", "the client may still be sending")),

  /**
   * The output is ended. Input is discarded for a while, so that no reset destroys the last answer
   * on its way (RFC 9112 §9.6).
   */
  LINGER(Reading.WHILE_ROOM, Wait.END, Drain.CLOSE),

  /** Over. */
  CLOSED(Reading.NEVER, Wait.NOTHING, Drain.FINISH);

  /** When the input is read, provided that there is room for more and it has not ended. */
  enum Reading {
    WHILE_ROOM("while the buffer has room"),
    UNLESS_FULL("while the buffer has room and the socket is not full"),
    IF_ACCEPTED("if the sink accepts"),
    NEVER("no");

    final String words;

    Reading(String words) {
      this.words = words;
    }

    boolean isNow(boolean isSocketFull, boolean isSinkAccepting) {
      return this == WHILE_ROOM
          || (this == UNLESS_FULL && !isSocketFull)
          || (this == IF_ACCEPTED && isSinkAccepting);
    }
  }

  /** What has to come, within which time, and how a client hears that it did not. */
  enum Wait {
    REQUEST("for a request", Patience::idleTime, null, null),
    HEAD("for the whole head", Patience::headTime, Status.REQUEST_TIMEOUT, Status.REQUEST_TIMEOUT),
    CONTENT(
        "for content, postponed by what comes",
        Patience::stallTime,
        Status.REQUEST_TIMEOUT,
        Status.SERVICE_UNAVAILABLE),
    ANSWER(
        "what the handler named, for the answer",
        null,
        Status.GATEWAY_TIMEOUT,
        Status.GATEWAY_TIMEOUT),
    BODY("what the handler named, for more of the body", null, null, null),
    READER("for the client to read", Patience::stallTime, null, null),
    END("for the client's end", Patience::lingerTime, null, null),
    NOTHING("", null, null, null);

    final String words;
    final @Nullable Function<Patience, Duration> time;
    private final @Nullable Status ofClient;
    private final @Nullable Status ofSink;

    Wait(
        String words,
        @Nullable Function<Patience, Duration> time,
        @Nullable Status ofClient,
        @Nullable Status ofSink) {
      this.words = words;
      this.time = time;
      this.ofClient = ofClient;
      this.ofSink = ofSink;
    }

    /** How long, in nanoseconds, given what the handler asked for. */
    long nanos(Patience patience, long handlersNanos) {
      return time == null ? handlersNanos : time.apply(patience).toNanos();
    }

    /** The answer when the time is over; null to close without a word. */
    @Nullable Status onDeadline(boolean isSinkAccepting) {
      return isSinkAccepting ? ofClient : ofSink;
    }
  }

  /** What becomes of a connection when the server drains. */
  enum Drain {
    LAST_LOOK("reads once more; answers what came, else closes"),
    FINISH("finishes, closes"),
    CLOSE("closes now");

    final String words;

    Drain(String words) {
      this.words = words;
    }
  }

  /**
   * A step to another phase.
   *
   * <p>Immutable.
   *
   * @param name the other phase's, for a row cannot refer to one below it
   * @param when what makes the connection take it
   */
  record Step(String name, String when) {
    Phase following() {
      return valueOf(name);
    }
  }

  final Reading reading;
  final Wait waiting;
  final Drain drain;
  private final List<Step> steps;

  Phase(Reading reading, Wait waiting, Drain drain, Step... steps) {
    this.reading = reading;
    this.waiting = waiting;
    this.drain = drain;
    this.steps = List.of(steps);
  }

  private static Step to(String following, String when) {
    return new Step(following, when);
  }

  /** The steps that lead on; closing aside. */
  List<Step> steps() {
    return steps;
  }

  /** Whether the phase may follow this one; asserted on every change. */
  boolean mayBecome(Phase following) {
    boolean isStep = following == CLOSED;
    for (int i = 0; i < steps.size() && !isStep; i++) { // it shall allocate nothing
      isStep = steps.get(i).name.equals(following.name());
    }
    return isStep;
  }

  /** Whether nothing is done while the socket is full: what would follow could not be sent. */
  boolean restsWhileFull() {
    return reading == Reading.UNLESS_FULL;
  }

  /** Whether the client is owed nothing, and owes a whole request. */
  boolean isBeforeRequest() {
    return waiting == Wait.REQUEST || waiting == Wait.HEAD;
  }
}
