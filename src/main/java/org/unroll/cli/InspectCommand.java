package org.unroll.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.unroll.config.DataConfig;
import org.unroll.store.Directory;
import org.unroll.store.JsonText;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code unroll inspect}: what a model is made of. */
@Command(
    name = "inspect",
    description = "Shows a model's layers, shapes, vocabularies, and how it was trained.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  private static final String INPUT = "input";

  @picocli.CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "Directory of a model or run.")
  private String location;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Model model = ModelDirectory.read(Directory.at(location, new Configuration()));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonText.line(figures(model)));
    } else {
      print(model, out);
    }
    out.flush();
    return ExitCode.DONE;
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
      if (ParameterSpec.isMoment(parameters.names().get(i))) {
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
        String scaled = field.standardize() ? " features, standardised" : " features";
        out.printf(Locale.ROOT, "  %-38s %,16d%s%n", name, field.width(), scaled);
      } else {
        int size = model.inputs().vocabularies().get(symbols++).size();
        out.printf(Locale.ROOT, "  %-38s %,16d symbols%n", name, size);
      }
    }
    if (model.inputs().characters() != null) {
      int size = model.inputs().characters().size();
      out.printf(Locale.ROOT, "  %-38s %,16d symbols%n", "characters of the words", size);
    }
  }

  private static void print(Model model, PrintWriter out) {
    Parameters parameters = model.parameters();
    long moments = moments(parameters);
    out.printf(
        Locale.ROOT,
        "%s: %,d parameters%s%n%n",
        model.job().name(),
        parameters.size(),
        moments > 0 ? String.format(Locale.ROOT, ", of them %,d running moments", moments) : "");
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
          ParameterSpec.isMoment(parameters.names().get(i)) ? range(matrix) : "");
    }
    tied(model).forEach((name, same) -> out.printf("  %-38s %16s%n", name, "is " + same));
    out.println();
    printInputs(model, out);
    if (model.isLanguageModel()) {
      out.printf("  %-38s %16s%n", "targets", "the next symbol");
    } else {
      out.printf(Locale.ROOT, "  %-38s %,16d classes%n", "targets", model.targets().size());
    }
    out.println();
    model.training().forEach((name, value) -> out.printf("  %-38s %16s%n", name, value));
    out.printf("%n%s", model.job().toHocon().indent(2));
  }

  /** Numbers that were measured, not learned. */
  private static long moments(Parameters parameters) {
    long moments = 0;
    for (int i = 0; i < parameters.count(); i++) {
      moments += ParameterSpec.isMoment(parameters.names().get(i)) ? parameters.size(i) : 0;
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
