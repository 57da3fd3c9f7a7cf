package org.unroll.nn.head;

import java.util.Arrays;

/**
 * All alignments of one text with the steps of a sequence (Graves 2006, 4.1): states are the
 * symbols with a blank before, between and behind them; from step to step one stays, goes to the
 * next state, or from symbol to symbol past the blank, unless both are the same. With
 *
 * <pre>
 * α⟨t⟩(s) = (α⟨t-1⟩(s) + α⟨t-1⟩(s-1) + α⟨t-1⟩(s-2) if past the blank) ŷ⟨t⟩(s)
 * β⟨t⟩(s) = β⟨t+1⟩(s) ŷ⟨t+1⟩(s) + β⟨t+1⟩(s+1) ŷ⟨t+1⟩(s+1) + … (s+2)
 * </pre>
 *
 * the probability of the text is the sum of the last α of the last symbol and the last blank, and
 * that of being in a state at a step is {@code α β / p}. Numbers are {@link Scaled}. States that
 * cannot be reached, or from which the end cannot be, are left out. Reused, and confined to one
 * thread.
 */
final class CtcLattice {
  /** Zeros before the states of a step, and behind them on the way back. */
  private static final int MARGIN = 2;

  /** Probabilities below this power of two are taken as 0: floats have none so small. */
  private static final int NEGLIGIBLE = -200;

  private final int blank;

  /** Of each output: its place among the outputs of the text; valid if that names it. */
  private final int[] placeOf;

  /** The different outputs of the text, the blank first. */
  private int[] outputs = new int[8];

  private int different;

  /** Of each state, the place of its output. */
  private int[] place = new int[8];

  private boolean[] passes = new boolean[8];
  private int states;
  private int steps;

  /** Probabilities of the different outputs, {@code [step][place]}. */
  private double[] y = new double[0];

  private int[] yPower = new int[0];

  /** α, {@code [step][MARGIN + state]}. */
  private double[] alpha = new double[0];

  private int[] alphaPower = new int[0];

  /** {@code β ŷ} of a step and of the one before it. */
  private double[] next = new double[0];

  private int[] nextPower = new int[0];
  private double[] now = new double[0];
  private int[] nowPower = new int[0];
  private double[] occupied = new double[8];
  private double total;
  private int totalPower;

  /** What takes the probability of an output at a step, over all alignments of the text. */
  interface Occupancy {
    void add(int step, int output, double probability);
  }

  /**
   * @param outputs number of symbols, and the blank
   * @param blank which of them it is
   */
  CtcLattice(int outputs, int blank) {
    this.blank = blank;
    placeOf = new int[outputs];
  }

  /**
   * Begins a sequence; its text follows by {@link #symbol}.
   *
   * @param steps of the sequence
   * @param symbols number of symbols of the text
   */
  void begin(int steps, int symbols) {
    this.steps = steps;
    states = 2 * symbols + 1;
    if (place.length < states) {
      place = new int[states + states / 2];
      passes = new boolean[place.length];
      outputs = new int[place.length];
      occupied = new double[place.length];
    }
    different = 0;
    int first = placeOf(blank);
    for (int s = 0; s < states; s += 2) {
      place[s] = first;
      passes[s] = false;
    }
  }

  /** Sets a symbol of the text, from the first to the last. */
  void symbol(int number, int symbol) {
    int s = 2 * number + 1;
    place[s] = placeOf(symbol);
    passes[s] = s > 1 && place[s] != place[s - 2];
  }

  private int placeOf(int output) {
    int found = placeOf[output];
    if (found >= different || outputs[found] != output) {
      found = different++;
      outputs[found] = output;
      placeOf[output] = found;
    }
    return found;
  }

  /** Number of different outputs of the text and the blank; their probabilities are wanted. */
  int different() {
    return different;
  }

  /** One of them. */
  int output(int place) {
    return outputs[place];
  }

  /** Makes room for probabilities, after the text. */
  void reserve() {
    int cells = Math.multiplyExact(steps, different);
    if (y.length < cells) {
      y = new double[cells + cells / 2];
      yPower = new int[y.length];
    }
    int rows = Math.multiplyExact(steps, states + MARGIN);
    if (alpha.length < rows) {
      alpha = new double[rows + rows / 2];
      alphaPower = new int[alpha.length];
    }
    if (next.length < states + MARGIN) {
      next = new double[2 * states + MARGIN];
      nextPower = new int[next.length];
      now = new double[next.length];
      nowPower = new int[next.length];
    }
  }

