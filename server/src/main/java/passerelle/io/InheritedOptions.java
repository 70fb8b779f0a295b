package passerelle.io;

import java.net.InetSocketAddress;

/**
 * Sets options of a listening socket that the JDK does not offer, and that the sockets of new
 * connections inherit: to send at once ({@code TCP_NODELAY}), and to take no more than a bounded
 * number of octets beyond those on their way.
 *
 * <p>Safe from any thread.
 */
@FunctionalInterface
public interface InheritedOptions {
  /** Where no option can be set. */
  InheritedOptions NONE = address -> false;

  /**
   * Sets them on the socket of this process that listens at an address. Does not wait.
   *
   * @param listening the address, with its port
   * @return whether all connections that are made from now on inherit them
   */
  boolean trySet(InetSocketAddress listening);
}
