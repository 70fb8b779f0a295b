package passerelle.ops;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger that renders its lines on the calling thread and hands them to the {@link ErrorOutput}.
 * It never waits, and whatever goes wrong it throws nothing: a line that cannot be rendered counts
 * as dropped.
 *
 * <p>Safe from any thread.
 */
final class LineLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  /** The name of the log of what scripts say, which is limited where it comes from. */
  static final String SCRIPTS = "passerelle.scripts";

  private final transient ErrorOutput output;
  private final Level least;

  /**
   * A logger.
   *
   * @param least lines of lower levels are not written
   */
  LineLogger(String name, ErrorOutput output, Level least) {
    this.name = name;
    this.output = output;
    this.least = least;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable fault) {
    try {
      if (name.equals(SCRIPTS) || output.kinds().tryTake(name, String.valueOf(pattern))) {
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        output.offer(LineText.of(level.name(), message, fault));
      } else {
        output.wake(); // it is to tell, in a minute, how many there were
      }
    } catch (Throwable e) {
      output.drop();
    }
  }

  private boolean isEnabled(Level level) {
    return level.toInt() >= least.toInt();
  }

  @Override
  public boolean isTraceEnabled() {
    return isEnabled(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return isEnabled(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return isEnabled(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return isEnabled(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return isEnabled(Level.ERROR);
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }
}
