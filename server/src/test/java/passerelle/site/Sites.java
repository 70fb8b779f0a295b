package passerelle.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import passerelle.files.DiskQueue;
import passerelle.files.FileBudget;
import passerelle.files.FileSettings;
import passerelle.files.FileStore;
import passerelle.files.FileWorkers;
import passerelle.files.MediaTypes;
import passerelle.harness.FailingLog;
import passerelle.listing.EntryRules;

/** Sites without a server. */
public final class Sites {
  /** More than a test asks for. */
  private static final DiskQueue.Capacity MANY = new DiskQueue.Capacity(100_000, 100_000, 100_000);

  private Sites() {}

  /** A queue that passes everything on at once. */
  public static DiskQueue queue(Executor pool, Executor loop, LongSupplier nanoClock) {
    return new DiskQueue(pool, loop, nanoClock, MANY);
  }

  /** Workers of which each passes everything on at once. */
  public static FileWorkers workers(
      Executor checks, Executor reads, Executor loop, LongSupplier nanoClock) {
    return new FileWorkers(queue(checks, loop, nanoClock), queue(reads, loop, nanoClock));
  }

  /** Workers of which one task at a time is had. */
  static FileWorkers oneAtATime(Executor pool, Executor loop, LongSupplier nanoClock) {
    DiskQueue queue = new DiskQueue(pool, loop, nanoClock, new DiskQueue.Capacity(1, 1, 1000));
    return new FileWorkers(queue, queue);
  }

  /** As many workers as a server has. */
  static FileWorkers few(Executor pool, Executor loop, LongSupplier nanoClock) {
    DiskQueue queue = new DiskQueue(pool, loop, nanoClock, new DiskQueue.Capacity(4, 32, 1000));
    return new FileWorkers(queue, queue);
  }

  /** The files of a folder. */
  public static Site files(Path folder, FileWorkers workers, LongSupplier nanoClock)
      throws IOException {
    return site(folder, List.of(root(folder)), FileSettings.standard(), workers, nanoClock);
  }

  static Mount root(Path folder) {
    return new Mount("", Mount.Kind.FILES, folder);
  }

  static ScriptRule rule() {
    return new ScriptRule(Set.of(".py", ".sh", ".rb"), name -> name.endsWith(".html"));
  }

  static Site.Plan plan(Path folder, List<Mount> mounts, FileSettings settings) {
    return new Site.Plan(folder, mounts, settings, rule(), MediaTypes.standard());
  }

  static Finder finder(Path served, List<Place> places, FileSettings settings) throws IOException {
    Place directory = new Place(root(served), settings, System::nanoTime);
    FileStore store = new FileStore(new FileBudget(1 << 20, 64));
    return new Finder(places, directory, plan(served, List.of(), settings), store);
  }

  /** A folder of pages and scripts, whose look-ups fail if they are to. */
  static Site failing(
      Path folder, Supplier<@Nullable Throwable> fault, FileWorkers workers, LongSupplier nanoClock)
      throws IOException {
    ScriptRule rule =
        new ScriptRule(
            new AbstractSet<>() {
              @Override
              public boolean contains(Object extension) {
                Throwable now = fault.get();
                if (now != null) {
                  FailingLog.fail(now);
                }
                return false;
              }

              @Override
              public Iterator<String> iterator() {
                return Collections.emptyIterator();
              }

              @Override
              public int size() {
                return 0;
              }
            },
            name -> true);
    List<Mount> mounts = List.of(new Mount("", Mount.Kind.MIXED, folder));
    Site.Plan plan =
        new Site.Plan(folder, mounts, FileSettings.standard(), rule, MediaTypes.standard());
    return new Site(plan, new Site.Instruments(workers, null, false, nanoClock));
  }

  static Site site(
      Path folder,
      List<Mount> mounts,
      FileSettings settings,
      FileWorkers workers,
      LongSupplier nanoClock)
      throws IOException {
    Site.Instruments means = new Site.Instruments(workers, null, false, nanoClock);
    return new Site(plan(folder, mounts, settings), means);
  }

  static FileSettings settings(boolean showsHidden, FileSettings.Links links) {
    return new FileSettings(
        List.of("index.html"), true, showsHidden, links, "", false, false, 0, -1);
  }

  /** What a site says of the entries of a folder. */
  public static EntryRules rules(Path folder, boolean showsHidden, FileSettings.Links links) {
    try {
      return new Folder(root(folder), settings(showsHidden, links), System::nanoTime);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
