package passerelle.site;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import passerelle.files.CachedFile;
import passerelle.files.Coding;
import passerelle.files.FileLoader;
import passerelle.files.FileSettings;
import passerelle.files.FileStore;
import passerelle.files.Located;
import passerelle.files.MediaTypes;
import passerelle.files.Resource;
import passerelle.files.Target;
import passerelle.gateway.Script;
import passerelle.http.RequestTarget;
import passerelle.http.Status;
import passerelle.io.OctetPath;
import passerelle.posix.FileAttributes;

/**
 * Finds out what a path of the site leads to, on the disk: one walk for files and for scripts.
 *
 * <p>Everything here may wait for the disk: it is for workers.
 *
 * <p>Safe from any thread.
 */
final class Finder {
  private static final Coding[] CODINGS = Coding.values();

  private final List<Place> places;
  private final Place served;
  private final FileSettings settings;
  private final ScriptRule rule;
  private final ScriptGuard guard;
  private final MediaTypes types;
  private final FileLoader loader;
  private final Set<String> scriptIndexes;

  /**
   * A finder for a site.
   *
   * @param places all that is mounted
   * @param served the served directory, which is mounted or not
   * @param store holds what is opened and read
   */
  Finder(List<Place> places, Place served, Site.Plan plan, FileStore store) {
    this.places = List.copyOf(places);
    this.served = served;
    this.settings = plan.files();
    this.rule = plan.rule();
    this.guard = new ScriptGuard(places, rule);
    this.types = plan.types();
    this.loader = new FileLoader(types, settings, store);
    this.scriptIndexes = new LinkedHashSet<>();
    scriptIndexes.add("index" + ScriptRule.CGI_EXTENSION);
    rule.extensions().stream().sorted().forEach(e -> scriptIndexes.add("index" + e));
  }

  /**
   * A path that is looked at.
   *
   * <p>Immutable.
   *
   * @param place where it belongs
   * @param rest the part of the decoded path behind the place's prefix
   */
  record Subject(Place place, String rest) {
    /** What stands at the place. */
    Mount.Kind kind() {
      return place.mount().kind();
    }

    /** The decoded path, for people. */
    String displayName() {
      return OctetPath.display(
          place.mount().prefix() + rest.replace(RequestTarget.ENCODED_SLASH, '/'));
    }

    /** What shares a fate on the disk: the first name behind the mount's prefix. */
    String diskPlace() {
      int slash = rest.indexOf('/', 1);
      return slash < 0 ? "/" : rest.substring(0, slash);
    }

    /** What may fail as a whole. */
    String diskArea() {
      return place.mount().prefix() + '/';
    }
  }

  /** Whether a finding is still what its path leads to; cheap, since nothing is opened. */
  boolean isCurrent(Subject subject, Finding known) {
    return isSame(known, locate(subject));
  }

  /**
   * Looks, and opens a file that has changed.
   *
   * @param known what was found before, if anything; it is returned if it still holds
   * @param wantsGzip whether a gzip coding shall be made, if it can be
   * @return if it is a page that is not the known one, the caller owns it
   */
  Finding find(Subject subject, @Nullable Finding known, boolean wantsGzip) {
    Finding found = locate(subject);
    boolean isMoreWanted =
        wantsGzip && known instanceof Finding.PageFile page && page.resource().isGzipDue();
    if (known != null && !isMoreWanted && isSame(known, found)) {
      return known;
    }
    if (found instanceof Finding.Unopened file) {
      try {
        Resource before = known instanceof Finding.PageFile page ? page.resource() : null;
        Resource loaded = loader.load(file.target(), before, wantsGzip);
        return new Finding.PageFile(loaded, file.isStandIn());
      } catch (IOException e) {
        return Finding.of(Folder.statusOfOpening(e));
      }
    }
    return found;
  }

  private boolean isSame(Finding known, Finding found) {
    return known instanceof Finding.PageFile page
        ? found instanceof Finding.Unopened file
            && page.isStandIn() == file.isStandIn()
            && loader.isCurrent(page.resource(), file.target())
        : known.equals(found);
  }

  private Finding locate(Subject subject) {
    Place place = subject.place;
    try {
      Finding found = locate(place, subject.rest);
      boolean isStart =
          found instanceof Finding.Nothing
              && settings.isSinglePage()
              && place.mount().kind().hasPages()
              && isNavigation(subject.rest);
      if (isStart && locate(place, "/") instanceof Finding.Unopened start) {
        return new Finding.Unopened(start.target(), true);
      }
      return found;
    } catch (AccessDeniedException e) {
      return new Finding.Forbidden(
          place.mount().kind().hasScripts() ? "is closed to the server's user" : "");
    } catch (IOException e) {
      return Finding.of(Folder.statusOfReaching(e));
    }
  }

