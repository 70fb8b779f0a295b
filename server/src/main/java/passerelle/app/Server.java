package passerelle.app;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.files.DiskQueue;
import passerelle.files.FileBudget;
import passerelle.files.FileStore;
import passerelle.files.FileWorkers;
import passerelle.files.MediaTypes;
import passerelle.gateway.ScriptGateway;
import passerelle.gateway.SpoolBudget;
import passerelle.http1.Http1;
import passerelle.io.Cork;
import passerelle.io.OctetPath;
import passerelle.io.PeerWatch;
import passerelle.io.SocketTransport;
import passerelle.io.TransportFactory;
import passerelle.pages.ErrorPages;
import passerelle.posix.Libc;
import passerelle.posix.SocketCork;
import passerelle.posix.SocketStates;
import passerelle.posix.UnsentLimit;
import passerelle.reactor.ConnectionList;
import passerelle.reactor.Listener;
import passerelle.reactor.LoopClock;
import passerelle.reactor.Reactor;
import passerelle.reactor.Workers;
import passerelle.site.Mount;
import passerelle.site.ScriptRule;
import passerelle.site.Site;
import passerelle.wire.AnswerDefaults;
import passerelle.wire.Limits;
import passerelle.wire.OriginServer;

/**
 * A running server: the loop's thread and everything it owns.
 *
 * <pre>{@code
 * try (Server server = Server.start(Settings.serve(Path.of("www")).port(0).build())) {
 *   System.out.println(server.uri());
 * }
 * }</pre>
 *
 * <p>Safe from any thread.
 */
