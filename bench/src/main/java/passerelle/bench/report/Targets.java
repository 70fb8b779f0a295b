package passerelle.bench.report;

import static passerelle.bench.report.Target.Bound.AT_LEAST;
import static passerelle.bench.report.Target.Bound.AT_MOST;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import passerelle.bench.report.Target.Alone;
import passerelle.bench.report.Target.BesideAll;
import passerelle.bench.report.Target.BesideBest;
import passerelle.bench.report.Target.BesideItself;
import passerelle.bench.report.Target.BesideOne;

/**
 * The targets for the whole server.
 *
 * <p>Immutable.
 */
final class Targets {
  private static final Server NGINX = new Server("nginx");
  private static final Server LIGHTTPD = new Server("lighttpd");
  private static final Server APACHE = new Server("apache");
  private static final Server EPOLL = new Server("epoll");

  /** Those that we are to be ahead of in everything. */
  private static final List<Server> OTHERS =
      Stream.of("jetty", "undertow", "netty", "microhttp", "caddy", "jwebserver")
          .map(Server::new)
          .toList();

  /** The scenario that others are compared with, and that the main chart shows. */
  static final String MAIN = "1k-64";

  /** How the name of a scenario ends whose servers have a core of their own. */
  private static final String PINNED = "-pinned";

  private Targets() {}

  static List<Target> all() {
    List<Target> targets = new ArrayList<>();
    Metric cpu = Metric.CPU_PER_REQUEST;
    String main = MAIN + PINNED;
    targets.add(new Target(new BesideOne(main, cpu, LIGHTTPD), AT_MOST, 0.9));
    targets.add(new Target(new BesideOne(main, cpu, NGINX), AT_MOST, 0.75));
    targets.add(new Target(new BesideOne(main, cpu, EPOLL), AT_MOST, 1.25));
    targets.add(new Target(new BesideOne("pipelined" + PINNED, cpu, NGINX), AT_MOST, 0.25));
    for (String pinned : List.of("", PINNED)) {
      addLarge(targets, "64k" + pinned, 1, 1);
      addLarge(targets, "1m" + pinned, 1.25, 0.85);
      addLarge(targets, "100m" + pinned, 2, 0.85);
      for (String name : List.of("404", "range", "304", "redirect")) {
        targets.add(new Target(new BesideItself(name + pinned, cpu, MAIN + pinned), AT_MOST, 1.1));
      }
      boolean isPinned = !pinned.isEmpty();
      targets.add(new Target(new BesideAll(isPinned, Metric.RATE, OTHERS), AT_LEAST, 1));
      targets.add(new Target(new BesideAll(isPinned, cpu, OTHERS), AT_MOST, 1));
    }
    addScripts(targets);
    targets.add(new Target(new BesideOne("rate", Metric.P99, NGINX), AT_MOST, 1));
    targets.add(new Target(new BesideOne("rate", Metric.P999, NGINX), AT_MOST, 1));
    targets.add(new Target(new Alone("rate", Metric.LONGEST), AT_MOST, 5));
    targets.add(new Target(new Alone("heap15k", Metric.HEAP_PER_IDLE), AT_MOST, 2048));
    targets.add(new Target(new Alone("start", Metric.START), AT_MOST, 350));
    return targets;
  }

  private static void addLarge(List<Target> targets, String name, double rate, double cpu) {
    targets.add(new Target(new BesideBest(name, Metric.THROUGHPUT), AT_LEAST, rate));
    targets.add(new Target(new BesideOne(name, Metric.CPU_PER_MEGABYTE, LIGHTTPD), AT_MOST, cpu));
  }

  private static void addScripts(List<Target> targets) {
    for (String name : List.of("cgi-c", "cgi-sh", "cgi-python")) {
      targets.add(new Target(new BesideOne(name, Metric.RATE, LIGHTTPD), AT_LEAST, 1));
      targets.add(new Target(new BesideOne(name, Metric.RATE, APACHE), AT_LEAST, 1.5));
      targets.add(new Target(new BesideOne(name + "-idle", Metric.RATE, LIGHTTPD), AT_LEAST, 2.5));
    }
    targets.add(new Target(new BesideOne("static-cgi", Metric.P99, LIGHTTPD), AT_MOST, 0.25));
    targets.add(new Target(new BesideOne("static-cgi", Metric.P99, APACHE), AT_MOST, 0.5));
    targets.add(new Target(new BesideOne("static-cgi-loop", Metric.P99, LIGHTTPD), AT_MOST, 0.7));
  }
}
