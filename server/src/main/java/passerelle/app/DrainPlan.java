package passerelle.app;

import java.time.Duration;

/**
 * How a server that is asked to end spends the time it has: requests in progress may finish, then
 * scripts are asked to end, then killed, and what remains is for the end itself. Of eight seconds
 * that is 5, 2 and 1; of less, each gets its share.
 *
 * <p>Immutable.
 *
 * @param requests how long requests, and scripts, may go on as if nothing were
 * @param scripts how long scripts have from SIGTERM to SIGKILL
 */
record DrainPlan(Duration requests, Duration scripts) {
  private static final Duration MOST_FOR_SCRIPTS = Duration.ofSeconds(2);
  private static final Duration MOST_FOR_THE_END = Duration.ofSeconds(1);

  /** A plan for so much time in all. */
  static DrainPlan within(Duration time) {
    Duration scripts = least(time.dividedBy(4), MOST_FOR_SCRIPTS);
    Duration end = least(time.dividedBy(8), MOST_FOR_THE_END);
    return new DrainPlan(time.minus(scripts).minus(end), scripts);
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
