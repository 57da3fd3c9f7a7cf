package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.batch.Shard;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.Predicted;
import org.unroll.config.Topology;
import org.unroll.config.ValidSource;
import org.unroll.data.DataConfigs;
import org.unroll.data.DataException;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.data.Vocabulary;

/** What the shards hold, and that nothing but data and job decides about it. */
class DatasetReaderTest {
  @TempDir Path directory;

  private static DatasetRequest request(
      DataConfig data, Topology topology, String train, ValidSource valid, int partitions) {
    return new DatasetRequest(
        data, Predicted.classes(topology), train, valid, "", 4, 0, partitions, null, null, false);
  }

  private static Dataset read(DatasetRequest request) {
    return DatasetReader.read(SparkForTests.context(), request);
  }

  /** Everything a shard holds. */
  private static List<String> content(List<Shard> shards) {
    List<String> content = new ArrayList<>();
    for (Shard shard : shards) {
      content.add("shard " + shard.index());
      for (int i = 0; i < shard.size(); i++) {
        int[] inputs = new int[shard.length(i)];
        int[] targets = new int[shard.targets(i)];
        for (int t = 0; t < inputs.length; t++) {
          inputs[t] = shard.input(i, t);
        }
        for (int t = 0; t < targets.length; t++) {
          targets[t] = shard.target(i, t);
        }
        content.add(shard.id(i) + Arrays.toString(inputs) + Arrays.toString(targets));
      }
    }
    return content;
  }

  private static List<String> all(Dataset dataset) {
    List<String> content = new ArrayList<>();
    for (Role role : Role.values()) {
      content.add(role.name());
      content.addAll(content(dataset.collectShards(role)));
    }
    content.add(dataset.summary().fingerprint());
    dataset.inputs().vocabularies().forEach(each -> content.addAll(each.tokens()));
    content.addAll(dataset.targets().names().tokens());
    return content;
  }

