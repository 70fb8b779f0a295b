package passerelle.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that have the logs opened anew: SIGHUP, as daemons have it, and SIGUSR1, for a
 * process that ignores SIGHUP because of {@code nohup}. For a process that is a server and nothing
 * else.
 *
 * <p>The JVM delivers them through {@code sun.misc.Signal}, which belongs to the JDK but not to the
 * language's library. So it is looked up; where it is missing, or {@code -Xrs} keeps a signal for
 * the system, that signal has the system's meaning.
 *
 * <p>Immutable.
 */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);
  private static final List<String> NAMES = List.of("HUP", "USR1");

  private Signals() {}

  /** From now on each of them runs a task, on a thread of the JVM's. */
  static void onEach(Runnable task) {
    for (String name : NAMES) {
      try {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object taking =
            Proxy.newProxyInstance(
                Signals.class.getClassLoader(), new Class<?>[] {handler}, running(task));
        Object named = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handler).invoke(null, named, taking);
      } catch (ReflectiveOperationException | RuntimeException e) {
        log.debug("SIG{} has the system's meaning", name, e);
      }
    }
  }

  private static InvocationHandler running(Runnable task) {
    return (proxy, method, arguments) -> {
      if (method.getDeclaringClass() == Object.class) {
        return method.invoke(task, arguments);
      }
      task.run();
      return null;
    };
  }
}
