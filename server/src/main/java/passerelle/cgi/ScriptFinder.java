package passerelle.cgi;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import passerelle.gateway.Script;

/**
 * Finds out what a URL path leads to in a folder of scripts, on the disk.
 *
 * <p>Everything here may wait for the disk: it is for workers.
 *
 * <p>Immutable.
 */
final class ScriptFinder {
  /** What a path leads to. */
  enum Kind {
    /** A script that can be run. */
    SCRIPT,
    /** A script that cannot: it may not be executed, and no interpreter knows its extension. */
    INERT,
    /** A directory with an index script, but the path lacks its slash. */
    LACKS_SLASH,
    /** What is no script in a mixed folder: a file, or a directory without an index script. */
    PAGE,
    /** There is no such file. */
    NOTHING,
    /** There is something that must not be touched. */
    FORBIDDEN,
    /** Nobody has looked: all workers are busy. */
    BUSY,
    /** Looking came to no end, for a fault of the server. */
    FAULT
  }

  /**
   * What was found.
   *
   * <p>Immutable.
   *
   * @param known the script, for those kinds that are one
   */
  record Found(Kind kind, @Nullable Script known) {
    static Found of(Kind kind) {
      return new Found(kind, null);
    }

    /** The script. */
    Script script() {
      return Objects.requireNonNull(known);
    }
  }

  private final Path folder;
  private final String prefix;
  private final Set<String> extensions;
  private final Set<String> indexNames;
  private final @Nullable ScriptRule rule;

  /**
   * A finder for one folder.
   *
   * @param folder its real path
   * @param prefix the URL prefix that stands for it, without a trailing slash
   * @param extensions those that an interpreter knows
   * @param pageNames the names of the site's index pages
   * @param rule tells scripts from pages; null if all files are scripts
   */
  ScriptFinder(
      Path folder,
      String prefix,
      Set<String> extensions,
      List<String> pageNames,
      @Nullable ScriptRule rule) {
    this.folder = folder;
    this.prefix = prefix;
    this.extensions = extensions;
    this.rule = rule;
    this.indexNames = new LinkedHashSet<>();
    for (String name : pageNames) {
      if (rule != null || ScriptRule.isScriptName(name, extensions)) {
        indexNames.add(name);
      }
    }
    indexNames.add("index" + ScriptRule.CGI_EXTENSION);
    extensions.stream().sorted().forEach(extension -> indexNames.add("index" + extension));
  }

  /** Looks for a decoded URL path below the prefix, free of dot segments. */
  Found find(String urlPath) {
    ScriptPath.Lookup lookup = ScriptPath.find(folder, prefix, urlPath);
    Script script = lookup.script();
    if (script != null) {
      return found(script);
    }
    return switch (Objects.requireNonNull(lookup.miss())) {
      case NOTHING -> Found.of(Kind.NOTHING);
      case FORBIDDEN -> Found.of(Kind.FORBIDDEN);
      case DIRECTORY -> index(urlPath);
    };
  }

  private Found found(Script script) {
    if (rule != null && !rule.isScript(script.file())) {
      return Found.of(script.pathInfo().isEmpty() ? Kind.PAGE : Kind.NOTHING);
    }
    boolean canRun = extensions.contains(script.extension()) || Files.isExecutable(script.file());
    return new Found(canRun ? Kind.SCRIPT : Kind.INERT, script);
  }

  /** The first file in a directory that has an index's name decides. */
  private Found index(String urlPath) {
    boolean hasSlash = urlPath.endsWith("/");
    for (String name : indexNames) {
      String candidate = (hasSlash ? urlPath : urlPath + '/') + name;
      Script script = ScriptPath.find(folder, prefix, candidate).script();
      if (script != null && script.pathInfo().isEmpty()) {
        Found found = found(script);
        return hasSlash || found.kind == Kind.PAGE ? found : Found.of(Kind.LACKS_SLASH);
      }
    }
    return Found.of(rule == null ? Kind.FORBIDDEN : Kind.PAGE);
  }
}
