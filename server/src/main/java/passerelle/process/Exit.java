package passerelle.process;

/**
 * How a program ended, and what it took.
 *
 * <p>Immutable.
 *
 * @param code its exit status; 0 if a signal killed it
 * @param signal the number of the signal that killed it; 0 if it exited
 * @param userMicros CPU time of it, and of those children that it waited for; 0 if it is not known
 * @param systemMicros CPU time that the system spent for them
 */
public record Exit(int code, int signal, long userMicros, long systemMicros) {}
