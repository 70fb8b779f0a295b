package passerelle.http;

import java.io.IOException;
import java.util.List;
import passerelle.io.Transport;

/**
 * Several bodies of known length, sent one after the other as one content.
 *
 * <p>It owns its parts and closes them all with itself.
 *
 * <p>Confined to the loop thread.
 */
public final class SequenceBody implements Body {
  private final List<Body> parts;
  private final long length;
  private int current;

  /** The parts, in order. */
  public SequenceBody(List<Body> parts) {
    this.parts = List.copyOf(parts);
    this.length = this.parts.stream().mapToLong(Body::length).sum();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void onContent(Runnable task) {
    parts.forEach(part -> part.onContent(task));
  }

  @Override
  public Progress writeTo(Transport transport, long quantum) throws IOException {
    while (current < parts.size()) {
      Progress progress = parts.get(current).writeTo(transport, quantum);
      if (progress != Progress.DONE) {
        return progress;
      }
      current++;
      if (parts.get(current - 1) instanceof FileBody && current < parts.size()) {
        return Progress.MORE; // each file part may have used up the quantum
      }
    }
    return Progress.DONE;
  }

  @Override
  public void close() {
    closeFrom(0);
  }

  /** A part that cannot be closed keeps none of the others open. */
  private void closeFrom(int index) {
    if (index < parts.size()) {
      try {
        parts.get(index).close();
      } finally {
        closeFrom(index + 1);
      }
    }
  }
}
