package passerelle.io;

import java.nio.channels.Channel;

/**
 * Has a socket hold back what is less than a packet, so that what is written and what is
 * transferred right behind it leave together ({@code TCP_CORK}).
 *
 * <p>Safe from any thread.
 */
public interface Cork {
  /** Where nothing can be held back. */
  Cork NONE =
      new Cork() {
        @Override
        public boolean isAvailable() {
          return false;
        }

        @Override
        public void set(Channel socket, boolean isIn) {}
      };

  /** Whether sockets can hold back. */
  boolean isAvailable();

  /** Has an open socket begin to hold back, or send what it held back. */
  void set(Channel socket, boolean isIn);
}
