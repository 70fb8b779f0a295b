package passerelle.process;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What a program reads from its standard input. It can be let go once the program has been started.
 *
 * <p>Confined to one worker.
 */
public sealed interface Stdin {
  /** Nothing: the program finds the end at once. */
  Stdin NOTHING = new Octets(ByteBuffer.allocate(0));

  /** What a buffer holds, which stays as it is. */
  record Octets(ByteBuffer content) implements Stdin {}

  /** A file, from its beginning. */
  record Contents(Path file) implements Stdin {}
}
