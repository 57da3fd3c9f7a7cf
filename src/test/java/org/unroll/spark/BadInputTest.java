package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.BadRows;
import org.unroll.config.Predicted;
import org.unroll.config.Problem;
import org.unroll.config.Topology;
import org.unroll.config.ValidSource;
import org.unroll.data.DataConfigs;
import org.unroll.data.DataException;
import org.unroll.data.Intake;
import org.unroll.data.Quarantine;
import org.unroll.data.RejectedDataException;
import org.unroll.data.SplitSummary;

/** What the user is told when data is not as the job says. */
class BadInputTest {
  @TempDir Path directory;

  private static Dataset read(DataConfig data, Topology topology, String train, ValidSource valid) {
    return DatasetReader.read(
        SparkForTests.context(),
        new DatasetRequest(
            data, Predicted.classes(topology), train, valid, "", 4, 0, 2, null, null, false));
  }

  private static String failure(DataConfig data, String train, ValidSource valid) {
    Topology topology =
        data.format() == DataConfig.Format.DELIMITED ? Topology.MANY_TO_ONE : Topology.MANY_TO_MANY;
    DataException thrown =
        assertThrows(DataException.class, () -> read(data, topology, train, valid).close());
    assertEquals(thrown instanceof RejectedDataException ? 3 : 1, thrown.exitCode());
    return thrown.getMessage();
  }

