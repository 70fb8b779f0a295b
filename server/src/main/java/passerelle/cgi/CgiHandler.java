package passerelle.cgi;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.cgi.ScriptFinder.Found;
import passerelle.cgi.ScriptFinder.Kind;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.Method;
import passerelle.http.RequestTarget;
import passerelle.http.Status;
import passerelle.io.OctetPath;

/**
 * Answers requests by running scripts (RFC 3875).
 *
 * <p>A worker finds the script, unless it was found a moment ago; the loop collects the request's
 * content; another worker runs it. A folder is either all scripts, or mixed: then only what is a
 * script is run, and another handler serves the rest. A single program can stand for a folder, too.
 *
 * <p>Confined to the loop thread.
 */
public final class CgiHandler implements Handler {
  private static final Logger log = LoggerFactory.getLogger(CgiHandler.class);

  /** The methods that scripts get, of those that the server knows. */
  public static final String ALLOW = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";

  /** How much later than a script's own limits the loop gives up on an answer. */
  private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * What all CGI handlers of a server share.
   *
   * @param settings what scripts get
   * @param launcher starts them
   * @param runs those under way, and the queue for more
   * @param hasRoom whether another would be taken
   * @param spools how much content of requests may be held
   * @param disk writes large request content to files
   * @param finders look for scripts on the disk; bounded
   * @param nanoClock the loop's monotonic clock
   * @param indexNames the names of the site's index pages
   * @param files sends files that scripts name; null if it does not
   */
  public record Gateway(
      CgiSettings settings,
      ScriptLauncher launcher,
      ScriptRuns runs,
      BooleanSupplier hasRoom,
      SpoolBudget spools,
      Executor disk,
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

  private final Gateway gateway;
  private final ScriptPlace place;
  private final ScriptLookups lookups;
  private final ScriptAnswer.Elsewhere elsewhere;
  private final @Nullable Mixed mixed;

  /**
   * A handler for the scripts of one place.
   *
   * @param place where they are
   * @param localRedirects answers requests that a script turned to another resource
   * @param mixed what to do with other files; null if all files are scripts
   */
  public CgiHandler(
      Gateway gateway, ScriptPlace place, Handler localRedirects, @Nullable Mixed mixed) {
    this.gateway = gateway;
    this.place = place;
    this.elsewhere = new ScriptAnswer.Elsewhere(localRedirects, gateway.files);
    this.mixed = mixed;
    ScriptFinder finder =
        new ScriptFinder(
            place.path(),
            place.prefix(),
            gateway.settings.interpreters().keySet(),
            gateway.indexNames,
            mixed == null ? null : mixed.rule);
    this.lookups = new ScriptLookups(finder, gateway.finders, gateway.nanoClock, this::answer);
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
      exchange.sendError(Status.BAD_REQUEST);
    } else if (place.isProgram()) {
      run(exchange, new Found(Kind.SCRIPT, place.program(urlPath)));
    } else {
      lookups.await(exchange, urlPath);
    }
  }

  private void answer(Exchange exchange, Found found) {
    switch (found.kind()) {
      case SCRIPT, INERT -> run(exchange, found);
      case LACKS_SLASH -> {
        exchange.response().field("Location", exchange.request().target().withSlash());
        exchange.sendError(Status.MOVED_PERMANENTLY);
      }
      case PAGE, NOTHING, FORBIDDEN -> leave(exchange, found.kind());
      case BUSY -> refuseBusy(exchange);
      case FAULT -> exchange.sendError(Status.INTERNAL_SERVER_ERROR);
    }
  }

  private void run(Exchange exchange, Found found) {
    ScriptPath script = found.script();
    if (exchange.request().method() == Method.TRACE) {
      // It would send back fields that nobody should see; a script could not answer it either.
      exchange.response().field("Allow", ALLOW);
      exchange.sendError(Status.METHOD_NOT_ALLOWED);
    } else if (found.kind() == Kind.INERT) {
      refuseInert(exchange, script);
    } else {
      admit(exchange, script);
    }
  }

  private boolean explainsTo(Exchange exchange) {
    return gateway.settings.explains() && FailurePage.isFor(exchange.request());
  }

