package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.batch.Shard;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.DataException;
import org.unroll.data.ExampleEncoder;
import org.unroll.data.Reject;
import org.unroll.data.Role;
import org.unroll.hash.Hash;

/** Rows of Parquet files, most of them written by Spark. */
class ParquetTest {
  private static final String TAGGING =
      "input { column = text, tokens = words }, target.column = tags";
  private static final String FRAMES =
      "input { column = frames, tokens = features, width = 2 }, target.column = label";

  @TempDir Path directory;

  private static Job job(String format, String topology, Path train, String data, String... more) {
    String text =
        """
        data { format = %s, train = "%s", %s }
        model { topology = %s, layers = [ { cell = rnn, units = 1 } ] }
        training { epochs = 1, block-size = 4 }
        """;
    return JobReader.read(
        text.formatted(format, train, data, topology), "test.conf", List.of(more));
  }

  private static Job tagging(String format, Path train, String... more) {
    return job(format, "many-to-many", train, TAGGING, more);
  }

  private static SparkSession session() {
    return SparkSession.builder().sparkContext(SparkForTests.context().sc()).getOrCreate();
  }

  private Path write(String name, String schema, List<Row> rows, int files, String... options) {
    Path path = directory.resolve(name);
    var frame = session().createDataFrame(rows, StructType.fromDDL(schema));
    // To coalesce keeps the order of rows.
    var writer =
        (files == 1 ? frame.coalesce(1) : frame.repartition(files))
            .write()
            .mode(SaveMode.ErrorIfExists);
    for (String option : options) {
      writer = writer.option(option.split("=")[0], option.split("=")[1]);
    }
    writer.parquet(path.toString());
    return path;
  }

  /** Everything the shards hold, and what its numbers mean. */
  private static List<String> all(Job job) {
    List<String> content = new ArrayList<>();
    try (Dataset dataset = DatasetReader.read(SparkForTests.context(), job)) {
      for (Role role : Role.values()) {
        for (Shard shard : dataset.collectShards(role)) {
          content.add(role + " " + shard.index());
          for (int i = 0; i < shard.size(); i++) {
            content.add(sequence(shard, i));
          }
        }
      }
      content.add(dataset.summary().fingerprint());
      dataset.inputs().vocabularies().forEach(each -> content.addAll(each.tokens()));
      content.addAll(dataset.targets().names().tokens());
    }
    return content;
  }

  private static String sequence(Shard shard, int i) {
    StringBuilder text = new StringBuilder(shard.id(i) + " of " + shard.weight(i) + ":");
    for (int t = 0; t < shard.length(i); t++) {
      for (int f = 0; f < shard.symbols(); f++) {
        text.append(' ').append(shard.input(i, t, f));
      }
      for (int f = 0; f < shard.width(); f++) {
        text.append(' ').append(shard.feature(i, t, f));
      }
    }
    text.append(" ->");
    for (int t = 0; t < shard.targets(i); t++) {
      text.append(' ').append(shard.target(i, t));
    }
    return text.toString();
  }

  private static String words(Random random, int count, String letters) {
    return IntStream.range(0, count)
        .mapToObj(w -> String.valueOf(letters.charAt(random.nextInt(letters.length()))))
        .collect(Collectors.joining(" "));
  }

