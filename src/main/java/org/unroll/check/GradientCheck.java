package org.unroll.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.unroll.check.SlopeFit.OddPart;
import org.unroll.hash.Hash;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.Parameters;

/**
 * Compares a gradient with the slopes of the loss that it claims to be, measured by moving the
 * parameters.
 *
 * <p>A single entry moves the loss of a network in single precision by little more than its
 * rounding. So a whole parameter is moved at once: along its own gradient, whose slope is the
 * gradient's length, and by random signs r of all entries. Of an error e of the gradient, {@code
 * (e·r)²} is ‖e‖² on average, so that errors anywhere show, whatever their sign; a missing part
 * that the first direction cannot see, too. Errors are measured relative to the length of the
 * parameter's gradient (the larger of the one claimed and the one that the random directions let
 * expect).
 *
 * <p>Rectifiers at exactly 0 and equal maxima are kinks of the loss: there is no slope, and
 * back-propagation takes one of those on either side. So is, in single precision, the normalisation
 * of values that are all equal, whose slope holds for the smallest of steps only. Where such a
 * network's gradient is not the slope, the same parameter is checked beside, at a few places where
 * nothing is at its kink: a gradient that is right there is no mistake.
 */
public final class GradientCheck {
  /**
   * Greatest relative error of a right gradient of a smooth network. In single precision right ones
   * are mostly measured to {@code 1e-4}; mistakes in equations are of the order of 0.1 to 1.
   */
  public static final double SMOOTH = 0.01;

  /**
   * The same with rectifiers and maxima: kinks lie in the way of every step that rises above
   * rounding.
   */
  public static final double KINKED = 0.05;

  /** A difference of so many uncertainties is none of measurement. */
  private static final double SIGMAS = 5;

  private static final int RANDOM_DIRECTIONS = 3;
  private static final long DIRECTION = 0x4752414443484BL;

  /** The largest step: the length by which each row moves, or all rows along the gradient. */
  private static final double LARGEST = 0.25;

  private static final long BESIDE = 0x42455349444521L;

  /** Places beside a kink that are tried, and how far from it they are, as {@link #LARGEST}. */
  private static final int PLACES = 3;

  private static final double DISTANCE = 0.25;

  private final Parameters theta;
  private final Parameters gradient;
  private final Objective objective;
  private final Predicate<String> frozen;
  private final double tolerance;

  /** What is differentiated. */
  public interface Objective {
    /** The loss at these parameters, summed in double precision. */
    double loss(Parameters parameters);

    /** What back-propagation says of its slopes there; the next call may overwrite it. */
    Parameters gradient(Parameters parameters);
  }

  /** What became of a parameter. */
  public enum Verdict {
    /** Measured and found right. */
    RIGHT,
    /** Measured and found wrong. */
    WRONG,
    /** The loss moves too little for single precision to tell; nothing speaks against it. */
    TOO_FLAT,
    /** The loss has a kink here, so that there is no slope; beside it nothing is wrong. */
    KINK,
    /** Not trained, as the job says. */
    FROZEN,
    /** Never trained: a second bias beside one that is. */
    KEPT,
    /** Not trained but measured: running moments. */
    MOMENT
  }

  /**
   * What was found of a parameter.
   *
   * @param backPropagated slope along the gradient as back-propagation has it: its length
   * @param measured the same slope as the loss has it
   * @param error greatest relative error in all directions; NaN if not measured
   * @param uncertainty of that error by rounding; NaN if not measured
   */
  public record Finding(
      String parameter,
      int rows,
      int columns,
      Verdict verdict,
      double backPropagated,
      double measured,
      double error,
      double uncertainty) {

    private Finding with(Verdict other) {
      return new Finding(
          parameter, rows, columns, other, backPropagated, measured, error, uncertainty);
    }
  }

  private GradientCheck(
      Parameters theta, Objective objective, Predicate<String> frozen, double tolerance) {
    this.theta = theta;
    this.objective = objective;
    this.frozen = frozen;
    this.tolerance = tolerance;
    gradient = objective.gradient(theta).copy();
  }

