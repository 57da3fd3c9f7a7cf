package org.unroll.train;

import java.io.Serializable;
import java.util.Map;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.data.InputShape;
import org.unroll.nn.Architecture;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.TargetWeights;

/**
 * What a worker must know to compute blocks; travels to executors.
 *
 * @param model the network
 * @param input what a step of the data gives
 * @param output the output layer
 * @param blockSize sequences in a block
 * @param truncate steps after which the gradient's flow is cut; 0 is never
 * @param seed seed of the run
 * @param kernels name of the kernels the driver chose
 * @param table whether an embedding is folded into the first layer's projection
 * @param recomputeAbove steps of a block above which it is computed in windows; 0 is never
 */
public record TrainingSetup(
    ModelConfig model,
    InputShape input,
    HeadSpec output,
    int blockSize,
    int truncate,
    long seed,
    String kernels,
    boolean table,
    int recomputeAbove)
    implements Serializable {

  /** No block is computed in windows. */
  public TrainingSetup(
      ModelConfig model,
      InputShape input,
      HeadSpec output,
      int blockSize,
      int truncate,
      long seed,
      String kernels,
      boolean table) {
    this(model, input, output, blockSize, truncate, seed, kernels, table, 0);
  }

  /** With a table where the network makes one by itself. */
  public TrainingSetup(
      ModelConfig model,
      InputShape input,
      HeadSpec output,
      int blockSize,
      int truncate,
      long seed,
      String kernels) {
    this(
        model,
        input,
        output,
        blockSize,
        truncate,
        seed,
        kernels,
        Architecture.foldsByDefault(input));
  }

  /** The same with other weights of targets. */
  public TrainingSetup weighing(TargetWeights weights) {
    return with(output.weighing(weights), recomputeAbove);
  }

  /** The same with answers as they were tuned, see {@link HeadSpec#tuned}. */
  public TrainingSetup tuned(Map<String, Object> tuned) {
    return with(output.tuned(tuned), recomputeAbove);
  }

  /** The same, computing blocks of more steps in windows. */
  public TrainingSetup recomputing(int above) {
    return with(output, above);
  }

  private TrainingSetup with(HeadSpec other, int above) {
    return new TrainingSetup(model, input, other, blockSize, truncate, seed, kernels, table, above);
  }

  /** Whether there is a target at each step, or one per sequence. */
  public boolean targetPerStep() {
    return model.topology().targetPerStep() && !model.predicted().isText();
  }

  /** Whether a sequence can be computed piece by piece, the state carried from piece to piece. */
  public boolean carriesState() {
    return targetPerStep()
        && output.worksInWindows()
        && model.layers().stream().noneMatch(LayerConfig::bidirectional);
  }
}
