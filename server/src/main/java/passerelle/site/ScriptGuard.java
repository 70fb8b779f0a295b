package passerelle.site;

import java.nio.file.Path;
import java.util.List;

/**
 * Tells the files that are scripts, and are never sent, by whatever name they are reached.
 *
 * <p>Safe from any thread.
 */
final class ScriptGuard {
  private final List<Place> places;
  private final ScriptRule rule;

  /**
   * The guard of a site.
   *
   * @param places all that is mounted
   * @param rule tells scripts from pages where they are mixed
   */
  ScriptGuard(List<Place> places, ScriptRule rule) {
    this.places = List.copyOf(places);
    this.rule = rule;
  }

  /**
   * Whether a file is a script, which is not sent by whatever name it is reached. Of the folders
   * that hold it the innermost decides, by its real path or by the names that were configured, for
   * a link among these may lead elsewhere since a moment ago. In a folder of pages that lies in one
   * of scripts, and outside of all folders, where links may lead, the rule decides.
   *
   * <p>It asks the disk for no mount but the one at hand: another may hang.
   */
  boolean isScript(Place here, Path named, Path real) {
    Path name = named.normalize();
    Place innermost = null;
    boolean isOfRule = here.mount().kind() == Mount.Kind.MIXED;
    boolean hasScripts = false;
    for (Place place : places) {
      Mount.Kind kind = place.mount().kind();
      hasScripts |= kind.hasScripts();
      boolean isHere =
          place.known().holds(real)
              || (kind.hasScripts() && name.startsWith(place.mount().path().normalize()));
      if (isHere && kind == Mount.Kind.PROGRAM) {
        return true;
      }
      if (isHere && (innermost == null || isDeeper(place, innermost))) {
        innermost = place;
      }
      isOfRule |= isHere && kind.hasScripts();
    }
    isOfRule |= innermost == null && hasScripts;
    boolean isOfFolder = innermost != null && innermost.mount().kind() == Mount.Kind.SCRIPTS;
    return isOfFolder || (isOfRule && rule.isScript(real));
  }

  /** Where two mounts have one folder, that of scripts comes first. */
  private static boolean isDeeper(Place place, Place other) {
    int depth = place.known().path().getNameCount();
    int otherDepth = other.known().path().getNameCount();
    boolean isOfScripts = place.mount().kind() == Mount.Kind.SCRIPTS;
    return depth > otherDepth || (depth == otherDepth && isOfScripts);
  }
}
