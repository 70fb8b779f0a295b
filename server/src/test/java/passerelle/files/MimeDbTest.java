package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of media types, beside the database that it was made from. */
final class MimeDbTest {
  private static final String DATABASE = "/META-INF/resources/webjars/mime-db/1.54.0/db.json";

  /**
   * What the table has beside the database, or otherwise: sources and archives that people publish.
   */
  private static final Map<String, String> OURS =
      Map.of(
          "go", "text/x-go",
          "py", "text/x-python",
          "rb", "text/x-ruby",
          "rs", "text/x-rust",
          "sql", "text/x-sql",
          "tgz", "application/gzip");

  private static final Map<String, Set<String>> TYPES = new TreeMap<>();
  private static final Set<String> COMPRESSIBLE = new HashSet<>();

  private final MediaTypes table = MediaTypes.standard();

  @BeforeAll
  static void readTheDatabase() throws IOException {
    try (InputStream in = Objects.requireNonNull(MimeDbTest.class.getResourceAsStream(DATABASE));
        JsonParser json = new JsonFactory().createParser(in)) {
      assertEquals(JsonToken.START_OBJECT, json.nextToken());
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        readType(json, json.currentName());
      }
    }
  }

  private static void readType(JsonParser json, String type) throws IOException {
    @Nullable Boolean isCompressible = null;
    List<String> extensions = new ArrayList<>();
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("compressible")) {
        isCompressible = value == JsonToken.VALUE_TRUE;
      } else if (name.equals("extensions")) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          extensions.add(json.getText());
        }
      }
    }
    boolean isText = type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml");
    if (isCompressible == null ? isText : isCompressible) {
      COMPRESSIBLE.add(type);
    }
    extensions.forEach(e -> TYPES.computeIfAbsent(e, any -> new TreeSet<>()).add(type));
  }

  private String ours(String extension) {
    String type = table.of("a." + extension);
    int semicolon = type.indexOf(';');
    return semicolon < 0 ? type : type.substring(0, semicolon);
  }

  @Test
  void everyExtensionHasATypeThatTheDatabaseGivesIt() {
    assertTrue(TYPES.size() > 1200, () -> TYPES.size() + " extensions");
    Map<String, String> others = new HashMap<>();
    TYPES.forEach(
        (extension, types) -> {
          if (!types.contains(ours(extension))) {
            others.put(extension, ours(extension));
          }
        });
    OURS.forEach((extension, type) -> assertEquals(type, ours(extension)));
    others.keySet().removeAll(OURS.keySet());
    assertEquals(Map.of(), others);
  }

  @Test
  void whatTheDatabaseCallsCompressibleIsCompressed() {
    for (String extension : TYPES.keySet()) {
      boolean isText = ours(extension).startsWith("text/");
      assertEquals(
          isText || (COMPRESSIBLE.contains(ours(extension)) && table.isKnown("a." + extension)),
          table.isCompressible(ours(extension)),
          extension);
    }
  }
}
