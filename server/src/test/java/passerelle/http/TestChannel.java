package passerelle.http;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import passerelle.io.QueuedLoop;

/** A connection that only counts what its exchange asks for. */
final class TestChannel implements ResponseChannel {
  final QueuedLoop loop = new QueuedLoop();
  int responses;
  int resumes;
  int faults;
  boolean isFailing;
  long timeoutNanos = -1;
  @Nullable ContentSink sink;

  Exchange exchange() {
    InetSocketAddress address = InetSocketAddress.createUnresolved("test.example", 1);
    return new Exchange(new Request(address, address), this, loop, new ErrorPages());
  }

  @Override
  public void onResponse() {
    responses++;
    if (isFailing) {
      throw new OutOfMemoryError("for a test, in the connection");
    }
  }

  @Override
  public void onContentWanted(ContentSink wanted) {
    sink = wanted;
  }

  @Override
  public void onDeferred(long nanos) {
    timeoutNanos = nanos;
  }

  @Override
  public void onResume() {
    resumes++;
  }

  @Override
  public void onFault() {
    faults++;
  }
}
