package org.unroll.nn.head;

import java.util.ArrayList;
import java.util.List;
import org.unroll.batch.Block;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.metric.Measures;
import org.unroll.tensor.Timeline;

/**
 * One of very many classes, which are numbered by falling frequency: see {@link
 * AdaptiveSoftmaxHead}.
 *
 * @param outputs number of classes
 * @param classes what they are
 * @param cutoffs first class of each cluster, rising, from 1 to {@code outputs − 1}
 * @param factor by how much the input of a cluster is narrower than that of the one before it
 */
public record AdaptiveSoftmaxSpec(
    int outputs, ClassNames classes, List<Integer> cutoffs, double factor) implements HeadSpec {

  public AdaptiveSoftmaxSpec {
    cutoffs = List.copyOf(cutoffs);
    int least = 1;
    for (int cutoff : cutoffs) {
      if (cutoff < least || cutoff >= outputs) {
        throw new IllegalArgumentException(
            "cut points must rise from 1 to less than " + outputs + ", got " + cutoffs);
      }
      least = cutoff + 1;
    }
  }

  /**
   * Where clusters begin if nothing else is said: V^⅔ and V^⅚ of V classes. Where frequencies fall
   * as Zipf's law has it, two thirds of all targets are then in the head and a sixth in each
   * cluster.
   */
  public static List<Integer> defaultCutoffs(int classes) {
    List<Integer> cutoffs = new ArrayList<>();
    int before = 0;
    for (double power : new double[] {2 / 3.0, 5 / 6.0}) {
      // StrictMath: the same cut points on every processor.
      int cutoff = (int) StrictMath.pow(classes, power);
      if (cutoff > before && cutoff < classes) {
        cutoffs.add(cutoff);
        before = cutoff;
      }
    }
    return cutoffs;
  }

  /** First class of a cluster; of the one behind the last, the number of classes. */
  int first(int cluster) {
    return cluster == cutoffs.size() ? outputs : cutoffs.get(cluster);
  }

  /** Number of classes of a cluster. */
  int size(int cluster) {
    return first(cluster + 1) - first(cluster);
  }

  /** Rows of the head: the most frequent classes, and one for each cluster. */
  int headRows() {
    return first(0) + cutoffs.size();
  }

  /**
   * Width of a cluster's input: {@code ⌊inputs / factor^(cluster + 1)⌋}, at least 1.
   *
   * @param inputs width of the head's input
   */
  int width(int cluster, long inputs) {
    return Math.max(1, (int) (inputs / StrictMath.pow(factor, cluster + 1)));
  }

  @Override
  public Head create(Place place) {
    if (place.tied() != null) {
      throw new IllegalArgumentException(
          "an adaptive softmax has several output weights: the embedding cannot be one of them");
    }
    return new AdaptiveSoftmaxHead(this, place);
  }

  @Override
  public Measures measures() {
    return new ClassMeasures(classes);
  }

  @Override
  public long parameters(long inputs, boolean tied) {
    long count = headRows() * (inputs + 1);
    for (int c = 0; c < cutoffs.size(); c++) {
      count += width(c, inputs) * (inputs + size(c));
    }
    return count;
  }

  @Override
  public double products(long inputs, Block block) {
    double products = (double) headRows() * inputs * HeadSpec.columns(block);
    for (int c = 0; c < cutoffs.size(); c++) {
      products += (double) width(c, inputs) * (inputs + size(c)) * columns(block, c);
    }
    return products;
  }

  @Override
  public Rows rows(String parameter) {
    for (int c = 0; c < cutoffs.size(); c++) {
      if (parameter.equals(SoftmaxCluster.narrowName(c))) {
        return null;
      }
      if (parameter.equals(SoftmaxCluster.className(c))) {
        return new Rows(first(c), first(c + 1), 0);
      }
    }
    return new Rows(0, first(0), cutoffs.size());
  }

  /** Columns that a cluster computes in training, those that only fill lanes included. */
  private long columns(Block block, int cluster) {
    int lanes = block.timeline().lanes();
    int targets = 0;
    for (int lane = 0; lane < block.size(); lane++) {
      int of = block.targetPerStep() ? block.length(lane) : 1;
      for (int t = 0; t < of; t++) {
        int target = block.targets()[t * lanes + lane];
        targets += target >= first(cluster) && target < first(cluster + 1) ? 1 : 0;
      }
    }
    return Timeline.roundUp(targets);
  }
}
