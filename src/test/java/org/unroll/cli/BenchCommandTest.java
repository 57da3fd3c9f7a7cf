package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.bench.NetworkFlags;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.Keys;
import org.unroll.config.LayerConfig;
import org.unroll.store.Json;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class BenchCommandTest {
  private static final List<String> SMALL =
      List.of("bench", "--json", "--seconds", "0.2", "--units", "16", "--embedding", "8");

  /** What a command printed. */
  private record Output(int code, String out, String err) {
    Map<String, Object> json() {
      assertEquals(0, code, err);
      List<String> lines = out.lines().toList();
      return Json.parseObject(lines.get(lines.size() - 1), "standard output");
    }
  }

  private static synchronized Output run(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream capturedOut = new ByteArrayOutputStream();
    ByteArrayOutputStream capturedErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(capturedOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(capturedErr, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(args);
      return new Output(
          code,
          capturedOut.toString(StandardCharsets.UTF_8),
          capturedErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static Output small(String... more) {
    return run(
        java.util.stream.Stream.concat(SMALL.stream(), java.util.Arrays.stream(more))
            .toArray(String[]::new));
  }

  @Test
  void setsOfLabelsAreTargetsOfTheirOwn() {
    Output output = small("--output", "sigmoid");
    assertEquals(ExitCode.DONE, output.code(), output.err());
  }

  /** Options that stand for keys of a job; {@code N} is the number of a layer. */
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("--output", "model.output"),
          Map.entry("--activation", "model.layers.N.activation"),
          Map.entry("--reset", "model.layers.N.reset"),
          Map.entry("--gates-read", "model.layers.N.gates-read"),
          Map.entry("--output-activation", "model.layers.N.output-activation"),
          Map.entry("--normalization", "model.layers.N.normalization"),
          Map.entry("--bidirectional", "model.layers.N.bidirectional"),
          Map.entry("--residual", "model.layers.N.residual"),
          Map.entry("--dropout", "model.layers.N.dropout"),
          Map.entry("--recurrent-dropout", "model.layers.N.recurrent-dropout"),
          Map.entry("--dropout-mask", "model.dropout-mask"),
          Map.entry("--embedding", "model.embedding"),
          Map.entry("--tie-embeddings", "model.tie-embeddings"),
          Map.entry("--pooling", "model.pooling"),
          Map.entry("--block", "training.block-size"));

  /** Options that a job has no default for, or that are no part of one. */
  private static final Set<String> OWN =
      Set.of(
          "--cell",
          "--units",
          "--layers",
          "--batch",
          "--vocabulary",
          "--features",
          "--lengths",
          "--table",
          "--threads",
          "--job",
          "--seconds",
          "--rounds",
          "--parameters",
          "--json",
          "--master",
          "--help",
          "-h",
          "--version",
          "-V");

  /**
   * What {@code bench} measures unless told otherwise is what a job trains unless told otherwise.
   */
  @Test
  void everyOptionHasTheDefaultOfItsKey() {
    Map<String, String> defaults = new HashMap<>();
    for (String line : Keys.table().lines().filter(each -> each.startsWith("| `")).toList()) {
      String[] cells = line.split(" \\| ");
      defaults.put(cells[0].replaceAll("[|` ]", ""), cells[2].replace("`", "").strip());
    }
    for (OptionSpec option : new CommandLine(new BenchCommand()).getCommandSpec().options()) {
      String key = KEYS.get(option.longestName());
      assertTrue(key != null || OWN.contains(option.longestName()), option.longestName());
      // Without a default of its own, an option that is not given leaves its key out.
      String value = option.type() == boolean.class ? "false" : option.defaultValue();
      if (key != null && value != null) {
        String own = value.toLowerCase(Locale.ROOT).replace('_', '-');
        assertEquals(defaults.get(key), own, option.longestName());
      }
    }
    for (LayerConfig.Cell cell : LayerConfig.Cell.values()) {
      Job bench = new NetworkFlags(cell, 8, 0, 9, 1, false, 64, 32).job();
      Job job =
          JobReader.read(
              """
              data { format = lines, train = x }
              model { topology = many-to-many, layers = [ { cell = %s, units = 8 } ] }
              training.epochs = 1
              """
                  .formatted(cell.name().toLowerCase(Locale.ROOT)),
              "plain",
              List.of());
      assertEquals(job.model().layers(), bench.model().layers());
    }
  }

  private static double number(Map<String, Object> figures, String name) {
    return ((Number) figures.get(name)).doubleValue();
  }

  @Test
  void theLastLineIsOneObjectOfPositiveFigures() {
    Output output = small("--lengths", "fixed:20", "--cell", "gru", "--bidirectional");
    Map<String, Object> figures = output.json();
    for (String name :
        List.of("tokens-per-second", "gflops", "peak-gflops", "peak-share", "parameters")) {
      assertTrue(number(figures, name) > 0, name + " in " + figures);
    }
    double share = number(figures, "gflops") / number(figures, "peak-gflops-all-threads");
    // Figures are printed with one decimal.
    assertEquals(1, number(figures, "peak-share") / share, .05);
    Map<?, ?> phases = (Map<?, ?>) figures.get("phases");
    double shares =
        phases.values().stream()
            .mapToDouble(phase -> ((Number) ((Map<?, ?>) phase).get("share")).doubleValue())
            .sum();
    assertEquals(1, shares, .01);
    for (Object product : (List<?>) figures.get("products-gflops")) {
      for (Object figure : ((Map<?, ?>) product).values()) {
        assertTrue(((Number) figure).doubleValue() > 0, product.toString());
      }
    }
    assertEquals(1, output.out().lines().count(), "logs belong on standard error");
    assertTrue(output.err().contains("kernels: "), output.err());
  }

  @Test
  void severalThreadsAreComparedWithOne() throws Exception {
    Map<String, Object> figures = small("--lengths", "fixed:20", "--threads", "2").json();
    double ratio = number(figures, "threads-ratio");
    // How much faster is the machine's business; by more than the threads it cannot be, or one
    // of the two trained something else. A shared machine may favour either for a moment.
    assertTrue(ratio > .2 && ratio < 4, "threads-ratio " + ratio);
    assertTrue(number(figures, "peak-threads-ratio") > .5);
    assertFalse(small("--lengths", "fixed:20").json().containsKey("threads-ratio"));
  }

  @Test
  void aJobWithoutItsDataIsMeasuredOnRandomSymbols(@TempDir Path directory) throws Exception {
    Path job = directory.resolve("classify.conf");
    Files.writeString(
        job,
        """
        data {
          format = delimited, train = "%s/none.tsv"
          input { column = 1, tokens = characters }, target.column = 0
        }
        model { topology = many-to-one, embedding = 4, layers = [ { cell = rnn, units = 8 } ] }
        training { epochs = 1, block-size = 16 }
        """
            .formatted(directory));
    Map<String, Object> figures =
        run("bench", "--json", "--seconds", "0.2", "--job", job.toString(), "--lengths", "fixed:9")
            .json();
    assertEquals(16, number(figures, "block"));
    assertEquals(64, number(figures, "batch"));
    assertTrue(number(figures, "tokens-per-second") > 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cell rnn --activation relu",
        "--cell gru --reset before --normalization layer",
        "--cell lstm --normalization batch",
        "--cell gru --reset none",
        "--cell lstm --gates-read peephole --output-activation identity --normalization layer",
        "--gates-read cell",
        "--pooling max",
        "--pooling attention --bidirectional",
        "--residual --layers 2 --dropout 0.2 --dropout-mask sequence",
        "--cell gru --recurrent-dropout 0.3"
      })
  void everyFormOfACellIsMeasured(String options) {
    String[] form = ("--lengths fixed:9 " + options).split(" ");
    assertTrue(number(small(form).json(), "tokens-per-second") > 0);
  }

  @Test
  void theTableIsOnOrOffAsAskedFor() {
    assertEquals(true, small("--lengths", "fixed:9", "--table", "on").json().get("table"));
    assertEquals(false, small("--lengths", "fixed:9", "--table", "off").json().get("table"));
  }

  @Test
  void realValuesTakeTheEmbeddingsPlace() {
    Map<String, Object> figures =
        run(
                "bench",
                "--json",
                "--seconds",
                "0.2",
                "--units",
                "16",
                "--features",
                "13",
                "--vocabulary",
                "9",
                "--lengths",
                "fixed:20")
            .json();
    assertEquals(false, figures.get("table"));
    // Four gates of 16 units on 13 values and 16 of the state, two biases; nine classes.
    assertEquals(4 * 16 * (13 + 16 + 2) + 9 * 17, number(figures, "parameters"));
    assertTrue(number(figures, "tokens-per-second") > 0);
  }

  @Test
  void roundsAreMeasuredOnBothEngines() {
    Map<String, Object> figures =
        run(
                "bench",
                "--rounds",
                "--parameters",
                "2000",
                "--master",
                "local[2]",
                "--seconds",
                "0.2",
                "--json")
            .json();
    for (String name :
        List.of(
            "spark-round-ms",
            "driver-round-ms",
            "spark-empty-round-ms",
            "driver-empty-round-ms",
            "parameters")) {
      assertTrue(number(figures, name) > 0, name + " in " + figures);
    }
    Map<?, ?> parts = (Map<?, ?>) figures.get("spark-parts-ms");
    for (String part : List.of("broadcast", "scheduling", "tasks", "collection", "update")) {
      assertTrue(((Number) parts.get(part)).doubleValue() >= 0, part + " in " + parts);
    }
    assertTrue(number(figures, "driver-round-ms") < number(figures, "spark-round-ms"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --bogus                    | --bogus
          --cell transformer         | --cell
          --units 0                  | --units must be at least 1, got 0
          --cell rnn --reset none    | --reset belongs to --cell gru, got it for rnn
          --gates-read cell --cell gru | --gates-read belongs to --cell lstm, got it for gru
          --normalization batches    | --normalization
          --normalization layer --units 1 | needs at least 2 units
          --job none.conf --reset after | --reset does not go with --job
          --lengths fixed:0          | --lengths fixed:STEPS must be from 1 to 100000, got 0
          --lengths long             | --lengths must be fixed:STEPS or lognormal
          --threads 0                | --threads must be from 1 to 1024, got 0
          --seconds NaN              | --seconds must be above 0
          --table sideways           | --table must be on or off, got sideways
          --residual --embedding 5   | --residual needs --layers 2, or a layer as wide as its input
          --tie-embeddings --embedding 5 | --tie-embeddings needs --embedding 256
          --tie-embeddings --embedding 256 --pooling max | goes with neither --pooling
          --dropout 1                | --dropout must be from 0 to below 1, got 1.0
          --recurrent-dropout -1     | --recurrent-dropout must be from 0 to below 1, got -1.0
          --dropout-mask sequence    | --dropout-mask needs --dropout above 0
          --pooling median           | --pooling
          --job none.conf --residual | --residual does not go with --job
          --table on --embedding 0   | --table must be off without an embedding
          --features 0               | --features must be at least 1, got 0
          --features 3 --embedding 4 | --embedding does not go with --features
          --features 3 --table on    | --table must be off without an embedding
          --features 3 --job a.conf  | --features does not go with --job
          --parameters 5             | --rounds
          --rounds --cell lstm       | --cell does not go with --rounds
          --rounds --parameters 0    | --parameters must be from 1
          --job none.conf --units 3  | --units does not go with --job
          --job none.conf --batch 0  | --batch must be at least 1, got 0
          """)
  void wrongUseIsRefusedWithItsRule(String flags, String message) {
    String[] args = ("bench " + flags).split(" +");
    Output output = run(args);
    assertEquals(ExitCode.USAGE, output.code(), output.err());
    assertTrue(output.err().contains(message), output.err());
    assertEquals("", output.out());
  }
}
