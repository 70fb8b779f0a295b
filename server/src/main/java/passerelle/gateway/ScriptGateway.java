package passerelle.gateway;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Allowed;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Method;
import passerelle.http.Refusal;
import passerelle.http.Status;
import passerelle.io.ClientKey;
import passerelle.io.OctetPath;

/**
 * Answers requests by scripts that were found (RFC 3875): takes the request's content, and has the
 * script run when all of it is here.
 *
 * <p>Confined to the loop thread.
 */
public final class ScriptGateway {
  private static final Logger log = LoggerFactory.getLogger(ScriptGateway.class);

  /** How much later than a script's own limits the loop gives up on an answer. */
  private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int LINES_AT_ONCE = 1000;
  private static final int LINES_PER_SECOND = 200;

  /**
   * What it works with.
   *
   * @param responder has the scripts answer
   * @param spools how much content of requests may be held
   * @param disk writes large request content to files
   * @param listener hears of each run's end, on the loop
   */
  public record Means(
      Responder responder, SpoolBudget spools, Executor disk, RunListener listener) {}

  private final GatewaySettings settings;
  private final Means means;

  /** How many lines of all scripts' errors may go to the log. */
  private final LineLimit errorLines =
      new LineLimit(LINES_AT_ONCE, LINES_PER_SECOND, System::nanoTime);

  private final LineLimit refusalLines = new LineLimit(1, 1, System::nanoTime);
  private long refused;
  private boolean isDraining;

  /** A gateway to all scripts of a server. */
  public ScriptGateway(GatewaySettings settings, Means means) {
    this.settings = settings;
    this.means = means;
  }

  /** Refuses new runs from now on. */
  public void drain() {
    isDraining = true;
  }

  /**
   * Has a script answer.
   *
   * @param elsewhere answers what the script leaves to others
   */
  public void run(Exchange exchange, Script script, Elsewhere elsewhere) {
    if (isRefused(exchange)) {
      return;
    }
    ClientKey client = ClientKey.of(exchange.request().remoteAddress());
    Status refusal = refusal(exchange, client);
    if (refusal != null) {
      refuse(exchange, refusal);
      return;
    }
    long limit = settings.timeLimit().toNanos();
    Job job = new Job(exchange, client, script, elsewhere);
    job.deferral = exchange.defer(2 * limit + SLACK_NANOS, job::cancel);
    if (exchange.request().hasContent()) {
      exchange.receive(job.content);
    } else {
      job.launch();
    }
  }

  /** Why no run of a script can be begun for a client now; null if one can. */
  private @Nullable Status refusal(Exchange exchange, ClientKey client) {
    if (isDraining) {
      return Status.SERVICE_UNAVAILABLE;
    }
    Status refusal = exchange.request().hasContent() ? means.spools.refusal(client) : null;
    return refusal == null ? means.responder.refusal(client) : refusal;
  }

  private void refuse(Exchange exchange, Status status) {
    exchange.refuse(status);
    if (!status.equals(Status.TOO_MANY_REQUESTS)) {
      return;
    }
    refused++;
    if (refusalLines.tryTake()) {
      log.warn(
          "requests for scripts refused, for their clients have as many waiting, or as much content, as they may: {}",
          refused);
      refused = 0;
    }
  }

  /** A method that no script gets: TRACE would send back fields that nobody should see. */
  private static boolean isRefused(Exchange exchange) {
    if (exchange.request().method() != Method.TRACE) {
      return false;
    }
    exchange.refuse(Allowed.SCRIPTS.refusal());
    return true;
  }

  /**
   * Refuses a script that cannot be run: 403, and a line.
   *
   * @param trouble why, such as "is not executable"
   * @param advice what to type
   */
  public void refuseInert(Exchange exchange, Script script, String trouble, List<String> advice) {
    if (isRefused(exchange)) {
      return;
    }
    if (errorLines.tryTake()) { // nobody has to start anything for such a line
      log.warn(
          "{} is 403: it {}. {}",
          OctetPath.display(script.scriptName()),
          trouble,
          String.join(" ", advice));
    }
    if (!explainsTo(exchange)) {
      exchange.refuse(Status.FORBIDDEN);
      return;
    }
    FailurePage.Story story =
        new FailurePage.Story(
            trouble,
            advice,
            "",
            "",
            List.of(),
            script.directoryOctets(),
            MetaVariables.of(
                exchange.request(),
                script,
                settings,
                Math.max(0, exchange.request().contentLength())));
    FailurePage.send(exchange, Refusal.of(Status.FORBIDDEN), script.scriptName(), story);
  }

  private boolean explainsTo(Exchange exchange) {
    return settings.explains() && FailurePage.isFor(exchange.request());
  }

  /**
   * One request on its way to a worker.
   *
   * <p>Confined to the loop thread.
   */
  private final class Job {
    private final Exchange exchange;
    private final ClientKey client;
    private final Script script;
    private final Elsewhere elsewhere;
    private final ContentSpool content;
    private @Nullable Deferral deferral;
    private @Nullable Run run;

    Job(Exchange exchange, ClientKey client, Script script, Elsewhere elsewhere) {
      this.exchange = exchange;
      this.client = client;
      this.script = script;
      this.elsewhere = elsewhere;
      this.content = new ContentSpool(exchange, means.disk, means.spools, this::launch);
    }

    /** All content is here. */
    void launch() {
      Deferral promise = deferral;
      if (promise == null || promise.isCancelled()) {
        content.closeOnDisk();
        return;
      }
      try {
        run = begin(promise);
      } catch (RejectedExecutionException e) {
        content.closeOnDisk();
        Status status = means.responder.refusal(client); // it may have changed meanwhile
        refuse(exchange, status == null ? Status.SERVICE_UNAVAILABLE : status);
      } catch (RuntimeException | Error e) {
        promise.failNow(); // first, for it throws nothing
        content.closeOnDisk();
        throw e;
      }
    }

    private Run begin(Deferral promise) {
      boolean explains = explainsTo(exchange);
      boolean isSeen = exchange.request().method() != Method.HEAD;
      long limitNanos = settings.timeLimit().toNanos();
      Order order =
          new Order(client, script, variables(), content, parser(explains), isSeen, limitNanos);
      ExchangeReply reply = new ExchangeReply(order, ways(promise, explains), errorLines);
      return means.responder.begin(order, reply);
    }

    private Map<String, String> variables() {
      return MetaVariables.of(exchange.request(), script, settings, content.length());
    }

    private ScriptResponseParser parser(boolean explains) {
      ScriptResponseParser parser =
          new ScriptResponseParser(script.isNonParsedHeader(), elsewhere.files() != null);
      if (explains) {
        parser.keepPrinted();
      }
      return parser;
    }

    private ExchangeReply.Ways ways(Deferral promise, boolean explains) {
      return new ExchangeReply.Ways(
          promise, exchange.loop(), elsewhere, means.listener, this::cancel, explains);
    }

    /** Nobody waits for the answer any more. */
    void cancel() {
      if (run != null) {
        run.stop();
      }
    }
  }
}
