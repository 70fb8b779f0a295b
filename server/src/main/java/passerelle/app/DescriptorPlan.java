package passerelle.app;

import passerelle.files.FileBudget;

/**
 * Who may have how many of the process's descriptors. From a limit of 160 on the parts together fit
 * into it, so that nobody has to be refused because others took too many.
 *
 * <p>Immutable.
 *
 * @param connections how many connections may be open
 * @param files what may be taken by files that are kept open, or are being sent
 */
record DescriptorPlan(int connections, int files) {
  /**
   * The JVM's, the logs', the listener's, and those of files and directories while workers look
   * into them.
   */
  private static final int OTHERS = 80;

  /** Of what is left for files and connections, files have so much: one part in four. */
  private static final int FILE_PARTS = 4;

  /**
   * Shares out what the system allows.
   *
   * @param limit how many descriptors the process may have
   * @param wanted how many connections are asked for
   * @param scripts what scripts need, if all run at the same time; they have half of what there is
   *     at most
   */
  static DescriptorPlan of(int limit, int wanted, int scripts) {
    int rest = Math.max(limit - OTHERS, limit / 2);
    rest -= Math.min(scripts, rest / 2);
    int files = Math.min(FileBudget.MOST_DESCRIPTORS, rest / FILE_PARTS);
    return new DescriptorPlan(Math.max(1, Math.min(wanted, rest - files)), files);
  }
}
