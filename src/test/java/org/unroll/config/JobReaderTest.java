package org.unroll.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Job files as users write them, and the mistakes they make. */
class JobReaderTest {
  private static final String NAMES =
      """
      data     { format = delimited, train = "names/train.tsv", valid = 0.1
                 input { column = 1, tokens = characters }, target { column = 0 } }
      model    { topology = many-to-one, embedding = 32, output = softmax
                 layers = [ { cell = lstm, units = 128, bidirectional = false, dropout = 0.3 } ] }
      training { epochs = 12, batch-size = 64, seed = 1, clip-norm = 5
                 optimizer { kind = adam, learning-rate = 0.003, schedule = cosine } }
      """;

  @Test
  void readsTheExampleOfTheDocumentation() {
    Job job = read(NAMES);
    assertEquals("test", job.name());
    assertEquals(new ValidSource.Fraction(0.1), job.data().valid());
    assertEquals(new Column.Index(1), job.data().input().column());
    assertEquals(Topology.MANY_TO_ONE, job.model().topology());
    assertEquals(128, job.model().layers().get(0).units());
    assertEquals(0.3, job.model().layers().get(0).dropout());
    assertEquals(0.003, job.training().optimizer().learningRate());
  }

  @Test
  void shippedJobsAreValid() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("jobs"))) {
      List<Path> jobs = files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
      assertFalse(jobs.isEmpty());
      for (Path file : jobs) {
        Job job = JobReader.read(file, List.of());
        assertEquals(file.getFileName().toString(), job.name() + ".conf");
        assertEquals(job, JobReader.read(job.toHocon(), file.toString(), List.of()));
      }
    }
  }

  @Test
  void reportsAllMistakesAtOnceInTheOrderOfLines() {
    String text =
        """
        data { format = delimited, train = a.tsv, heeder = true
          valid = 1.5
          input.column = name }
        model { topology = many-to-one, embeding = 32
          layers = [ { cell = gru, units = 0, forget-bias = 2 }, 5, { cell = lstn, units = 4 } ] }
        training { epochs = 1.5, batchsize = 3
          seed = "12"
          optimizer { kind = sgd, beta1 = 0.1 } }
        sync.batch-size = 3
        sink = 3
        """;
    JobException e = assertThrows(JobException.class, () -> read(text));
    assertEquals(
        """
        unknown key data.heeder (jobs/test.conf:1): did you mean `data.header`?
        data.valid: a fraction must be above 0 and below 1, got 1.5 (jobs/test.conf:2)
        data.input.column can be a name only with data.header = true, got "name" \
        (jobs/test.conf:3): set data.header = true, or give the column's number, counted from 0
        unknown key model.embeding (jobs/test.conf:4): did you mean `model.embedding`?
        data.target.column is required by model.topology = many-to-one, got none \
        (jobs/test.conf:4): add data.target.column, the column with the label, counted from 0
        model.layers.0.units must be at least 1, got 0 (jobs/test.conf:5)
        model.layers.0.forget-bias belongs to lstm, got one for gru (jobs/test.conf:5): remove it
        model.layers.1 must be a section, as in model.layers.1 { ... }, got 5 (jobs/test.conf:5)
        model.layers.2.cell must be rnn, gru or lstm, got "lstn" (jobs/test.conf:5): \
        did you mean `lstm`?
        unknown key training.batchsize (jobs/test.conf:6): did you mean `training.batch-size`?
        training.epochs must be a whole number, got 1.5 (jobs/test.conf:6)
        training.seed must be a number of 64 bits without quotes, got "12" (jobs/test.conf:7)
        training.optimizer.beta1 belongs to adam and adamw, got one for sgd (jobs/test.conf:8): remove it
        unknown key sync.batch-size (jobs/test.conf:9): did you mean `training.batch-size`?
        unknown key sink (jobs/test.conf:10): did you mean `sync`?\
        """,
        e.getMessage());
    assertEquals(15, e.problems().size());
  }

  @Test
  void requiredKeysAreNamedWithTheirType() {
    JobException e = assertThrows(JobException.class, () -> read("data {\n train = x }"));
    assertEquals(
        """
        data.format is required (jobs/test.conf:1): add it: delimited, json, lines, stream or parquet
        model.topology is required (jobs/test.conf): add it: many-to-many, many-to-one or one-to-one
        model.layers is required (jobs/test.conf): add at least one, as in \
        model.layers = [ { ... } ]
        training.epochs is required (jobs/test.conf): add it: whole number ≥ 1\
        """,
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({".25, 0.25", "5., 5", "-.5, -0.5", ".5e1, 5", "1e-3, 0.001", "2.5E+1, 25", "7, 7"})
  void numbersAreReadAlikeInTheFileAndBehindSet(String written, double number) {
    String job =
        "data{format=lines,train=x},model{topology=many-to-many,layers=[{cell=lstm,units=2";
    String end = "}]},training.epochs=1";
    String file = job + ",forget-bias=" + written + end;
    String set = "model.layers.0.forget-bias=" + written;
    for (Job read :
        List.of(
            JobReader.read(file, "a.conf", List.of()),
            JobReader.read(job + end, "a.conf", List.of(set)))) {
      assertEquals(number, read.model().layers().get(0).forgetBias());
    }
    if (number == Math.rint(number) && number > 0) {
      String epochs = job + "}]},training.epochs=" + written;
      assertEquals(number, JobReader.read(epochs, "a.conf", List.of()).training().epochs());
      set = "training.epochs=" + written;
      assertEquals(number, JobReader.read(job + end, "a.conf", List.of(set)).training().epochs());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b.txt", "a[1].txt", "a{b}.txt", "a,b.txt", "$HOME/x", "a?.txt", "a#b"})
  void pathsWithSpecialCharactersNeedQuotes(String path) {
    String job = "data { format = lines, train = %s }";
    JobException bare = assertThrows(JobException.class, () -> read(job.formatted(path)));
    assertTrue(bare.getMessage().contains("quotes"), bare.getMessage());
    String quoted = job.formatted('"' + path + '"');
    JobException rest = assertThrows(JobException.class, () -> read(quoted));
    assertFalse(rest.getMessage().contains("HOCON"), rest.getMessage());
  }

  @Test
  void aPlusSignBelongsToNoNumber() {
    JobException file = assertThrows(JobException.class, () -> read("training.seed = +1"));
    assertTrue(file.getMessage().contains("write numbers without +"), file.getMessage());
  }

  /** A change to the example, and what the one problem must say. */
  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("training.epochs=0", "training.epochs must be at least 1, got 0"),
        arguments("training.epochs=3000000000", "training.epochs must fit into 32 bits"),
        arguments("training.epochs=x", "training.epochs must be a whole number, got \"x\""),
        arguments("training.epochs=+1", "training.epochs must be a whole number, got \"+1\""),
        arguments("training.epochs=.25", "training.epochs must be a whole number, got 0.25"),
        arguments("training.seed=1e19", "training.seed must fit into 64 bits"),
        arguments("data.header=yes", "data.header must be true or false, got \"yes\""),
        arguments("data.format=line", "did you mean `lines`?"),
        arguments(
            "data.format=Lines", "data.format must be delimited, json, lines, stream or parquet"),
        arguments("data.train= ", "data.train must not be empty"),
        arguments("data.train=,", "data.train must name at least one path"),
        arguments("data.valid=0", "above 0 and below 1, got 0"),
        arguments("data.valid=tail:2", "above 0 and below 1, got 2"),
        arguments("data.valid=tail:x", "tail: takes a fraction"),
        arguments("data.valid=rows:5-2", "0 <= a <= b, got 5-2"),
        arguments("data.valid=rows:5", "rows: takes a range"),
        arguments("data.valid=tail:0.1", "needs data.format = stream"),
        arguments("data.input.column=-1", "a column must be at least 0, got -1"),
        arguments("data.input.column=1.5", "must be a whole number"),
        arguments("data.input.column=0", "must differ"),
        arguments("data.target.column=", "data.target.column is required"),
        arguments("data.target.column=label", "only with data.header = true"),
        arguments("data.piece=3", "data.piece belongs to stream, got one for delimited"),
        arguments("data.bad-rows-budget=1.5", "must be a whole number"),
        arguments("data.max-length.action=split", "needs a limit in data.max-length.steps"),
        arguments("model.layers=[]", "model.layers must have at least 1 element, got 0"),
        arguments("model.layers=3", "must be a list"),
        arguments("model.layers=[{units=3", "a job file must be HOCON"),
        arguments("model.layers.1.units=3", "model.layers has no element 1"),
        arguments("model.layers.0.reset=after", "belongs to gru, got one for lstm"),
        arguments("model.layers.0.activation=relu", "belongs to rnn, got one for lstm"),
        arguments("model.layers=[{cell=gru, units=3, gates-read=cell}]", "belongs to lstm"),
        arguments("model.layers=[{cell=rnn, units=3, output-activation=tanh}]", "belongs to lstm"),
        arguments("model.layers.0.normalization=group", "must be none, layer or batch, got"),
        arguments(
            "model.layers=[{cell=gru, units=1, normalization=layer}]",
            "model.layers.0.normalization = layer needs at least 2 units"),
        arguments(
            "model.layers.0.normalization=batch",
            "training.block-size=1",
            "model.layers.0.normalization = batch needs a training.block-size of at least 2"),
        arguments(
            "model.layers.0.normalization-momentum=0.5",
            "model.layers.0.normalization-momentum belongs to normalization = batch"),
        arguments("model.layers.0.normalization-momentum=0", "above 0 and at most 1, got 0"),
        arguments("model.layers.0.normalization-momentum=1.5", "at most 1, got 1.5"),
        arguments("model.layers.0.dropout=1", "at least 0 and below 1, got 1"),
        arguments(
            "training.optimizer.momentum=0.9", "belongs to sgd and rmsprop, got one for adam"),
        arguments("training.optimizer.learning-rate=0", "must be above 0, got 0"),
        arguments("sync.rounds-per-epoch=3", "both say how often to update"),
        arguments("data.valid=", "training.patience=2", "training.patience needs data.valid"),
        arguments(
            "training.optimizer.schedule=constant",
            "training.optimizer.final-learning-rate=0.1",
            "belongs to schedule = step, cosine and plateau"),
        arguments("model.embedding=0", "model.embedding-dropout=0.5", "needs an embedding"),
        arguments(
            "model.layers.0.bidirectional=true",
            "training.truncate=10",
            "training.truncate cannot be used with a bidirectional layer"),
        arguments("training", "--set must be KEY=VALUE, got \"training\""),
        arguments("training=3", "training is a section"),
        arguments("trainin.epochs=3", "did you mean `training.epochs`?"),
        arguments("model.layers.0.unit=3", "did you mean `model.layers.0.units`?"));
  }

  private static Arguments arguments(String override, String expected) {
    return Arguments.of(List.of(override), expected);
  }

  private static Arguments arguments(String first, String second, String expected) {
    return Arguments.of(List.of(first, second), expected);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void oneMistakeIsOneProblem(List<String> overrides, String expected) {
    JobException e =
        assertThrows(JobException.class, () -> JobReader.read(NAMES, "jobs/test.conf", overrides));
    assertEquals(1, e.problems().size(), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    String place = e.problems().get(0).place();
    assertTrue(place.startsWith("--set") || place.startsWith("jobs/test.conf:"), place);
  }

  @ParameterizedTest
  @CsvSource({
    "stream, 0.1, needs rows",
    "stream, rows:0-9, needs rows",
    "lines, 0.1, needs data.format = delimited"
  })
  void formatsThatDoNotFit(String format, String valid, String expected) {
    List<String> overrides =
        List.of(
            "data.format=" + format,
            "data.valid=" + valid,
            "data.input.column=",
            "data.target.column=");
    JobException e =
        assertThrows(JobException.class, () -> JobReader.read(NAMES, "jobs/test.conf", overrides));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @Test
  void bidirectionalLayersCannotPredictTheNextSymbol() {
    String text =
        """
        data { format = lines, train = a }
        model { topology = many-to-many
          layers = [ { cell = gru, units = 2 }
                     { cell = gru, units = 2, bidirectional = true } ] }
        training.epochs = 1
        """;
    assertProblem(text, "model.layers.1.bidirectional cannot be true where the next symbol is");
    assertProblem(text, "(jobs/test.conf:4): set bidirectional = false");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hdfs://host:9000/a/*.gz",
        "s3a://b/{a,b}/x",
        "#1",
        "a b = c",
        "\"quoted\"",
        "${HOME}",
        "3"
      })
  void setTakesTextVerbatim(String path) {
    Job job = JobReader.read(NAMES, "test.conf", List.of("data.train=" + path));
    assertEquals(path, job.data().train());
    assertEquals(job, JobReader.read(job.toHocon(), "test.conf", List.of()));
  }

  @Test
  void setReadsByTheTypeOfTheKey() {
    List<String> overrides =
        List.of(
            "data.header=true",
            "data.input.column=text",
            "data.target.column=2",
            "data.valid=rows:10-20",
            "training.epochs=1",
            "training.epochs=2",
            "training.batch-size=",
            "sync.rounds-per-epoch=4",
            "model.layers=[{cell=gru, units=3}, {cell=rnn, units=4}]",
            "model.layers.1.units=5",
            "output.dir=2024");
    Job job = JobReader.read(NAMES, "test.conf", overrides);
    assertEquals(new Column.Name("text"), job.data().input().column());
    assertEquals(new Column.Index(2), job.data().target().column());
    assertEquals(new ValidSource.Rows(10, 20), job.data().valid());
    assertEquals(2, job.training().epochs());
    assertFalse(job.training().hasBatchSize());
    assertEquals(5, job.model().layers().get(1).units());
    assertEquals("2024", job.output().dir());
  }

  /** Whatever there is in a job can be taken out of it: keys, sections, lists, their elements. */
  @Test
  void anEmptyValueTakesOutWhateverItNames() {
    List<String> paths =
        JobSchema.paths().stream().map(path -> path.replace(".N", ".0")).distinct().toList();
    assertTrue(paths.contains("model.characters") && paths.contains("model.layers.0.units"));
    for (String path : paths) {
      try {
        JobReader.read(NAMES, "test.conf", List.of(path + "="));
      } catch (JobException e) {
        // What a job must have is missed then, and a list that is not there has no elements.
        String missed = "(?s).*(is required|must differ|has no element 0, got 0 elements).*";
        assertTrue(e.getMessage().matches(missed), path + ": " + e.getMessage());
      }
    }
  }

  @Test
  void aSectionTakenOutHasItsDefaults() {
    String entities =
        NAMES.replace("tokens = characters", "tokens = words")
            + "model.characters { embedding = 5, layers = [ { cell = gru, units = 5 } ] }";
    assertTrue(read(entities).model().characters().isUsed());
    Job job = JobReader.read(entities, "jobs/test.conf", List.of("model.characters="));
    assertEquals(List.of(), job.model().characters().layers());
    assertEquals(0, job.model().characters().embedding());
    Job again =
        JobReader.read(
            entities,
            "jobs/test.conf",
            List.of("model.characters=", "training.optimizer=", "data.valid="));
    assertEquals(0.001, again.training().optimizer().learningRate());
    assertEquals(new ValidSource.None(), again.data().valid());
  }

  @Test
  void refusesWhatReachesOutsideTheFile() {
    assertProblem("a = 1\nb = ${HOME}", "got ${HOME} (jobs/test.conf:2)");
    assertProblem("b = ${?HOME}", "got ${?HOME} (jobs/test.conf:1)");
    assertProblem("\na += 1", "+= is not read in job files (jobs/test.conf:2)");
    assertProblem("\n\ninclude \"x.conf\"", "include \"x.conf\" (jobs/test.conf:3)");
    assertProblem("a { include file(\"/x\") }", "cannot include another");
    assertProblem("include url(\"http://localhost/x\")", "cannot include another");
    assertProblem("include classpath(\"x\")", "cannot include another");
  }

  @Test
  void substitutionSignsInTextAndCommentsAreOnlyText() {
    String text = NAMES + "# ${HOME}\n// ${HOME}\noutput.dir = \"\"\"${HOME}\"\\\n\"\"\"\n";
    assertEquals("${HOME}\"\\\n", read(text).output().dir());
    assertEquals("$\"{", read(NAMES + "output.dir = \"$\\\"{\"").output().dir());
  }

  @Test
  void refusesAValueThatACommentCuts() {
    assertProblem("a = 1\nb = data//train.tsv", "got data// (jobs/test.conf:2)");
    assertProblem("b = hdfs://host/x", "got hdfs:// (jobs/test.conf:1)");
    assertProblem("b = part#1.tsv", "got part# (jobs/test.conf:1)");
    assertEquals("a//b#c", read(NAMES + "output.dir = \"a//b#c\" // text").output().dir());
    assertEquals("x", read("# a\n//b\n" + NAMES + "output {// a\ndir = x }# b").output().dir());
  }

  @Test
  void halfACharacterIsNoText() {
    assertProblem(
        NAMES + "output.dir = \"a\\ud83d\"\n",
        "output.dir must consist of whole characters, not of half a surrogate pair");
    assertEquals("\ud83d\ude00", read(NAMES + "output.dir = \"\\ud83d\\ude00\"").output().dir());
  }

  @Test
  void saysWhereTheSyntaxIsBroken() {
    assertProblem("data {\n\n  train = a/*.gz\n}", "(jobs/test.conf:3): put the text into double");
    assertProblem("data {\n train = [1\n}", "a job file must be HOCON");
    assertProblem("data = \"abc\n", "(jobs/test.conf:");
  }

  @Test
  void refusesDeepNestingBeforeParsing() {
    String rule = "a job file may nest at most 64 levels deep";
    assertProblem("a = " + "[".repeat(20_000), rule);
    assertProblem("a = " + "{a=".repeat(20_000), rule);
    assertProblem("a" + ".a".repeat(20_000) + " = 1", rule);
    assertProblem("a = {} # }\n" + ("a.a.a.a = # x\n{\n").repeat(20), rule);
    // Braces that close do not add up; 60 levels are only an unknown key.
    assertProblem("a = 0\n" + "b {}\n".repeat(1000), "unknown key a");
    assertProblem("a = " + "{a=".repeat(60) + "1" + "}".repeat(60), "unknown key a");
  }

  @Test
  void readsOnlyFilesThatCanBeJobs(@TempDir Path directory) throws IOException {
    assertFileProblem(directory.resolve("none.conf"), "the job file must exist");
    assertFileProblem(directory, "a job must be a file");
    Path large = Files.writeString(directory.resolve("large.conf"), "#".repeat((1 << 20) + 1));
    assertFileProblem(large, "at most 1048576 bytes, got 1048577");
    Path latin = directory.resolve("latin.conf");
    Files.write(latin, "# é".getBytes(StandardCharsets.ISO_8859_1));
    assertFileProblem(latin, "must be UTF-8");
    Path marked = Files.writeString(directory.resolve("my names.conf"), "\uFEFF" + NAMES);
    assertEquals("my names", JobReader.read(marked, List.of()).name());
  }

  @Test
  void jobsTravelInClosures() throws IOException, ClassNotFoundException {
    Job job = read(NAMES);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(job);
    }
    byte[] written = bytes.toByteArray();
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(written))) {
      assertEquals(job, in.readObject());
    }
  }

  @Test
  void fingerprintLeavesOutWhatChangesNoResult() {
    String text = read(NAMES).fingerprintText();
    List<String> same =
        List.of("sync.partitions=7", "output.dir=x", "checkpoint.keep=9", "data.test=t");
    assertEquals(text, JobReader.read(NAMES, "other.conf", same).fingerprintText());
    for (String change : List.of("training.seed=2", "sync.shards=4", "data.train=x")) {
      Job other = JobReader.read(NAMES, "test.conf", List.of(change));
      assertFalse(text.equals(other.fingerprintText()), change);
    }
  }

  @Test
  void constructorAppliesTheSameRules() {
    Job job = read(NAMES);
    SyncConfig both = new SyncConfig(SyncConfig.Mode.GRADIENT, SyncConfig.Engine.AUTO, 3, 0, 0);
    assertBroken(job, both, "both say how often to update, got 64 and 3");
    SyncConfig negative =
        new SyncConfig(SyncConfig.Mode.GRADIENT, SyncConfig.Engine.AUTO, 0, -1, 0);
    assertBroken(job, negative, "sync.partitions must be at least 0, got -1");
    assertBroken(job, null, "sync must not be null");
  }

  private static void assertBroken(Job job, SyncConfig sync, String expected) {
    JobException e =
        assertThrows(
            JobException.class,
            () ->
                new Job(
                    "x",
                    job.data(),
                    job.model(),
                    job.training(),
                    job.validation(),
                    sync,
                    job.checkpoint(),
                    job.output()));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @Test
  void delimiterFollowsTheName() {
    assertEquals(DataConfig.Delimiter.COMMA, DataConfig.Delimiter.AUTO.of("a/*.CSV.gz"));
    assertEquals(DataConfig.Delimiter.COMMA, DataConfig.Delimiter.AUTO.of("b.csv"));
    assertEquals(DataConfig.Delimiter.TAB, DataConfig.Delimiter.AUTO.of("b.csv.d/part-0"));
    assertEquals(DataConfig.Delimiter.TAB, DataConfig.Delimiter.TAB.of("b.csv"));
  }

  @Test
  void pathsSplitAtCommasOutsideBraces() {
    assertEquals(List.of("a/{b,c}/*.txt", "d e"), DataConfig.splitPaths(" a/{b,c}/*.txt ,, d e,"));
  }

  @Test
  void numbersRenderAsTheShortestTextThatReadsBack() {
    List<Double> values = new ArrayList<>(List.of(0.1, 1e-8, 2e23, 5.0, -0.5, 123456.789));
    values.addAll(List.of(Double.MIN_VALUE, Double.MAX_VALUE, 1.0 / 3, 1e15, 1e16, 100.0));
    for (double value : values) {
      assertEquals(value, Double.parseDouble(JobText.number(value)));
    }
    assertEquals("1e-8", JobText.number(1e-8));
    assertEquals("100", JobText.number(100));
    assertEquals("2e23", JobText.number(2e23));
    assertEquals("5e-324", JobText.number(Double.MIN_VALUE));
  }

  private static Job read(String text) {
    return JobReader.read(text, "jobs/test.conf", List.of());
  }

  private static void assertProblem(String text, String expected) {
    JobException e = assertThrows(JobException.class, () -> read(text));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  private static void assertFileProblem(Path file, String expected) {
    JobException e = assertThrows(JobException.class, () -> JobReader.read(file, List.of()));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }
}
