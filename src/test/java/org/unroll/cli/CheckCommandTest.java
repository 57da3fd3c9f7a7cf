package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Json;

/** {@code unroll check} as a user calls it. */
class CheckCommandTest {
  @TempDir Path folder;

  /** What a command printed. */
  private record Result(int code, String out, String err) {}

  /** Each command takes the context that is there, and leaves it running. */
  @BeforeAll
  static void startSpark() {
    assertEquals(2, SparkForTests.context().defaultParallelism());
  }

  private static Result check(Object... arguments) {
    List<String> command = new ArrayList<>(List.of("check"));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int code = Main.run(command.toArray(String[]::new));
      return new Result(code, text(outBytes), text(errBytes));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path job(String name, String text) throws IOException {
    return write(name, text.replace("DIR", folder.toString()));
  }

  /** Rows of a number in binary and whether it is odd. */
  private static String numbers(int from, int to) {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++) {
      rows.append(Integer.toBinaryString(i)).append('\t').append(i % 2 == 0 ? "even" : "odd");
      rows.append('\n');
    }
    return rows.toString();
  }

  private Path healthy() throws IOException {
    write("train.tsv", numbers(1000, 2600) + "\t\n");
    write("valid.tsv", numbers(2590, 2900));
    return job(
        "healthy.conf",
        """
        data {
          format = delimited
          train = "DIR/train.tsv"
          valid = "DIR/valid.tsv"
          target.column = 1
        }
        model { topology = many-to-one, layers = [ { cell = gru, units = 8 } ] }
        training { epochs = 9, batch-size = 64 }
        """);
  }

  private static void assertSays(Result result, String... parts) {
    for (String part : parts) {
      assertTrue(result.out.contains(part), () -> part + " is not in\n" + result.out);
    }
  }

