package passerelle.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command line that all peers have, the same that ours understands: {@code --bind ADDRESS
 * --port N ROOT}. The server runs, and says nothing, until the process is ended.
 *
 * <p>Confined to one worker.
 */
@Command(sortOptions = false, mixinStandardHelpOptions = true)
final class PeerCommand implements Callable<Integer> {
  /** Read by the logging library when the first of the peers' classes asks for a logger. */
  private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

  private final Peer.Kind kind;

  @Option(names = "--bind", description = "the address to listen on (${DEFAULT-VALUE})")
  private String bindAddress = "127.0.0.1";

  @Option(names = "--port", description = "the port to listen on (${DEFAULT-VALUE})")
  private int port = 8080;

  @Parameters(paramLabel = "ROOT", description = "the directory to serve")
  private Path root;

  private PeerCommand(Peer.Kind kind) {
    this.kind = kind;
  }

  /** Serves until the process is ended; ends it at once if the arguments make no sense. */
  static void serve(String name, Peer.Kind kind, String... arguments) {
    logWarningsOnly();
    CommandLine command = new CommandLine(new PeerCommand(kind)).setCommandName(name);
    System.exit(command.execute(arguments));
  }

  /** Before any class of a peer is used. */
  static void logWarningsOnly() {
    System.setProperty(LOG_LEVEL, "warn");
    System.setProperty("org.jboss.logging.provider", "slf4j");
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Peer peer = kind.start(new Peer.Place(bindAddress, port, root))) {
      new CountDownLatch(1).await();
      return peer.port();
    }
  }
}
