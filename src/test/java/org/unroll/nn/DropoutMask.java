package org.unroll.nn;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.unroll.batch.Block;
import org.unroll.config.ModelConfig;
import org.unroll.hash.Hash;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Timeline;
import org.unroll.twin.TwinOptions;

/**
 * The network's dropout masks, one value at a time, for the twin: what the kernels make of ones in
 * a block in which the sequence stands alone.
 */
final class DropoutMask implements TwinOptions.Dropout {
  private static final int LANES = Timeline.LANE_MULTIPLE;

  private final Map<Integer, Integer> numbers = new HashMap<>();
  private final Map<Integer, Double> rates = new HashMap<>();
  private final Map<List<Long>, float[]> masks = new HashMap<>();
  private final Kernels kernels = new EjmlKernels();
  private final Pass pass = new Pass();
  private final Block block = new Block();
  private final int widest;

  /** Room for what stands beside the embedding. */
  private static final int BESIDE = 16;

  private final ModelConfig model;
  private final long seed;
  private final int epoch;

  DropoutMask(ModelConfig model, long seed, int epoch) {
    this.model = model;
    this.seed = seed;
    this.epoch = epoch;
    int number = 0;
    if (model.embedding() > 0) {
      number = put(TwinOptions.EMBEDDING, model.embeddingDropout(), number + 1);
    }
    int layers = model.layers().size();
    for (int l = 0; l < layers; l++) {
      int residual = model.layers().get(l).residual() ? 1 : 0;
      number = put(l, model.layers().get(l).dropout(), number + residual + 1) + residual;
    }
    if (!model.topology().targetPerStep()) {
      number++;
    }
    for (int k = 0; k < model.dense().size(); k++) {
      number = put(layers + k, model.dense().get(k).dropout(), number + 1);
    }
    widest =
        Math.max(
            model.embedding() + BESIDE,
            Math.max(
                2 * model.layers().stream().mapToInt(l -> l.units()).max().orElseThrow(),
                model.dense().stream().mapToInt(d -> d.units()).max().orElse(0)));
  }

  /** Layers are numbered from below, dropouts among them. */
  private int put(int layer, double rate, int number) {
    if (rate == 0) {
      return number;
    }
    numbers.put(layer, number);
    rates.put(layer, rate);
    return number + 1;
  }

  @Override
  public double factor(int layer, long id, int step, int unit) {
    return numbers.containsKey(layer)
        ? masks
            .computeIfAbsent(List.of((long) layer, id, (long) step), k -> mask(layer, id, step))[
            unit * LANES]
        : 1;
  }

  @Override
  public double recurrent(int layer, boolean reverse, long id, int unit) {
    double rate = model.layers().get(layer).recurrentDropout();
    if (rate == 0) {
      return 1;
    }
    // As the layer numbers them, below all others.
    int number = -1 - 2 * layer - (reverse ? 1 : 0);
    return masks
        .computeIfAbsent(List.of((long) number, id), k -> mask(number, rate, id, 0))[unit * LANES];
  }

  private float[] mask(int layer, long id, int step) {
    boolean variational = model.dropoutMask() == ModelConfig.DropoutMask.SEQUENCE;
    int stepKey = variational ? 0 : (int) (Hash.of(step) >>> 32);
    return mask(numbers.get(layer), rates.get(layer), id, stepKey);
  }

  private float[] mask(int number, double rate, long id, int stepKey) {
    block.fill(new long[] {id}, new int[1], 1);
    int[] keys = new int[LANES];
    keys[0] = pass.training(block, 0, seed, epoch).dropoutKey(0, number);
    int threshold = (int) Math.round(rate * (1 << 24));
    float scale = (float) (1 / (1 - threshold / (double) (1 << 24)));
    float[] ones = new float[widest * LANES];
    Arrays.fill(ones, 1f);
    kernels.dropout(ones, 0, widest, LANES, LANES, keys, stepKey, threshold, scale);
    return ones;
  }
}