  /**
   * Checks every parameter.
   *
   * @param theta where to check; moved, and put back
   * @param frozen whether a parameter of this name is not trained
   * @param tolerance {@link #SMOOTH} or {@link #KINKED}
   * @param kinked whether the network has rectifiers, maxima or normalisation
   */
  public static List<Finding> of(
      Parameters theta,
      Objective objective,
      Predicate<String> frozen,
      double tolerance,
      boolean kinked) {
    GradientCheck check = new GradientCheck(theta, objective, frozen, tolerance);
    List<Finding> findings = new ArrayList<>();
    Set<Integer> wrong = new TreeSet<>();
    for (int p = 0; p < theta.count(); p++) {
      findings.add(check.check(p));
      if (findings.get(p).verdict() == Verdict.WRONG) {
        wrong.add(p);
      }
    }
    if (kinked && !wrong.isEmpty()) {
      for (int p : check.kinks(wrong)) {
        findings.set(p, findings.get(p).with(Verdict.KINK));
      }
    }
    return findings;
  }

  /** Those of some parameters that are right beside, or at least nowhere wrong. */
  private Set<Integer> kinks(Set<Integer> suspects) {
    Set<Integer> right = new TreeSet<>();
    Set<Integer> wrong = new TreeSet<>();
    for (int place = 0; place < PLACES && right.size() < suspects.size(); place++) {
      GradientCheck there = new GradientCheck(beside(place), objective, frozen, tolerance);
      for (int p : suspects) {
        Verdict verdict = right.contains(p) ? Verdict.RIGHT : there.check(p).verdict();
        if (verdict == Verdict.RIGHT) {
          right.add(p);
        } else if (verdict == Verdict.WRONG) {
          wrong.add(p);
        }
      }
    }
    Set<Integer> kinks = new TreeSet<>(suspects);
    kinks.removeIf(p -> wrong.contains(p) && !right.contains(p));
    return kinks;
  }

  /** Parameters nearby, of which nothing is exactly 0 or equal by design. */
  private Parameters beside(int place) {
    Parameters moved = theta.copy();
    for (int p = 0; p < moved.count(); p++) {
      long seed = Hash.of(BESIDE, Hash.of(moved.names().get(p)), place);
      double reach = theta.isMoment(p) ? 0 : DISTANCE / Math.sqrt(moved.get(p).numCols);
      for (int i = 0; i < moved.size(p); i++) {
        moved.get(p).data[i] += (float) (reach * (2 * Hash.unit(Hash.with(seed, i)) - 1));
      }
    }
    return moved;
  }

