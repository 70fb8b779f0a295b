package passerelle.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.files.FileSettings;
import passerelle.files.FileWorkers;
import passerelle.files.Requests;
import passerelle.gateway.GatewaySettings;
import passerelle.gateway.Order;
import passerelle.gateway.Reply;
import passerelle.gateway.Responder;
import passerelle.gateway.Run;
import passerelle.gateway.ScriptGateway;
import passerelle.gateway.SpoolBudget;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Method;
import passerelle.http.Status;
import passerelle.io.ClientKey;
import passerelle.io.QueuedLoop;
import passerelle.io.TemporaryFiles;
import passerelle.pages.ErrorPages;
import passerelle.posix.Kernel;
import passerelle.site.Mount.Kind;

/** Which mount gets a request, and what is known of scripts, and for how long. */
final class SiteScriptsTest {
  @TempDir private Path temporary;
  private Path root;
  private final List<Runnable> checks = new ArrayList<>();
  private final List<Runnable> reads = new ArrayList<>();
  private final QueuedLoop loop = new QueuedLoop();
  private final List<String> runs = new ArrayList<>();
  private @Nullable ExchangeState state;
  private long nowNanos;
  private Site site;

  /** Notes what it is to run, and never answers. */
  private final class Noting implements Responder {
    @Override
    public @Nullable Status refusal(ClientKey client) {
      return null;
    }

    @Override
    public Run begin(Order order, Reply reply) {
      runs.add(order.script().scriptName() + "|" + order.script().pathInfo());
      return () -> {};
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    root = Files.createDirectory(temporary.toRealPath().resolve("root"));
    script("root/cgi-bin/x");
    script("root/cgi-bin/sub/y");
    script("root/mixed.cgi");
    script("admin/x");
    script("program");
    Files.writeString(root.resolve("a"), "page");
    Files.createDirectories(root.resolve("app/static"));
    Files.writeString(root.resolve("app/static/s.css"), "a{}");
    site =
        site(
            new Mount("", Kind.FILES, root),
            new Mount("/cgi-bin", Kind.SCRIPTS, root.resolve("cgi-bin")),
            new Mount("/cgi-bin/admin", Kind.SCRIPTS, temporary.resolve("admin")),
            new Mount("/app", Kind.PROGRAM, temporary.resolve("program")),
            new Mount("/app/static", Kind.FILES, root.resolve("app/static")));
  }

  private void script(String name) throws IOException {
    Path path = temporary.toRealPath().resolve(name);
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, "#!/bin/sh\n");
    assertTrue(path.toFile().setExecutable(true, false));
  }

  private Site site(Mount... mounts) throws IOException {
    ScriptGateway gateway =
        new ScriptGateway(
            new GatewaySettings("/", Duration.ofSeconds(9), "Test", Map.of(), false),
            new ScriptGateway.Means(
                new Noting(),
                SpoolBudget.withDisk(0, 0, TemporaryFiles.PLAIN),
                loop,
                (script, outcome) -> {}));
    FileWorkers workers = Sites.workers(checks::add, reads::add, loop, () -> nowNanos);
    return new Site(
        Sites.plan(root, List.of(mounts), FileSettings.standard()),
        new Site.Instruments(workers, gateway, false, () -> nowNanos));
  }

  @AfterEach
  void close() {
    endExchange();
    site.close();
  }

  private void endExchange() {
    if (state != null) {
      state.end(true);
    }
  }

  /** What becomes of a request when the workers have done what it wants: a run, or a status. */
  private String ask(Method method, String target) {
    Exchange exchange = begin(method, target);
    while (!reads.isEmpty() || !checks.isEmpty()) {
      work();
    }
    String what = exchange.isAnswered() ? "" + exchange.response().status().code() : "waits";
    return runs.isEmpty() ? what : runs.get(0);
  }

  private Exchange begin(Method method, String target) {
    endExchange();
    runs.clear();
    ExchangeState begun = new ExchangeState(() -> {});
    Exchange exchange = new Exchange(Requests.of(method, target), begun, loop, new ErrorPages());
    state = begun;
    site.handle(exchange);
    return exchange;
  }

  private String get(String target) {
    return ask(Method.GET, target);
  }

  private void work() {
    List<Runnable> now = new ArrayList<>(reads);
    now.addAll(checks);
    reads.clear();
    checks.clear();
    now.forEach(Runnable::run);
    loop.runAll();
  }

