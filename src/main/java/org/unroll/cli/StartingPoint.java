package org.unroll.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.unroll.config.Job;
import org.unroll.data.FeatureScaler;
import org.unroll.data.WordVectors;
import org.unroll.spark.Dataset;
import org.unroll.spark.DatasetReader;
import org.unroll.spark.DatasetRequest;
import org.unroll.store.Directory;
import org.unroll.store.EditedFile;
import org.unroll.store.InitialScaling;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.store.WarmStart;
import org.unroll.tensor.Parameters;
import org.unroll.text.Counts;

/** What parameters start from other than chance: pretrained vectors, then another model. */
final class StartingPoint {
  private final Job job;
  private final Dataset dataset;
  private final Parameters parameters;
  private final Configuration hadoop;
  private final PrintStream out;

  /**
   * @param parameters as chance has them; changed
   */
  StartingPoint(
      Job job, Dataset dataset, Parameters parameters, Configuration hadoop, PrintStream out) {
    this.job = job;
    this.dataset = dataset;
    this.parameters = parameters;
    this.hadoop = hadoop;
    this.out = out;
  }

  /**
   * Looks whether what a job names is there, before its data are read, which takes longer.
   *
   * @param edited what to do with a model whose files were edited
   * @return the scaling of features that is taken over from another model, by the key of its input
   */
  static Map<String, FeatureScaler> check(Job job, Configuration hadoop, EditedFile edited) {
    PretrainedFile.of(job).forEach(file -> file.check(hadoop));
    return job.model().hasInitial()
        ? InitialScaling.taken(
            ModelDirectory.read(Directory.at(job.model().initial(), hadoop), edited), job)
        : Map.of();
  }

  /** {@link #check}, and then reads the job's data. */
  static Dataset read(Job job, JavaSparkContext spark, EditedFile edited) {
    return DatasetReader.read(
        spark, DatasetRequest.of(job, check(job, spark.hadoopConfiguration(), edited)));
  }

  /** Reads what the job names; the result goes into {@code run}. */
  void take(EditedFile edited, Figures run) {
    List<Object> vectors = vectors();
    if (!vectors.isEmpty()) {
      run.put("vectors", vectors);
    }
    if (job.model().hasInitial()) {
      run.put("initial", initial(edited));
    }
  }

  private List<Object> vectors() {
    List<Object> figures = new ArrayList<>();
    for (PretrainedFile file : PretrainedFile.of(job)) {
      float[] table = parameters.get(file.parameter()).data;
      figures.add(report(file.parameter(), file.read(hadoop, dataset.inputs(), table)));
    }
    return figures;
  }

  private Map<String, Object> report(String name, WordVectors.Coverage coverage) {
    out.printf(
        Locale.ROOT,
        "%s: vectors for %,d of %s (%.1f %%) from %s%s%n",
        name,
        coverage.count(),
        Counts.of(coverage.symbols(), "symbol"),
        100.0 * coverage.count() / coverage.symbols(),
        Counts.of(coverage.lines(), "line"),
        coverage.missing().isEmpty()
            ? ""
            : "; none for " + String.join(", ", coverage.missing()) + ", …");
    return new Figures()
        .put("parameter", name)
        .put("symbols", (long) coverage.symbols())
        .put("covered", (long) coverage.count())
        .map();
  }

  private List<Object> initial(EditedFile edited) {
    Model from = ModelDirectory.read(Directory.at(job.model().initial(), hadoop), edited);
    Model to = new Model(job, dataset.inputs(), dataset.targets(), parameters, Map.of());
    List<Object> figures = new ArrayList<>();
    out.println("starting from " + job.model().initial());
    for (WarmStart.Entry entry : WarmStart.take(from, to)) {
      out.printf(Locale.ROOT, "  %-38s %s%n", entry.name(), entry.what());
      figures.add(
          new Figures()
              .put("parameter", entry.name())
              .put("taken", entry.taken())
              .put("what", entry.what())
              .map());
    }
    return figures;
  }
}
