package passerelle.http;

/** A connection that hears nothing: for exchanges whose response is looked at directly. */
public enum SilentChannel implements ResponseChannel {
  INSTANCE;

  @Override
  public void onResponse() {}

  @Override
  public void onContentWanted(ContentSink sink) {}

  @Override
  public void onDeferred(long timeoutNanos) {}

  @Override
  public void onResume() {}

  @Override
  public void onFault() {}
}
