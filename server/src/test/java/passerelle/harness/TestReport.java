package passerelle.harness;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/**
 * Says of a test that failed which it is, why, and with what command it runs alone; and of one that
 * was skipped, why. What the build shows of a test is this and a line in its summary.
 *
 * <p>Immutable.
 */
public final class TestReport implements TestWatcher, LifecycleMethodExecutionExceptionHandler {
  /** Frames that say nothing of the test: those of JUnit and of what runs it. */
  private static final String OTHERS =
      "\\s+at (org\\.junit|org\\.apache\\.maven|java\\.base/(java\\.util\\.(stream|ArrayList|AbstractList|Optional|Spliterators)"
          + "|java\\.lang\\.reflect|jdk\\.internal))\\..*";

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    if (cause != null) {
      tell(context, cause);
    }
  }

  @Override
  public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
    print("SKIPPED: " + name(context) + ": " + (cause == null ? "" : cause.getMessage()));
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable cause)
      throws Throwable {
    if (cause instanceof TestAbortedException) {
      testAborted(context, cause);
    } else {
      tell(context, cause);
    }
    throw cause;
  }

  @Override
  public void handleAfterAllMethodExecutionException(ExtensionContext context, Throwable cause)
      throws Throwable {
    tell(context, cause);
    throw cause;
  }

  static void tell(ExtensionContext context, Throwable cause) {
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace, true));
    String story =
        trace
            .toString()
            .lines()
            .filter(line -> !line.matches(OTHERS))
            .collect(Collectors.joining("\n"));
    print(
        "FAILED: "
            + name(context)
            + "\n"
            + story
            + "\nTo run it alone: "
            + command(context)
            + "\n");
  }

  /** Prints past {@code System.err}, which tests replace and the build keeps in a file. */
  private static void print(String text) {
    // Not closed: it is the standard error of the whole process.
    new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)
        .println(text);
  }

  private static String name(ExtensionContext context) {
    String type = context.getRequiredTestClass().getName();
    return context.getTestMethod().isEmpty()
        ? type
        : type
            + '.'
            + context.getRequiredTestMethod().getName()
            + " ("
            + context.getDisplayName()
            + ')';
  }

  private static String command(ExtensionContext context) {
    Class<?> type = context.getRequiredTestClass();
    String name = type.getName().substring(type.getPackageName().length() + 1);
    String test = name + context.getTestMethod().map(method -> '#' + method.getName()).orElse("");
    return name.endsWith("IT")
        ? "mvn -pl server verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='"
            + test
            + "'"
        : "mvn -pl server test -Dtest='" + test + "'";
  }
}
