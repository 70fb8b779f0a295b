package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.posix.OpenFile;

/** What octets tell, wherever the blocks end in which they are read. */
final class OctetCluesTest {
  private static final int MIB = OctetClues.MOST_OCTETS;

  @TempDir private Path folder;

  private Known open(byte[] content) throws IOException {
    Path file = Files.write(folder.toRealPath().resolve("file"), content);
    try (OpenFile open = OpenFile.open(file)) {
      OctetClues clues = OctetClues.of(open);
      return known(clues);
    }
  }

  private static Known known(OctetClues clues) throws IOException {
    return known(clues.isGzip(), clues.isUtf8(), clues.type());
  }

  private record Known(boolean isGzip, boolean isUtf8, String type) {}

  private static Known known(boolean isGzip, boolean isUtf8, String type) {
    return new Known(isGzip, isUtf8, type);
  }

  private static Known inMemory(byte[] content) throws IOException {
    OctetClues clues = OctetClues.of(ByteBuffer.wrap(content));
    return known(clues);
  }

  /** A euro sign has three octets, so one of four starts is in the way of every block's end. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aCharacterMayStandWhereABlockEnds(int start) throws IOException {
    byte[] text = ("x".repeat(start) + "\u20ac".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
    assertEquals(known(false, true, "text/plain"), inMemory(text));
    assertEquals(known(false, true, "text/plain"), open(text));
    byte[] cut = Arrays.copyOf(text, text.length - 1);
    assertEquals(known(false, false, "application/octet-stream"), inMemory(cut));
    assertEquals(known(false, false, "application/octet-stream"), open(cut));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16 * 1024 - 1, 16 * 1024, 70_000, MIB - 1})
  void oneOctetThatIsNotUtf8IsSeenInAllOfAMebibyte(int at) throws IOException {
    byte[] text = new byte[MIB];
    Arrays.fill(text, (byte) 'x');
    text[at] = (byte) 0xe9;
    assertEquals(known(false, false, "application/octet-stream"), inMemory(text));
    assertEquals(known(false, false, "application/octet-stream"), open(text));
    text[at] = 1;
    assertEquals(known(false, true, "application/octet-stream"), open(text));
    text[at] = '\n';
    assertEquals(known(false, true, "text/plain"), open(text));
  }

  /** Wherever the first MiB ends, and the last 4 KiB begin. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void ofALargerFileTheFirstMebibyteAndTheEndAreLookedAt(int start) throws IOException {
    byte[] text = ("x".repeat(start) + "\u20ac".repeat(500_000)).getBytes(StandardCharsets.UTF_8);
    assertEquals(known(false, true, "text/plain"), open(text));
    byte[] changed = text.clone();
    changed[text.length - 1] = (byte) 0xe9;
    assertEquals(known(false, false, "application/octet-stream"), open(changed));
    changed = text.clone();
    changed[MIB + MIB / 8] = (byte) 0xe9;
    assertEquals(known(false, true, "text/plain"), open(changed), "nobody looked there");
  }

  @Test
  void jsonIsParsedUpToAMebibyte() throws IOException {
    byte[] json = ("[\"" + "x".repeat(MIB - 4) + "\"]").getBytes(StandardCharsets.US_ASCII);
    assertEquals(known(false, true, "application/json"), open(json));
    assertEquals(known(false, true, "application/json"), inMemory(json));
    byte[] more = Arrays.copyOf(json, MIB + 1);
    more[MIB] = '\n';
    assertEquals(known(false, true, "text/plain"), open(more));
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertEquals(known(false, true, "text/plain"), open(deep.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void gzipIsToldByItsFirstOctets() throws IOException {
    byte[] gzip = {0x1f, (byte) 0x8b, 8, 0};
    assertEquals(known(true, false, "application/octet-stream"), inMemory(gzip));
    assertEquals(known(true, false, "application/octet-stream"), open(gzip));
    assertEquals(known(false, true, "text/plain"), open(new byte[0]));
  }

  /** Text of seven bits that switches charsets is not told from ASCII by its octets' values. */
  @ParameterizedTest
  @ValueSource(ints = {0, 16 * 1024 - 1, 16 * 1024, MIB - 1})
  void escapeSequencesAreNoUtf8(int at) throws IOException {
    byte[] text = new byte[MIB];
    Arrays.fill(text, (byte) 'x');
    text[at] = 0x1b;
    assertEquals(known(false, false, "application/octet-stream"), inMemory(text));
    assertEquals(known(false, false, "application/octet-stream"), open(text));
    byte[] large = Arrays.copyOf(text, 2 * MIB);
    Arrays.fill(large, MIB, 2 * MIB, (byte) 'x');
    assertEquals(known(false, false, "application/octet-stream"), open(large));
    large[at] = 'x';
    large[2 * MIB - 5] = 0x1b;
    assertEquals(known(false, false, "application/octet-stream"), open(large));
  }

  /** What was not read may be in the charset that a large page declares. */
  @ParameterizedTest
  @CsvSource({
    "<meta charset=utf-8>, false",
    "<META CHARSET='UTF8'>, false",
    "<p>charset=iso-8859-1</p>, false",
    "<meta name=x content='text'>, false",
    "<meta charset=iso-8859-1>, true",
    "<META  Charset = \"Shift_JIS\" />, true",
    "<meta http-equiv=Content-Type content=\"text/html; charset=windows-1252\">, true",
  })
  void aLargePageMayDeclareAnotherCharset(String declaration, boolean isOther) {
    byte[] page = ("<!doctype html>" + declaration).getBytes(StandardCharsets.US_ASCII);
    assertFalse(OctetClues.of(ByteBuffer.wrap(page)).isDeclaredOtherwise(), "all is read of it");
    ByteBuffer large = ByteBuffer.wrap(Arrays.copyOf(page, MIB + 1));
    assertEquals(isOther, OctetClues.of(large).isDeclaredOtherwise());
  }
}