  private void pass(long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @ParameterizedTest
  @CsvSource({
    "/a, 200",
    "/cgi-bin, 403",
    "/cgi-bin/, 403",
    "/cgi-bin/x, /cgi-bin/x|",
    "/cgi-bin/x?y, /cgi-bin/x|",
    "/cgi-bin/sub/y/z, /cgi-bin/sub/y|/z",
    "/cgi-binx, 404",
    "/cgi-bin2/x, 404",
    "/CGI-BIN/x, 404",
    "/x/cgi-bin/x, 404",
    "/cgi-bin/admin/x, /cgi-bin/admin/x|",
    "/cgi-bin/administrator, 404",
    "/app, /app|",
    "/app/, /app|/",
    "/app/x/y, /app|/x/y",
    "/app/statics, /app|/statics",
    "/app/static, 301",
    "/app/static/, 200",
    "/app/static/s.css, 200",
    "/app/static/none, 404",
  })
  void theLongestPrefixWinsByWholeNames(String target, String what) {
    assertEquals(what, get(target));
  }

  @ParameterizedTest
  @CsvSource({
    "/%63gi-bin/x, /cgi-bin/x|",
    "/cgi%2Dbin/x, /cgi-bin/x|",
    "//cgi-bin/x, /cgi-bin/x|",
    "/./cgi-bin/x, /cgi-bin/x|",
    "/%2e/cgi-bin/x, /cgi-bin/x|",
    "/x/../cgi-bin/x, /cgi-bin/x|",
    "/x/%2e%2e/cgi-bin/x, /cgi-bin/x|",
    "/cgi-bin/../a, 200",
    "/cgi-bin/%2e%2e/a, 200",
    "/cgi-bin/./admin/x, /cgi-bin/admin/x|",
    "/cgi-bin//admin/x, /cgi-bin/admin/x|",
    "/cgi-bin/%61dmin/x, /cgi-bin/admin/x|",
    "/cgi-bin/admin/../x, /cgi-bin/x|",
    "/cgi-bin%2fx, 404",
    "/%2fcgi-bin/x, 404",
    "/x/..%2fcgi-bin/x, 404",
    "/cgi-bin%2Fadmin/x, 404",
    "/app%2Fx, 404",
    "/app/x%2Fy, /app|/x/y",
    "/app/..%2F..%2Fa, 400",
    "/cgi-bin%00, 400",
    "/cgi-bin/../../etc, 400",
    "/..;/cgi-bin, 404",
    "/%2563gi-bin/x, 404",
    "/%, 400",
    "/.., 400",
  })
  void noDisguiseLeadsElsewhere(String target, String what) {
    assertEquals(what, get(target));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /a, 405",
    "POST, /app/static/s.css, 405",
    "POST, /cgi-bin/x, /cgi-bin/x|",
    "POST, /app/x, /app|/x",
    "TRACE, /cgi-bin/x, 405",
    "OPTIONS, /a, 204",
  })
  void methodsAreThoseOfWhatIsThere(Method method, String target, String what) {
    assertEquals(what, ask(method, target));
  }

  @Test
  void theSystemsRootMayBeMountedBelowAPrefix() throws IOException {
    site.close();
    site = site(new Mount("", Kind.FILES, root), new Mount("/all", Kind.FILES, Path.of("/")));
    assertEquals("301", get("/all"));
    assertEquals("200", get("/all" + root + "/a"));
  }

  @Test
  void aPageAmongScriptsCostsOneTripToAWorkerAndAMissNone() throws IOException {
    Kernel.requireMissingNamesAreKept(root);
    site.close();
    site = site(new Mount("", Kind.MIXED, root));
    Exchange page = begin(Method.GET, "/a");
    assertEquals(1, reads.size());
    work();
    assertEquals(200, page.response().status().code());
    assertTrue(reads.isEmpty() && checks.isEmpty());
    get("/none");
    assertEquals(404, begin(Method.GET, "/none").response().status().code());
    assertEquals(404, begin(Method.POST, "/none").response().status().code());
    assertTrue(reads.isEmpty() && checks.isEmpty());
    assertEquals("/mixed.cgi|/i", get("/mixed.cgi/i"));
  }

  @Test
  void aScriptIsKnownForASecondAndLookedAtAgainWhileItIsUsed() {
    assertEquals("/cgi-bin/x|", get("/cgi-bin/x"));
    pass(999);
    begin(Method.GET, "/cgi-bin/x");
    assertEquals(1, runs.size());
    assertTrue(reads.isEmpty() && checks.isEmpty());
    pass(1);
    begin(Method.GET, "/cgi-bin/x");
    assertEquals(1, runs.size());
    assertEquals(1, checks.size());
    work();
    pass(1800);
    begin(Method.GET, "/cgi-bin/x");
    assertEquals(0, runs.size());
    work();
    assertEquals(1, runs.size());
  }

