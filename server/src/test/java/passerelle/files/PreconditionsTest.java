package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.http.FieldBlock;
import passerelle.http.Method;
import passerelle.http.Status;

/** Conditions and their order (RFC 9110 §13.1, §13.2.2). */
final class PreconditionsTest {
  private static final Instant MODIFIED = Instant.parse("1994-11-06T08:49:37.9Z");
  private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
  private static final String SAME = "Sun, 06 Nov 1994 08:49:37 GMT";
  private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";

  private static final String TAG = "\"1994-4\"";

  private final String tag = TAG;
  private FileFields file = file(TAG, false);

  private static FileFields file(String tag, boolean isEarly) {
    Validators validators = new Validators(tag, MODIFIED.getEpochSecond(), isEarly);
    return new FileFields(validators, "text/plain", Coding.IDENTITY, FieldBlock.EMPTY);
  }

  /** The status code of the answer that a condition asks for; 0 for none. */
  private int evaluate(String... fields) {
    @Nullable Status status =
        Preconditions.evaluate(Requests.of(Method.GET, "/page.txt", fields), file);
    return status == null ? 0 : status.code();
  }

  private boolean allowsRange(String... fields) {
    return Preconditions.allowsRange(Requests.of(Method.GET, "/page.txt", fields), file, false);
  }

  @Test
  void aRequestWithoutConditionsGoesOn() {
    assertEquals(0, evaluate());
    assertEquals(0, evaluate("Accept: */*"));
  }

  @Test
  void ifNoneMatchComparesWeakly() {
    assertEquals(304, evaluate("If-None-Match: " + tag));
    assertEquals(304, evaluate("If-None-Match: W/" + tag));
    assertEquals(304, evaluate("If-None-Match: *"));
    assertEquals(304, evaluate("If-None-Match:  * "));
    assertEquals(0, evaluate("If-None-Match: \"other\""));
    assertEquals(0, evaluate("If-None-Match: "));
  }

  @Test
  void ifNoneMatchTakesListsInOneLineOrSeveral() {
    assertEquals(304, evaluate("If-None-Match: \"a\", " + tag + ",\"b\""));
    assertEquals(304, evaluate("If-None-Match: W/\"a\",W/" + tag));
    assertEquals(304, evaluate("If-None-Match: \"a,b\", \"*\" ,," + tag));
    assertEquals(304, evaluate("If-None-Match: \"a\"", "If-None-Match: " + tag));
    assertEquals(0, evaluate("If-None-Match: \"a\", \"b\""));
  }

  @Test
  void aBrokenListMatchesNothing() {
    String bare = tag.substring(1, tag.length() - 1);
    assertEquals(0, evaluate("If-None-Match: " + bare));
    assertEquals(0, evaluate("If-None-Match: \"" + bare));
    assertEquals(0, evaluate("If-None-Match: \"x" + tag));
    assertEquals(412, evaluate("If-Match: \"" + bare));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {SAME, AFTER, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
  void ifModifiedSinceTakesAllThreeForms(String date) {
    assertEquals(304, evaluate("If-Modified-Since: " + date));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BEFORE,
        "Sunday, 06-Nov-94 08:49:36 GMT",
        "Sun Nov  6 08:49:36 1994",
        "yesterday",
        "",
        "0",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 31 Feb 1994 08:49:37 GMT"
      })
  void ifModifiedSinceIsNoConditionWhenItIsEarlierOrNoDate(String date) {
    assertEquals(0, evaluate("If-Modified-Since: " + date));
  }

  @Test
  void ifMatchComparesStrongly() {
    assertEquals(0, evaluate("If-Match: " + tag));
    assertEquals(0, evaluate("If-Match: *"));
    assertEquals(0, evaluate("If-Match: \"a\", " + tag));
    assertEquals(412, evaluate("If-Match: W/" + tag));
    assertEquals(412, evaluate("If-Match: \"a\", \"b\""));
  }

  @Test
  void ifUnmodifiedSinceFailsForALaterFile() {
    assertEquals(412, evaluate("If-Unmodified-Since: " + BEFORE));
    assertEquals(0, evaluate("If-Unmodified-Since: " + SAME));
    assertEquals(0, evaluate("If-Unmodified-Since: " + AFTER));
    assertEquals(0, evaluate("If-Unmodified-Since: never"));
  }

  @Test
  void tagsComeBeforeDatesAndMatchesBeforeNoneMatches() {
    assertEquals(0, evaluate("If-Match: " + tag, "If-Unmodified-Since: " + BEFORE));
    assertEquals(412, evaluate("If-Match: \"a\"", "If-Unmodified-Since: " + AFTER));
    assertEquals(412, evaluate("If-Match: \"a\"", "If-None-Match: " + tag));
    assertEquals(412, evaluate("If-Unmodified-Since: " + BEFORE, "If-None-Match: " + tag));
    assertEquals(304, evaluate("If-Match: " + tag, "If-None-Match: " + tag));
    assertEquals(0, evaluate("If-None-Match: \"a\"", "If-Modified-Since: " + AFTER));
    assertEquals(304, evaluate("If-None-Match: " + tag, "If-Modified-Since: " + BEFORE));
  }

  @Test
  void ifRangeWantsTheSameTagOrTheSameDate() {
    assertTrue(allowsRange());
    assertTrue(allowsRange("If-Range: " + tag));
    assertTrue(allowsRange("If-Range: " + SAME));
    assertFalse(allowsRange("If-Range: W/" + tag));
    assertFalse(allowsRange("If-Range: \"other\""));
    assertFalse(allowsRange("If-Range: " + BEFORE));
    assertFalse(allowsRange("If-Range: " + AFTER));
    assertFalse(allowsRange("If-Range: *"));
    assertFalse(allowsRange("If-Range: "));
  }

  /** RFC 9110 §8.8.2.2: it may have changed twice within that second. */
  @Test
  void aDateOfJustNowIsWeakAndGivesNoPart() {
    file = file(TAG, true);
    assertFalse(allowsRange("If-Range: " + SAME));
    assertTrue(allowsRange("If-Range: " + TAG));
    assertEquals(304, evaluate("If-Modified-Since: " + SAME));
    assertEquals(0, evaluate("If-Unmodified-Since: " + SAME));
  }

  @Test
  void aDateIsNoConditionIfThereAreTwo() {
    assertEquals(0, evaluate("If-Modified-Since: " + AFTER, "If-Modified-Since: " + AFTER));
    assertEquals(0, evaluate("If-Unmodified-Since: " + BEFORE, "If-Unmodified-Since: " + BEFORE));
  }

  @Test
  void aWeakTagMatchesWeaklyOnly() {
    file = file("W/" + TAG, false);
    assertEquals(304, evaluate("If-None-Match: " + TAG));
    assertEquals(304, evaluate("If-None-Match: W/" + TAG));
    assertEquals(412, evaluate("If-Match: " + TAG));
    assertEquals(412, evaluate("If-Match: W/" + TAG));
    assertEquals(0, evaluate("If-Match: *"));
    assertFalse(allowsRange("If-Range: " + TAG));
    assertFalse(allowsRange("If-Range: W/" + TAG));
  }
}
