package org.unroll.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.unroll.check.SlopeFit.OddPart;

class SlopeFitTest {
  private static SlopeFit slope(DoubleUnaryOperator f, double noise, long seed) {
    Random random = new Random(seed);
    OddPart part =
        OddPart.measure(
            h -> f.applyAsDouble(h) - f.applyAsDouble(-h) + noise * random.nextGaussian(), 0.25);
    return SlopeFit.of(part, part.noise());
  }

  @Test
  void aSmoothFunctionIsMeasuredToItsLastDigits() {
    assertEquals(1, slope(Math::sin, 0, 1).slope(), 1e-11);
    assertEquals(-2, slope(h -> Math.exp(-2 * h), 0, 1).slope(), 1e-9);
    assertEquals(0, slope(Math::cosh, 0, 1).slope(), 1e-12);
  }

  @Test
  void roundingIsNotMistakenForSlope() {
    int surprises = 0;
    for (int seed = 0; seed < 300; seed++) {
      SlopeFit fit = slope(h -> 3 * Math.sin(h) + Math.cos(5 * h) + h * h * h, 1e-6, seed);
      assertEquals(3, fit.slope(), 1e-2);
      assertTrue(fit.uncertainty() < 3e-3, "uncertainty " + fit.uncertainty());
      surprises += Math.abs(fit.slope() - 3) > 5 * fit.uncertainty() ? 1 : 0;
    }
    assertTrue(surprises < 15, surprises + " of 300 slopes further off than they say");
  }

  @Test
  void kinksAreNotSteppedOver() {
    // One kink in the way, which doubles the slope beyond it.
    SlopeFit fit = slope(h -> h + Math.max(0, h - 0.01), 1e-9, 4);
    assertEquals(1, fit.slope(), 1e-4);
    // Many, all along the way.
    DoubleUnaryOperator many =
        h -> {
          double sum = h;
          for (int i = 0; i < 2000; i++) {
            sum += 1e-3 * Math.max(0, h - 5e-4 * (i + 0.5));
          }
          return sum;
        };
    assertEquals(1, slope(many, 1e-8, 4).slope(), 5e-3);
  }

  @Test
  void whatIsNotANumberFarAwayDoesNotMatter() {
    assertEquals(1, slope(h -> h + Math.sqrt(0.1 - h) + Math.sqrt(0.1 + h), 1e-9, 2).slope(), 1e-4);
  }
}