  private static void assertWarns(Result result, String finding, String change) {
    List<String> lines = result.out.lines().toList();
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i).startsWith("warning: ") && lines.get(i).contains(finding)) {
        assertTrue(lines.get(i + 1).startsWith("  change: "), lines.get(i + 1));
        assertTrue(lines.get(i + 1).contains(change), lines.get(i + 1));
        return;
      }
    }
    throw new AssertionError("no warning of '" + finding + "' in\n" + result.out);
  }

  @Test
  void tellsWhatTrainingWouldDo() throws IOException {
    Path job = healthy();
    // Ten of the validation rows are training rows; validation would look better than it is.
    Result result = check(job, "--master", "local[2]");
    assertEquals(0, result.code, result.err);
    assertSays(
        result,
        """
        healthy                            train           valid
        rows read                          1,601             310
          used                             1,600             310
          empty                                1               0
          rejected                             0               0
          truncated                            0               0
        sequences                          1,600             310
          longest                             12              12
        steps                             18,128           3,720
          unknown                         0.00 %          0.00 %
        targets                            1,600             310
        also in train                                         10
        """,
        """
        length of training sequences: median 11, 99 % up to 12, longest 12
                       10           24  #
                       11        1,024  ########################################
                       12          552  ######################
        """,
        "vocabulary: 3 symbols, 1 of them special\n",
        """
        labels of the training data: 2
          even                              800    50.0 %
          odd                               800    50.0 %
        """,
        "\n  to beat             majority baseline: valid-loss 0.6931, valid-accuracy 50.00 %\n",
        "\n  data                56 blocks in 12 shards; of the computed steps ",
        "\n  updates             28 per epoch, each from 2 blocks; 252 in 9 epochs\n",
        "\n  memory, at least    driver ",
        "\n  time, estimated     ");
    assertEquals(
        List.of(
            "warning: 10 of 310 validation sequences (3.2 %) are in the training data too:"
                + " the model will look better than it is"),
        result.out.lines().filter(line -> line.startsWith("warning")).toList());
  }

  @Test
  void writesNothing() throws IOException {
    Path job = healthy();
    List<Path> before = files();
    Path output = folder.resolve("run");
    Result result =
        check(job, "--set", "output.dir=" + output, "--set", "data.valid=0.1", "--json");
    assertEquals(0, result.code, result.err);
    assertEquals(before, files());
    assertFalse(Files.exists(Path.of("runs", "healthy-1")));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void jsonHoldsTheSame() throws IOException {
    Result result = check(healthy(), "--json", "--set", "training.epochs=2");
    assertEquals(0, result.code, result.err);
    Map<String, Object> figures = Json.parseObject(result.out, "output");
    Map<String, Object> train = object(object(figures, "data"), "train");
    assertEquals(1601L, train.get("read"));
    assertEquals(18_128L, train.get("steps"));
    assertEquals(10L, figures.get("duplicates"));
    Map<String, Object> training = object(figures, "training");
    assertEquals(56L, training.get("updates"));
    long executed = (Long) training.get("executed-steps");
    assertTrue(executed >= 18_128 && executed % 16 == 0, "executed " + executed);
    double wasted = (Double) training.get("padding") + (Double) training.get("unfilled-lanes");
    assertEquals(1 - 18_128.0 / executed, wasted, 1e-12);
    Map<String, Object> time = object(figures, "time");
    assertTrue((Double) time.get("epoch-seconds") > 0);
    assertTrue(
        (Double) time.get("epoch-seconds-at-most") >= 1.3 * (Double) time.get("epoch-seconds"));
    assertTrue((Double) time.get("slow-down") >= 1);
    assertTrue(time.get("machine-busy") instanceof Boolean);
    List<?> warnings = (List<?>) figures.get("warnings");
    assertEquals(2, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).toString().contains("56 updates in all are few"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Map<String, Object> figures, String name) {
    return (Map<String, Object>) figures.get(name);
  }

  @Test
  void warnsOfWhatWillNotLearn() throws IOException {
    Random random = new Random(1);
    StringBuilder train = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      for (int w = i % 5 == 0 ? 80 : 12; w > 0; w--) {
        train.append('w').append(random.nextInt(2000)).append(' ');
      }
      train.append('\t').append(i == 60 ? "rare" : "common").append('\n');
    }
    train.append("no label\n");
    write("train.tsv", train.toString());
    write("valid.tsv", "new words only\tcommon\nnever seen\tother\nw1 w2\tthird\n");
    Path job =
        job(
            "hopeless.conf",
            """
            data {
              format = delimited
              train = "DIR/train.tsv"
              valid = "DIR/valid.tsv"
              input.tokens = words
              target.column = 1
              max-length.steps = 60
              bad-rows = skip
              bad-rows-budget = 10
            }
            model { topology = many-to-one, layers = [ { cell = lstm, units = 16 } ] }
            training {
              epochs = 12, batch-size = 12, block-size = 8, average-rounds = 500
              optimizer { kind = adam, learning-rate = 1.5, warm-up-rounds = 1000 }
            }
            """);
    Result result = check(job);
    assertEquals(0, result.code, result.err);
    assertSays(result, "    too-few-columns                    1               0\n");
    assertSays(result, "  unknown labels                       0               2\n");
    assertWarns(result, "label 'common' makes up 99.2 % of the targets", "other labels");
    assertWarns(result, "1 of 2 labels has fewer than 10 examples ('rare' has 1)", "merge");
    assertWarns(result, "108 updates in all are few", "training.batch-size (say 8)");
    assertWarns(result, "rises during 108 of 108 updates", "warm-up-rounds to about 5");
    assertWarns(result, "the last 500 of only 108 updates", "average-rounds to about 27");
    assertWarns(result, "the learning rate 1.5 is far too large", "0.0003 to 0.01");
    assertWarns(result, "of the symbols in data.valid are not in the vocabulary", "characters");
    assertWarns(result, "2 of 3 targets that do not, such as 'other', 'third'", "count as wrong");
    assertWarns(result, "20.0 % of the training sequences are cut to 60 steps", "split");
    assertWarns(result, "3 validation sequences will choose the best epoch", "more");
    assertWarns(result, "back over up to 60 steps without clipping", "clip-norm = 5");
    assertWarns(result, "symbols go into the first layer one-hot", "model.embedding");
    assertWarns(result, "by heart", "dropout");
    assertWarns(result, "no multiple of training.block-size = 8: 16", "batch-size = 16");
    assertWarns(result, "of the computed steps are lanes without a sequence", "block-size = 16");
  }

  @Test
  void warnsOfASingleLabelAndAFewLongSequences() throws IOException {
    write("train.tsv", "abc\tx\n".repeat(400) + "a".repeat(200) + "\tx\n");
    Path job =
        job(
            "single.conf",
            """
            data { format = delimited, train = "DIR/train.tsv", target.column = 1 }
            model { topology = many-to-one, embedding = 4, layers = [ { cell = rnn, units = 4 } ] }
            training { epochs = 300, optimizer { kind = sgd, learning-rate = 1e-6 } }
            """);
    Result result = check(job);
    assertEquals(0, result.code, result.err);
    assertWarns(result, "there is a single label, 'x'", "data.target.column");
    assertWarns(result, "the learning rate 1.0E-6 is far too small", "0.050 to 1.000");
    assertWarns(result, "longest sequence has 200 steps, the median only 3", "to about 3,");
    assertWarns(result, "no validation data", "data.valid = 0.1");
    assertSays(result, "to beat             majority baseline: train-loss 0.0000");
    assertFalse(result.out.contains("updates in all are few"), result.out);
    assertFalse(result.out.contains("irprop"), result.out);
    Result masked =
        check(
            job,
            "--set",
            "training.optimizer.kind=irprop-plus",
            "--set",
            "model.layers=[{cell=rnn,units=4,recurrent-dropout=0.2}]");
    assertEquals(0, masked.code, masked.err);
    assertWarns(masked, "dropout draws other masks in every epoch", "every dropout to 0");
  }

  @Test
  void saysWhatDoesNotFitInsteadOfTryingIt() throws IOException {
    Result result = check(healthy(), "--set", "model.layers=[{cell=lstm,units=20000}]");
    assertEquals(0, result.code, result.err);
    assertWarns(result, "parameters do not fit: the driver must have at least", "UNROLL_MEMORY");
    assertSays(result, "\n  time, estimated     not measured\n");
  }

  @Test
  void readsStreams() throws IOException {
    write("text.txt", "to be or not to be, that is the question\n".repeat(100));
    Path job =
        job(
            "stream.conf",
            """
            data { format = stream, train = "DIR/text.txt", valid = "tail:0.1", piece = 64 }
            model { topology = many-to-many, layers = [ { cell = gru, units = 8 } ] }
            training { epochs = 120, batch-size = 32, truncate = 32 }
            """);
    Result result = check(job);
    assertEquals(0, result.code, result.err);
    assertSays(
        result,
        "bigram baseline: valid-loss",
        "'\\n' 89",
        "each from 1 block;",
        "; 1 of 2 cores busy");
    assertFalse(result.out.contains("labels of"), result.out);
    assertFalse(result.out.contains("also in train"), result.out);
  }

  @Test
  void failsAsOtherCommandsDo() throws IOException {
    Path job = healthy();
    Result missing = check(job, "--set", "data.train=" + folder.resolve("nothing.tsv"));
    assertEquals(1, missing.code);
    assertTrue(missing.err.contains("data.train must name a file"), missing.err);
    Result wrong = check(job, "--set", "training.epochs=0");
    assertEquals(2, wrong.code);
    assertTrue(wrong.err.contains("training.epochs must be at least 1"), wrong.err);
    Result home = check(job, "--set", "output.dir=~/out");
    assertEquals(1, home.code);
    assertTrue(home.err.contains("~/out"), home.err);
    assertEquals(2, check().code);
  }
}
