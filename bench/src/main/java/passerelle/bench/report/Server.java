package passerelle.bench.report;

/**
 * A server that was measured: its name in the raw results and what it is to us.
 *
 * <p>Immutable.
 */
record Server(String name) {
  private static final String OURS = "passerelle";
  private static final String LOOP = "epoll";

  /** Whether it is this project's, on whichever JDK. */
  boolean isOurs() {
    return name.equals(OURS) || name.startsWith(OURS + "-");
  }

  /** Whether it is no server but a loop that parses nothing: what the kernel alone costs. */
  boolean isYardstick() {
    return name.equals(LOOP);
  }

  /** Whether it is somebody else's server, to be compared with. */
  boolean isPeer() {
    return !isOurs() && !isYardstick();
  }

  /** The name for readers. */
  String label() {
    return isYardstick() ? name + " (yardstick)" : name;
  }
}
