package passerelle.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import passerelle.posix.OpenFile;

/**
 * Looks at octets: at all of them up to 1 MiB; of a larger file at its first MiB, and at both its
 * ends. That is what a download begins with, so the disk reads nothing in vain.
 *
 * <p>Confined to one worker.
 */
final class OctetClues implements Clues {
  static final String TEXT = "text/plain";
  static final String JSON = "application/json";

  static final int MOST_OCTETS = 1 << 20;
  private static final int BLOCK_OCTETS = 16 * 1024;

  /** Begins a switch to other characters in texts of seven bits, such as ISO-2022-JP (RFC 1468). */
  private static final byte ESC = 0x1b;

  /** How far a browser looks for what a page declares (HTML, "prescan a byte stream"). */
  private static final int DECLARING_OCTETS = 1024;

  private static final Pattern DECLARATION =
      Pattern.compile(
          "<meta[\\s/][^>]*?charset\\s*=[\\s\"']*([^\\s\"'/>;]+)", Pattern.CASE_INSENSITIVE);

  /** The octets of a character behind its first (RFC 3629 §3). */
  private static final int MOST_CONTINUATIONS = 3;

  /** Loaded when it is needed. Without pools: it is used seldom, by whatever worker. */
  private static final class Json {
    private static final JsonFactory FACTORY =
        JsonFactory.builder().recyclerPool(JsonRecyclerPools.nonRecyclingPool()).build();
  }

  private final ByteBuffer ends;
  private final long size;
  private final OctetReader reading;

  /** Reads octets of a block at a position, into a block's room; returns how many. */
  private interface OctetReader {
    int read(ByteBuffer block, long position) throws IOException;
  }

  private OctetClues(ByteBuffer ends, long size, OctetReader reading) {
    this.ends = ends;
    this.size = size;
    this.reading = reading;
  }

  /** Clues of content in memory. */
  static OctetClues of(ByteBuffer content) {
    int size = content.limit();
    OctetReader copying =
        (block, position) -> {
          int count = Math.min(block.remaining(), size - (int) position);
          block.put(block.position(), content, (int) position, count);
          block.position(block.position() + count);
          return count;
        };
    return new OctetClues(content.duplicate().rewind(), size, copying);
  }

  /** Clues of an open file. */
  static OctetClues of(OpenFile open) {
    FileChannel channel = open.channel();
    return new OctetClues(open.ends(), open.attributes().size(), channel::read);
  }

  @Override
  public boolean isGzip() {
    return ends.remaining() > 2 && ends.get(0) == 0x1f && ends.get(1) == (byte) 0x8b;
  }

  @Override
  public boolean isUtf8() throws IOException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer block = ByteBuffer.allocate(BLOCK_OCTETS);
    CharBuffer text = CharBuffer.allocate(BLOCK_OCTETS);
    long end = Math.min(size, MOST_OCTETS);
    long at = 0;
    while (at < end) {
      block.limit((int) Math.min(block.capacity(), block.position() + end - at));
      int count = reading.read(block, at);
      at = count <= 0 ? end : at + count; // it became shorter: who sends it will see
      boolean isLast = at == size;
      if (hasEscape(block.duplicate().flip())) {
        return false;
      }
      if (decoder.decode(block.flip(), text.clear(), isLast).isError()) {
        return false;
      }
      block.compact();
    }
    return size <= MOST_OCTETS || isEndUtf8(decoder.reset(), text.clear());
  }

  /** Whether the last octets are the end of UTF-8; they may begin within a character. */
  private boolean isEndUtf8(CharsetDecoder decoder, CharBuffer text) {
    ByteBuffer last = ends.duplicate().position(ends.limit() / 2);
    for (int i = 0; i < MOST_CONTINUATIONS && (last.get(last.position()) & 0xc0) == 0x80; i++) {
      last.get();
    }
    return !hasEscape(last.duplicate()) && !decoder.decode(last, text, true).isError();
  }

  private static boolean hasEscape(ByteBuffer octets) {
    while (octets.hasRemaining()) {
      if (octets.get() == ESC) {
        return true;
      }
    }
    return false;
  }

  /** What was read as a whole is UTF-8 for certain, whatever it declares. */
  @Override
  public boolean isDeclaredOtherwise() {
    if (size <= MOST_OCTETS) {
      return false;
    }
    byte[] first = new byte[Math.min(DECLARING_OCTETS, ends.remaining())];
    ends.duplicate().get(first);
    Matcher found = DECLARATION.matcher(new String(first, StandardCharsets.ISO_8859_1));
    return found.find() && !found.group(1).matches("(?i)utf-?8");
  }

  /**
   * The type of what has no name that tells it: JSON if it is an object or an array, of at most 1
   * MiB; else plain text if it is UTF-8 without control characters; else octets. Never anything
   * that a browser would run.
   */
  @Override
  public String type() throws IOException {
    if (!isUtf8() || hasBinary(ends.duplicate())) {
      return MediaTypes.OTHERWISE;
    }
    ByteBuffer all = ByteBuffer.allocate((int) Math.min(size, MOST_OCTETS));
    int count = 1;
    while (all.position() < all.capacity() && count > 0) {
      // Block by block, for the JDK keeps a direct buffer as large as what is read at once.
      all.limit(Math.min(all.capacity(), all.position() + BLOCK_OCTETS));
      count = reading.read(all, all.position());
    }
    if (hasBinary(all.flip())) {
      return MediaTypes.OTHERWISE;
    }
    return size <= MOST_OCTETS && isJson(all.array(), all.limit()) ? JSON : TEXT;
  }

  private static boolean hasBinary(ByteBuffer octets) {
    for (int i = octets.position(); i < octets.limit(); i++) {
      byte octet = octets.get(i);
      if (octet >= 0 && octet < ' ' && !isTextControl(octet)) {
        return true;
      }
    }
    return false;
  }

  /** HT, LF, FF and CR stand in texts. */
  private static boolean isTextControl(int octet) {
    return octet == '\t' || octet == '\n' || octet == '\f' || octet == '\r';
  }

  private static boolean isJson(byte[] octets, int length) {
    int at = 0;
    while (at < length && Character.isWhitespace(octets[at])) {
      at++;
    }
    if (at == length || (octets[at] != '{' && octets[at] != '[')) {
      return false;
    }
    try (JsonParser json = Json.FACTORY.createParser(octets, 0, length)) {
      json.nextToken();
      json.skipChildren();
      return json.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
