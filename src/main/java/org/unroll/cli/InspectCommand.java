package org.unroll.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.unroll.config.DataConfig;
import org.unroll.store.Directory;
import org.unroll.store.JsonText;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.tensor.Parameters;
import org.unroll.text.Counts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code unroll inspect}: what a model is made of. */
@Command(
    name = "inspect",
    description =
        "Shows the layers, shapes and vocabularies of a model and how it was trained, or how far"
            + " back in time its gradients reach.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  static final String GRADIENT_FLOW = "--gradient-flow";

  private static final String INPUT = "input";

  @picocli.CommandLine.Parameters(
      paramLabel = "MODEL",
      arity = "1..*",
      description = "Directory of a model or of a run; several are shown one after the other.")
  private List<String> locations;

  @Option(
      names = GRADIENT_FLOW,
      paramLabel = "DATA",
      description =
          "Shows the norm of the gradient of the last loss with respect to earlier states, by their"
              + " distance. DATA: files in the format of the training data.")
  private String flowData;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Plots the gradient flow of all models in an SVG file.")
  private Path plot;

  @Option(
      names = "--sequences",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "With --gradient-flow: maximum number of sequences (default: ${DEFAULT-VALUE}).")
  private int sequences;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "With --gradient-flow: maximum number of steps of each sequence, from the first one on"
              + " (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(names = "--json", description = "Prints one JSON object instead of text.")
  private boolean json;

  @Mixin private SparkOptions sparkOptions;
  @Mixin private EditOptions edited;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (plot != null && flowData == null) {
      throw new UsageException("--plot draws the gradient flow; give --gradient-flow DATA as well");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (flowData != null) {
      showFlow(out);
    } else {
      for (String location : locations) {
        Model model = ModelDirectory.read(Directory.at(location, SparkOptions.hadoop()), edited);
        if (json) {
          out.println(JsonText.line(figures(model)));
        } else {
          print(model, out);
        }
      }
    }
    out.flush();
    return ExitCode.DONE;
  }

  private void showFlow(PrintWriter out) {
    UsageException.requirePositive("--sequences", sequences);
    UsageException.requirePositive("--steps", steps);
    OutputFile drawn = plot == null ? null : OutputFile.of("--plot", plot);
    List<GradientFlowResult> results = new ArrayList<>();
    Consumer<String> warn = spec.commandLine().getErr()::println;
    try (SparkOptions.Context context = sparkOptions.open("unroll inspect")) {
      for (String location : locations) {
        Model model = ModelDirectory.read(Directory.at(location, SparkOptions.hadoop()), edited);
        results.add(
            new GradientFlowRun(context.spark(), flowData, sequences, steps, warn)
                .of(location, model));
      }
    }
    for (GradientFlowResult result : results) {
      if (json) {
        out.println(JsonText.line(result.figures()));
      } else {
        result.print(out);
      }
    }
    if (drawn != null) {
      String picture = GradientFlowResult.plot(results);
      drawn.write(to -> to.write(picture.getBytes(StandardCharsets.UTF_8)));
      if (!json) {
        out.println("plot in " + plot);
      }
    }
  }

  private static Map<String, Object> figures(Model model) {
    Parameters parameters = model.parameters();
    List<Object> tensors = new ArrayList<>();
    for (int i = 0; i < parameters.count(); i++) {
      FMatrixRMaj matrix = parameters.get(i);
      Figures tensor =
          new Figures()
              .put("name", parameters.names().get(i))
              .put("shape", List.of((long) matrix.numRows, (long) matrix.numCols))
              .put("norm", norm(matrix));
      if (parameters.isMoment(i)) {
        tensor.put("least", least(matrix)).put("greatest", greatest(matrix));
      }
      tensors.add(tensor.map());
    }
    return new Figures()
        .put("name", model.job().name())
        .put("parameters", parameters.size())
        .put("running-moments", moments(parameters))
        .put("inputs", inputs(model))
        .put("targets", (long) model.targets().size())
        .put("tensors", tensors)
        .put("tied", tied(model))
        .put("training", model.training())
        .map();
  }

  /** What is not stored because it is another tensor. */
  private static Map<String, Object> tied(Model model) {
    return model.job().model().tieEmbeddings()
        ? Map.of("output.weight", "embedding.weight")
        : Map.of();
  }

  private static List<Object> inputs(Model model) {
    List<Object> inputs = new ArrayList<>();
    int symbols = 0;
    int feature = 0;
    for (DataConfig.Field field : model.job().data().inputs()) {
      Figures figures = new Figures().put("name", field.name().isEmpty() ? INPUT : field.name());
      if (field.tokens() == DataConfig.Tokens.FEATURES) {
        List<Object> means = new ArrayList<>();
        List<Object> deviations = new ArrayList<>();
        for (int i = 0; i < field.width(); i++, feature++) {
          means.add(model.inputs().scaler().mean(feature));
          deviations.add(model.inputs().scaler().deviation(feature));
        }
        figures.put("features", (long) field.width());
        figures.put("mean", means).put("deviation", deviations);
      } else {
        figures.put("vocabulary", (long) model.inputs().vocabularies().get(symbols++).size());
      }
      inputs.add(figures.map());
    }
    return inputs;
  }

  private static void printInputs(Model model, PrintWriter out) {
    int symbols = 0;
    for (DataConfig.Field field : model.job().data().inputs()) {
      String name = field.name().isEmpty() ? INPUT : "field " + field.name();
      if (field.tokens() == DataConfig.Tokens.FEATURES) {
        out.printf(
            Locale.ROOT,
            "  %-38s %,16d %s%s%n",
            name,
            field.width(),
            Counts.noun(field.width(), "feature"),
            field.standardize() ? ", standardised" : "");
      } else {
        int size = model.inputs().vocabularies().get(symbols++).size();
        printSize(name, size, "symbol", out);
      }
    }
    if (model.inputs().characters() != null) {
      int size = model.inputs().characters().size();
      printSize("characters of the words", size, "symbol", out);
    }
  }

  private static void printSize(String name, int size, String noun, PrintWriter out) {
    out.printf(Locale.ROOT, "  %-38s %,16d %s%n", name, size, Counts.noun(size, noun));
  }

  private static void print(Model model, PrintWriter out) {
    Parameters parameters = model.parameters();
    long moments = moments(parameters);
    out.printf(
        Locale.ROOT,
        "%s: %s%s%n%n",
        model.job().name(),
        Counts.of(parameters.size(), "parameter"),
        moments > 0 ? ", of them " + Counts.of(moments, "running moment") : "");
    out.printf(Locale.ROOT, "  %-38s %16s %12s %10s%n", "tensor", "shape", "values", "norm");
    for (int i = 0; i < parameters.count(); i++) {
      FMatrixRMaj matrix = parameters.get(i);
      out.printf(
          Locale.ROOT,
          "  %-38s %16s %,12d %10.4f%s%n",
          parameters.names().get(i),
          matrix.numRows + " × " + matrix.numCols,
          parameters.size(i),
          norm(matrix),
          parameters.isMoment(i) ? range(matrix) : "");
    }
    tied(model).forEach((name, same) -> out.printf("  %-38s %16s%n", name, "is " + same));
    out.println();
    printInputs(model, out);
    if (model.isLanguageModel()) {
      out.printf("  %-38s %16s%n", "targets", "the next symbol");
    } else {
      String noun = model.targets().areValues() ? "value" : "class";
      printSize("targets", model.targets().size(), noun, out);
    }
    out.println();
    model.training().forEach((name, value) -> out.printf("  %-38s %16s%n", name, value));
    out.printf("%n%s", model.job().toHocon().indent(2));
  }

  /** Numbers that were measured, not learned. */
  private static long moments(Parameters parameters) {
    long moments = 0;
    for (int i = 0; i < parameters.count(); i++) {
      moments += parameters.isMoment(i) ? parameters.size(i) : 0;
    }
    return moments;
  }

  private static String range(FMatrixRMaj matrix) {
    return String.format(Locale.ROOT, "  %.4f to %.4f", least(matrix), greatest(matrix));
  }

  private static double least(FMatrixRMaj matrix) {
    return CommonOps_FDRM.elementMin(matrix);
  }

  private static double greatest(FMatrixRMaj matrix) {
    return CommonOps_FDRM.elementMax(matrix);
  }

  private static double norm(FMatrixRMaj matrix) {
    double sum = 0;
    for (int i = 0; i < matrix.getNumElements(); i++) {
      sum += (double) matrix.data[i] * matrix.data[i];
    }
    return Math.sqrt(sum);
  }
}
