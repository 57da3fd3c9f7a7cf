package org.unroll.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.unroll.batch.Block;
import org.unroll.hash.Hash;
import org.unroll.tensor.Steps;

/**
 * Lets a language model write: each output is the next input, the state is carried on. Several
 * texts at once, each in a lane of its own; the choice of a symbol is a function of (seed, text,
 * step).
 */
public final class Sampler {
  private static final long SAMPLE = 0x53414D504C45L;

  private final Network network;
  private final int end;
  private final IntPredicate never;
  private final Sampling sampling;

  /**
   * A sampler.
   *
   * @param network bound to its parameters
   * @param end symbol that ends a text; −1 if there is none
   * @param never symbols that are never written, such as the unknown one; the others share their
   *     probability as they share the rest
   * @param sampling how they are drawn
   */
  public Sampler(Network network, int end, IntPredicate never, Sampling sampling) {
    this.network = network;
    this.end = end;
    this.never = never;
    this.sampling = sampling;
  }

  /**
   * Writes texts.
   *
   * @param start symbols every text begins with, at least one; not part of the result
   * @param texts number of texts
   * @param length greatest number of symbols of a text
   * @return the symbols written, without the end symbol
   */
  public List<int[]> write(int[] start, int texts, int length) {
    long[] ids = new long[texts];
    int[] first = new int[start.length * texts];
    for (int lane = 0; lane < texts; lane++) {
      ids[lane] = lane;
      for (int t = 0; t < start.length; t++) {
        first[t * texts + lane] = start[t];
      }
    }
    int[][] written = new int[texts][length];
    int[] lengths = new int[texts];
    boolean[] ended = new boolean[texts];
    Block block = Block.forEvaluation();
    Pass pass = new Pass();
    network.resetState();
    block.fill(ids, first, start.length);
    int[] next = new int[texts];
    for (int step = 0; step < length && !all(ended); step++) {
      Steps probabilities = network.predict(pass.evaluation(block, true));
      int t = probabilities.timeline().steps() - 1;
      for (int lane = 0; lane < texts; lane++) {
        next[lane] = choose(probabilities, t, lane, step);
        if (next[lane] == end) {
          ended[lane] = true;
        } else if (!ended[lane]) {
          written[lane][lengths[lane]++] = next[lane];
        }
      }
      block.fill(ids, next, 1);
    }
    network.resetState();
    List<int[]> result = new ArrayList<>();
    for (int lane = 0; lane < texts; lane++) {
      result.add(Arrays.copyOf(written[lane], lengths[lane]));
    }
    return result;
  }

  private static boolean all(boolean[] flags) {
    for (boolean flag : flags) {
      if (!flag) {
        return false;
      }
    }
    return true;
  }

  private int choose(Steps probabilities, int t, int lane, int step) {
    int lanes = probabilities.timeline().lanes();
    int from = probabilities.offset(t) + lane;
    int classes = probabilities.rows();
    double[] weights = new double[classes];
    double total = 0;
    int likeliest = -1;
    for (int k = 0; k < classes; k++) {
      float p = probabilities.data()[from + k * lanes];
      if (never.test(k)) {
        continue;
      }
      if (likeliest < 0 || p > probabilities.data()[from + likeliest * lanes]) {
        likeliest = k;
      }
      weights[k] = sampling.weight(p);
      total += weights[k];
    }
    total = sampling.cut(weights, total);
    if (!(total > 0)) {
      return likeliest;
    }
    double drawn = total * Hash.unit(Hash.of(SAMPLE, sampling.seed(), lane, step));
    for (int k = 0; k < classes; k++) {
      drawn -= weights[k];
      if (drawn < 0) {
        return k;
      }
    }
    return likeliest;
  }
}
