package passerelle.cgi;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import passerelle.cgi.ScriptFinder.Found;
import passerelle.cgi.ScriptFinder.Kind;
import passerelle.gateway.Elsewhere;
import passerelle.gateway.FileSender;
import passerelle.gateway.ScriptGateway;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.Method;
import passerelle.http.Refusal;
import passerelle.http.RequestTarget;
import passerelle.http.Status;

/**
 * Finds out which script a request is for, and has {@link ScriptGateway} answer by it.
 *
 * <p>A worker finds the script, unless it was found a moment ago. A folder is either all scripts,
 * or mixed: then only what is a script is run, and another handler serves the rest. A single
 * program can stand for a folder, too.
 *
 * <p>Confined to the loop thread.
 */
public final class CgiHandler implements Handler {
  /**
   * How all CGI handlers of a server look for scripts.
   *
   * @param gateway has the scripts answer
   * @param extensions those that an interpreter knows
   * @param finders look for scripts on the disk; bounded
   * @param nanoClock the loop's monotonic clock
   * @param indexNames the names of the site's index pages
   * @param files sends files that scripts name; null if it does not
   */
  public record Finding(
      ScriptGateway gateway,
      Set<String> extensions,
      Executor finders,
      LongSupplier nanoClock,
      List<String> indexNames,
      @Nullable FileSender files) {}

  /**
   * How the other files of a mixed folder are told apart and served.
   *
   * @param rule tells which files are scripts
   * @param answersAtOnce answers what was found to be no script a moment ago, or returns false
   * @param pages serves what is no script
   */
  public record Mixed(ScriptRule rule, Predicate<Exchange> answersAtOnce, Handler pages) {}

  private final ScriptGateway gateway;
  private final ScriptPlace place;
  private final ScriptLookups lookups;
  private final Elsewhere elsewhere;
  private final @Nullable Mixed mixed;

  /**
   * A handler for the scripts of one place.
   *
   * @param place where they are
   * @param localRedirects answers requests that a script turned to another resource
   * @param mixed what to do with other files; null if all files are scripts
   */
  public CgiHandler(
      Finding finding, ScriptPlace place, Handler localRedirects, @Nullable Mixed mixed) {
    this.gateway = finding.gateway;
    this.place = place;
    this.elsewhere = new Elsewhere(localRedirects, finding.files);
    this.mixed = mixed;
    ScriptFinder finder =
        new ScriptFinder(
            place.path(),
            place.prefix(),
            finding.extensions,
            finding.indexNames,
            mixed == null ? null : mixed.rule);
    this.lookups = new ScriptLookups(finder, finding.finders, finding.nanoClock, this::answer);
  }

  @Override
  public void handle(Exchange exchange) {
    if (mixed != null && mixed.answersAtOnce.test(exchange)) {
      return;
    }
    RequestTarget target = exchange.request().target();
    Found known = lookups.fresh(target.path());
    if (known != null) {
      answer(exchange, known);
      return;
    }
    String urlPath = target.isAsterisk() ? null : target.decodedPath();
    if (urlPath == null) {
      exchange.refuse(Status.BAD_REQUEST);
    } else if (place.isProgram()) {
      gateway.run(exchange, place.program(urlPath), elsewhere);
    } else {
      lookups.await(exchange, urlPath);
    }
  }

  private void answer(Exchange exchange, Found found) {
    switch (found.kind()) {
      case SCRIPT -> gateway.run(exchange, found.script(), elsewhere);
      case INERT -> gateway.refuseInert(exchange, found.script());
      case LACKS_SLASH -> exchange.refuse(Refusal.moved(exchange.request().target().withSlash()));
      case PAGE, NOTHING, FORBIDDEN -> leave(exchange, found.kind());
      case BUSY -> exchange.refuse(Status.SERVICE_UNAVAILABLE);
      case FAULT -> exchange.refuse(Status.INTERNAL_SERVER_ERROR);
    }
  }

  /** There is no script. */
  private void leave(Exchange exchange, Kind kind) {
    if (mixed == null) {
      exchange.refuse(kind == Kind.FORBIDDEN ? Status.FORBIDDEN : Status.NOT_FOUND);
    } else if (kind == Kind.NOTHING && isForScripts(exchange.request().method())) {
      exchange.refuse(Status.NOT_FOUND); // a method that pages do not allow would hide it
    } else {
      mixed.pages.handle(exchange);
    }
  }

  private static boolean isForScripts(Method method) {
    return switch (method) {
      case POST, PUT, DELETE, PATCH -> true;
      default -> false;
    };
  }
}