  private Finding check(int p) {
    String name = theta.names().get(p);
    if (frozen.test(name)) {
      return finding(p, Verdict.FROZEN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    if (theta.isMoment(p)) {
      return finding(p, Verdict.MOMENT, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    float[] g = gradient.get(p).data;
    int size = theta.size(p);
    double length = Math.sqrt(product(g, g, size));
    // bias_ih does its work but for some rows; the others never have a gradient.
    boolean besideAnother = theta.specs().get(p).role() == ParameterRole.SECOND_BIAS;
    if (besideAnother && length == 0) {
      return finding(p, Verdict.KEPT, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    List<float[]> directions = new ArrayList<>();
    List<OddPart> parts = new ArrayList<>();
    for (int r = 0; r < RANDOM_DIRECTIONS; r++) {
      float[] signs = signs(name, r, size);
      for (int i = 0; besideAnother && i < size; i++) {
        signs[i] = g[i] == 0 ? 0 : signs[i];
      }
      directions.add(signs);
      parts.add(move(p, signs, LARGEST / Math.sqrt(theta.get(p).numCols)));
    }
    if (length > 0) {
      directions.add(unit(g, size, length));
      parts.add(move(p, directions.get(RANDOM_DIRECTIONS), LARGEST));
    }
    double noise =
        Math.sqrt(parts.stream().mapToDouble(x -> x.noise() * x.noise()).average().getAsDouble());
    List<SlopeFit> slopes = parts.stream().map(part -> SlopeFit.of(part, noise)).toList();
    double[] claimed = directions.stream().mapToDouble(d -> product(g, d, size)).toArray();
    return judge(p, length, claimed, slopes);
  }

  /** The verdict on slopes: as claimed, and as measured in the same directions. */
  private Finding judge(int p, double length, double[] claimed, List<SlopeFit> slopes) {
    double squares = 0;
    for (SlopeFit fit : slopes.subList(0, RANDOM_DIRECTIONS)) {
      squares += fit.slope() * fit.slope() / RANDOM_DIRECTIONS;
    }
    double expected = Math.sqrt(squares);
    double scale = Math.max(length, expected);
    double error = 0;
    double uncertainty = 0;
    boolean wrong = false;
    for (int d = 0; d < claimed.length; d++) {
      double difference = Math.abs(claimed[d] - slopes.get(d).slope());
      double unsure = slopes.get(d).uncertainty();
      error = Math.max(error, scale == 0 ? 0 : difference / scale);
      uncertainty = Math.max(uncertainty, scale == 0 ? 0 : unsure / scale);
      // Not the other way round: what is not a number is wrong.
      wrong |= !(difference <= tolerance * scale + SIGMAS * unsure);
    }
    Verdict verdict =
        wrong
            ? Verdict.WRONG
            : scale == 0 || error > tolerance || uncertainty > tolerance
                ? Verdict.TOO_FLAT
                : Verdict.RIGHT;
    double measured = length > 0 ? slopes.get(RANDOM_DIRECTIONS).slope() : expected;
    return finding(p, verdict, length, measured, error, uncertainty);
  }

  private Finding finding(
      int p, Verdict verdict, double claimed, double measured, double error, double uncertainty) {
    return new Finding(
        theta.names().get(p),
        theta.get(p).numRows,
        theta.get(p).numCols,
        verdict,
        claimed,
        measured,
        error,
        uncertainty);
  }

  /** Signs that depend on parameter and direction alone. */
  private static float[] signs(String name, int direction, int size) {
    long seed = Hash.of(DIRECTION, Hash.of(name), direction);
    float[] signs = new float[size];
    for (int i = 0; i < size; i++) {
      signs[i] = Hash.with(seed, i) < 0 ? -1f : 1f;
    }
    return signs;
  }

  private static float[] unit(float[] g, int size, double length) {
    float[] unit = new float[size];
    for (int i = 0; i < size; i++) {
      unit[i] = (float) (g[i] / length);
    }
    return unit;
  }

  /** Moves one parameter along a direction, there and back. */
  private OddPart move(int p, float[] direction, double largest) {
    float[] values = theta.get(p).data;
    int size = theta.size(p);
    float[] before = Arrays.copyOf(values, size);
    double square = product(direction, direction, size);
    OddPart part =
        OddPart.measure(
            step -> {
              double above = move(values, before, direction, step, size);
              double high = objective.loss(theta);
              double below = move(values, before, direction, -step, size);
              double low = objective.loss(theta);
              // Parameters are rounded too: the step that was made is the one to divide by.
              double made = (above - below) / (2 * square);
              return made == 0 ? 0 : (high - low) * (step / made);
            },
            largest);
    System.arraycopy(before, 0, values, 0, size);
    return part;
  }

  /** Moves the values; returns how far they went along the direction, times its length squared. */
  private static double move(
      float[] values, float[] before, float[] direction, double step, int size) {
    double along = 0;
    for (int i = 0; i < size; i++) {
      values[i] = (float) (before[i] + step * direction[i]);
      along += ((double) values[i] - before[i]) * direction[i];
    }
    return along;
  }

  private static double product(float[] x, float[] y, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (double) x[i] * y[i];
    }
    return sum;
  }
}
