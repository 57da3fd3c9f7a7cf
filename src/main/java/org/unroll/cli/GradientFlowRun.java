package org.unroll.cli;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.unroll.batch.Shard;
import org.unroll.check.GradientFlow;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.Intake;
import org.unroll.nn.Network;
import org.unroll.spark.Dataset;
import org.unroll.spark.DatasetReader;
import org.unroll.spark.DatasetRequest;
import org.unroll.store.Model;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.train.TrainingSetup;

/** Reads data as a model was taught to, and measures how far its gradients reach. */
final class GradientFlowRun {
  private final JavaSparkContext spark;
  private final String data;
  private final int sequences;
  private final int steps;
  private final Consumer<String> warn;

  /**
   * @param sequences at most so many
   * @param steps of each at most so many
   * @param warn takes what the user should be told, a line each
   */
  GradientFlowRun(
      JavaSparkContext spark, String data, int sequences, int steps, Consumer<String> warn) {
    this.warn = warn;
    this.spark = spark;
    this.data = data;
    this.sequences = sequences;
    this.steps = steps;
  }

  GradientFlowResult of(String location, Model model) {
    Job job = model.job();
    if (!job.model().freeze().isEmpty()) {
      // Frozen layers hold up what flows to those below.
      job = JobReader.read(job.toHocon(), job.name() + ".conf", List.of("model.freeze=[]"));
    }
    KernelChoice kernels = Kernels.choose();
    TrainingSetup setup = Setups.of(job, model.inputs(), model.targets(), kernels.name());
    Network network =
        new Network(setup.model(), setup.input(), setup.output(), kernels.create(), setup.table());
    GradientFlow flow = new GradientFlow(setup, network, model.parameters(), steps);
    Intake.Counts rows;
    try (Dataset dataset =
        DatasetReader.read(
            spark,
            DatasetRequest.evaluation(
                InspectCommand.GRADIENT_FLOW,
                job.data(),
                job.model().predicted(),
                data,
                job.training().blockSize(),
                model.inputs(),
                model.targets()))) {
      dataset.summary().doubts().forEach(each -> warn.accept("warning: " + each));
      rows = dataset.summary().test().intake();
      Iterator<Shard> shards = dataset.test().toLocalIterator();
      while (shards.hasNext() && flow.sequences() < sequences) {
        flow.add(shards.next(), (int) (sequences - flow.sequences()));
      }
    }
    return new GradientFlowResult(
        name(location), data, job.model(), rows, flow.sequences(), flow.lines(), flow.accuracies());
  }

  /** The last part of a path that says something. */
  private static String name(String location) {
    String path = location.replaceAll("/+$", "").replaceAll("/model$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
