package passerelle;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The layers: which package may import which, and which of the dangerous things each may touch.
 *
 * <p>Most rules read the compiled classes; the imports are read from the sources as well, because
 * javac copies constants into the class that uses them and leaves no trace of where they came from.
 */
final class LayeringTest {
  /** Each package of ours and the packages of ours it may import. */
  private static final Map<String, Set<String>> MAY_IMPORT = rooms();

  private static final String BEGIN = "<!-- rooms: printed by LayeringTest -->\n";
  private static final String END = "<!-- end of rooms -->\n";

  /** From the top of the house to its floor. */
  private static Map<String, Set<String>> rooms() {
    Map<String, Set<String>> rooms = new LinkedHashMap<>();
    rooms.put(
        "app",
        Set.of(
            "site", "files", "gateway", "cgi", "process", "ops", "http1", "wire", "reactor",
            "pages", "http", "posix", "io"));
    rooms.put("site", Set.of("files", "listing", "gateway", "http", "posix", "io"));
    rooms.put("ops", Set.of("http", "io"));
    rooms.put("http1", Set.of("wire", "http", "reactor", "io"));
    rooms.put("wire", Set.of("http", "reactor", "io"));
    rooms.put("files", Set.of("http", "posix", "io"));
    rooms.put("listing", Set.of("pages", "http", "posix", "io"));
    rooms.put("cgi", Set.of("gateway", "process", "http", "posix", "io"));
    rooms.put("gateway", Set.of("pages", "http", "io"));
    rooms.put("process", Set.of("posix", "io"));
    rooms.put("pages", Set.of("http", "io"));
    rooms.put("http", Set.of("io"));
    rooms.put("reactor", Set.of("io"));
    rooms.put("posix", Set.of("io"));
    rooms.put("io", Set.of());
    return rooms;
  }

  private static final Pattern OUR_IMPORT =
      Pattern.compile("^import\\s+(?:static\\s+)?passerelle\\.(\\w+)\\.");

  private static final DescribedPredicate<JavaClass> SELECTORS_AND_SOCKETS =
      type(java.nio.channels.Selector.class)
          .or(type(java.nio.channels.SocketChannel.class))
          .or(type(java.nio.channels.ServerSocketChannel.class))
          .or(type(java.net.Socket.class))
          .or(type(java.net.ServerSocket.class))
          .as("Selector, SocketChannel, ServerSocketChannel, Socket or ServerSocket");

  private static final DescribedPredicate<JavaClass> THREAD_POOLS =
      type(Executors.class)
          .or(type(ThreadPoolExecutor.class))
          .or(type(ForkJoinPool.class))
          .or(type(java.util.Timer.class))
          .as("Executors, ThreadPoolExecutor, ForkJoinPool or Timer");

  private static final DescribedPredicate<JavaClass> FILES_ON_DISK =
      resideInAPackage("java.nio.file..")
          .or(type(java.io.File.class))
          .or(type(java.io.FileInputStream.class))
          .or(type(java.io.FileOutputStream.class))
          .or(type(java.io.RandomAccessFile.class))
          .as("files on disk");

  private static JavaClasses ours;