  /**
   * Whether a path may be a place in a page of many places. One with an extension is a file that is
   * missing; so is what would lie in a folder whose name begins with a dot: a well-known resource,
   * which programs ask for (RFC 8615), or what hidden folders are searched for.
   */
  static boolean isNavigation(String rest) {
    return rest.indexOf('.', rest.lastIndexOf('/')) < 0 && !rest.contains("/.");
  }

  private Finding locate(Place place, String rest) throws IOException {
    return switch (place.mount().kind()) {
      case FILES -> locateFile(place, rest);
      case SCRIPTS, MIXED -> walk(place, rest);
      case PROGRAM -> program(place, rest);
    };
  }

  private static Finding program(Place place, String rest) {
    Script script = place.script(place.baseNow(), rest);
    return script == null ? Finding.of(Status.BAD_REQUEST) : new Finding.Active(script);
  }

  private Finding locateFile(Place place, String rest) throws IOException {
    if (place.folder().isHidden(rest) || rest.indexOf(RequestTarget.ENCODED_SLASH) >= 0) {
      return new Finding.Nothing();
    }
    return new Walk(place).file(rest);
  }

  /**
   * Walks a path name by name to the first regular file, which may be a script; what is left of the
   * path is its PATH_INFO then (RFC 3875 §4.1.5).
   */
  private Finding walk(Place place, String rest) throws IOException {
    Walk look = new Walk(place);
    int end = 0;
    while (end < rest.length() && !rest.equals("/")) {
      int slash = rest.indexOf('/', end + 1);
      end = slash < 0 ? rest.length() : slash;
      String path = rest.substring(0, end);
      if (place.folder().isHidden(path) || path.indexOf(RequestTarget.ENCODED_SLASH) >= 0) {
        return new Finding.Nothing();
      }
      BasicFileAttributes attributes = look.attributes(path);
      if (attributes == null) {
        return new Finding.Nothing();
      }
      if (attributes.isRegularFile()) {
        return look.script(path, rest.substring(end));
      }
      if (!attributes.isDirectory()) {
        return new Finding.Forbidden("is neither a file nor a directory");
      }
      end = end == rest.length() - 1 ? rest.length() : end;
    }
    return look.directory(rest);
  }

  /**
   * Opens a file by its absolute name on the disk, for a part of the server that wants it sent:
   * hidden names too, but nothing that lies outside the folders with pages, and no script.
   *
   * @throws IOException whose message says, in words, why it is not to be sent
   */
  CachedFile load(String name) throws IOException {
    Path path = OctetPath.of(name).normalize();
    if (!Files.exists(path)) {
      throw new IOException("there is no such file");
    }
    try {
      Path real = path.toRealPath();
      if (!mayBeSent(path, real)) {
        throw new IOException(
            "it is a script, or is not below the served directory or a folder of pages");
      }
      BasicFileAttributes attributes = FileAttributes.read(real);
      if (!attributes.isRegularFile()) {
        throw new IOException("it is no regular file");
      }
      return loader.loadPlain(new Located(real, attributes));
    } catch (AccessDeniedException e) {
      throw new IOException("it is closed to the server's user", e);
    }
  }

  private boolean mayBeSent(Path path, Path real) {
    boolean mayBeReached = mayBeReached(served, path, real);
    for (Place place : places) {
      mayBeReached |= place.mount().kind().hasPages() && mayBeReached(place, path, real);
    }
    return mayBeReached && !guard.isScript(served, path, real);
  }

  private static boolean mayBeReached(Place place, Path path, Path real) {
    Anchor.Base base = place.known();
    boolean isInside = base.holds(path) || base.holds(real);
    return isInside && place.folder().obstacle(base, path, real) == null;
  }

  /** One look into one folder. */
  private final class Walk {
    private final Place place;
    private final Anchor.Base base;
    private final Mount.Kind kind;

    Walk(Place place) {
      this.place = place;
      this.base = place.folder().base();
      this.kind = place.mount().kind();
    }

    /** A path by the names that were configured. */
    private Path named(String rest) {
      String octets = place.folder().anchor().givenOctets() + rest;
      return OctetPath.of(octets.isEmpty() ? "/" : octets);
    }

    @Nullable BasicFileAttributes attributes(String path) throws IOException {
      return Folder.attributes(Folder.pathOf(base, path));
    }

    /** What stands at a path as a file: it, its start page if it is a directory, or a refusal. */
    Finding file(String rest) throws IOException {
      Path path = Folder.pathOf(base, rest);
      if (!Files.exists(path)) {
        return new Finding.Nothing();
      }
      Path real = path.toRealPath();
      String obstacle = place.folder().obstacle(base, path, real);
      if (obstacle != null) {
        return new Finding.Forbidden(kind.hasScripts() ? obstacle : "");
      }
      if (guard.isScript(place, named(rest), real)) {
        return new Finding.Forbidden("is a script, and is run by its own URL only");
      }
      BasicFileAttributes attributes = FileAttributes.read(real);
      boolean hasSlash = rest.endsWith("/");
      if (attributes.isDirectory()) {
        return hasSlash ? startPage(rest, real) : new Finding.LacksSlash(real);
      }
      if (hasSlash) {
        return new Finding.Nothing();
      }
      return attributes.isRegularFile()
          ? withSiblings(rest, new Located(real, attributes))
          : new Finding.Forbidden(""); // opening a FIFO or a device could hang, or do things
    }

