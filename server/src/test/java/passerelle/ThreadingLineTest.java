package passerelle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.EmptyStatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every type says, as the last line of its Javadoc, which thread may call it. */
final class ThreadingLineTest {
  private static final Set<String> LINES =
      Set.of(
          "Confined to the loop thread.",
          "Confined to one worker.",
          "Safe from any thread.",
          "Immutable.");

  private static final String ADVICE =
      "End the type's Javadoc (before any @param) with a paragraph of its own, ' * <p>' and one of"
          + " the four lines: \"Confined to the loop thread.\", \"Confined to one worker.\","
          + " \"Safe from any thread.\", \"Immutable.\"";

  private static final Pattern BLOCK_TAG = Pattern.compile("(?m)^\\s*@\\w");
  private static final Pattern PARAGRAPH_END =
      Pattern.compile("\\n\\s*\\n|</?(?:p|pre|ul|ol|dl|table)>");

  @Test
  void everyTopLevelTypeSaysWhichThreadMayCallIt() throws IOException {
    List<Path> sources = sources();
    List<String> missing = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, Locale.ROOT, UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree type : unit.getTypeDecls()) {
          if (!(type instanceof EmptyStatementTree)
              && !endsWithThreadingLine(
                  docs.getDocComment(new TreePath(new TreePath(unit), type)))) {
            long start = docs.getSourcePositions().getStartPosition(unit, type);
            missing.add(
                Path.of(unit.getSourceFile().toUri())
                    + ":"
                    + unit.getLineMap().getLineNumber(start));
          }
        }
      }
    }
    assertTrue(
        missing.isEmpty(),
        () -> "No threading line in:\n" + String.join("\n", missing) + "\nWhat to do: " + ADVICE);
  }

  private static boolean endsWithThreadingLine(@Nullable String javadoc) {
    if (javadoc == null) {
      return false;
    }
    String description = BLOCK_TAG.split(javadoc, 2)[0].strip();
    String[] paragraphs = PARAGRAPH_END.split(description, -1);
    return paragraphs.length > 1 && LINES.contains(paragraphs[paragraphs.length - 1].strip());
  }

  private static List<Path> sources() throws IOException {
    Path root = Path.of(System.getProperty("basedir", ""), "src", "main", "java");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(f -> f.toString().endsWith(".java"))
          .filter(f -> !f.endsWith("package-info.java") && !f.endsWith("module-info.java"))
          .sorted()
          .toList();
    }
  }
}