  /**
   * Sets the probability of an output of the text at a step: {@code exp(logit) / sum}.
   *
   * @param logit less the largest of the step
   */
  void probability(int step, int place, double logit, double sum) {
    // No probability is so small that a product over all steps leaves the range.
    int power = Math.max(Scaled.NONE / 2 / steps, Scaled.powerOfExp(logit));
    y[step * different + place] = Scaled.restOfExp(logit, power) / sum;
    yPower[step * different + place] = power;
  }

  /** First state at a step from which the end can be reached. */
  private int from(int t) {
    return Math.max(0, states - 2 * (steps - t));
  }

  /** Behind the last state that can be reached at a step. */
  private int to(int t) {
    return Math.min(states, 2 * (t + 1));
  }

  /**
   * Goes forward over all steps.
   *
   * @return {@code −log p} of the text; infinite if there are too few steps for it
   */
  double forward() {
    int stride = states + MARGIN;
    for (int t = 0; t < steps; t++) {
      int row = t * stride + MARGIN;
      clear(alpha, alphaPower, row - MARGIN, row);
      int from = from(t);
      int to = Math.max(from, to(t));
      for (int s = from; s < to; s++) {
        int p = t * different + place[s];
        double sum = y[p];
        int power = yPower[p];
        if (t > 0) {
          int o = row - stride + s;
          int far = passes[s] ? o - 2 : o;
          int largest = Math.max(Math.max(alphaPower[o], alphaPower[o - 1]), alphaPower[far]);
          double before =
              alpha[o] * Scaled.power(alphaPower[o] - largest)
                  + alpha[o - 1] * Scaled.power(alphaPower[o - 1] - largest);
          if (passes[s]) {
            before += alpha[far] * Scaled.power(alphaPower[far] - largest);
          }
          sum *= before;
          power += largest;
        }
        alpha[row + s] = Scaled.mantissa(sum);
        alphaPower[row + s] = Scaled.exponent(sum, power);
      }
      // What the next step, or the sum of the last, may look at.
      clear(alpha, alphaPower, row + Math.max(0, from - MARGIN), row + from);
      clear(alpha, alphaPower, row + to, row + Math.min(states, to + MARGIN));
    }
    int end = steps * stride - 1;
    int largest = Math.max(alphaPower[end], alphaPower[end - 1]);
    double sum =
        alpha[end] * Scaled.power(alphaPower[end] - largest)
            + alpha[end - 1] * Scaled.power(alphaPower[end - 1] - largest);
    total = Scaled.mantissa(sum);
    totalPower = Scaled.exponent(sum, largest);
    return -Scaled.log(total, totalPower);
  }

  /** Goes back over all steps, after {@link #forward} has found a probability above 0. */
  void backward(Occupancy occupancy) {
    double inverse = 1 / total;
    for (int t = steps - 1; t >= 0; t--) {
      int row = t * (states + MARGIN) + MARGIN;
      int from = from(t);
      int to = to(t);
      Arrays.fill(occupied, 0, different, 0);
      for (int s = from; s < to; s++) {
        double beta = 1;
        int power = 0;
        if (t < steps - 1) {
          boolean passes = s + 2 < states && this.passes[s + 2];
          int far = passes ? s + 2 : s;
          power = Math.max(Math.max(nextPower[s], nextPower[s + 1]), nextPower[far]);
          beta =
              next[s] * Scaled.power(nextPower[s] - power)
                  + next[s + 1] * Scaled.power(nextPower[s + 1] - power);
          if (passes) {
            beta += next[far] * Scaled.power(nextPower[far] - power);
          }
        }
        int scale = alphaPower[row + s] + power - totalPower;
        if (scale > NEGLIGIBLE) {
          occupied[place[s]] += alpha[row + s] * beta * inverse * Scaled.power(scale);
        }
        int p = t * different + place[s];
        double product = beta * y[p];
        now[s] = Scaled.mantissa(product);
        nowPower[s] = Scaled.exponent(product, power + yPower[p]);
      }
      clear(now, nowPower, Math.max(0, from - MARGIN), from);
      clear(now, nowPower, to, Math.min(states, to) + MARGIN);
      for (int i = 0; i < different; i++) {
        if (occupied[i] > 0) {
          occupancy.add(t, outputs[i], occupied[i]);
        }
      }
      double[] values = next;
      next = now;
      now = values;
      int[] powers = nextPower;
      nextPower = nowPower;
      nowPower = powers;
    }
  }

  private static void clear(double[] values, int[] powers, int from, int to) {
    Arrays.fill(values, from, to, 0);
    Arrays.fill(powers, from, to, Scaled.NONE);
  }
}