    private Finding startPage(String rest, Path directory) throws IOException {
      for (String name : settings.indexNames()) {
        if (file(rest + name) instanceof Finding.Unopened page) {
          return page;
        }
      }
      return settings.isListing() ? new Finding.Directory(directory) : new Finding.Forbidden("");
    }

    private Finding withSiblings(String rest, Located file) {
      Map<Coding, Located> siblings = new EnumMap<>(Coding.class);
      boolean isCoded = types.isCoded(OctetPath.lastName(file.path())); // no coding of a coding
      for (Coding coding : CODINGS) {
        if (coding != Coding.IDENTITY && !isCoded) {
          Located sibling = sibling(rest + coding.suffix(), file);
          if (sibling != null) {
            siblings.put(coding, sibling);
          }
        }
      }
      return new Finding.Unopened(new Target(file, siblings), false);
    }

    /** The file beside another that holds it in another coding; null if there is none to use. */
    private @Nullable Located sibling(String rest, Located file) {
      try {
        Path path = Folder.pathOf(base, rest);
        if (!Files.exists(path)) {
          return null;
        }
        Path real = path.toRealPath();
        BasicFileAttributes attributes = FileAttributes.read(real);
        // One that is older was made from an earlier version; tools may keep the date, in seconds.
        boolean isUsable =
            attributes.isRegularFile()
                && second(attributes) >= second(file.attributes())
                && place.folder().obstacle(base, path, real) == null
                && !guard.isScript(place, named(rest), real);
        return isUsable ? new Located(real, attributes) : null;
      } catch (IOException e) {
        return null;
      }
    }

    private static long second(BasicFileAttributes attributes) {
      return attributes.lastModifiedTime().to(TimeUnit.SECONDS);
    }

    /** What a regular file is, where there are scripts: one, or a page. */
    Finding script(String path, String rest) throws IOException {
      Path named = Folder.pathOf(base, path);
      Path real = named.toRealPath();
      String obstacle = place.folder().obstacle(base, named, real);
      if (obstacle != null) {
        return new Finding.Forbidden(obstacle);
      }
      if (kind == Mount.Kind.MIXED && !rule.isScript(real)) {
        return rest.isEmpty() ? file(path) : new Finding.Nothing();
      }
      String pathInfo = Place.pathInfo(rest);
      if (pathInfo == null) {
        return Finding.of(Status.BAD_REQUEST);
      }
      Script script = Script.of(real, place.mount().prefix() + path, pathInfo);
      boolean canRun = rule.extensions().contains(script.extension()) || Files.isExecutable(real);
      return canRun ? new Finding.Active(script) : inert(script);
    }

    private Finding inert(Script script) {
      String name = OctetPath.lastName(script.file());
      if (types.isKnown(name) && !ScriptRule.isScriptName(name, rule.extensions())) {
        return new Finding.Inert(
            script,
            "is no script but " + types.of(name) + ", in a folder that has scripts only",
            List.of("Name the folder with --cgi-mixed, or put the file among the pages."));
      }
      List<String> advice = new ArrayList<>();
      advice.add("Type: chmod +x " + OctetPath.display(script.fileOctets()));
      if (!script.extension().isEmpty()) {
        advice.add(
            "Or start the server with --interpreter "
                + OctetPath.display(script.extension())
                + "=COMMAND.");
      }
      return new Finding.Inert(
          script, "is not executable, and its extension has no interpreter", advice);
    }

    /** What a directory is, where there are scripts: the first file of an index's name decides. */
    Finding directory(String rest) throws IOException {
      boolean hasSlash = rest.endsWith("/");
      String path = hasSlash ? rest : rest + '/';
      for (String name : indexNames()) {
        BasicFileAttributes attributes = attributes(path + name);
        if (attributes != null && attributes.isRegularFile()) {
          Finding found = script(path + name, "");
          if (!(found instanceof Finding.Forbidden)) {
            return hasSlash ? found : lacksSlash(rest);
          }
        }
      }
      if (kind == Mount.Kind.SCRIPTS) {
        return new Finding.Forbidden("is a directory without an index script");
      }
      return file(rest);
    }

    private Finding lacksSlash(String rest) throws IOException {
      return new Finding.LacksSlash(Folder.pathOf(base, rest).toRealPath());
    }

    private Set<String> indexNames() {
      Set<String> names = new LinkedHashSet<>();
      for (String name : settings.indexNames()) {
        if (kind == Mount.Kind.MIXED || ScriptRule.isScriptName(name, rule.extensions())) {
          names.add(name);
        }
      }
      names.addAll(scriptIndexes);
      return names;
    }
  }
}
