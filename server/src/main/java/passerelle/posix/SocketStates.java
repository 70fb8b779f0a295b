package passerelle.posix;

import com.sun.jna.Memory;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import passerelle.io.PeerWatch;

/**
 * Asks the kernel how the two ends of a TCP connection stand ({@code sock_diag(7)}). A connection
 * that was reset is not in its table any more. The other end is, if it is on this machine: one that
 * no process holds has no inode.
 *
 * <p>Each question opens a socket of its own and closes it, so nobody has to own one; that and the
 * answer cost some microseconds. Where the kernel answers nothing, nothing is known.
 *
 * <p>Confined to the loop thread.
 */
public final class SocketStates implements PeerWatch {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int NETLINK_SOCK_DIAG = 4;
  private static final short SOCK_DIAG_BY_FAMILY = 20;
  private static final short NLM_F_REQUEST = 1;
  private static final short NLMSG_ERROR = 2;
  private static final byte IPPROTO_TCP = 6;
  private static final int ENOENT = 2;
  private static final byte LISTEN = 10;

  // struct nlmsghdr, then struct inet_diag_req_v2 in a question, inet_diag_msg in an answer.
  private static final int HEADER_OCTETS = 16;
  private static final int REQUEST_OCTETS = HEADER_OCTETS + 56;
  private static final int ANSWER_OCTETS = 512;
  private static final int ADDRESS_OCTETS = 16;
  private static final int TYPE_OFFSET = 4;
  private static final int ERROR_OFFSET = HEADER_OCTETS;
  private static final int STATE_OFFSET = HEADER_OCTETS + 1;
  private static final int INODE_OFFSET = HEADER_OCTETS + 68;

  /** How an end of a connection stands. */
  private enum Hold {
    /** A process holds it, or it is still to be accepted. */
    HELD,
    /** The kernel has it, and no process. */
    ORPHANED,
    /** There is no such end on this machine. */
    MISSING,
    UNKNOWN
  }

  private final Memory message = new Memory(ANSWER_OCTETS);

  /** Whether the kernel has found anything yet: without a module it finds nothing. */
  private boolean hasFound;

  /** The best that this system has. */
  public static PeerWatch best() {
    return Libc.isAvailable() ? new SocketStates() : NONE;
  }

  @Override
  public boolean isGone(SocketAddress local, SocketAddress remote) {
    InetSocketAddress ours = (InetSocketAddress) local;
    InetSocketAddress peers = (InetSocketAddress) remote;
    return endOf(ours, peers) == Hold.MISSING || endOf(peers, ours) == Hold.ORPHANED;
  }

  /** How the end stands that has {@code local} as its own address. */
  private Hold endOf(InetSocketAddress local, InetSocketAddress remote) {
    int socket =
        Libc.socket(
            AF_NETLINK, SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
    if (socket < 0) {
      return Hold.UNKNOWN;
    }
    try {
      ask(local, remote);
      boolean isAsked = Libc.write(socket, message, REQUEST_OCTETS) == REQUEST_OCTETS;
      return isAsked ? understood(Libc.read(socket, message, ANSWER_OCTETS)) : Hold.UNKNOWN;
    } finally {
      Libc.close(socket);
    }
  }

  private void ask(InetSocketAddress local, InetSocketAddress remote) {
    message.clear(REQUEST_OCTETS);
    ByteBuffer question = message.getByteBuffer(0, REQUEST_OCTETS).order(ByteOrder.nativeOrder());
    question.putInt(REQUEST_OCTETS).putShort(SOCK_DIAG_BY_FAMILY).putShort(NLM_F_REQUEST);
    question.position(HEADER_OCTETS);
    InetAddress address = local.getAddress();
    boolean isShort = address.getAddress().length < ADDRESS_OCTETS;
    question.put((byte) (isShort ? AF_INET : AF_INET6)).put(IPPROTO_TCP).putShort((short) 0);
    question.putInt(-1); // in any state
    question.order(ByteOrder.BIG_ENDIAN);
    question.putShort((short) local.getPort()).putShort((short) remote.getPort());
    int at = question.position();
    question.put(address.getAddress()).position(at + ADDRESS_OCTETS);
    question.put(remote.getAddress().getAddress()).position(at + 2 * ADDRESS_OCTETS);
    question.order(ByteOrder.nativeOrder());
    question.putInt(Math.max(scope(address), scope(remote.getAddress())));
    question.putInt(-1).putInt(-1); // no cookie
  }

  /** The interface that a link-local address belongs to; 0, which is any, for all others. */
  private static int scope(InetAddress address) {
    return address instanceof Inet6Address inet6 ? inet6.getScopeId() : 0;
  }

  private Hold understood(long octets) {
    if (octets < HEADER_OCTETS + Integer.BYTES) {
      return Hold.UNKNOWN;
    }
    if (message.getShort(TYPE_OFFSET) == NLMSG_ERROR) {
      boolean isMissing = message.getInt(ERROR_OFFSET) == -ENOENT;
      return isMissing && hasFound ? Hold.MISSING : Hold.UNKNOWN;
    }
    if (octets < INODE_OFFSET + Integer.BYTES) {
      return Hold.UNKNOWN;
    }
    hasFound = true;
    if (message.getByte(STATE_OFFSET) == LISTEN) {
      return Hold.MISSING; // whoever listens at that address is what is left to be found
    }
    return message.getInt(INODE_OFFSET) == 0 ? Hold.ORPHANED : Hold.HELD;
  }
}
