package passerelle.bench.report;

import static passerelle.bench.report.Target.Bound.AT_LEAST;
import static passerelle.bench.report.Target.Bound.AT_MOST;

import java.util.ArrayList;
import java.util.List;
import passerelle.bench.report.Target.Alone;
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

  /** The scenario that others are compared with, and that the main chart shows. */
  static final String MAIN = "1k-64";

  private Targets() {}

  static List<Target> all() {
    List<Target> targets = new ArrayList<>();
    Metric cpu = Metric.CPU_PER_REQUEST;
    targets.add(new Target(new BesideOne(MAIN, cpu, LIGHTTPD), AT_MOST, 0.85));
    targets.add(new Target(new BesideOne(MAIN, cpu, NGINX), AT_MOST, 0.75));
    targets.add(new Target(new BesideOne(MAIN, cpu, EPOLL), AT_MOST, 1.15));
    targets.add(new Target(new BesideOne("pipelined", cpu, NGINX), AT_MOST, 0.5));
    for (String name : List.of("64k", "1m", "100m")) {
      targets.add(new Target(new BesideBest(name, Metric.THROUGHPUT), AT_LEAST, 1));
      targets.add(new Target(new BesideBest(name, Metric.CPU_PER_MEGABYTE), AT_MOST, 1));
    }
    for (String name : List.of("304", "404", "redirect", "range")) {
      targets.add(new Target(new BesideItself(name, cpu, MAIN), AT_MOST, 1));
    }
    targets.add(new Target(new BesideOne("cgi-c", Metric.RATE, LIGHTTPD), AT_LEAST, 1));
    targets.add(new Target(new BesideOne("cgi-c", Metric.RATE, APACHE), AT_LEAST, 1.5));
    targets.add(new Target(new BesideOne("cgi-c-idle", Metric.RATE, LIGHTTPD), AT_LEAST, 1));
    targets.add(
        new Target(new BesideOne("cgi-c-idle", Metric.RATE, LIGHTTPD), AT_LEAST, 2.5, true));
    targets.add(new Target(new BesideOne("static-cgi", Metric.P99, LIGHTTPD), AT_MOST, 0.2));
    targets.add(new Target(new BesideOne("rate", Metric.P99, NGINX), AT_MOST, 1));
    targets.add(new Target(new BesideOne("rate", Metric.P999, NGINX), AT_MOST, 1));
    targets.add(new Target(new Alone("rate", Metric.LONGEST), AT_MOST, 5));
    targets.add(new Target(new Alone("start", Metric.START), AT_MOST, 350));
    return targets;
  }
}