  private Path write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static String rows(int n, long seed) {
    Random random = new Random(seed);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < n; i++) {
      rows.append("label").append(random.nextInt(3)).append('\t');
      for (int c = random.nextInt(40); c >= 0; c--) {
        rows.append("abcdeé日".charAt(random.nextInt(7)));
      }
      rows.append(i % 3 == 0 ? "\r\n" : "\n");
    }
    return rows.toString();
  }

  @Test
  void shardsDoNotDependOnPartitionsOrSplits() throws IOException {
    Path file = write("a/rows.tsv", rows(9000, 1));
    DataConfig data = DataConfigs.delimited(1, 0).build();
    assertTrue(Files.size(file) > 256 << 10, "so that the file is cut");
    List<String> expected = null;
    for (int partitions : new int[] {1, 3, 7}) {
      try (Dataset dataset =
          read(
              request(
                  data,
                  Topology.MANY_TO_ONE,
                  file.toString(),
                  new ValidSource.Fraction(0.1),
                  partitions))) {
        assertEquals(partitions, dataset.train().getNumPartitions());
        List<String> found = all(dataset);
        if (expected == null) {
          expected = found;
        }
        assertEquals(expected, found);
        List<Shard> train = dataset.collectShards(Role.TRAIN);
        for (int i = 0; i < train.size(); i++) {
          assertEquals(i, train.get(i).index());
        }
      }
    }
  }

  /** Of forty labels with a single row, the fraction takes some. */
  @Test
  void rowsWithLabelsOfTheirOwnStayInTraining() throws IOException {
    StringBuilder rows = new StringBuilder(rows(300, 7));
    for (int i = 0; i < 40; i++) {
      rows.append("own").append(i).append("\ttext ").append(i).append('\n');
    }
    Path file = write("own.tsv", rows.toString());
    DataConfig data = DataConfigs.delimited(1, 0).build();
    List<String> expected = null;
    for (int partitions : new int[] {1, 3}) {
      try (Dataset dataset =
          read(
              request(
                  data,
                  Topology.MANY_TO_ONE,
                  file.toString(),
                  new ValidSource.Fraction(0.3),
                  partitions))) {
        expected = expected == null ? all(dataset) : expected;
        assertEquals(expected, all(dataset));
        assertEquals(43, dataset.targets().size());
        long[] valid = dataset.summary().valid().targetCounts();
        long[] train = dataset.summary().train().targetCounts();
        assertEquals(0, Arrays.stream(valid).filter(count -> count == 1).count());
        assertEquals(40, Arrays.stream(train).filter(count -> count == 1).count());
        assertTrue(Arrays.stream(valid).sum() > 60);
        String doubt = dataset.summary().doubts().get(0).toString();
        assertTrue(doubt.contains("stay in data.train"), doubt);
      }
    }
  }

  @Test
  void shardsDoNotDependOnCompression() throws IOException {
    String rows = rows(500, 2);
    Path plain = write("plain/rows.tsv", rows);
    Path gz = directory.resolve("gz/rows.tsv.gz");
    Files.createDirectories(gz.getParent());
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
      out.write(rows.getBytes(StandardCharsets.UTF_8));
    }
    Path bz2 = directory.resolve("bz2/rows.tsv.bz2");
    Files.createDirectories(bz2.getParent());
    BZip2Codec codec = new BZip2Codec();
    codec.setConf(new Configuration());
    try (OutputStream out = codec.createOutputStream(Files.newOutputStream(bz2))) {
      out.write(rows.getBytes(StandardCharsets.UTF_8));
    }
    DataConfig data = DataConfigs.delimited(1, 0).build();
    List<List<String>> found = new ArrayList<>();
    for (Path file : List.of(plain, gz, bz2)) {
      try (Dataset dataset =
          read(
              request(
                  data, Topology.MANY_TO_ONE, file.toString(), new ValidSource.Fraction(0.2), 2))) {
        found.add(all(dataset));
      }
    }
    assertEquals(found.get(0), found.get(1));
    assertEquals(found.get(0), found.get(2));
  }

  @Test
  void directoriesGlobsAndListsAreTheSameFiles() throws IOException {
    write("set/x/1.txt", "one\ntwo\n");
    write("set/y/2.txt", "three\n");
    write("set/_SUCCESS", "");
    write("set/.hidden", "no\n");
    DataConfig data = DataConfigs.lines().build();
    String set = directory.resolve("set").toString();
    List<List<String>> found = new ArrayList<>();
    for (String paths : List.of(set, set + "/*/*.txt", set + "/x/1.txt, " + set + "/y/2.txt")) {
      try (Dataset dataset =
          read(request(data, Topology.MANY_TO_MANY, paths, new ValidSource.None(), 1))) {
        found.add(all(dataset));
        assertEquals(3, dataset.summary().train().sequences());
        assertNull(dataset.valid());
        assertSame(dataset.inputs().first(), dataset.targets().names());
      }
    }
    assertEquals(found.get(0), found.get(1));
    assertEquals(found.get(0), found.get(2));
  }

  @Test
  void languageModelPredictsTheNextSymbolUpToTheEnd() throws IOException {
    Path file = write("lm.txt", "ab\n\nb\n");
    DataConfig data = DataConfigs.lines().build();
    try (Dataset dataset =
        read(request(data, Topology.MANY_TO_MANY, file.toString(), new ValidSource.None(), 1))) {
      Vocabulary v = dataset.inputs().first();
      assertEquals(List.of("<unk>", "<s>", "</s>", "b", "a"), v.tokens());
      List<String> found = content(dataset.collectShards(Role.TRAIN));
      assertTrue(
          found.stream().anyMatch(each -> each.endsWith("[1, 4, 3][4, 3, 2]")), found::toString);
      assertTrue(found.stream().anyMatch(each -> each.endsWith("[1, 3][3, 2]")), found::toString);
      SplitSummary train = dataset.summary().train();
      assertEquals(3, train.intake().read());
      assertEquals(2, train.intake().used());
      assertEquals(1, train.intake().empty());
      assertEquals(5, train.steps());
      assertEquals(5, train.targets());
      assertEquals(3, train.longest());
      assertEquals(0, train.unknownRate());
      assertEquals("[0, 2]", Arrays.toString(train.lengths()));
    }
  }

  @Test
  void summaryCountsLabelsAndUnknowns() throws IOException {
    Path train = write("train.csv", "class,text\nx,aa\ny,\"a,b\"\"\n\"\nx,c\n");
    Path valid = write("valid.csv", "class,text\ny,aaz\n");
    DataConfig data = DataConfigs.named("text", "class").vocabulary(1, 1).build();
    try (Dataset dataset =
        read(
            request(
                data,
                Topology.MANY_TO_ONE,
                train.toString(),
                new ValidSource.Path(valid.toString()),
                2))) {
      assertEquals(List.of("<unk>", "a"), dataset.inputs().first().tokens());
      assertEquals(List.of("x", "y"), dataset.targets().names().tokens());
      assertEquals("[2, 1]", Arrays.toString(dataset.summary().train().targetCounts()));
      assertEquals(5.0 / 8, dataset.summary().train().unknownRate());
      assertEquals(1.0 / 3, dataset.summary().valid().unknownRate());
    }
  }

  @Test
  void duplicatesFallOnTheSameSide() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      text.append("row").append(i % 50).append('\n');
    }
    Path file = write("twice.txt", text.toString());
    DataConfig data = DataConfigs.lines().build();
    try (Dataset dataset =
        read(
            request(
                data, Topology.MANY_TO_MANY, file.toString(), new ValidSource.Fraction(0.3), 1))) {
      SplitSummary valid = dataset.summary().valid();
      assertEquals(0, valid.sequences() % 6);
      assertEquals(300, valid.sequences() + dataset.summary().train().sequences());
    }
  }

  @Test
  void rowsChooseValidation() throws IOException {
    Path file = write("rows.tsv", "y\tx\n0\ta\n0\tbb\n0\tccc\n0\tdddd\n");
    DataConfig data = DataConfigs.named("x", "y").build();
    try (Dataset dataset =
        read(request(data, Topology.MANY_TO_ONE, file.toString(), new ValidSource.Rows(1, 2), 1))) {
      assertEquals(5, dataset.summary().valid().steps());
      assertEquals(5, dataset.summary().train().steps());
      assertEquals(3, dataset.summary().valid().longest());
    }
  }

  @Test
  void fingerprintTellsContentApart() throws IOException {
    DataConfig data = DataConfigs.lines().build();
    List<String> found = new ArrayList<>();
    for (String text : List.of("ab\nba\n", "ab\nbb\n", "ab\nba\n")) {
      Path file = write("print.txt", text);
      try (Dataset dataset =
          read(request(data, Topology.MANY_TO_MANY, file.toString(), new ValidSource.None(), 1))) {
        found.add(dataset.summary().fingerprint());
      }
    }
    assertEquals(found.get(0), found.get(2));
    assertNotEquals(found.get(0), found.get(1));
  }

  @Test
  void streamIsCutAndItsTailValidates() throws IOException {
    String text = "The quick brown fox\r\njumps over the lazy dog. \u00e9\u65e5\n".repeat(60_000);
    Path file = write("plain/stream.txt", text);
    Path gz = directory.resolve("gz/stream.txt.gz");
    Files.createDirectories(gz.getParent());
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    DataConfig data = DataConfigs.stream(100).build();
    List<List<String>> found = new ArrayList<>();
    for (Path path : List.of(file, gz)) {
      try (Dataset dataset =
          read(
              request(
                  data, Topology.MANY_TO_MANY, path.toString(), new ValidSource.Tail(0.1), 3))) {
        found.add(all(dataset));
        SplitSummary train = dataset.summary().train();
        SplitSummary valid = dataset.summary().valid();
        assertEquals(1, valid.sequences());
        assertEquals(100, train.longest());
        long characters = 48L * 60_000;
        // Every character but the first of a segment is predicted: 3 of training, 1 of validation.
        assertEquals(characters - 4, train.targets() + valid.targets());
        assertEquals(0.1, valid.targets() / (double) characters, 1e-4);
      }
    }
    assertEquals(found.get(0), found.get(1));
  }

  @Test
  void evaluationUsesGivenVocabularies() throws IOException {
    Path train = write("t.tsv", "x\tab\ny\tb\n");
    Path other = write("o.tsv", "y\tbc\n");
    DataConfig data = DataConfigs.delimited(1, 0).build();
    try (Dataset trained =
            read(request(data, Topology.MANY_TO_ONE, train.toString(), new ValidSource.None(), 1));
        Dataset dataset =
            read(
                DatasetRequest.evaluation(
                    "--data",
                    data,
                    Predicted.classes(Topology.MANY_TO_ONE),
                    other.toString(),
                    4,
                    trained.inputs(),
                    trained.targets()))) {
      assertNull(dataset.train());
      int b = trained.inputs().first().index("b");
      assertTrue(
          content(dataset.collectShards(Role.TEST))
              .get(1)
              .endsWith("[" + b + ", 0][" + trained.targets().names().index("y") + "]"));
    }
  }

  /** Otherwise the third field of every row would be left out without a word. */
  @Test
  void evaluationKnowsHowManyFieldsRowsHad() throws IOException {
    Path train = write("two.tsv", "x\tab\ny\tb\n");
    Path other = write("three.tsv", "y\tbc\tmore\ny\tb\tmore\n");
    DataConfig data = DataConfigs.delimited(1, 0).build();
    try (Dataset trained =
        read(request(data, Topology.MANY_TO_ONE, train.toString(), new ValidSource.None(), 1))) {
      DatasetRequest evaluation =
          DatasetRequest.evaluation(
              "--data",
              data,
              Predicted.classes(Topology.MANY_TO_ONE),
              other.toString(),
              4,
              trained.inputs(),
              trained.targets());
      String message = assertThrows(DataException.class, () -> read(evaluation)).getMessage();
      assertTrue(message.contains("must have the 2 fields of the training data"), message);
      assertTrue(message.contains("got 3 fields") && message.contains("three.tsv"), message);
    }
  }

  @Test
  void jobSaysWhatIsRead() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      rows.append(i % 2 == 0 ? "even" : "odd").append('\t').append(i).append('\n');
    }
    Path file = write("job.tsv", rows.toString());
    Job job =
        JobReader.read(
            """
            data { format = delimited, valid = 0.2, input.column = 1, target.column = 0 }
            model { topology = many-to-one, layers = [ { cell = lstm, units = 4 } ] }
            training { epochs = 1, block-size = 4 }
            sync { shards = 5, partitions = 2 }
            """,
            "test.conf",
            List.of("data.train=" + file, "data.test=" + file, "data.allow-overlap=true"));
    try (Dataset dataset = DatasetReader.read(SparkForTests.context(), job)) {
      SplitSummary train = dataset.summary().train();
      assertEquals(5, train.shards());
      assertEquals(2, dataset.train().getNumPartitions());
      assertEquals(100, train.sequences() + dataset.summary().valid().sequences());
      assertEquals(100, dataset.summary().test().sequences());
      assertEquals(train.sequences(), Arrays.stream(train.sequencesPerShard()).sum());
      assertEquals(2, dataset.collectShards(Role.TRAIN).get(2).index());
    }
  }
}
