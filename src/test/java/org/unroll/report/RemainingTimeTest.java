package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is left is said once it means something. */
class RemainingTimeTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void theFirstRoundTellsNothing() {
    RemainingTime time = new RemainingTime();
    // A minute for the first round of 800, as on a busy machine: 13:20:00 would be left.
    assertEquals(-1, time.after(60 * SECOND, 800));
    assertEquals(-1, time.after(61 * SECOND, 799));
    assertEquals(-1, time.after(62 * SECOND, 798));
    assertEquals(797, time.after(63 * SECOND, 797));
    assertEquals(796 * 2, time.after(68 * SECOND, 796));
  }

  @Test
  void longRoundsAreWaitedForNoLongerThanTwo() {
    RemainingTime time = new RemainingTime();
    assertEquals(-1, time.after(0, 9));
    assertEquals(-1, time.after(600 * SECOND, 8));
    assertEquals(7 * 600, time.after(1200 * SECOND, 7));
  }

  @Test
  void afterTheLastRoundNothingIsLeft() {
    assertEquals(0, new RemainingTime().after(0, 0));
  }
}
