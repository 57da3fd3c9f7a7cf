package org.unroll.train;

import java.io.Serializable;
import org.unroll.config.ModelConfig;

/**
 * What a worker must know to compute blocks; travels to executors.
 *
 * @param model the network
 * @param symbols size of the input vocabulary
 * @param classes number of target classes
 * @param blockSize sequences in a block
 * @param truncate steps after which the gradient's flow is cut; 0 is never
 * @param seed seed of the run
 * @param kernels name of the kernels the driver chose
 */
public record TrainingSetup(
    ModelConfig model,
    int symbols,
    int classes,
    int blockSize,
    int truncate,
    long seed,
    String kernels)
    implements Serializable {

  /** Whether there is a target at each step, or one per sequence. */
  public boolean targetPerStep() {
    return switch (model.topology()) {
      case MANY_TO_MANY -> true;
      case MANY_TO_ONE -> false;
    };
  }
}
