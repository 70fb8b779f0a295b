package passerelle.http1;

import java.io.IOException;
import passerelle.wire.Deadline;
import passerelle.wire.Input;
import passerelle.wire.Port;

/**
 * The end of a connection whose client may still be sending (RFC 9112 §9.6): the output ends, input
 * is read and discarded for a while, so that no reset destroys the last answer on its way.
 *
 * <p>Confined to the loop thread.
 */
final class LingeringClose {
  private final Port port;
  private final Input input;
  private final Deadline deadline;
  private boolean isOutputEnded;

  LingeringClose(Port port, Input input, Deadline deadline) {
    this.port = port;
    this.input = input;
    this.deadline = deadline;
  }

  boolean isOutputEnded() {
    return isOutputEnded;
  }

  /** Everything was sent: end the output, or close at once if the client has nothing to lose. */
  void begin(boolean mayStillSend) throws IOException {
    if (!mayStillSend && !input.hasUnread()) {
      port.close();
      return;
    }
    port.transport().shutdownOutput();
    isOutputEnded = true;
    deadline.ofLinger();
    discard();
  }

  /** Drops what has come, and closes once the client has ended its side too. */
  void discard() {
    input.release();
    if (input.isEnded()) {
      port.close();
    }
  }
}
