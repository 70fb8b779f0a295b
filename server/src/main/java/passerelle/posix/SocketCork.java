package passerelle.posix;

import com.sun.jna.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.Channel;
import passerelle.io.Cork;

/**
 * {@code TCP_CORK}, where the JDK tells the number of a socket: its package {@code sun.nio.ch} must
 * be open to us. The manifest of the standalone jar asks for that; a program that embeds the server
 * may be started with {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}.
 *
 * <p>Safe from any thread.
 */
public final class SocketCork implements Cork {
  static final int TCP_CORK = 3;

  private static final int NONE_SUCH = -1;

  private final MethodHandle numberOf;
  private final Memory in = word(1);
  private final Memory out = word(0);

  private SocketCork(MethodHandle numberOf) {
    this.numberOf = numberOf;
  }

  private static Memory word(int value) {
    Memory word = new Memory(Integer.BYTES);
    word.setInt(0, value);
    return word;
  }

  /** The best that this system and this JVM have. */
  public static Cork best() {
    if (!Libc.isAvailable()) {
      return NONE;
    }
    try {
      Class<?> selectable = Class.forName("sun.nio.ch.SelChImpl");
      MethodHandle found = MethodHandles.lookup().unreflect(selectable.getMethod("getFDVal"));
      MethodType type = MethodType.methodType(int.class, Channel.class);
      return new SocketCork(found.asType(type));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return NONE; // the package is not open, or the JDK is another
    }
  }

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public void set(Channel socket, boolean isIn) {
    // One that is not held back is sent in two packets, which is no fault.
    Libc.setsockopt(
        number(socket), UnsentLimit.IPPROTO_TCP, TCP_CORK, isIn ? in : out, Integer.BYTES);
  }

  /** By which number the system knows a socket. */
  int number(Channel socket) {
    try {
      return (int) numberOf.invokeExact(socket);
    } catch (Throwable e) {
      return NONE_SUCH; // which no call takes
    }
  }
}
