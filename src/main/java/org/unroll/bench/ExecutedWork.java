package org.unroll.bench;

import java.util.List;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.batch.ShardOrder;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.data.InputShape;
import org.unroll.nn.cell.Cells;
import org.unroll.tensor.Timeline;
import org.unroll.train.TrainingSetup;

/**
 * What the processor really multiplies and adds in an epoch: the lanes that are computed, those
 * that only fill a vector included. Products alone are counted, forward and back; the functions of
 * the cells, softmax and the update are not.
 *
 * @param tokens steps of all sequences
 * @param laneSteps Σ over steps of lanes computed; those beyond {@code tokens} are filling
 * @param flops of all products, a multiplication and an addition counted each
 */
record ExecutedWork(long tokens, long laneSteps, double flops) {

  /** The work of the first epoch; others differ by the filling only. */
  static ExecutedWork of(Workload workload, TrainingSetup setup) {
    long tokens = 0;
    long laneSteps = 0;
    long flowing = 0;
    double outputProducts = 0;
    long outputs = 0;
    long blocks = 0;
    long characters = 0;
    Block block = new Block();
    for (Shard shard : workload.shards()) {
      ShardOrder order = ShardOrder.training(shard, setup.blockSize(), setup.seed(), 0);
      for (int b = 0; b < order.blocks(); b++) {
        order.fill(shard, b, block, setup.targetPerStep());
        Timeline timeline = block.timeline();
        long before = laneSteps;
        for (int t = 0; t < timeline.steps(); t++) {
          laneSteps += timeline.width(t);
          // The gradient does not flow out of the first step, nor across a truncation.
          boolean flows = t > 0 && (setup.truncate() == 0 || t % setup.truncate() != 0);
          flowing += flows ? timeline.width(t) : 0;
        }
        blocks++;
        characters += characters(block);
        tokens += block.tokens();
        outputProducts += setup.output().products(outputWidth(setup), block);
        outputs += setup.targetPerStep() ? laneSteps - before : timeline.lanes();
      }
    }
    // A table is computed once per update and thread, counted once; its gradients once per block.
    double inputs =
        workload.table()
            ? Timeline.roundUp(setup.input().symbols())
                * (workload.rounds().rounds() + 2.0 * blocks)
            // One-hot symbols are looked up; real values alone have no gradient.
            : (width(setup) == 0 ? 0 : setup.input().fields().isEmpty() ? 2.0 : 3.0) * laneSteps;
    return new ExecutedWork(
        tokens,
        laneSteps,
        flops(setup, inputs, laneSteps, flowing, outputs)
            + 3 * 2 * outputProducts
            + characterEncoder(setup, characters));
  }

  /**
   * The products of an epoch, but for those of the output layer.
   *
   * @param inputs columns that the first layer's input weight is multiplied with: forward, gradient
   *     of the weight, gradient of the input; none of one-hot symbols, which are looked up
   */
  private static double flops(
      TrainingSetup setup, double inputs, double laneSteps, double flowing, double outputs) {
    ModelConfig model = setup.model();
    double width = width(setup);
    double products = 0;
    for (LayerConfig layer : model.layers()) {
      int directions = layer.bidirectional() ? 2 : 1;
      double rows = (double) directions * Cells.gates(layer) * layer.units();
      products += rows * width * inputs;
      products += rows * layer.units() * (2 * laneSteps + flowing);
      width = (double) directions * layer.units();
      inputs = 3 * laneSteps;
    }
    // The weight of attention is multiplied like a layer's input; its score's one row is nothing.
    boolean attends = model.pooling() == ModelConfig.Pooling.ATTENTION;
    products += attends ? width * width * inputs : 0;
    for (DenseConfig dense : model.dense()) {
      products += dense.units() * width * 3 * outputs;
      width = dense.units();
    }
    return 2 * products;
  }

  /** Width of the layer below the output. */
  private static long outputWidth(TrainingSetup setup) {
    List<DenseConfig> dense = setup.model().dense();
    List<LayerConfig> layers = setup.model().layers();
    return dense.isEmpty()
        ? layers.get(layers.size() - 1).outputs()
        : dense.get(dense.size() - 1).units();
  }

  private static long characters(Block block) {
    long characters = 0;
    Timeline timeline = block.timeline();
    for (int t = 0; block.hasWords() && t < timeline.steps(); t++) {
      for (int lane = 0; lane < timeline.active(t); lane++) {
        characters += block.wordLength(t * timeline.lanes() + lane);
      }
    }
    return characters;
  }

  /** The products over the characters of words, without those that only fill lanes. */
  private static double characterEncoder(TrainingSetup setup, long characters) {
    double width = setup.model().characters().embedding();
    double products = 0;
    for (LayerConfig layer : setup.model().characters().layers()) {
      int directions = layer.bidirectional() ? 2 : 1;
      double rows = (double) directions * Cells.gates(layer) * layer.units();
      products += rows * (width + layer.units()) * 3 * characters;
      width = (double) directions * layer.units();
    }
    return 2 * products;
  }

  /** Real values per step that the first layer multiplies; 0 above one-hot symbols. */
  private static double width(TrainingSetup setup) {
    double width = setup.input().features();
    for (InputShape.Symbols field : setup.input().fields()) {
      width += field.name().isEmpty() ? setup.model().embedding() : field.embedding();
    }
    if (setup.input().characters() > 0) {
      List<LayerConfig> layers = setup.model().characters().layers();
      LayerConfig top = layers.get(layers.size() - 1);
      width += (top.bidirectional() ? 2.0 : 1.0) * top.units();
    }
    return width;
  }

  double flopsPerToken() {
    return flops / tokens;
  }

  /** Share of the lanes computed that hold a token. */
  double laneUse() {
    return (double) tokens / laneSteps;
  }
}
