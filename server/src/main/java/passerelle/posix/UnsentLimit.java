package passerelle.posix;

import com.sun.jna.Memory;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import passerelle.io.InheritedOptions;

/**
 * Has the sockets of new connections hold few octets that are not on their way yet ({@code
 * TCP_NOTSENT_LOWAT}), and send at once.
 *
 * <p>What waits in a socket leaves when the receiver has room for it: in the receiver's time, and
 * from memory that is no longer in a cache. With little of it the loop sends what it has just
 * written. And readers that do not read hold little memory. What is on its way is not limited, so
 * distance costs nothing (decision D29).
 *
 * <p>Linux copies both options from the listening socket, so no connection costs a call. The JDK
 * does not tell that socket's number: it is found among the descriptors of this process, by its
 * address. Two that listen there, as {@code SO_REUSEPORT} allows, both get the options.
 *
 * <p>Immutable.
 */
public final class UnsentLimit implements InheritedOptions {
  private static final File DESCRIPTORS = new File("/proc/self/fd");

  /** Half of the largest packet; more, and packets wait for the receiver again. */
  static final int OCTETS = 32 * 1024;

  static final int SOL_SOCKET = 1;
  static final int SO_ACCEPTCONN = 30;
  static final int IPPROTO_TCP = 6;
  static final int TCP_NODELAY = 1;
  static final int TCP_NOTSENT_LOWAT = 25;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  // struct sockaddr_in and sockaddr_in6, of which the family and the port come first.
  private static final int NAME_OCTETS = 28;
  private static final int PORT_OFFSET = 2;
  private static final int ADDRESS_OFFSET = 4;
  private static final int ADDRESS_LENGTH = 4;
  private static final int ADDRESS6_OFFSET = 8;
  private static final int ADDRESS6_LENGTH = 16;

  private UnsentLimit() {}

  /** The best that this system has. */
  public static InheritedOptions best() {
    return Libc.isAvailable() ? new UnsentLimit() : NONE;
  }

  @Override
  public boolean trySet(InetSocketAddress listening) {
    String[] numbers = DESCRIPTORS.list();
    if (numbers == null) {
      return false; // no /proc
    }
    boolean isFound = false;
    for (String number : numbers) {
      int descriptor = Integer.parseInt(number);
      if (option(descriptor, SOL_SOCKET, SO_ACCEPTCONN) == 1 && isAt(descriptor, listening)) {
        if (!trySet(descriptor, TCP_NOTSENT_LOWAT, OCTETS) || !trySet(descriptor, TCP_NODELAY, 1)) {
          return false;
        }
        isFound = true;
      }
    }
    return isFound;
  }

  private static boolean trySet(int descriptor, int name, int value) {
    try (Memory octets = new Memory(Integer.BYTES)) {
      octets.setInt(0, value);
      return Libc.setsockopt(descriptor, IPPROTO_TCP, name, octets, Integer.BYTES) == 0;
    }
  }

  /** An option's value; negative if this is no socket that has it. */
  static int option(int descriptor, int level, int name) {
    try (Memory value = new Memory(Integer.BYTES);
        Memory length = new Memory(Integer.BYTES)) {
      length.setInt(0, Integer.BYTES);
      return Libc.getsockopt(descriptor, level, name, value, length) == 0 ? value.getInt(0) : -1;
    }
  }

  /** Whether a socket's own address is this one. */
  static boolean isAt(int descriptor, InetSocketAddress address) {
    try (Memory name = new Memory(NAME_OCTETS);
        Memory length = new Memory(Integer.BYTES)) {
      length.setInt(0, NAME_OCTETS);
      if (Libc.getsockname(descriptor, name, length) != 0) {
        return false;
      }
      int family = name.getShort(0);
      if (family != AF_INET && family != AF_INET6) {
        return false;
      }
      int port = Short.toUnsignedInt(Short.reverseBytes(name.getShort(PORT_OFFSET)));
      byte[] octets =
          family == AF_INET
              ? name.getByteArray(ADDRESS_OFFSET, ADDRESS_LENGTH)
              : name.getByteArray(ADDRESS6_OFFSET, ADDRESS6_LENGTH);
      return port == address.getPort()
          && isSame(InetAddress.getByAddress(octets), address.getAddress());
    } catch (UnknownHostException e) {
      return false; // an address of another length: there is none
    }
  }

  /** The same address; that of all interfaces has two forms. */
  private static boolean isSame(InetAddress one, InetAddress other) {
    return one.equals(other) || (one.isAnyLocalAddress() && other.isAnyLocalAddress());
  }
}
