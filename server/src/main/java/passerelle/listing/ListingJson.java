package passerelle.listing;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import passerelle.http.PiecesBody;
import passerelle.io.OctetPath;

/**
 * A listing for programs: an array with an object for each entry.
 *
 * <pre>{@code
 * [{"name":"a b.txt","href":"./a%20b.txt","type":"file","size":12,"modified":"2024-02-29T12:00:00Z"}]
 * }</pre>
 *
 * <p>A name is UTF-8 with U+FFFD where the octets are not; only {@code href} tells all names apart.
 *
 * <p>Confined to the loop thread.
 */
final class ListingJson implements PiecesBody.Source {
  /** Without pools: a generator is made by one thread and closed by another. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder().recyclerPool(JsonRecyclerPools.nonRecyclingPool()).build();

  private final DirectorySnapshot snapshot;
  private final Pieces pieces = new Pieces();
  private final JsonGenerator json;
  private int rank;
  private boolean isEnded;

  /** The content for a snapshot, which it owns. */
  ListingJson(DirectorySnapshot snapshot) {
    this.snapshot = snapshot;
    try {
      json = FACTORY.createGenerator(pieces, JsonEncoding.UTF8);
      json.writeStartArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not into memory
    }
  }

  @Override
  public @Nullable ByteBuffer next() throws IOException {
    if (isEnded) {
      return null;
    }
    while (rank < snapshot.size() && !pieces.isFull()) {
      append(snapshot.entries(), snapshot.entry(rank++));
    }
    if (rank == snapshot.size()) {
      isEnded = true;
      json.writeEndArray();
      json.writeRaw('\n');
      json.flush();
    }
    return pieces.take();
  }

  private void append(EntryTable entries, int entry) throws IOException {
    String name = entries.name(entry);
    boolean isDirectory = entries.isDirectory(entry);
    json.writeStartObject();
    json.writeStringField("name", OctetPath.display(name));
    json.writeStringField("href", EntryText.reference(name, isDirectory));
    if (entries.isFile(entry)) {
      json.writeStringField("type", "file");
      json.writeNumberField("size", entries.octets(entry));
    } else {
      json.writeStringField("type", isDirectory ? "directory" : "other");
    }
    long second = EntryText.writable(entries.second(entry));
    json.writeStringField("modified", Instant.ofEpochSecond(second).toString());
    json.writeEndObject();
    json.flush(); // so that the piece knows how long it is
  }

  @Override
  public void close() {
    try {
      json.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not into memory
    } finally {
      snapshot.close();
    }
  }
}
