package passerelle.gateway;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import passerelle.http.Status;
import passerelle.http.StreamBody.Offer;

/**
 * What a responder makes of an order: a head, content and its end, or a failure; what is said
 * beside that; and at last that all is over.
 *
 * <p>None of the calls waits. They come from one thread at a time, whichever that is.
 *
 * <p>Confined to one worker.
 */
public interface Reply {
  /**
   * How it was with an order, when all is over.
   *
   * @param end how the script ended; null if it did not come to that, or nobody knows
   * @param wasStopped whether that was brought about, by a time limit or for want of a client
   * @param command what was started, in words; empty if nothing was
   * @param outcome what the log of runs says, in ASCII; empty if it is to say nothing
   */
  record Ending(@Nullable ScriptEnd end, boolean wasStopped, List<String> command, String outcome) {
    /** Nothing was started. */
    public static final Ending NOT_BEGUN = new Ending(null, false, List.of(), "");

    /** Copies the command. */
    public Ending {
      command = List.copyOf(command);
    }
  }

  /** What was written to standard error, as it came. At any time before {@link #close}. */
  void errors(byte[] octets);

  /**
   * The head. Once, and not after a failure. Only content, or the end, decides what is the answer
   * to one that may be a local redirect ({@link ScriptResponse#isLocalRedirect}).
   *
   * @param opening what has come of the content already
   * @param isWhole whether that is all: then it has a length, and has ended
   */
  void head(ScriptResponse head, byte[] opening, boolean isWhole);

  /**
   * More content, after the head.
   *
   * @param octets belong to the reply from now on, unless there is no room
   * @param onRoom run, once and on the loop, when there is room again; only if there is none now
   * @return whether the octets were taken; CLOSED if it is too much that nobody wants
   */
  Offer content(ByteBuffer octets, Runnable onRoom);

  /**
   * There will be no more content, but whether that is all of it is not known yet. From now on the
   * run is not stopped for want of a client.
   */
  void saidAll();

  /** The content is complete. After the head. */
  void end();

  /**
   * There will be no answer, or not the rest of it. A client that has seen the head is cut off.
   *
   * @param status for a client that has seen none
   * @param trouble what went wrong, in words that go on a sentence about the script; null if
   *     nothing did, or it was said before
   */
  void fail(Status status, @Nullable String trouble);

  /**
   * All is over, and the content of the request is let go. Last and once; off the loop if that is
   * in a file. A reply without an answer by now has failed.
   */
  void close(Ending ending);
}
