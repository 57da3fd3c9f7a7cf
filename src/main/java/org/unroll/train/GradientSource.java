package org.unroll.train;

import org.unroll.batch.Rounds;
import org.unroll.tensor.Parameters;

/**
 * Where the gradient of a round comes from: Spark's executors or the driver's threads. Both give
 * the same bits.
 */
public interface GradientSource extends AutoCloseable {
  /** Which blocks belong to which round. */
  Rounds rounds();

  /**
   * Summed gradient, loss and weight of a round's blocks.
   *
   * @param parameters θ; not modified
   * @return valid until the next call
   * @throws TrainingException if a worker fails for good
   * @throws CancelledException if {@link #cancel} was called
   */
  GradientSum gradient(Parameters parameters, RoundRequest request);

  /** Whether there are validation data. */
  boolean canValidate();

  /**
   * Loss and right predictions on the validation data.
   *
   * @param parameters θ; not modified
   * @throws TrainingException if a worker fails for good
   * @throws CancelledException if {@link #cancel} was called
   */
  Evaluation validate(Parameters parameters);

  /** How many threads of the driver may share its part of a round; no bit depends on it. */
  default int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Ends what is running and what is asked for from now on; may be called by another thread. */
  default void cancel() {}

  @Override
  default void close() {}
}