public final class Server implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Server.class);

  /** How many files may wait to be closed. */
  private static final int CLOSE_QUEUE = 1024;

  /** How many threads read files and directories, and how many with those that hang. */
  private static final int READERS = 4;

  private static final int MOST_READERS = 32;

  /** How many compare files with the disk. */
  private static final int CHECKERS = 2;

  private static final int MOST_CHECKERS = 8;

  /** How many close files that are done with: closing may hang, too. */
  private static final int CLOSERS = 8;

  /** The pipes of a script while it starts, its content, and a file that is looked into. */
  private static final int DESCRIPTORS_PER_START = 8;

  /** Our ends of the pipes, and one that tells of its end. */
  private static final int DESCRIPTORS_PER_SCRIPT = 3;

  private static final Duration SHORT_WAIT = Duration.ofSeconds(2);

  /** Longer, since what is dropped leaves a temporary file behind. */
  private static final Duration DISK_WAIT = Duration.ofSeconds(10);

  private final Reactor reactor;
  private final ConnectionList connections;
  private final OriginServer origin;
  private final Listener listener;
  private final Site site;
  private final FileStore store;
  private final DiskQueue checks;
  private final DiskQueue reads;
  private final Workers disk;
  private final Workers checkers;
  private final Workers readers;
  private final Workers closers;
  private final @Nullable Gateway gateway;
  private final Logs logs;
  private final InetSocketAddress address;
  private final Duration drainTime;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean isClosing = new AtomicBoolean();
  private volatile @Nullable Throwable failure;

  private Server(Settings settings) throws IOException {
    Path root = directory(settings);
    LoopClock clock = new LoopClock();
    MediaTypes types = settings.mediaTypes();
    DescriptorPlan descriptors = descriptorPlan(settings);
    // Whoever leaves has a file deleted: that takes no place from those who have some written.
    int deletions = descriptors.connections();
    disk = new Workers("passerelle-disk", 1, SpoolBudget.DISK_QUEUE + deletions);
    connections = connections(settings, descriptors);
    closers = new Workers("passerelle-close", CLOSERS, CLOSE_QUEUE);
    store = new FileStore(FileBudget.of(descriptors.files()), closers);
    checkers = new Workers("passerelle-check", MOST_CHECKERS);
    readers = new Workers("passerelle-files", MOST_READERS);
    ErrorPages pages = new ErrorPages();
    AnswerDefaults defaults = new AnswerDefaults(settings.fields(), pages);
    ErrorPageFiles errorPages = new ErrorPageFiles(settings, root, types, pages);
    logs = new Logs(settings, clock);
    gateway = settings.hasScripts() ? new Gateway(settings, root, disk, logs.runs()) : null;
    checks = queue(checkers, CHECKERS, MOST_CHECKERS, clock);
    reads = queue(readers, READERS, MOST_READERS, clock);
    site = site(settings, types, clock);
    InetSocketAddress wanted = address(settings);
    drainTime = settings.drainTime();
    reactor = new Reactor(clock);
    Limits limits = gateway == null ? settings.limits() : settings.limits().withAllMethods();
    Listener opened = null;
    boolean isOpen = false;
    try {
      logs.open();
      origin =
          new OriginServer(
              site,
              defaults,
              limits,
              new OriginServer.Surroundings(logs.exchanges(), reactor, clock));
      boolean isShared = settings.isPortShared();
      opened =
          listen(
              new Listener.Endpoint(wanted, isShared, transports(), UnsentLimit.best()),
              new Http1(origin));
      listener = opened;
      address = opened.localAddress();
      reactor.everySecond(() -> connections.sweep(reactor));
      reactor.everySecond(this::reviveWorkers);
      reactor.everySecond(checks::tick);
      reactor.everySecond(reads::tick);
      if (!logs.areEmpty()) {
        reactor.everySecond(logs::flush);
      }
      if (!errorPages.isEmpty()) {
        reactor.everySecond(new ErrorPageRefresh(reads, errorPages::refresh)::ask);
      }
      thread = new Thread(this::loop, "passerelle-loop");
      isOpen = true;
    } finally {
      if (!isOpen) {
        undo(opened);
      }
    }
  }

  /** Sockets that tell of a client's leaving and hold back heads, as far as the system does. */
  private static TransportFactory transports() {
    PeerWatch watch = SocketStates.best();
    Cork cork = SocketCork.best();
    return socket -> new SocketTransport(socket, watch, cork);
  }

  private Listener listen(Listener.Endpoint endpoint, Http1 http1) throws IOException {
    InetSocketAddress wanted = endpoint.address();
    try {
      return new Listener(reactor, connections, endpoint, http1);
    } catch (IOException e) {
      throw refused(wanted, e);
    } catch (UnsupportedAddressTypeException e) {
      throw new StartFailure(
          "Cannot listen on "
              + wanted.getAddress().getHostAddress()
              + ": there is no IPv6 here. Choose another --bind.");
    } catch (UnsupportedOperationException e) {
      throw new StartFailure("This system cannot share a port: leave out --reuse-port.");
    }
  }

  /**
   * Starts a server; when this returns, it answers.
   *
   * @throws StartFailure if the directory or the address cannot be used; the message says what to
   *     do
   */
  public static Server start(Settings settings) throws IOException {
    Server server = new Server(settings);
    if (!Libc.isAvailable() && !Libc.isSwitchedOff()) {
      log.info("native calls are missing, and the server does without: {}", Libc.lack());
    }
    try {
      if (server.gateway != null) {
        server.gateway.prepare();
      }
      server.thread.start();
    } catch (IOException | RuntimeException | Error e) {
      server.undo(server.listener);
      throw e;
    }
    return server;
  }

  /** The server could not be started: closes what was opened for it. */
  private void undo(@Nullable Listener opened) {
    try (Closing closing = new Closing()) {
      if (opened != null) {
        closing.step(opened::close);
      }
      closing.step(connections::closeAll);
      if (gateway != null) {
        gateway.close(closing);
      }
      closing.step(reactor::close);
      closing.step(() -> logs.close(SHORT_WAIT));
    }
  }

  /** A connection waits for one thing at a time, so these queues cannot overflow. */
  private DiskQueue queue(Workers threads, int active, int most, LoopClock clock) {
    int waiting = connections.limit() + Site.MOST_CHECKS;
    return new DiskQueue(
        threads,
        task -> reactor().execute(task),
        clock::nanos,
        new DiskQueue.Capacity(active, most, waiting));
  }

  private Site site(Settings settings, MediaTypes types, LoopClock clock) throws IOException {
    Path directory = Mounts.absolute(settings.directory());
    List<Mount> mounts = Mounts.of(settings, directory);
    if (gateway != null) {
      Mounts.checkPrograms(mounts, gateway);
    }
    ScriptRule rule = new ScriptRule(settings.scripts().interpreters().keySet(), types::isKnown);
    Site.Plan plan = new Site.Plan(directory, mounts, settings.files(), rule, types);
    FileWorkers workers = new FileWorkers(checks, reads, store);
    ScriptGateway scripts = gateway == null ? null : gateway.scripts();
    boolean sendsFiles = settings.scripts().sendsFiles();
    return new Site(plan, new Site.Instruments(workers, scripts, sendsFiles, clock::nanos));
  }

  private Reactor reactor() {
    return reactor;
  }

  private static DescriptorPlan descriptorPlan(Settings settings) {
    int scripts =
        settings.hasScripts()
            ? DESCRIPTORS_PER_START * settings.scripts().workers()
                + DESCRIPTORS_PER_SCRIPT * settings.scripts().processes()
            : 0;
    // An active connection holds two buffers; together with the LargeBuffers all of them take no
    // more than the largest heap.
    long buffers = Runtime.getRuntime().maxMemory() / 4 * 3 / Limits.BUFFER_OCTETS;
    int wanted = (int) Math.max(1, Math.min(settings.connectionLimit(), buffers / 2));
    return DescriptorPlan.of(Descriptors.limit(), wanted, scripts);
  }

  private static ConnectionList connections(Settings settings, DescriptorPlan plan) {
    int limit = plan.connections();
    int share = settings.clientConnectionLimit();
    return new ConnectionList(limit, share == 0 ? limit - limit / 5 : share);
  }

  private static Path directory(Settings settings) throws StartFailure {
    String name = OctetPath.display(OctetPath.octets(settings.directory()));
    try {
      Path real = settings.directory().toRealPath();
      if (Files.isDirectory(real)) {
        return real;
      }
    } catch (AccessDeniedException e) {
      throw Mounts.closed(settings.directory());
    } catch (IOException e) {
      throw new StartFailure("There is no directory " + name + ": create it, or name another.");
    }
    throw new StartFailure(name + " is not a directory: name the folder that holds your pages.");
  }

  private static InetSocketAddress address(Settings settings) throws StartFailure {
    if (settings.bindAddress().isEmpty()) {
      return new InetSocketAddress(settings.port());
    }
    try {
      InetAddress[] found = InetAddress.getAllByName(settings.bindAddress());
      return new InetSocketAddress(found[0], settings.port());
    } catch (UnknownHostException e) {
      throw new StartFailure(
          "There is no host "
              + OctetPath.display(Mistakes.shown(settings.bindAddress()))
              + ": give --bind an address of this machine.");
    }
  }

  private static StartFailure refused(InetSocketAddress wanted, IOException e) {
    String place = "port " + wanted.getPort() + " of " + wanted.getAddress().getHostAddress();
    if (e instanceof BindException && Listener.isTaken(wanted)) {
      return new StartFailure(
          "Cannot listen on " + place + ": another program does. Stop it, or choose a --port.");
    }
    return new StartFailure(
        "Cannot listen on " + place + ": " + e.getMessage() + ". Choose another --port or --bind.");
  }

  private void reviveWorkers() {
    checkers.revive();
    readers.revive();
    closers.revive();
    disk.revive();
  }

  /** On the loop's thread. However it ends, whoever waits for the end hears of it. */
  private void loop() {
    try (Closing closing = new Closing()) {
      try {
        reactor.run();
        failure = isClosing.get() ? null : new IllegalStateException("the event loop has ended");
      } catch (Throwable e) {
        failure = e;
      }
      closing.step(listener::close);
      closing.step(connections::closeAll);
      closing.step(site::close);
      if (failure != null) {
        closing.step(() -> log.error("the server has failed and serves nobody any more", failure));
      }
    } finally {
      ended.countDown();
    }
  }

  /** The port that the server listens on. */
  public int port() {
    return address.getPort();
  }

  /** The address of the start page, as this machine reaches it. */
  public URI uri() {
    InetAddress bound = address.getAddress();
    String host = bound.isAnyLocalAddress() ? "127.0.0.1" : bound.getHostAddress();
    int zone = host.indexOf('%');
    host = zone < 0 ? host : host.substring(0, zone);
    host = host.replaceFirst("(^|:)(0(:|$)){2,}", "::");
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port() + "/");
  }

  /** How scripts are started, for people; empty if there are none. */
  public String scriptStarts() {
    return gateway == null ? "" : gateway.launcherDescription();
  }

  /** Whether the server listens on every interface. */
  public boolean isOpenToAll() {
    return address.getAddress().isAnyLocalAddress();
  }

  /**
   * Opens the files of the logs anew, for they may have been moved away. The threads that write
   * them do it, before the next lines; a log whose file cannot be opened goes on where it was.
   */
  public void reopenLogs() {
    logs.reopen();
  }

  /**
   * Waits until the server serves nobody any more: because it was closed, or has failed. Which of
   * the two it was, {@link #failure} tells.
   */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /**
   * Why the server has ended though nobody closed it; null while it runs, and if it was closed.
   * What failed is the event loop itself: a fault in a request or a connection does not end it. The
   * program goes on, and is still to close the server, which releases what is left.
   */
  public @Nullable Throwable failure() {
    return failure;
  }

  /** Shuts down: finishes what is under way, for as long as the settings say. */
  @Override
  public void close() {
    close(drainTime);
  }

  /**
   * Shuts down: stops listening, finishes the requests in progress, then closes what is left, asks
   * the scripts that still run to end, and kills them within the time. When this returns, by
   * whichever call, they are reaped, the server's threads have ended and its logs are written; only
   * what does not end within some seconds, such as work on a disk that hangs, is left to itself.
   *
   * @param wait how long all of that may take: requests in progress have five eighths of it, or all
   *     but three seconds if that is more
   */
  public void close(Duration wait) {
    try (Closing closing = new Closing()) {
      if (isClosing.compareAndSet(false, true)) {
        try {
          close(wait, closing);
        } finally {
          closed.countDown();
        }
      } else {
        closing.step(closed::await); // each wait of the first has a deadline
      }
    }
  }

  private void close(Duration wait, Closing closing) {
    if (ended.getCount() > 0) {
      closing.cuttable(() -> drain(DrainPlan.within(wait)));
    }
    if (gateway != null) {
      gateway.close(closing);
    }
    closing.step(() -> checkers.close(SHORT_WAIT));
    closing.step(() -> readers.close(SHORT_WAIT));
    closing.step(() -> disk.close(DISK_WAIT));
    if (gateway != null) {
      closing.step(gateway::release);
    }
    reactor.stop();
    closing.step(() -> thread.join(SHORT_WAIT.toMillis()));
    if (!thread.isAlive()) {
      closing.step(reactor::close);
    }
    closing.step(() -> closers.close(SHORT_WAIT)); // the loop closes what it held at its end
    closing.step(() -> logs.close(SHORT_WAIT));
  }

  private void drain(DrainPlan plan) throws InterruptedException {
    long beginNanos = System.nanoTime();
    CountDownLatch empty = new CountDownLatch(1);
    reactor.execute(
        () -> {
          listener.close();
          origin.drain();
          if (gateway != null) {
            gateway.drain();
          }
          connections.drain(empty::countDown);
        });
    boolean isEmpty = false;
    try {
      isEmpty = empty.await(TimeUnit.NANOSECONDS.convert(plan.requests()), TimeUnit.NANOSECONDS);
    } finally {
      if (!isEmpty) {
        log.warn(
            "requests were still in progress after {} seconds",
            plan.requests().toMillis() / 1000.0);
        reactor.execute(connections::closeAll);
      }
    }
    if (!isEmpty) {
      empty.await(SHORT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (gateway != null) {
      gateway.endScripts(
          plan.requests().minusNanos(System.nanoTime() - beginNanos), plan.scripts());
    }
  }

  /** For tests: how many pooled buffers are lent out. On the loop only. */
  int outstandingBuffers() {
    return origin.buffers().outstanding() + origin.largeBuffers().outstanding();
  }
}
