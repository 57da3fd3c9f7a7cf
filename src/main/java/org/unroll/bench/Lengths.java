package org.unroll.bench;

import java.util.Random;

/** How long the sequences of a synthetic data set are, in steps. */
public sealed interface Lengths {
  /** The form that {@link #parse} reads. */
  String FORM = "fixed:STEPS or lognormal:MU:SIGMA:MAX";

  /** Shortest sequence of {@link LogNormal}. */
  int SHORTEST = 5;

  /** Longest sequence. */
  int LONGEST = 100_000;

  /** A length. */
  int next(Random random);

  /**
   * Reads {@value #FORM}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  static Lengths parse(String text) {
    String[] parts = text.split(":", -1);
    try {
      if (parts[0].equals("fixed") && parts.length == 2) {
        return new Fixed(Integer.parseInt(parts[1]));
      }
      if (parts[0].equals("lognormal") && parts.length == 4) {
        return new LogNormal(
            Double.parseDouble(parts[1]), Double.parseDouble(parts[2]), Integer.parseInt(parts[3]));
      }
    } catch (NumberFormatException e) {
      throw wrong(text, e);
    }
    throw wrong(text, null);
  }

  private static IllegalArgumentException wrong(String text, Throwable cause) {
    return new IllegalArgumentException("lengths must be " + FORM + ", got " + text, cause);
  }

  /** All the same. */
  record Fixed(int steps) implements Lengths {
    public Fixed {
      inRange("lengths fixed:STEPS", steps, 1);
    }

    @Override
    public int next(Random random) {
      return steps;
    }

    @Override
    public String toString() {
      return "fixed:" + steps;
    }
  }

  /**
   * Log-normal, cut to whole steps.
   *
   * @param mu mean of the logarithm
   * @param sigma standard deviation of the logarithm, at least 0
   * @param max longest
   */
  record LogNormal(double mu, double sigma, int max) implements Lengths {
    public LogNormal {
      if (!Double.isFinite(mu) || !Double.isFinite(sigma) || sigma < 0) {
        throw new IllegalArgumentException(
            "lengths lognormal:MU:SIGMA:MAX must have numbers, SIGMA at least 0, got "
                + mu
                + ":"
                + sigma);
      }
      inRange("lengths lognormal:…:MAX", max, SHORTEST);
    }

    @Override
    public int next(Random random) {
      double length = StrictMath.exp(mu + sigma * random.nextGaussian());
      return (int) Math.min(max, Math.max(SHORTEST, length));
    }

    @Override
    public String toString() {
      return "lognormal:" + mu + ":" + sigma + ":" + max;
    }
  }

  private static void inRange(String what, int value, int least) {
    if (value < least || value > LONGEST) {
      throw new IllegalArgumentException(
          what + " must be from " + least + " to " + LONGEST + ", got " + value);
    }
  }
}