  @BeforeAll
  static void readTheClasses() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("passerelle");
    assertTrue(ours.contain("passerelle.app.Main"), "the classes were not found");
  }

  @Test
  void everyClassHasALayer() {
    String[] layers = MAY_IMPORT.keySet().stream().map(LayeringTest::named).toArray(String[]::new);
    check(
        classes().should().resideInAnyPackage(layers),
        "Move the class into one of the packages "
            + new TreeSet<>(MAY_IMPORT.keySet())
            + ", or give its package a line in LayeringTest.MAY_IMPORT and in ARCHITECTURE.md.");
  }

  @Test
  void noSimpleNameOccursTwice() {
    Map<String, String> seen = new HashMap<>();
    List<String> twice = new ArrayList<>();
    for (JavaClass type : ours) {
      boolean isNamed = !type.isAnonymousClass() && !type.isLocalClass();
      String earlier =
          isNamed && !type.getSimpleName().equals("package-info")
              ? seen.put(type.getSimpleName(), type.getName())
              : null;
      if (earlier != null) {
        twice.add(earlier + " and " + type.getName());
      }
    }
    assertEquals(
        List.of(), twice, "Give one of the two a name that says what tells it from the other.");
  }

  @Test
  void architectureShowsTheRooms() throws IOException {
    Path base = Path.of(System.getProperty("basedir", ""));
    String text = Files.readString(base.resolve("ARCHITECTURE.md"));
    StringBuilder table = new StringBuilder("| room | what it is | may import |\n|---|---|---|\n");
    for (Map.Entry<String, Set<String>> room : MAY_IMPORT.entrySet()) {
      List<String> below = MAY_IMPORT.keySet().stream().filter(room.getValue()::contains).toList();
      table.append("| `").append(room.getKey()).append("` | ").append(purpose(base, room.getKey()));
      table.append(" | ").append(String.join(", ", below)).append(" |\n");
    }
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    String wanted = BEGIN + "\n" + table + "\n" + END;
    if (begin < 0 || end < begin || !text.substring(begin, end + END.length()).equals(wanted)) {
      fail("Paste this into ARCHITECTURE.md, over what stands between the two marks:\n" + wanted);
    }
  }

  /** What the package says of itself. */
  private static String purpose(Path base, String room) throws IOException {
    Path file = base.resolve("src/main/java/passerelle").resolve(room).resolve("package-info.java");
    String javadoc = Files.readString(file);
    String words = javadoc.substring(javadoc.indexOf("/**") + 3, javadoc.indexOf("*/"));
    return words.replaceAll("\\s*\\n \\* ?", " ").strip().replaceFirst("\\.$", "");
  }

  @TestFactory
  Stream<DynamicTest> eachPackageDependsOnlyOnThoseBelowIt() {
    return MAY_IMPORT.entrySet().stream()
        .map(
            layer ->
                DynamicTest.dynamicTest(
                    layer.getKey(), () -> checkLayer(layer.getKey(), layer.getValue())));
  }

  private static void checkLayer(String layer, Set<String> below) {
    String[] allowed =
        Stream.concat(Stream.of(layer), below.stream())
            .map(LayeringTest::named)
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage(named(layer))
            .should()
            .dependOnClassesThat(
                resideInAPackage("passerelle..")
                    .and(DescribedPredicate.not(resideInAnyPackage(allowed)))
                    .as("classes of ours outside %s", below)),
        "Package " + layer + " may import only " + below + " of ours. " + hint());
  }

  @Test
  void importsKeepToTheLayers() throws IOException {
    Path root = Path.of(System.getProperty("basedir", ""), "src", "main", "java", "passerelle");
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, Set<String>> layer : MAY_IMPORT.entrySet()) {
      Path directory = root.resolve(layer.getKey());
      if (!Files.isDirectory(directory)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          addWrongImports(file, layer.getKey(), layer.getValue(), wrong);
        }
      }
    }
    assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong) + "\n" + hint());
  }

  private static void addWrongImports(
      Path file, String layer, Set<String> below, List<String> wrong) throws IOException {
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = OUR_IMPORT.matcher(lines.get(i));
      if (matcher.find() && !layer.equals(matcher.group(1)) && !below.contains(matcher.group(1))) {
        wrong.add(
            file
                + ":"
                + (i + 1)
                + ": "
                + layer
                + " may import only "
                + below
                + " of ours, not "
                + matcher.group(1));
      }
    }
  }

  @Test
  void packagesFormNoCycle() {
    check(
        slices().matching("passerelle.(*)..").should().beFreeOfCycles(),
        "Break the cycle: let the lower package declare an interface that the upper implements.");
  }

  @Test
  void onlyReactorAndIoKnowSelectorsAndSockets() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(named("reactor"), named("io"))
            .should(dependOnClassesThat(SELECTORS_AND_SOCKETS)),
        "Use io.Transport, or let reactor or io do this for you.");
  }

  @Test
  void lowerPackagesAndFilesCreateNoThreads() {
    DescribedPredicate<JavaAccess<?>> makesAThread =
        DescribedPredicate.describe(
            "creates a thread",
            access ->
                access.getTarget().getOwner().isAssignableTo(Thread.class)
                    && Set.of("<init>", "start", "ofVirtual", "ofPlatform", "startVirtualThread")
                        .contains(access.getTarget().getName()));
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                named("io"),
                named("posix"),
                named("http"),
                named("pages"),
                named("wire"),
                named("http1"),
                named("files"),
                named("listing"),
                named("gateway"),
                named("site"))
            .should(
                accessTargetWhere(makesAThread.forSubtype())
                    .or(dependOnClassesThat(THREAD_POOLS))
                    .as("create threads")),
        "Take a java.util.concurrent.Executor from the composition root (app) instead.");
  }

  @Test
  void onlyPosixKnowsJna() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(named("posix"))
            .should(dependOnClassesThat(resideInAPackage("com.sun.jna.."))),
        "Move this into posix, beside Libc.");
  }

  @Test
  void onlyProcessStartsProcesses() {
    DescribedPredicate<JavaAccess<?>> runtimeExec =
        DescribedPredicate.describe(
            "call Runtime.exec",
            access ->
                access.getTarget().getOwner().isEquivalentTo(Runtime.class)
                    && access.getTarget().getName().equals("exec"));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(named("process"))
            .should(
                dependOnClassesThat(type(ProcessBuilder.class).or(type(Process.class)))
                    .or(accessTargetWhere(runtimeExec.forSubtype()))
                    .as("use ProcessBuilder, Process or Runtime.exec")),
        "Move this into process, behind Launcher.");
  }

  @Test
  void httpAndTheWireKnowNoFilesOnDisk() {
    String advice =
        "Reading the disk belongs to files (or cgi, for its spool); http knows only the open"
            + " channel in FileBody.";
    check(
        noClasses()
            .that()
            .resideInAnyPackage(named("http"), named("pages"), named("wire"), named("http1"))
            .should(dependOnClassesThat(FILES_ON_DISK)),
        advice);
  }

  @Test
  void ioAndPosixLogNothing() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(named("io"), named("posix"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.slf4j..", "java.util.logging..", "java.lang.System$Logger"),
        "They have no policy: return a value or throw an IOException, and let the caller log it.");
  }

  private static String named(String layer) {
    return "passerelle." + layer + "..";
  }

  private static String hint() {
    return "Turn the dependency round (declare an interface in the lower package), or move the"
        + " class; the table is in ARCHITECTURE.md and in LayeringTest.MAY_IMPORT.";
  }

  private static void check(ArchRule rule, String advice) {
    try {
      rule.allowEmptyShould(true).check(ours);
    } catch (AssertionError e) {
      fail(e.getMessage() + "\nWhat to do: " + advice);
    }
  }
}