  private void refuseInert(Exchange exchange, ScriptPath script) {
    if (gateway.runs.errorLines().tryTake()) { // nobody has to start anything for such a line
      log.warn(
          "{} is not run: it is not executable, and its extension has no interpreter; chmod +x {}",
          OctetPath.display(script.scriptName()),
          OctetPath.display(script.fileOctets()));
    }
    if (!explainsTo(exchange)) {
      exchange.sendError(Status.FORBIDDEN);
      return;
    }
    FailurePage.Story story =
        new FailurePage.Story(
            "is not executable, and its extension has no interpreter",
            adviceFor(script),
            "",
            "",
            List.of(),
            script.directoryOctets(),
            MetaVariables.of(exchange.request(), script, gateway.settings, 0));
    FailurePage.send(exchange, Status.FORBIDDEN, script.scriptName(), story);
  }

  private static List<String> adviceFor(ScriptPath inert) {
    String permission = "Type: chmod +x " + OctetPath.display(inert.fileOctets());
    String extension = OctetPath.display(inert.extension());
    return extension.isEmpty()
        ? List.of(permission)
        : List.of(permission, "Or start the server with --interpreter " + extension + "=COMMAND.");
  }

  /** There is no script. */
  private void leave(Exchange exchange, Kind kind) {
    if (mixed == null) {
      exchange.sendError(kind == Kind.FORBIDDEN ? Status.FORBIDDEN : Status.NOT_FOUND);
    } else if (kind == Kind.NOTHING && isForScripts(exchange.request().method())) {
      exchange.sendError(Status.NOT_FOUND); // a method that pages do not allow would hide it
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

  private void admit(Exchange exchange, ScriptPath script) {
    boolean hasMemory = !exchange.request().hasContent() || gateway.spools.hasMemory();
    if (!hasMemory || !gateway.hasRoom.getAsBoolean()) {
      refuseBusy(exchange);
      return;
    }
    long limit = gateway.settings.timeLimit().toNanos();
    Job job = new Job(exchange, script);
    job.deferral = exchange.defer(2 * limit + SLACK_NANOS, job::cancel);
    if (exchange.request().hasContent()) {
      exchange.receive(job.content);
    } else {
      job.launch();
    }
  }

  private ScriptRun.Surroundings surroundings(Executor loop) {
    return new ScriptRun.Surroundings(gateway.launcher, gateway.runs, loop, elsewhere);
  }

  private static void refuseBusy(Exchange exchange) {
    exchange.response().field("Retry-After", "1");
    exchange.sendError(Status.SERVICE_UNAVAILABLE);
  }

  /**
   * One request on its way to a worker.
   *
   * <p>Confined to the loop thread.
   */
  private final class Job {
    private final Exchange exchange;
    private final ScriptPath script;
    private final ContentSpool content;
    private @Nullable Deferral deferral;
    private @Nullable ScriptRun run;

    Job(Exchange exchange, ScriptPath script) {
      this.exchange = exchange;
      this.script = script;
      this.content = new ContentSpool(exchange, gateway.disk, gateway.spools, this::launch);
    }

    /** All content is here. */
    void launch() {
      Deferral promise = deferral;
      if (promise == null || promise.isCancelled()) {
        content.closeOnDisk();
        return;
      }
      CgiSettings settings = gateway.settings;
      Map<String, String> environment =
          MetaVariables.of(exchange.request(), script, settings, content.length());
      RunOrder order =
          new RunOrder(
              script,
              new ScriptResponseParser(place.isNonParsedHeader(script), gateway.files != null),
              environment,
              settings.interpreters(),
              content,
              exchange.request().method() != Method.HEAD,
              explainsTo(exchange),
              settings.timeLimit().toNanos());
      run = new ScriptRun(order, surroundings(exchange.loop()), promise);
      try {
        run.begin();
      } catch (RejectedExecutionException e) {
        run = null;
        content.closeOnDisk();
        refuseBusy(exchange);
      }
    }

    /** Nobody waits for the answer any more. */
    void cancel() {
      if (run != null) {
        run.stop();
      }
    }
  }
}
