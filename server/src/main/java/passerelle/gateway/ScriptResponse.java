package passerelle.gateway;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import passerelle.http.Body;
import passerelle.http.Status;

/**
 * The head of a script's answer (RFC 3875 §6.2), checked.
 *
 * <p>Immutable.
 *
 * @param status what the Status field says, or null
 * @param location what the Location field says, or null
 * @param contentLength what the Content-Length field says, or {@link Body#UNKNOWN}
 * @param fields the other fields, for the client
 * @param file the name of a file to send instead of content, as the script gave it, or null
 * @param verbatim the whole head as the script wrote it, if it speaks to the client itself (§5)
 * @param isLocationAlone whether the script said Location, nothing else, and no content so far
 */
public record ScriptResponse(
    @Nullable Status status,
    @Nullable String location,
    long contentLength,
    List<Field> fields,
    @Nullable String file,
    @Nullable ByteBuffer verbatim,
    boolean isLocationAlone) {

  /**
   * A field line.
   *
   * @param name a token
   * @param value octets that a field value may hold
   */
  public record Field(String name, String value) {}

  /**
   * Whether the server is to answer with another of its own resources: a path stands alone
   * (§6.2.2). With anything beside it, the client is sent there.
   */
  public boolean isLocalRedirect() {
    return isLocationAlone && location != null && location.startsWith("/");
  }

  /** The same head with content behind it: Location is not alone any more. */
  ScriptResponse withContent() {
    return new ScriptResponse(status, location, contentLength, fields, file, verbatim, false);
  }

  /** Whether a file of the server is the content. */
  public boolean isFile() {
    return file != null && location == null && !clientStatus().forbidsContent();
  }

  /** Whether the script's own content goes to the client, if that wants any. */
  public boolean hasContent(boolean isWanted) {
    boolean isForbidden =
        verbatim == null ? clientStatus().forbidsContent() : clientStatus().endsAtHead();
    return isWanted && !isForbidden && !isLocalRedirect() && !isFile();
  }

  /** The status of the answer to the client. */
  public Status clientStatus() {
    if (status != null) {
      return status;
    }
    return location == null ? Status.OK : Status.FOUND;
  }
}
