package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import passerelle.http.ContentSink;
import passerelle.http.Status;
import passerelle.http1.NaiveChunks.Verdict;
import passerelle.io.FuzzInput;

/** Chunked content is decoded as its grammar says, however it is cut, or refused. */
final class ChunkedDecoderFuzzTest {
  /** Extensions and trailer fields of so many octets together are no reason to refuse. */
  private static final int MODEST_OCTETS = 1024;

  private static final Pattern LONG_NUMBER = Pattern.compile("[0-9A-Fa-f]{16}");

  /** Takes everything at once, or lets the decoder ask twice each time. */
  private static final class Collector implements ContentSink {
    private final StringBuilder content = new StringBuilder();
    private final boolean isSlow;
    private boolean isAsked;

    Collector(boolean isSlow) {
      this.isSlow = isSlow;
    }

    @Override
    public void onContent(ByteBuffer octets) {
      content.append(StandardCharsets.ISO_8859_1.decode(octets));
    }

    @Override
    public boolean isAccepting() {
      isAsked = !isAsked;
      return !isSlow || !isAsked;
    }

    @Override
    public void onComplete() {
      throw new AssertionError("the decoder does not end content");
    }

    @Override
    public void onAbort() {
      throw new AssertionError("the decoder does not end content");
    }
  }

  /** What came of the input: its end if that was found, the refusal if there was one. */
  private record Decoded(boolean isDone, @Nullable Status refusal, int octets, String content) {
    static Decoded of(String text, long limit, boolean isSlow, int... cuts) {
      Collector sink = new Collector(isSlow);
      ChunkedDecoder decoder = new ChunkedDecoder();
      decoder.begin(limit);
      byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
      ByteBuffer input = ByteBuffer.wrap(octets);
      Status refusal = null;
      for (int i = 0; i <= cuts.length; i++) {
        input.limit(i < cuts.length ? cuts[i] : octets.length);
        while (input.hasRemaining() && !decoder.isDone() && refusal == null) {
          refusal = decoder.decode(input, sink);
        }
      }
      return new Decoded(decoder.isDone(), refusal, input.position(), sink.content.toString());
    }
  }

  /** A choice up to 127 is the most octets that the content may have, any other is no limit. */
  @FuzzTest
  @DictionaryFile(resourcePath = "ChunkedDecoderFuzzTest.dict")
  void anyContentIsDecodedAsTheGrammarSays(byte[] octets) {
    FuzzInput input = new FuzzInput(octets);
    String text = input.text();
    long limit = input.choice() < 128 ? input.choice() : Long.MAX_VALUE;
    Decoded decoded = Decoded.of(text, limit, false);
    assertEquals(
        decoded, Decoded.of(text, limit, false, FuzzInput.cutsEverywhere(0, text.length())));
    assertEquals(decoded, Decoded.of(text, limit, false, input.cuts(text.length())));
    assertEquals(decoded, Decoded.of(text, limit, true, input.cuts(text.length())));
    assertTrue(decoded.content.length() <= limit);
    NaiveChunks loose = NaiveChunks.read(text, NaiveChunks.ANY_EXTENSION);
    if (decoded.refusal != null) {
      assertReason(decoded.refusal, text, loose, limit);
      assertTrue(loose.content().startsWith(decoded.content));
    } else {
      assertEquals(decoded.isDone ? Verdict.COMPLETE : Verdict.OPEN, loose.verdict());
      assertEquals(loose.octets(), decoded.octets);
      assertEquals(loose.content(), decoded.content);
    }
  }

  private static void assertReason(Status refusal, String text, NaiveChunks loose, long limit) {
    switch (refusal.code()) {
      case 413 -> assertTrue(loose.announced().compareTo(BigInteger.valueOf(limit)) > 0);
      case 431 -> assertTrue(text.length() > MODEST_OCTETS);
      default -> {
        assertEquals(400, refusal.code());
        NaiveChunks strict = NaiveChunks.read(text, NaiveChunks.PROPER_EXTENSION);
        boolean isBroken = strict.verdict() == Verdict.BROKEN;
        assertTrue(isBroken || LONG_NUMBER.matcher(text).find());
      }
    }
  }
}
