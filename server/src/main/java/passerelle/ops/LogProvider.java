package passerelle.ops;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Where the log goes when the server is a program of its own: to standard error, through an {@link
 * ErrorOutput}, so that no thread ever waits for whoever reads it.
 *
 * <p>It serves only where {@link #install} was called before the first logger was made. A program
 * that embeds the server has an SLF4J provider of its own, and what that does to the loop is its
 * own business: an appender that may wait belongs behind a queue that drops.
 *
 * <p>The property {@code passerelle.log} chooses the least level that is written: {@code debug},
 * {@code info}, which is the default, {@code warn} or {@code error}.
 *
 * <p>Safe from any thread.
 */
public final class LogProvider implements SLF4JServiceProvider {
  private static final String API_VERSION = "2.0.99";
  private static final String LEVEL = "passerelle.log";

  /** The one of this process. Standard error is one as well, and it is never closed. */
  private static final class Standard {
    private static final ErrorOutput OUTPUT =
        new ErrorOutput(new FileOutputStream(FileDescriptor.err));
  }

  private final ConcurrentHashMap<String, Logger> loggers = new ConcurrentHashMap<>();
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();
  private final Level least = least();

  /** For SLF4J. */
  public LogProvider() {}

  private static Level least() {
    String wanted = System.getProperty(LEVEL, "info").toUpperCase(Locale.ROOT);
    for (Level level : Level.values()) {
      if (level.name().equals(wanted)) {
        return level;
      }
    }
    return Level.INFO;
  }

  /** Has all loggers write to standard error's queue. Before the first of them is made. */
  public static ErrorOutput install() {
    System.setProperty("slf4j.provider", LogProvider.class.getName());
    System.setProperty("slf4j.internal.verbosity", "WARN"); // else it says that it was told to
    return Standard.OUTPUT;
  }

  /**
   * Has the JVM load what the date of a line takes, which it keeps in files of its own: the first
   * line may be the one that tells that no descriptor is left.
   */
  public static void prepare() {
    LineText.of(Level.INFO.toString(), "", null);
  }

  @Override
  public void initialize() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> loggers.computeIfAbsent(name, this::logger);
  }

  private Logger logger(String name) {
    return new LineLogger(name, Standard.OUTPUT, least);
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return API_VERSION;
  }
}
