package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of a file in the page cache, at any moment of a clock without an origin. */
final class ResidentRunTest {
  private final ResidentRun run = new ResidentRun();

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_000_000L, -1_000_000_000_000L, Long.MAX_VALUE - 10})
  void nothingIsKnownAtFirst(long now) {
    assertFalse(run.covers(0, 1, now));
    assertFalse(run.reaches(0, now));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_000_000L, -1_000_000_000_000L, Long.MAX_VALUE - 10})
  void whatWasFoundIsKnownForAMoment(long now) {
    run.found(100, 50, now);
    assertTrue(run.covers(100, 50, now));
    assertTrue(run.covers(110, 1, now + ResidentRun.TRUST_NANOS - 1));
    assertFalse(run.covers(110, 1, now + ResidentRun.TRUST_NANOS));
    assertFalse(run.covers(99, 2, now));
    assertFalse(run.covers(149, 2, now));
  }

  /** Else the first page of a long file would never be asked for again. */
  @ParameterizedTest
  @ValueSource(longs = {0, -1_000_000_000_000L})
  void whatIsFoundNextToItGoesOnButIsTrustedNoLonger(long now) {
    run.found(0, 100, now);
    assertTrue(run.reaches(100, now));
    long later = now + ResidentRun.TRUST_NANOS - 1;
    run.found(100, 100, later);
    assertTrue(run.covers(0, 200, later));
    assertFalse(run.covers(150, 1, later + 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1_000_000_000_000L})
  void whatIsFoundApartFromItTakesItsPlace(long now) {
    run.found(0, 100, now);
    run.found(200, 100, now);
    assertFalse(run.covers(0, 100, now));
    assertFalse(run.covers(100, 100, now), "nobody asked for what lies between");
    assertTrue(run.covers(200, 100, now));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1_000_000_000_000L})
  void foundAgainWhenItWasOldItIsTrustedAnew(long now) {
    run.found(0, 100, now);
    long later = now + ResidentRun.TRUST_NANOS;
    run.found(50, 10, later);
    assertTrue(run.covers(50, 10, later));
    assertFalse(run.covers(0, 100, later), "the rest is as old as it was");
  }
}
