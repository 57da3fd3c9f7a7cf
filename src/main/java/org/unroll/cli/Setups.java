package org.unroll.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.unroll.batch.Rounds;
import org.unroll.config.Job;
import org.unroll.config.Problem;
import org.unroll.config.TrainingConfig;
import org.unroll.data.DataException;
import org.unroll.data.InputCoding;
import org.unroll.data.SplitSummary;
import org.unroll.data.TargetCoding;
import org.unroll.metric.Metric;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.TargetWeights;
import org.unroll.store.Model;
import org.unroll.task.Tasks;
import org.unroll.train.TrainingSetup;

/** What follows from a job and its data before training begins. */
final class Setups {
  private Setups() {}

  /** The part of a job that workers need. */
  static TrainingSetup of(Job job, InputCoding inputs, TargetCoding targets, String kernels) {
    return new TrainingSetup(
            job.model(),
            inputs.shape(job.data()),
            Tasks.output(job, targets),
            job.training().blockSize(),
            job.training().truncate(),
            job.training().seed(),
            kernels)
        .recomputing(job.training().recomputeAbove());
  }

  /** What workers need to evaluate a model, which answers as it was tuned. */
  static TrainingSetup of(Model model, String kernels) {
    return of(model.job(), model.inputs(), model.targets(), kernels).tuned(model.tuned());
  }

  /**
   * The part of a job that workers need, with the weights of its classes.
   *
   * @throws UsageException if there is no such {@code validation.metric}, if a label that is given
   *     a weight does not occur, or no class counts
   * @throws DataException if no sequence counts
   */
  static TrainingSetup of(
      Job job, InputCoding inputs, TargetCoding targets, SplitSummary train, String kernels) {
    requireWeight(job, train);
    requireMetric(job, Tasks.output(job, targets));
    return of(job, inputs, targets, kernels).weighing(weights(job, targets, train));
  }

  private static void requireWeight(Job job, SplitSummary train) {
    if (!(train.heaviest() > 0)) {
      throw new DataException(
          new Problem(
              "data.weight.column must give some sequence of data.train a weight above 0",
              "0 for all " + train.sequences(),
              "data.weight.column = " + job.data().weight().column(),
              "choose the column with the weight, or remove data.weight.column"));
    }
  }

  private static void requireMetric(Job job, HeadSpec output) {
    List<String> names = new ArrayList<>(List.of(Metric.LOSS.name()));
    output.measures().metrics().forEach(metric -> names.add(metric.name()));
    String chosen = job.validation().metric();
    if (!names.contains(chosen)) {
      throw new UsageException(
          "validation.metric must be a metric of this job's output, got '"
              + chosen
              + "'; it is measured by "
              + String.join(", ", names));
    }
  }

  /** How targets count. */
  private static TargetWeights weights(Job job, TargetCoding targets, SplitSummary train) {
    TrainingConfig training = job.training();
    List<Double> weights = new ArrayList<>();
    if (training.balanceClasses()) {
      int classes = targets.size();
      for (int k = 0; k < classes; k++) {
        double count = Math.max(1, train.targetCounts()[k]);
        weights.add(train.targets() / (classes * count));
      }
    } else if (!training.classWeights().isEmpty()) {
      weights.addAll(Collections.nCopies(targets.size(), 1.0));
      for (TrainingConfig.ClassWeight each : training.classWeights()) {
        int label = targets.names().index(each.label());
        if (label < 0) {
          throw new UsageException(
              "training.class-weights must name labels of the training data, got '"
                  + each.label()
                  + "'; the most frequent are "
                  + targets.names().tokens().subList(0, Math.min(10, targets.size())));
        }
        weights.set(label, each.weight());
      }
      requireClass(weights, train);
    }
    return new TargetWeights(training.labelSmoothing(), weights);
  }

  /** Classes that are not listed weigh 1, so that only the data tell whether any is left. */
  private static void requireClass(List<Double> weights, SplitSummary train) {
    for (int k = 0; k < weights.size(); k++) {
      if (weights.get(k) > 0 && train.targetCounts()[k] > 0) {
        return;
      }
    }
    throw new UsageException(
        "training.class-weights must leave a label of the training data a weight above 0, got 0"
            + " for all; raise one, or remove training.class-weights");
  }

  /** Which blocks belong to which round. */
  static Rounds rounds(Job job, SplitSummary train) {
    int[] sizes = new int[train.shards()];
    for (int s = 0; s < sizes.length; s++) {
      sizes[s] = Math.toIntExact(train.sequencesPerShard()[s]);
    }
    int blockSize = job.training().blockSize();
    if (job.training().hasBatchSize()) {
      return Rounds.ofBatches(sizes, blockSize, job.training().batchSize());
    }
    return Rounds.perEpoch(
        sizes, blockSize, job.sync().hasRoundsPerEpoch() ? job.sync().roundsPerEpoch() : 1);
  }

  /** A bound on the weight of any round, known before it. */
  static double weightBound(Job job, HeadSpec output, SplitSummary train, Rounds rounds) {
    int perSequence = job.model().topology().targetPerStep() ? train.longest() : 1;
    double perRound = (double) rounds.blocksPerRound() * job.training().blockSize() * perSequence;
    return Math.min(train.targets(), perRound) * train.heaviest() * output.largestWeight();
  }
}
