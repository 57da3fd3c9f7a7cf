package org.unroll.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.check.GradientCheck;
import org.unroll.config.DenseConfig;
import org.unroll.config.Job;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.nn.Network;
import org.unroll.nn.Pass;
import org.unroll.nn.head.Tally;
import org.unroll.spark.Dataset;
import org.unroll.store.EditedFile;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.TrainingSetup;

/** Compares the gradients of a job's network, at its start, with slopes measured on its data. */
final class GradcheckRun {
  private final Job job;
  private final JavaSparkContext spark;
  private final EditedFile edited;
  private final int sequences;
  private final int steps;

  /**
   * @param sequences at most so many of the training data
   * @param steps of each at most so many
   */
  GradcheckRun(Job job, JavaSparkContext spark, int sequences, int steps, EditedFile edited) {
    this.edited = edited;
    this.job = job;
    this.spark = spark;
    this.sequences = sequences;
    this.steps = steps;
  }

  GradcheckResult run() {
    FrozenParts.check(job);
    try (Dataset dataset = StartingPoint.read(job, spark, edited)) {
      return run(dataset);
    }
  }

  private GradcheckResult run(Dataset dataset) {
    KernelChoice choice = Kernels.choose();
    TrainingSetup setup =
        Setups.of(
            job, dataset.inputs(), dataset.targets(), dataset.summary().train(), choice.name());
    Network network =
        new Network(job.model(), setup.input(), setup.output(), choice.create(), setup.table());
    Parameters theta = Parameters.initial(network.parameters(), job.training().seed());
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    new StartingPoint(job, dataset, theta, spark.hadoopConfiguration(), nowhere)
        .take(edited, new Figures());
    Block block = block(dataset, setup.targetPerStep());
    // A gradient that is cut on purpose is not the slope.
    Pass pass = new Pass().training(block, 0, job.training().seed(), 0);
    Tally tally = new Tally();
    network.bind(theta);
    network.trainingLoss(pass, tally);
    double loss = tally.loss();
    double weight = tally.weight();
    if (!(weight > 0)) {
      throw new UsageException(
          "the sequences to check must weigh more than 0 in training; use more of them:"
              + " --sequences");
    }
    GradientCheck.Objective objective =
        new GradientCheck.Objective() {
          @Override
          public double loss(Parameters at) {
            network.bind(at);
            network.trainingLoss(pass, tally);
            return tally.loss();
          }

          @Override
          public Parameters gradient(Parameters at) {
            network.bind(at);
            return network.train(pass, tally);
          }
        };
    return new GradcheckResult(
        job,
        choice.name(),
        RowAccount.of(dataset.summary()),
        block.size(),
        block.tokens(),
        loss / weight,
        weight,
        tolerance(),
        GradientCheck.of(
            theta,
            objective,
            job.model()::isFrozen,
            tolerance(),
            rectifiesOrPools() || normalizes()));
  }

  /** The first sequences of the first shard that has any: chosen by hash, so as good as drawn. */
  private Block block(Dataset dataset, boolean targetPerStep) {
    Iterator<Shard> shards = dataset.train().toLocalIterator();
    Shard shard = shards.next();
    while (shard.size() == 0) {
      shard = shards.next();
    }
    Shard first = shard;
    int[] order =
        IntStream.range(0, Math.min(sequences, shard.size()))
            .boxed()
            .sorted(Comparator.comparingInt(sequence -> -first.length(sequence)))
            .mapToInt(Integer::intValue)
            .toArray();
    Block block = new Block();
    // The beginning of a sequence has no text of its own.
    int most = job.model().predicted().isText() ? Integer.MAX_VALUE : steps;
    block.fillBeginnings(shard, order, 0, order.length, targetPerStep, most);
    return block;
  }

  private double tolerance() {
    return rectifiesOrPools() ? GradientCheck.KINKED : GradientCheck.SMOOTH;
  }

  private boolean rectifiesOrPools() {
    ModelConfig model = job.model();
    return recurrentLayers().anyMatch(GradcheckRun::rectifies)
        || model.dense().stream()
            .anyMatch(layer -> layer.activation() == DenseConfig.Activation.RELU)
        || model.pooling() == ModelConfig.Pooling.MAX;
  }

  private boolean normalizes() {
    return recurrentLayers()
        .anyMatch(layer -> layer.normalization() != LayerConfig.Normalization.NONE);
  }

  private Stream<LayerConfig> recurrentLayers() {
    return Stream.concat(job.model().layers().stream(), job.model().characters().layers().stream());
  }

  private static boolean rectifies(LayerConfig layer) {
    return layer.cell() == LayerConfig.Cell.RNN
        && layer.activation() == LayerConfig.Activation.RELU;
  }
}