  private static String failure(DataConfig data, Path train) {
    return failure(data, train.toString(), new ValidSource.None());
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private Path write(String name, String content) throws IOException {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertSays(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void missingPath() {
    Path missing = directory.resolve("missing.txt");
    assertSays(
        failure(DataConfigs.lines().build(), missing),
        "data.train must name a file or directory that exists, got " + missing);
  }

  @Test
  void globWithoutMatch() {
    String glob = directory + "/*.nothing";
    assertSays(
        failure(DataConfigs.lines().build(), glob, new ValidSource.None()),
        "data.train must match a file",
        glob);
  }

  @Test
  void emptyFile() throws IOException {
    Path empty = write("empty.txt", "");
    assertSays(
        failure(DataConfigs.lines().build(), empty),
        "data.train must hold data, got an empty file (" + empty + ")");
  }

  @Test
  void compressedFilesWithNothingInThem() throws IOException {
    ByteArrayOutputStream nothing = new ByteArrayOutputStream();
    new GZIPOutputStream(nothing).close();
    Path empty = write("a.csv.gz", nothing.toByteArray());
    DataConfig data = DataConfigs.named("text", "class").build();
    assertEquals(
        "data.train must hold data, got an empty file (" + empty + "): give files with content",
        failure(data, empty));
    assertSays(
        failure(DataConfigs.lines().build(), empty),
        "data.train must hold at least one sequence, got ",
        empty.toString());
    write("b.csv", "class,text\nx,a\ny,b\n");
    try (Dataset dataset =
        read(data, Topology.MANY_TO_ONE, directory.toString(), new ValidSource.None())) {
      assertEquals(2, dataset.summary().train().sequences());
    }
  }

  @Test
  void onlyEmptyLines() throws IOException {
    Path empty = write("lines.txt", "\n\n\r\n");
    assertSays(
        failure(DataConfigs.lines().build(), empty),
        "data.train must hold at least one sequence, got none: 3 rows read = 0 used + 3 empty + 0"
            + " rejected");
  }

  @Test
  void fractionThatChoosesNothing() throws IOException {
    Path file = write("few.txt", "a\nb\n");
    assertSays(
        failure(DataConfigs.lines().build(), file.toString(), new ValidSource.Fraction(0.000001)),
        "data.valid must hold at least one sequence");
  }

  @Test
  void corruptCompression() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (OutputStream gz = new GZIPOutputStream(whole)) {
      for (int i = 0; i < 10_000; i++) {
        gz.write(("line " + i * 7919 + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] half = Arrays.copyOf(whole.toByteArray(), whole.size() / 2);
    Path file = write("half.txt.gz", half);
    assertSays(
        failure(DataConfigs.lines().build(), file), "data must be readable", file.toString());
  }

  @Test
  void unreadableFile() throws IOException {
    Path file = write("secret.txt", "a\n");
    assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file), "root reads all");
    assertSays(
        failure(DataConfigs.lines().build(), file), "data must be readable", file.toString());
  }

  @Test
  void labelOnlyInValidation() throws IOException {
    Path train = write("train.tsv", "x\ta\ny\tb\n");
    Path valid = write("valid.tsv", "x\ta\nz\tb\n");
    assertSays(
        failure(
            DataConfigs.delimited(1, 0).build(),
            train.toString(),
            new ValidSource.Path(valid.toString())),
        "a label must occur in the training data, got 'z' (" + valid + ":2)");
  }

  @Test
  void tooFewColumnsNamesTheFirstByPlace() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      rows.append(i == 41_000 || i >= 59_000 ? "nothing\n" : "x\tsome text\n");
    }
    Path train = write("train.tsv", rows.toString());
    assertSays(
        failure(DataConfigs.delimited(1, 0).build(), train),
        "a row must have 2 columns like the first row of " + train + ", got 1 column (" + train,
        ":41001)");
  }

  @Test
  void whatManyRowsAreLikeIsNotARowToMend() throws IOException {
    DataConfig words = DataConfigs.delimited(0, 1).words().build();
    Path pairs = write("pairs.tsv", "a b\tc d e\n" + "a\tb\n".repeat(3) + "a b\tc\n".repeat(4));
    String message =
        assertThrows(
                DataException.class,
                () ->
                    read(
                        words,
                        Topology.MANY_TO_MANY,
                        pairs.toString(),
                        new ValidSource.Fraction(0.1)))
            .getMessage();
    assertSays(
        message,
        "got 3 tags for 2 tokens ("
            + pairs
            + ":1): 5 of the first 8 rows are like this: answers of another length");
    Path tags = write("tags.tsv", "a b\tc d e\n" + "a\tb\n".repeat(30));
    message =
        assertThrows(
                DataException.class,
                () -> read(words, Topology.MANY_TO_MANY, tags.toString(), new ValidSource.None()))
            .getMessage();
    assertSays(message, "got 3 tags for 2 tokens (" + tags + ":1): mend the row");
  }

  /** Before it is noticed that no row is left to validate with. */
  @Test
  void textsAsLabelsAreNotMissedInValidation() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      rows.append("die katze ").append(i).append("\tthe cat\n");
    }
    Path train = write("texts.tsv", rows.toString());
    assertSays(
        failure(
            DataConfigs.delimited(1, 0).build(), train.toString(), new ValidSource.Fraction(0.2)),
        "labels must be classes that rows have in common",
        "in 30 of 30 rows, such as 'die katze 0' (" + train + ")");
  }

  @Test
  void columnsOfValidationFilesAreThoseOfTraining() throws IOException {
    Path train = write("train.csv", "x,a\ny,b\n");
    Path valid = write("valid.csv", "x,\"a, b\"\ny,b, c\n");
    assertSays(
        failure(
            DataConfigs.delimited(1, 0).build(),
            train.toString(),
            new ValidSource.Path(valid.toString())),
        "a row must have 2 columns like the first row of " + train + ", got 3 columns (" + valid,
        ":2)");
  }

  @Test
  void aNumberIsOneLabel() throws IOException {
    Path train = write("train.tsv", "1\ta\n2\tb\n1.0\tc\n");
    assertSays(
        failure(DataConfigs.delimited(1, 0).build(), train),
        "a number must be written in one way in all labels, got '1' and '1.0' (" + train + ")");
    Path valid = write("valid.tsv", "1.0\ta\n");
    assertSays(
        failure(
            DataConfigs.delimited(1, 0).build(),
            write("whole.tsv", "1\ta\n2\tb\n").toString(),
            new ValidSource.Path(valid.toString())),
        "a label must occur in the training data, got '1.0' (" + valid + ":1)",
        "write the number as the training data does, '1'");
  }

  @Test
  void unknownColumnName() throws IOException {
    Path train = write("train.csv", "class,text\nx,a\n");
    assertSays(
        failure(DataConfigs.named("txt", "class").build(), train),
        "data.input.column must be one of the columns [class, text], got 'txt'");
  }

  @Test
  void filesWithOtherHeaders() throws IOException {
    write("a.csv", "class,text\nx,a\n");
    write("b.csv", "text,class\na,x\n");
    assertSays(
        failure(
            DataConfigs.named("text", "class").build(),
            directory + "/*.csv",
            new ValidSource.None()),
        "all files must have the header [class, text], got [text, class]",
        "b.csv:1");
  }

  @Test
  void invalidUtf8() throws IOException {
    Path train = write("bad.txt", new byte[] {'o', 'k', '\n', 'a', (byte) 0xC3, '\n'});
    assertSays(
        failure(DataConfigs.lines().build(), train),
        "text must be valid UTF-8, got byte 0xC3 as byte 2 of the record (" + train + ":2)");
  }

  @Test
  void longLine() throws IOException {
    byte[] line = new byte[10 << 20];
    Arrays.fill(line, (byte) 'a');
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("first\n".getBytes(StandardCharsets.UTF_8));
    out.write(line);
    out.write("\nlast\n".getBytes(StandardCharsets.UTF_8));
    Path train = write("long.txt", out.toByteArray());
    assertSays(
        failure(DataConfigs.lines().build(), train),
        "a line must be at most 1048576 bytes long, got 10485760 (" + train + ":2)");
    DataConfig skip = DataConfigs.lines().badRows(BadRows.SKIP, 1).build();
    try (Dataset dataset =
        read(skip, Topology.MANY_TO_MANY, train.toString(), new ValidSource.None())) {
      assertEquals(2, dataset.summary().train().sequences());
    }
  }

  @Test
  void byteOrderMarkAndCarriageReturnsAreNoText() throws IOException {
    Path train = write("bom.txt", "\uFEFFab\r\nb\r\n");
    try (Dataset dataset =
        read(
            DataConfigs.lines().build(),
            Topology.MANY_TO_MANY,
            train.toString(),
            new ValidSource.None())) {
      assertEquals(List.of("<unk>", "<s>", "</s>", "b", "a"), dataset.inputs().first().tokens());
    }
  }

  @Test
  void quarantineKeepsAccount() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      rows.append(i % 10 == 3 ? "bad\n" : i % 10 == 4 ? "x\t\n" : i == 5 ? "\t\n" : "x\ttext\n");
    }
    Path train = write("train.tsv", rows.toString());
    Path valid = write("valid.tsv", "x\ta\nnew\tb\n");
    DataConfig data = DataConfigs.delimited(1, 0).badRows(BadRows.QUARANTINE, 0.2).build();
    try (Dataset dataset =
        read(
            data, Topology.MANY_TO_ONE, train.toString(), new ValidSource.Path(valid.toString()))) {
      Intake.Counts counts = dataset.summary().train().intake();
      assertEquals(100, counts.read());
      assertEquals(79, counts.used());
      assertEquals(11, counts.empty());
      assertEquals(10, counts.emptyLabelled());
      assertEquals(10, counts.rejected());
      assertEquals(
          "100 rows read = 79 used + 11 empty (10 with a label) + 10 rejected (10"
              + " too-few-columns)",
          counts.describe());
      SplitSummary validation = dataset.summary().valid();
      assertEquals(2, validation.intake().used());
      assertEquals(1, validation.unknownTargets());
      assertEquals(
          List.of(
              "every label of data.valid should occur in data.train, got 1 of 2 targets that do"
                  + " not, such as 'new' ("
                  + valid
                  + "): they count as wrong, and the loss is over the others; check"
                  + " data.target.column"),
          dataset.summary().doubts().stream()
              .map(Problem::toString)
              .filter(each -> each.contains("data.valid"))
              .toList());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Quarantine.write(dataset.rejects(), out);
      String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
      assertEquals(10, lines.length);
      assertEquals(
          "{\"file\":\""
              + train
              + "\",\"position\":21,\"data\":\"data.train\",\"reason\":\"too-few-columns\",\"detail\":\"a"
              + " row must have 2 columns like the first row of "
              + train
              + ", got 1 column\",\"text\":\"bad\"}",
          lines[0]);
    }
  }

  @Test
  void validationWithoutAnyKnownLabel() throws IOException {
    Path train = write("train.tsv", "x\ta\ny\tb\n");
    Path valid = write("valid.tsv", "u\ta\nv\tb\n");
    assertSays(
        failure(
            DataConfigs.delimited(1, 0).badRows(BadRows.SKIP, 0.5).build(),
            train.toString(),
            new ValidSource.Path(valid.toString())),
        "data.valid must have a label that occurs in data.train, got none in 2 targets",
        valid.toString(),
        "check data.target.column");
  }

  @Test
  void budget() throws IOException {
    Path train = write("train.tsv", "x\ta\nbad\nworse\ny\tb\n");
    assertSays(
        failure(DataConfigs.delimited(1, 0).badRows(BadRows.SKIP, 1).build(), train),
        "bad rows must be at most 1 (data.bad-rows-budget), got 2 of 4 rows: 2 too-few-columns",
        train + ":2",
        train + ":3");
    assertSays(
        failure(DataConfigs.delimited(1, 0).badRows(BadRows.SKIP, 0.25).build(), train),
        "bad rows must be at most a share of 0.25 (data.bad-rows-budget), got 2 of 4 rows");
  }

  @Test
  void plainAndCompressedTwins() throws IOException {
    write("twin.txt", "a\n");
    write("twin.txt.gz", "a\n");
    assertSays(
        failure(DataConfigs.lines().build(), directory + "/twin*", new ValidSource.None()),
        "data.train must not name a file both plain and compressed");
  }
}
