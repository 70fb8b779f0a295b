package passerelle.http1;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import passerelle.http.Request;
import passerelle.wire.Input;
import passerelle.wire.Staging;

/**
 * A client that has ended its side while it waits for an answer. It may have ended only its side
 * ({@code nc -N}), or be gone. So an interim response 102 asks the network once a second: a client
 * that waits skips it (RFC 9110 §15.2), one that is gone answers with a reset, and its script is
 * stopped. HTTP/1.0 knows no interim responses.
 *
 * <p>Confined to the loop thread.
 */
final class HalfClose {
  private static final byte[] PROCESSING =
      "HTTP/1.1 102 Processing\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Ticks between the end of input and the first interim response. */
  private static final int TICKS_BEFORE_PROBE = 2;

  private final Request request;
  private final Input input;
  private final Staging staging;
  private int ticks;

  HalfClose(Request request, Input input, Staging staging) {
    this.request = request;
    this.input = input;
    this.staging = staging;
  }

  /** A second has passed in which an answer was awaited, or not; returns whether one is asked. */
  boolean tryProbe(boolean isAnswerAwaited) throws IOException {
    ticks = isAnswerAwaited && input.isEnded() ? ticks + 1 : 0;
    if (ticks < TICKS_BEFORE_PROBE || request.minorVersion() == 0) {
      return false;
    }
    staging.tryStage(PROCESSING);
    return true;
  }
}
