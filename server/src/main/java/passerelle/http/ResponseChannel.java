package passerelle.http;

/**
 * What an {@link Exchange} needs of its connection; HTTP/1.1 implements it, other wire formats can.
 *
 * <p>Confined to the loop thread.
 */
public interface ResponseChannel {
  /** The exchange's response is complete: send it. */
  void onResponse();

  /** The exchange wants the content of its request. */
  void onContentWanted(ContentSink sink);

  /** The exchange will answer later, by the given moment on the loop's clock at the latest. */
  void onDeferred(long timeoutNanos);

  /** The sink accepts content again, or the body has content again. */
  void onResume();

  /** The exchange cannot even be answered with an error: end the connection. Throws nothing. */
  void onFault();
}
