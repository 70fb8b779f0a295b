package passerelle.http;

import java.nio.ByteBuffer;

/**
 * Takes the content of a request, piece by piece.
 *
 * <p>Ends with exactly one of {@link #onComplete} and {@link #onAbort}.
 *
 * <p>Confined to the loop thread.
 */
public interface ContentSink {
  /** Takes all remaining octets; the buffer belongs to the caller again afterwards. */
  void onContent(ByteBuffer content);

  /** Whether more may come now; if not, {@link Exchange#resume} says when. */
  default boolean isAccepting() {
    return true;
  }

  /** All content was taken: answer, or defer. */
  void onComplete();

  /** The rest will not come: the client is gone, or the exchange was answered early. */
  void onAbort();
}
