package org.unroll.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.unroll.config.Job;
import org.unroll.data.Intake;
import org.unroll.spark.Dataset;
import org.unroll.spark.DatasetReader;
import org.unroll.spark.DatasetRequest;
import org.unroll.spark.SparkGradientSource;
import org.unroll.store.Directory;
import org.unroll.store.JsonText;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.tensor.Kernels;
import org.unroll.train.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unroll evaluate}: loss and accuracy of a model on data. */
@Command(
    name = "evaluate",
    description = "Evaluates a model on data: loss, metrics of its output, unknown symbols.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  private static final String DATA = "--data";

  @Parameters(paramLabel = "MODEL", description = "Directory of a model or of a run.")
  private String location;

  @Option(
      names = DATA,
      required = true,
      paramLabel = "PATH",
      description = "Files in the format of the training data; globs are allowed.")
  private String data;

  @Option(names = "--json", description = "Prints one JSON object instead of text.")
  private boolean json;

  @Mixin private SparkOptions sparkOptions;
  @Mixin private EditOptions edited;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Model model = ModelDirectory.read(Directory.at(location, SparkOptions.hadoop()), edited);
    Result result;
    try (SparkOptions.Context context =
        sparkOptions.open("unroll evaluate " + model.job().name())) {
      result = evaluate(context, model);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Figures figures = new Figures();
      result.figures.forEach(figures::put);
      result.details.forEach(figures::put);
      out.println(JsonText.line(figures.put("rows", RowAccount.figures(result.rows)).map()));
    } else {
      out.printf("%-16s %s%n", "rows", result.rows.describe());
      result.figures.forEach((name, value) -> out.printf(Locale.ROOT, "%-16s %s%n", name, value));
      EvaluationText.print(result.details, out);
    }
    out.flush();
    return ExitCode.DONE;
  }

  /** What was measured, with its details, on what became of these rows. */
  private record Result(
      Map<String, Object> figures, Map<String, Object> details, Intake.Counts rows) {}

  private Result evaluate(SparkOptions.Context context, Model model) {
    Job job = model.job();
    try (Dataset dataset =
        DatasetReader.read(
            context.spark(),
            DatasetRequest.evaluation(
                DATA,
                job.data(),
                job.model().predicted(),
                data,
                job.training().blockSize(),
                model.inputs(),
                model.targets()))) {
      PrintWriter err = spec.commandLine().getErr();
      dataset.summary().doubts().forEach(each -> err.println("warning: " + each));
      try (SparkGradientSource source =
          new SparkGradientSource(
              context.spark(),
              Setups.of(model, Kernels.choose().name()),
              null,
              dataset.test(),
              null,
              0)) {
        Evaluation evaluation = source.validate(model.parameters());
        Figures figures =
            new Figures()
                .put("sequences", dataset.summary().test().sequences())
                .put("targets", evaluation.targets())
                .put(
                    model.targets().areValues() ? "missing-targets" : "unknown-labels",
                    dataset.languageModel() ? null : evaluation.unknown());
        evaluation.values().forEach((metric, value) -> figures.put(metric.name(), value));
        figures.put("unknown-rate", dataset.summary().test().unknownRate());
        return new Result(
            figures.map(), evaluation.measures().details(), dataset.summary().test().intake());
      }
    }
  }
}
