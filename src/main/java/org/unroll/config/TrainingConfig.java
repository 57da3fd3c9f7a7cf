package org.unroll.config;

import java.io.Serializable;
import java.util.List;

/** The {@code training} section: epochs, batches, loss and optimiser. */
public record TrainingConfig(
    @Key(required = true, atLeast = 1, doc = "Number of passes over the training data.") int epochs,
    @Key(
            optional = true,
            atLeast = 1,
            doc =
                "Number of sequences per update, rounded up to whole blocks. An alternative"
                    + " to `sync.rounds-per-epoch`.")
        int batchSize,
    @Key(
            value = "32",
            atLeast = 1,
            doc =
                "Number of sequences that are computed together as one matrix. It changes"
                    + " the rounding, and with batch normalisation the statistics.")
        int blockSize,
    @Key(
            value = "1",
            doc =
                "Seed of everything random: initial weights, order of the sequences," + " dropout.")
        long seed,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Maximum norm of the gradient; a longer gradient is scaled down to it. 0"
                    + " disables clipping.")
        double clipNorm,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Maximum absolute value of each element of the gradient; larger ones are"
                    + " clipped. 0 disables clipping.")
        double clipValue,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Truncated back-propagation through time: the gradient is cut every so many"
                    + " steps, while the state is carried on. 0 propagates it through the whole"
                    + " sequence.")
        int truncate,
    @Key(
            value = "1000",
            atLeast = 0,
            doc =
                "Blocks with more steps keep only some of their states and recompute the"
                    + " rest in the backward pass, which saves memory and takes about a third"
                    + " more time; 0 disables this. Not available with bidirectional layers,"
                    + " batch normalisation or attention pooling.")
        int recomputeAbove,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Early stopping: training ends after this many validations without a gain of"
                    + " `validation.metric`; 0 disables it. There is one validation per epoch"
                    + " unless `validation.every-rounds` is set.")
        int patience,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Averages the parameters over this many last rounds of training; the"
                    + " average is what is validated and saved. 0 disables averaging.")
        int averageRounds,
    @Key(
            value = "0",
            atLeast = 0,
            below = 1,
            doc =
                "Label smoothing: the fraction of each target that is spread evenly over"
                    + " all classes in training.")
        double labelSmoothing,
    @Key(
            value = "false",
            doc =
                "Whether all classes count the same in training, however frequent they are:"
                    + " the weight of a class is (all targets) / (classes × targets of the"
                    + " class).")
        boolean balanceClasses,
    @Key(
            value = "[]",
            doc =
                "Weights of classes in the training loss; classes that are not listed have"
                    + " weight 1.")
        List<ClassWeight> classWeights,
    OptimizerConfig optimizer)
    implements Serializable {

  /** An element of {@code training.class-weights}. */
  public record ClassWeight(
      @Key(required = true, doc = "Label, as in the training data.") String label,
      @Key(required = true, atLeast = 0, doc = "Weight of each target with this label.")
          double weight)
      implements Serializable {}

  /** Copies the list, so that the record cannot change. */
  public TrainingConfig {
    classWeights = List.copyOf(classWeights);
  }

  /**
   * Whether rounds depend on how many epochs there are in all: the learning rate falls towards the
   * last one, or the last rounds are averaged.
   */
  public boolean dependsOnEpochs() {
    return optimizer.schedule() == OptimizerConfig.Schedule.COSINE || averageRounds > 0;
  }

  /** Whether {@code training.batch-size} was given; otherwise {@link #batchSize()} is 0. */
  public boolean hasBatchSize() {
    return batchSize > 0;
  }

  /** The same with another number of epochs. */
  TrainingConfig withEpochs(int epochs) {
    return new TrainingConfig(
        epochs,
        batchSize,
        blockSize,
        seed,
        clipNorm,
        clipValue,
        truncate,
        recomputeAbove,
        patience,
        averageRounds,
        labelSmoothing,
        balanceClasses,
        classWeights,
        optimizer);
  }
}
