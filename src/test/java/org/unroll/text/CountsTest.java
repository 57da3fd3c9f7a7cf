package org.unroll.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** One thing is not several. */
class CountsTest {
  @Test
  void theNounAgreesWithItsNumber() {
    assertEquals("0 epochs", Counts.of(0, "epoch"));
    assertEquals("1 epoch", Counts.of(1, "epoch"));
    assertEquals("2 epochs", Counts.of(2, "epoch"));
    assertEquals("1,069 classes", Counts.of(1069, "class"));
    assertEquals("1 class", Counts.of(1, "class"));
    assertEquals("2 batches", Counts.of(2, "batch"));
    assertEquals("2 entries", Counts.of(2, "entry"));
    assertEquals("2 days", Counts.of(2, "day"));
    assertEquals("1 training sequence", Counts.of(1, "training sequence"));
    assertEquals("3 training sequences", Counts.of(3, "training sequence"));
    assertEquals("is", Counts.verb(1, "is", "are"));
    assertEquals("are", Counts.verb(0, "is", "are"));
  }
}
