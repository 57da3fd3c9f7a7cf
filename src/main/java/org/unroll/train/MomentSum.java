package org.unroll.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.norm.BatchNorm;
import org.unroll.nn.norm.RunningMoments;
import org.unroll.tensor.Parameters;

/**
 * What the blocks of a round have measured for batch normalisation: count, Σ v and Σ v² of each
 * row, in {@link WholeSums} and so independent of order and grouping. The driver pools them and
 * moves the running moments once per round.
 */
public final class MomentSum implements Serializable {
  private static final long serialVersionUID = 1;

  /** One for each normalisation, in the network's order; empty as long as there is nothing. */
  private final List<Part> parts = new ArrayList<>();

  /** Of one normalisation: for each row Σ v, then for each Σ v². */
  private static final class Part implements Serializable {
    private static final long serialVersionUID = 1;

    private final String mean;
    private final String variance;
    private final double momentum;
    private final int rows;
    private final WholeSums sums;
    private long count;

    Part(String mean, String variance, double momentum, int rows) {
      this.mean = mean;
      this.variance = variance;
      this.momentum = momentum;
      this.rows = rows;
      sums = new WholeSums(2 * rows);
    }
  }

  /**
   * Adds what a block has measured.
   *
   * @return the name of the first mean for which a value was too large or not a number; null if all
   *     was added
   */
  String add(List<RunningMoments> moments) {
    while (parts.size() < moments.size()) {
      RunningMoments next = moments.get(parts.size());
      parts.add(new Part(next.mean(), next.variance(), next.norm().momentum(), next.norm().rows()));
    }
    for (int i = 0; i < moments.size(); i++) {
      Part part = parts.get(i);
      BatchNorm norm = moments.get(i).norm();
      part.count += norm.count();
      for (int r = 0; r < part.rows && norm.count() > 0; r++) {
        if (!part.sums.add(r, norm.sum(r)) || !part.sums.add(part.rows + r, norm.sumOfSquares(r))) {
          return part.mean;
        }
      }
    }
    return null;
  }

  /** Adds another sum of the same network. */
  void add(MomentSum other) {
    while (parts.size() < other.parts.size()) {
      Part next = other.parts.get(parts.size());
      parts.add(new Part(next.mean, next.variance, next.momentum, next.rows));
    }
    for (int i = 0; i < other.parts.size(); i++) {
      parts.get(i).count += other.parts.get(i).count;
      parts.get(i).sums.add(other.parts.get(i).sums);
    }
  }

  /**
   * Moves the running moments towards those of all values of the round together, the variance that
   * of a sample, n − 1 in its denominator, as in PyTorch. The weight of a round is the momentum,
   * but the first 1 / momentum rounds count alike, so that nothing is left of where the moments
   * began. A round with less than two values moves nothing.
   *
   * @param parameters the running moments in it are modified
   * @param updates number of updates, this one included
   */
  public void update(Parameters parameters, long updates) {
    for (Part part : parts) {
      if (part.count < 2) {
        continue;
      }
      double weight = Math.max(part.momentum, 1.0 / updates);
      FMatrixRMaj means = parameters.get(part.mean);
      FMatrixRMaj variances = parameters.get(part.variance);
      for (int r = 0; r < part.rows; r++) {
        double sum = part.sums.value(r);
        double mean = sum / part.count;
        double squares = Math.max(0, part.sums.value(part.rows + r) - sum * mean);
        means.data[r] = moved(means.data[r], mean, weight);
        variances.data[r] = moved(variances.data[r], squares / (part.count - 1), weight);
      }
    }
  }

  private static float moved(float running, double value, double weight) {
    return (float) ((1 - weight) * running + weight * value);
  }

  /** All sums, exactly. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(part.mean).append(' ').append(part.count).append(' ').append(part.sums);
    }
    return text.toString();
  }
}
