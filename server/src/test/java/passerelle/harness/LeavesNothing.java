package passerelle.harness;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * Fails a test class that leaves a thread, a process, a temporary file or a listening port behind:
 * the next one would find it.
 *
 * <p>Immutable.
 */
public final class LeavesNothing implements BeforeAllCallback, TestInstancePreConstructCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LeavesNothing.class);

  /** Ends and deletions may be under way; only what is still there after this was left behind. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public void beforeAll(ExtensionContext context) {
    begin(context);
  }

  /** A class of which there is one object begins with its constructor. */
  @Override
  public void preConstructTestInstance(
      TestInstanceFactoryContext factory, ExtensionContext context) {
    begin(context);
  }

  private static void begin(ExtensionContext context) {
    Class<?> type = context.getRequiredTestClass();
    if (type.isMemberClass()) {
      return; // its outer class is looked after
    }
    // What is put first is closed last, after the class's own folders for example.
    context
        .getStore(NAMESPACE)
        .computeIfAbsent(
            type,
            none -> {
              Set<String> before = Belongings.now();
              return (AutoCloseable) () -> check(before, context);
            });
  }

  private static void check(Set<String> before, ExtensionContext context) {
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> left(before).isEmpty());
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      AssertionError failure =
          new AssertionError(
              context.getDisplayName() + " left behind: " + String.join("; ", left(before)));
      TestReport.tell(context, failure);
      throw failure;
    }
  }

  private static Set<String> left(Set<String> before) {
    Set<String> left = new TreeSet<>(Belongings.now());
    left.removeAll(before);
    return left;
  }
}
