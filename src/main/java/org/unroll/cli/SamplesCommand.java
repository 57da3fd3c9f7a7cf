package org.unroll.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.unroll.samples.Adding;
import org.unroll.samples.Agreement;
import org.unroll.text.Counts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unroll samples}: data that anyone can make. */
@Command(
    name = "samples",
    description = "Writes generated data of a task with a known answer.",
    mixinStandardHelpOptions = true)
final class SamplesCommand implements Callable<Integer> {
  private static final Pattern DISTANCE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  /** The tasks. */
  enum Task {
    /** Subject and verb agree in number. */
    AGREEMENT,
    /** The sum of two marked numbers. */
    ADDING
  }

  @Parameters(
      paramLabel = "TASK",
      description =
          "agreement: predict the verb, was or were, that agrees with the first noun of a sentence."
              + " Each row has the verb and the words before it. adding: add the two numbers of a"
              + " sequence that are marked. Each row has the sum, and number and mark of each"
              + " step.")
  private Task task;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path file;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Number of rows (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed; the same seed gives the same rows (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--distance",
      paramLabel = "N or N-M",
      defaultValue = "0-30",
      description =
          "agreement: number of words between subject and verb, N to M in steps of 3, equally often"
              + " (default: ${DEFAULT-VALUE}).")
  private String distance;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "100",
      description = "adding: steps of each sequence (default: ${DEFAULT-VALUE}).")
  private int length;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    UsageException.requirePositive("--rows", rows);
    Matcher bounds = DISTANCE.matcher(distance);
    if (!bounds.matches()) {
      throw new UsageException("--distance must be a number or two such as 0-30, got " + distance);
    }
    int least = Integer.parseInt(bounds.group(1));
    int most = bounds.group(2) == null ? least : Integer.parseInt(bounds.group(2));
    if (Files.exists(file)) {
      throw new UsageException(file + " exists; choose another --out or delete it");
    }
    OutputFile output = OutputFile.of("--out", file);
    switch (task) {
      case AGREEMENT -> {
        Agreement agreement = agreement(least, most);
        output.write(out -> write(agreement::row, out));
      }
      case ADDING -> {
        Adding adding = adding();
        output.write(out -> write(adding::row, out));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s in %s%n", Counts.of(rows, "row"), file);
    out.flush();
    return ExitCode.DONE;
  }

  private Agreement agreement(int least, int most) {
    try {
      return new Agreement(least, most, seed);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--distance: " + e.getMessage());
    }
  }

  private Adding adding() {
    try {
      return new Adding(length, seed);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--length: " + e.getMessage());
    }
  }

  private void write(LongFunction<String> sample, OutputStream out) throws IOException {
    for (int row = 0; row < rows; row++) {
      out.write((sample.apply(row) + '\n').getBytes(StandardCharsets.UTF_8));
    }
  }
}
