package org.unroll.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The slope at 0 of a function that is only known with rounding errors, and may have kinks.
 *
 * <p>Its odd part, {@code f(h) − f(−h) = 2 (a h + b h|h| + c h³ + d h⁵) + noise}, is measured at
 * steps that double, and fitted by least squares over windows of them; a is the slope. The term
 * {@code h|h|} is what many small kinks add up to: the further one goes, the more rectifiers
 * switch. Large steps leave the polynomial, small ones drown in rounding. Which windows can be
 * trusted is found from the smallest up (Lepski 1991): one is trusted as long as its slope agrees
 * with those of all smaller ones within their errors, and the surest of these is taken.
 *
 * @param slope a
 * @param uncertainty the larger of a's standard error and its difference to the next smaller window
 */
record SlopeFit(double slope, double uncertainty) {
  /** Steps measured, from the largest down: four powers of ten. */
  static final int STEPS = 14;

  /** Steps in a window: more than the coefficients, so that errors show. */
  private static final int WINDOW = 8;

  /** Powers of the fitted terms; that of the slope comes last. */
  private static final int[] POWERS = {5, 3, 2, 1};

  /** Two slopes agree that differ by no more than so many of their errors. */
  private static final double AGREE = 3;

  /** The odd part of a function, {@code f(h) − f(−h)}, at steps h that halve. */
  record OddPart(double[] steps, double[] values) {
    /**
     * Measures it.
     *
     * @param largest the largest step
     */
    static OddPart measure(DoubleUnaryOperator oddPart, double largest) {
      double[] steps = new double[STEPS];
      double[] values = new double[STEPS];
      for (int k = 0; k < STEPS; k++) {
        steps[k] = largest / (1 << k);
        values[k] = oddPart.applyAsDouble(steps[k]);
      }
      return new OddPart(steps, values);
    }

    /** The size of its rounding errors, as the smallest steps show it. */
    double noise() {
      return new Window(this, STEPS - WINDOW).noise;
    }
  }

  /**
   * Finds a slope.
   *
   * @param noise at least the size of the function's rounding errors: four degrees of freedom may
   *     by chance show too little
   */
  static SlopeFit of(OddPart part, double noise) {
    List<SlopeFit> trusted = new ArrayList<>();
    SlopeFit best = new Window(part, STEPS - WINDOW).slope(noise);
    trusted.add(best);
    for (int from = STEPS - WINDOW - 1; from >= 0; from--) {
      SlopeFit fit = new Window(part, from).slope(noise);
      // Not the other way round: large steps may have left the range of the function.
      if (!trusted.stream().allMatch(fit::agrees)) {
        break;
      }
      SlopeFit smaller = trusted.get(trusted.size() - 1);
      double difference = Math.abs(fit.slope - smaller.slope);
      SlopeFit sure = new SlopeFit(fit.slope, Math.max(fit.uncertainty, difference));
      best = sure.uncertainty < best.uncertainty ? sure : best;
      trusted.add(fit);
    }
    return best;
  }

  private boolean agrees(SlopeFit other) {
    return Math.abs(slope - other.slope) <= AGREE * (uncertainty + other.uncertainty);
  }

  /** Least squares over one window, by making each term orthogonal to those before. */
  private static final class Window {
    private final double slope;
    private final double noise;
    private final double length;

    Window(OddPart part, int from) {
      double unit = part.steps[from];
      double[][] terms = new double[POWERS.length][WINDOW];
      double[] rest = new double[WINDOW];
      double coefficient = 0;
      System.arraycopy(part.values, from, rest, 0, WINDOW);
      for (int c = 0; c < POWERS.length; c++) {
        for (int i = 0; i < WINDOW; i++) {
          terms[c][i] = 2 * Math.pow(part.steps[from + i] / unit, POWERS[c]);
        }
        for (int before = 0; before < c; before++) {
          takeOut(terms[c], terms[before]);
        }
        // Nothing of the last term is in the others: its share is a.
        coefficient = takeOut(rest, terms[c]);
      }
      double[] last = terms[POWERS.length - 1];
      slope = coefficient / unit;
      noise = Math.sqrt(product(rest, rest) / (WINDOW - POWERS.length));
      length = Math.sqrt(product(last, last)) * unit;
    }

    SlopeFit slope(double least) {
      return new SlopeFit(slope, Math.max(least, noise) / length);
    }
  }

  /** Takes out of {@code x} what lies along {@code y}; returns how often y was in it. */
  private static double takeOut(double[] x, double[] y) {
    double share = product(x, y) / product(y, y);
    for (int i = 0; i < x.length; i++) {
      x[i] -= share * y[i];
    }
    return share;
  }

  private static double product(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