  private static List<Row> sentences(int count) {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = 1 + random.nextInt(30);
      rows.add(
          RowFactory.create(
              "row" + i,
              words(random, length, "abcdefé日"),
              words(random, length, "XYZ"),
              random.nextInt(5) / 2.0));
    }
    return rows;
  }

  private static List<Row> asLists(List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                RowFactory.create(
                    row.getString(0),
                    row.getString(1).split(" "),
                    row.getString(2).split(" "),
                    row.getDouble(3)))
        .toList();
  }

  private Path asJson(List<Row> rows) throws IOException {
    return Files.write(
        directory.resolve("rows.jsonl"),
        rows.stream()
            .map(
                row ->
                    "{\"id\": \"%s\", \"text\": \"%s\", \"tags\": \"%s\", \"weight\": %s}"
                        .formatted(row.get(0), row.get(1), row.get(2), row.get(3)))
            .toList());
  }

  /** With identities of their own, rows are the same sequences in any format and any files. */
  @Test
  void rowsAreThoseOfOtherFormats() throws IOException {
    List<Row> rows = sentences(200);
    String[] more = {"data.id.column=id", "data.weight.column=weight"};
    List<String> expected = all(tagging("json", asJson(rows), more));
    assertEquals(
        new TreeSet<>(expected).size(), expected.size(), "identities must tell all rows apart");
    Path text = write("text", "id string, text string, tags string, weight double", rows, 3);
    assertEquals(expected, all(tagging("parquet", text, more)));
    Path lists =
        write(
            "lists",
            "weight double, tags array<string>, other int, text array<string>, id string",
            asLists(rows).stream()
                .map(r -> RowFactory.create(r.get(3), r.get(2), 7, r.get(1), r.get(0)))
                .toList(),
            2);
    assertEquals(expected, all(tagging("parquet", lists, more)));
  }

  /** A file of many row groups, cut by tasks anywhere. */
  @Test
  void shardsDoNotDependOnPartitionsOrSplits() throws IOException {
    List<Row> rows = sentences(9000);
    Path path =
        write(
            "many",
            "id string, text string, tags string, weight double",
            rows,
            1,
            "parquet.block.size=20000",
            "parquet.page.row.count.limit=50",
            "compression=uncompressed");
    Path file = onlyFile(path);
    assertTrue(Files.size(file) > 512 << 10, "so that the file is cut");
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new Configuration(), new org.apache.hadoop.fs.Path(file.toString()))) {
      assertTrue(reader.getRowGroups().size() > 5, "several row groups");
    }
    List<String> expected = null;
    for (int partitions : new int[] {1, 3, 7}) {
      List<String> found =
          all(tagging("parquet", path, "sync.partitions=" + partitions, "data.valid=0.1"));
      if (expected == null) {
        expected = found;
      }
      assertEquals(expected, found);
    }
    // Row 8,765 is known by its number in the file.
    String id =
        Long.toString(Hash.of(ExampleEncoder.fileId(file.getFileName().toString()), 8765, 0));
    String row = expected.stream().filter(each -> each.startsWith(id + " ")).findFirst().get();
    assertEquals(rows.get(8765).getString(2).split(" ").length, targets(row));
    List<String> chosen = all(tagging("parquet", path, "data.valid=rows:8000-8765"));
    int from = chosen.indexOf("VALID 0");
    assertTrue(chosen.subList(from, chosen.size()).stream().anyMatch(e -> e.startsWith(id + " ")));
  }

  private static Path onlyFile(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private static int targets(String sequence) {
    return sequence.substring(sequence.indexOf("->") + 3).split(" ").length;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          label string, frames array<array<float>> | 2
          label int, frames array<array<double>>   | 2
          label bigint, frames array<float>        | 1
          label string, frames array<double>       | 1
          label string, frames string              | 0
          label string, frames array<array<int>>   | 2
          label string, frames array<bigint>       | 1
          label string, frames array<decimal(9,3)> | 1
          """)
  void featuresAreReadFromListsAndText(String schema, int depth) throws IOException {
    boolean whole = schema.contains("int>");
    // Where the type can hold them, numbers that single precision cannot tell apart.
    double far = schema.matches(".*(double|bigint>|frames string).*") ? 1_700_000_000 : 0;
    List<String> json = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      double[][] frames = new double[1 + random.nextInt(4)][];
      for (int t = 0; t < frames.length; t++) {
        frames[t] =
            random
                .doubles(2, -9, 9)
                .map(v -> far + (whole ? Math.rint(v) : Math.rint(v * 8) / 8))
                .toArray();
      }
      int label = random.nextInt(3);
      StructType types = StructType.fromDDL(schema);
      rows.add(
          RowFactory.create(
              ParquetCells.scalar(label, types.fields()[0].dataType()),
              ParquetCells.frames(frames, depth, types.fields()[1].dataType())));
      json.add(
          "{\"id\": %d, \"label\": %d, \"frames\": %s}"
              .formatted(i, label, java.util.Arrays.deepToString(frames)));
    }
    Path jsonl = Files.write(directory.resolve("frames.jsonl"), json);
    Path parquet = write("frames", schema, rows, 1);
    List<String> expected = all(job("json", "many-to-one", jsonl, FRAMES));
    List<String> found = all(job("parquet", "many-to-one", parquet, FRAMES));
    assertEquals(withoutIds(expected), withoutIds(found));
  }

  /** Spark writes an encoding of real numbers that its own vectorized reader does not know. */
  @Test
  void encodingsMakeNoDifference() throws IOException {
    List<Row> rows =
        IntStream.range(0, 20)
            .mapToObj(i -> RowFactory.create("L" + i % 3, new Float[] {i + .5f, i / 8f}))
            .toList();
    String schema = "label string, frames array<float>";
    Path split =
        write(
            "split",
            schema,
            rows,
            1,
            "parquet.enable.bytestreamsplit=true",
            "parquet.enable.dictionary=false");
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new Configuration(), new org.apache.hadoop.fs.Path(onlyFile(split).toString()))) {
      Set<Encoding> encodings = reader.getRowGroups().get(0).getColumns().get(1).getEncodings();
      assertTrue(encodings.contains(Encoding.BYTE_STREAM_SPLIT), encodings.toString());
    }
    assertEquals(
        withoutIds(all(job("parquet", "many-to-one", write("usual", schema, rows, 1), FRAMES))),
        withoutIds(all(job("parquet", "many-to-one", split, FRAMES))));
  }

  private static List<String> withoutIds(List<String> content) {
    return content.stream()
        .filter(line -> line.contains("->"))
        .map(line -> line.substring(line.indexOf(' ')))
        .sorted()
        .toList();
  }

  /** Lists as older writers wrote them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "optional group text (LIST) { repeated binary array (STRING); }",
        "repeated binary text (STRING);",
        "required group text (LIST) { repeated group bag { optional binary element (STRING); } }",
        "optional group text (LIST) { repeated group list { required binary item; } }"
      })
  void listsMayBeWrittenInAnyWay(String text) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message rows { " + text + " required binary tags (ENUM); optional int96 time; }");
    Path file = directory.resolve("old.parquet");
    List<String> json = new ArrayList<>();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toString()))
            .withType(schema)
            .build()) {
      for (String words : List.of("a b", "c", "", "b b a")) {
        Group row =
            new SimpleGroupFactory(schema)
                .newGroup()
                .append("tags", words.toUpperCase(java.util.Locale.ROOT));
        boolean plain = schema.getType("text").isPrimitive();
        Group list = plain ? row : row.addGroup("text");
        for (String word : words.isEmpty() ? new String[0] : words.split(" ")) {
          if (plain) {
            list.append("text", word);
          } else if (list.getType().getType(0).isPrimitive()) {
            list.append("array", word);
          } else {
            Group element = list.addGroup(0);
            element.add(0, word);
          }
        }
        writer.write(row);
        json.add(
            "{\"text\": \"%s\", \"tags\": \"%s\"}"
                .formatted(words, words.toUpperCase(java.util.Locale.ROOT)));
      }
    }
    Path jsonl = Files.write(directory.resolve("old.jsonl"), json);
    assertEquals(
        withoutIds(all(tagging("json", jsonl))), withoutIds(all(tagging("parquet", file))));
  }

  private DataException refused(Job job) {
    return assertThrows(
        DataException.class, () -> DatasetReader.read(SparkForTests.context(), job).close());
  }

  @Test
  void badRowsAreNamedByFileAndRow() {
    List<Row> rows = new ArrayList<>(asLists(sentences(40)));
    rows.set(7, RowFactory.create("7", null, new String[] {"X"}, 1.0));
    rows.set(20, RowFactory.create("20", new String[] {"a", null}, new String[] {"X", "Y"}, 1.0));
    rows.set(30, RowFactory.create("30", new String[] {"a"}, new String[] {"X", "Y"}, 1.0));
    rows.set(33, RowFactory.create("33", new String[] {}, new String[] {}, 1.0));
    rows.set(35, RowFactory.create("35", new String[] {"a"}, new String[] {"X"}, -1.0));
    String schema = "id string, text array<string>, tags array<string>, weight double";
    Path path = write("bad", schema, rows, 1);
    String message = refused(tagging("parquet", path)).getMessage();
    assertTrue(message.contains("a row must have a value in the column 'text', got null"), message);
    assertTrue(message.contains(".parquet, row 7"), message);

    Job tolerant =
        tagging(
            "parquet",
            path,
            "data.weight.column=weight",
            "data.bad-rows=quarantine",
            "data.bad-rows-budget=4");
    try (Dataset dataset = DatasetReader.read(SparkForTests.context(), tolerant)) {
      List<Reject> rejects = dataset.rejects();
      assertEquals(List.of(7L, 20L, 30L, 35L), rejects.stream().map(Reject::offset).toList());
      assertEquals(
          List.of("missing-field", "missing-field", "tags-differ", "bad-weight"),
          rejects.stream().map(Reject::reason).toList());
      assertEquals("a\tX Y\t1.0", rejects.get(2).text());
      assertEquals(1, dataset.summary().train().intake().empty());
      assertEquals(35, dataset.summary().train().sequences());
    }
  }

  @Test
  void valuesThatAreNotFiniteAreBadRows() {
    List<Row> rows =
        List.of(
            RowFactory.create("a", new float[][] {{1, 2}, {3, Float.NaN}}),
            RowFactory.create("b", new float[][] {{1, 2, 3}}));
    Path path = write("nan", "label string, frames array<array<float>>", rows, 1);
    Job job =
        job("parquet", "many-to-one", path, FRAMES, "data.bad-rows=skip", "data.bad-rows-budget=1");
    String message = refused(job).getMessage();
    assertTrue(message.contains("NaN as feature 2 of step 2"), message);
    assertTrue(message.contains("every step must have 2 features"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          id string, words string, tags string           | must be one of the columns [id, words, tags], got 'text'
          text timestamp, tags string                    | got optional int96 text
          text struct<a: string>, tags string            | a column must hold text, numbers, lists of these
          text array<array<string>>, tags string         | write the column 'text' with another type
          text array<array<array<int>>>, tags string     | a column must hold text, numbers, lists of these
          text map<string, string>, tags string          | a column must hold text, numbers, lists of these
          text date, tags string                         | got optional int32 text (DATE)
          """)
  void columnsThatCannotBeReadAreRefused(String schema, String message) {
    StructType type = StructType.fromDDL(schema);
    Path path =
        write("refused", schema, List.of(RowFactory.create(new Object[type.fields().length])), 1);
    DataException refused =
        assertThrows(
            DataException.class,
            () -> DatasetReader.read(SparkForTests.context(), tagging("parquet", path)).close());
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
    assertTrue(refused.getMessage().contains(".parquet"), refused.getMessage());
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("rows.tsv"), "a\tX\nb\tY and so on\n");
    DataException refused =
        assertThrows(
            DataException.class,
            () -> DatasetReader.read(SparkForTests.context(), tagging("parquet", file)).close());
    assertEquals(
        "with data.format = parquet a file must be Parquet, got text that begins with 'a\tX' ("
            + file
            + "): set data.format = delimited, lines or json",
        refused.getMessage());
  }

  /** The one file of a table that {@link #write} wrote. */
  private static Path part(Path table) throws IOException {
    try (Stream<Path> files = Files.list(table)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private String refusedBytes(String name, byte[] content) throws IOException {
    Path file = Files.write(directory.resolve(name), content);
    DataException refused =
        assertThrows(
            DataException.class,
            () -> DatasetReader.read(SparkForTests.context(), tagging("parquet", file)).close());
    return refused.getMessage().replace(directory.toString(), "");
  }

  @Test
  void aDamagedFileIsRefusedInOneLine() throws IOException {
    String schema = "id string, text string, tags string, weight double";
    byte[] good = Files.readAllBytes(part(write("whole", schema, sentences(300), 1)));
    assertEquals(
        "with data.format = parquet a file must be Parquet, got the beginning of one (/cut): it is"
            + " cut short; copy or write it again",
        refusedBytes("cut", Arrays.copyOf(good, good.length / 2)));
    byte[] page = good.clone();
    for (int i = good.length / 3; i < good.length / 3 + 50; i++) {
      page[i] ^= 0x55;
    }
    String message = refusedBytes("page", page);
    assertTrue(message.startsWith("data must be readable, got '"), message);
    assertTrue(
        message.endsWith("' (/page): the file is damaged or cut short; copy or write it again"),
        message);
    assertEquals(1, message.lines().count());
  }

  /** As that of Brotli is in most installations. */
  @Test
  void aCodecThatIsNotThereIsNamed() throws IOException {
    String schema = "id string, text string, tags string, weight double";
    Path file = part(write("snappy", schema, sentences(9), 1));
    Configuration without = new Configuration();
    without.setClassLoader(
        new ClassLoader(getClass().getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.endsWith("SnappyCodec")) {
              throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
          }
        });
    InputFile input = InputFiles.list(without, "data.train", file.toString()).files().get(0);
    ReadUnit unit = new ReadUnit(Role.TRAIN, input, 0, Long.MAX_VALUE);
    DataException refused =
        assertThrows(
            DataException.class,
            () -> new ParquetRecords(without, unit, List.of("text"), -1).close());
    assertEquals(
        "Parquet must be compressed with a codec that is there on every machine, got SNAPPY, for"
            + " which org.apache.parquet.hadoop.codec.SnappyCodec is missing ("
            + file
            + "): write the file with zstd, snappy or gzip, or add that class to Spark's classpath",
        refused.getMessage());
  }

  /** Rows with identities do not care where they stand; without, they do. */
  @Test
  void identitiesAreOfTheRowOrItsPlace() {
    List<Row> rows = sentences(50);
    List<Row> backwards = new ArrayList<>(rows);
    java.util.Collections.reverse(backwards);
    String schema = "id string, text string, tags string, weight double";
    Path one = write("one", schema, rows, 1);
    Path other = write("other", schema, backwards, 1);
    assertNotEquals(all(tagging("parquet", one)), all(tagging("parquet", other)));
    assertEquals(
        all(tagging("parquet", one, "data.id.column=id")),
        all(tagging("parquet", other, "data.id.column=id")));
    List<Row> nameless =
        rows.stream().map(r -> RowFactory.create(" ", r.get(1), r.get(2), r.get(3))).toList();
    Path bad = write("nameless", schema, nameless, 1);
    String message = refused(tagging("parquet", bad, "data.id.column=id")).getMessage();
    assertTrue(message.contains("the identity of a row (data.id.column)"), message);
  }
}