  @Test
  void aScriptThatWasDeletedIsMissedAtOnce() throws IOException {
    Kernel.requireMissingNamesAreKept(root);
    assertEquals("/cgi-bin/x|", get("/cgi-bin/x"));
    Files.delete(root.resolve("cgi-bin/x"));
    assertTrue(Files.notExists(root.resolve("cgi-bin/x")));
    assertEquals("404", get("/cgi-bin/x"));
    script("root/cgi-bin/x");
    pass(1);
    assertEquals("/cgi-bin/x|", get("/cgi-bin/x"));
  }

  @Test
  void whatIsNoScriptIsNotKeptSoThatANewOneIsSeenAtOnce() throws IOException {
    assertEquals("404", get("/cgi-bin/new"));
    script("root/cgi-bin/new");
    assertEquals("/cgi-bin/new|", get("/cgi-bin/new"));
    Path idle = Files.writeString(root.resolve("cgi-bin/idle.cgi"), "");
    assertEquals("403", get("/cgi-bin/idle.cgi"));
    assertTrue(idle.toFile().setExecutable(true, false));
    assertEquals("/cgi-bin/idle.cgi|", get("/cgi-bin/idle.cgi"));
  }

  /** As by an upgrade: another file by another name, and the link leads there. */
  @Test
  void aProgramThatWasReplacedIsFoundAgain() throws IOException {
    Kernel.requireMissingNamesAreKept(root);
    Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("program"));
    site.close();
    site = site(new Mount("", Kind.FILES, root), new Mount("/p", Kind.PROGRAM, link));
    assertEquals("/p|/x", get("/p/x"));
    script("program-2");
    Files.createSymbolicLink(temporary.resolve("next"), Path.of("program-2"));
    Files.move(temporary.resolve("next"), link, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(temporary.resolve("program"));
    assertTrue(Files.notExists(temporary.resolve("program")));
    begin(Method.GET, "/p/x");
    assertEquals(0, runs.size(), "what was known is gone: a worker looks");
    work();
    assertEquals(1, runs.size());
  }

  @Test
  void lookUpsOfClientsThatLeftAreDropped() {
    site.close();
    nowNanos = 0;
    List<Runnable> busy = new ArrayList<>();
    FileWorkers one = Sites.oneAtATime(busy::add, loop, () -> nowNanos);
    try {
      site =
          new Site(
              Sites.plan(root, List.of(Sites.root(root)), FileSettings.standard()),
              new Site.Instruments(one, null, false, () -> nowNanos));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Exchange first = begin(Method.GET, "/a");
    List<ExchangeState> gone = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ExchangeState leaving = new ExchangeState(() -> {});
      site.handle(
          new Exchange(Requests.of(Method.GET, "/app?" + i), leaving, loop, new ErrorPages()));
      gone.add(leaving);
    }
    ExchangeState staying = new ExchangeState(() -> {});
    Exchange last =
        new Exchange(Requests.of(Method.GET, "/app/static/s.css"), staying, loop, new ErrorPages());
    site.handle(last);
    gone.forEach(state -> state.end(true));
    assertEquals(1, busy.size());
    int looks = 0;
    while (!busy.isEmpty()) {
      busy.remove(0).run();
      loop.runAll();
      looks++;
    }
    assertEquals(2, looks, "for the first and for the last, who wait");
    assertEquals(200, first.response().status().code());
    assertEquals(200, last.response().status().code());
    staying.end(true);
  }

  @Test
  void aFileSystemThatHangsKeepsNoOtherFromItsFile() throws IOException {
    Files.createDirectories(root.resolve("hung"));
    Files.writeString(root.resolve("hung/a"), "never");
    site.close();
    List<Runnable> busy = new ArrayList<>();
    FileWorkers few = Sites.few(busy::add, loop, () -> nowNanos);
    site =
        new Site(
            Sites.plan(root, List.of(Sites.root(root)), FileSettings.standard()),
            new Site.Instruments(few, null, false, () -> nowNanos));
    List<ExchangeState> states = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ExchangeState waiting = new ExchangeState(() -> {});
      states.add(waiting);
      String target = "/" + "./".repeat(i) + "hung/a";
      site.handle(new Exchange(Requests.of(Method.GET, target), waiting, loop, new ErrorPages()));
    }
    int held = busy.size();
    List<Runnable> hung = new ArrayList<>(busy);
    busy.clear();
    Exchange other = begin(Method.GET, "/a");
    assertEquals(1, busy.size(), "there is a thread left for it");
    busy.remove(0).run();
    loop.runAll();
    assertEquals(200, other.response().status().code());
    assertTrue(held < 4, "a hanging place holds few threads");
    states.forEach(state -> state.end(true));
    hung.forEach(Runnable::run);
    loop.runAll();
    assertTrue(busy.isEmpty(), "nobody waits for the rest");
  }
}
