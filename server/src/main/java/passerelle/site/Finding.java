package passerelle.site;

import java.nio.file.Path;
import java.util.List;
import passerelle.files.Resource;
import passerelle.files.Target;
import passerelle.gateway.Script;
import passerelle.http.Status;

/**
 * What a path of the site leads to.
 *
 * <p>Immutable.
 */
sealed interface Finding {
  /**
   * A file to send, in the codings there are of it; whoever holds the finding owns it.
   *
   * @param isStandIn whether it is sent in place of something that is not there
   */
  record PageFile(Resource resource, boolean isStandIn) implements Finding {}

  /** A file to send, or to stand in for another, that nobody has opened yet. */
  record Unopened(Target target, boolean isStandIn) implements Finding {}

  /** A directory whose entries are to be listed. */
  record Directory(Path path) implements Finding {}

  /** A directory, but the path lacks the slash at its end. */
  record LacksSlash(Path path) implements Finding {}

  /** A script that can be run. */
  record Active(Script script) implements Finding {}

  /**
   * A script that cannot be run.
   *
   * @param trouble why, such as "is not executable"
   * @param advice what to type
   */
  record Inert(Script script, String trouble, List<String> advice) implements Finding {}

  /**
   * Something that must not be touched: 403.
   *
   * @param reason what it is, for the log; empty if no script is concerned
   */
  record Forbidden(String reason) implements Finding {}

  /** Looking came to nothing, for a reason that has a status. */
  record Failed(Status status) implements Finding {}

  /** There is nothing: 404. */
  record Nothing() implements Finding {}

  /** What was found left the cache meanwhile: look again. */
  record Again() implements Finding {}

  /** Whether it may be used again, for requests that come later. */
  default boolean isKept() {
    return this instanceof PageFile page
        ? !page.resource().isYoung()
        : this instanceof LacksSlash || this instanceof Active;
  }

  /** What a status says of a path. */
  static Finding of(Status status) {
    if (status.equals(Status.NOT_FOUND)) {
      return new Nothing();
    }
    return status.equals(Status.FORBIDDEN) ? new Forbidden("") : new Failed(status);
  }
}
