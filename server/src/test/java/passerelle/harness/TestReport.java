package passerelle.harness;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/**
 * Says of a test that failed which it is, why, and with what command it runs alone; and of one that
 * was skipped, why. What the build shows of a test is this and a line in its summary.
 *
 * <p>Immutable.
 */
public final class TestReport
    implements TestWatcher, LifecycleMethodExecutionExceptionHandler, InvocationInterceptor {
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
    tellOrSkip(context, cause);
    throw cause;
  }

  private void tellOrSkip(ExtensionContext context, Throwable cause) {
    if (cause instanceof TestAbortedException) {
      testAborted(context, cause);
    } else {
      tell(context, cause);
    }
  }

  /** Of a class of which there is one object: nobody else hears of what its constructor throws. */
  @Override
  public <T> T interceptTestClassConstructor(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Constructor<T>> constructor,
      ExtensionContext context)
      throws Throwable {
    try {
      return invocation.proceed();
    } catch (Throwable e) {
      if (context.getTestInstanceLifecycle().equals(Optional.of(Lifecycle.PER_CLASS))) {
        tellOrSkip(context, e);
      }
      throw e;
    }
  }

  @Override
  public void interceptDynamicTest(
      Invocation<@Nullable Void> invocation,
      DynamicTestInvocationContext test,
      ExtensionContext context)
      throws Throwable {
    try {
      invocation.proceed();
    } catch (Throwable e) {
      tellOrSkip(context, e);
      throw e;
    }
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
    String type = type(context).getName();
    String method = method(context);
    return method.isEmpty() ? type : type + '.' + method + " (" + context.getDisplayName() + ')';
  }

  private static String command(ExtensionContext context) {
    Class<?> type = type(context);
    String name = type.getName().substring(type.getPackageName().length() + 1);
    String method = method(context);
    String test = method.isEmpty() ? name : name + '#' + method;
    return name.endsWith("IT")
        ? "mvn -pl server verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='"
            + test
            + "'"
        : "mvn -pl server test -Dtest='" + test + "'";
  }

  /** The test's class; a test that was made by another has only the other's. */
  private static Class<?> type(ExtensionContext context) {
    return context.getTestClass().orElseGet(() -> type(context.getParent().orElseThrow()));
  }

  private static String method(ExtensionContext context) {
    return context
        .getTestMethod()
        .map(Method::getName)
        .or(
            () ->
                context.getTestClass().isPresent()
                    ? Optional.of("")
                    : context.getParent().map(TestReport::method))
        .orElse("");
  }
}
