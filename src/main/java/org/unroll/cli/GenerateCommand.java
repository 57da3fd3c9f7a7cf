package org.unroll.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.unroll.nn.Sampling;
import org.unroll.store.Directory;
import org.unroll.store.JsonText;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.text.Counts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unroll generate}: lets a language model write. */
@Command(
    name = "generate",
    description = "Generates text with a language model.",
    mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "Directory of a model or of a run.")
  private String location;

  @Option(names = "--prompt", defaultValue = "", description = "Text that the model continues.")
  private String prompt;

  @Option(
      names = "--length",
      defaultValue = "200",
      description = "Maximum number of generated symbols (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--temperature",
      defaultValue = "0.8",
      description =
          "Sampling temperature; 0 always takes the most probable symbol (default:"
              + " ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-k",
      defaultValue = "0",
      description =
          "Draws from so many of the most probable symbols; 0 draws from all (default:"
              + " ${DEFAULT-VALUE}).")
  private int topK;

  @Option(
      names = "--top-p",
      defaultValue = "1",
      description =
          "Draws from the fewest most probable symbols that have this share of the probability"
              + " together; 1 draws from all (default: ${DEFAULT-VALUE}).")
  private double topP;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description =
          "Seed of the sampling; the same seed gives the same text (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--samples",
      defaultValue = "1",
      description =
          "Number of texts; those with lines of their own are separated by a line like --- 2 of 3"
              + " --- (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(names = "--json", description = "Prints one JSON object instead of text.")
  private boolean json;

  @Mixin private EditOptions edited;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (length < 1 || samples < 1) {
      throw new UsageException(
          "--length and --samples must be at least 1, got " + length + " and " + samples);
    }
    Sampling sampling = sampling();
    Model model = ModelDirectory.read(Directory.at(location, SparkOptions.hadoop()), edited);
    // The same text on every machine, and at once: these need no time to be compiled.
    Kernels kernels = Kernels.named(KernelChoice.EJML).create();
    Writer writer = new Writer(model, kernels);
    List<String> unknown = writer.unknown(prompt);
    if (!unknown.isEmpty()) {
      warn(unknown, writer.symbols(prompt));
    }
    List<String> texts = writer.write(prompt, samples, length, sampling);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Figures figures = new Figures().put("prompt", prompt);
      figures.put("prompt-symbols", (long) writer.symbols(prompt));
      figures.put("unknown-symbols", (long) unknown.size());
      out.println(JsonText.line(figures.put("texts", texts).map()));
    } else {
      Texts.lines(texts).forEach(out::println);
    }
    out.flush();
    return ExitCode.DONE;
  }

  private Sampling sampling() {
    try {
      return new Sampling(temperature, topK, topP, seed);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }

  /** Says what the model cannot go on from. */
  private void warn(List<String> unknown, int symbols) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        Locale.ROOT,
        "warning: unknown to the model: %,d of %s of the prompt, such as '%s'; each is read as the"
            + " unknown symbol%n",
        unknown.size(),
        Counts.of(symbols, "symbol"),
        unknown.get(0));
    err.flush();
  }
}
