package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.io.ParquetDecodingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.data.DataException;

/** Which files a path, a glob or a directory stands for. */
class InputFilesTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "text\n");
  }

  private InputFiles.Listing list(String paths) {
    return InputFiles.list(HADOOP, "data.train", paths);
  }

  /** Names of the files found, relative to the folder. */
  private List<String> names(String paths) {
    return list(paths).files().stream().map(file -> relative(file.name())).toList();
  }

  private String relative(String name) {
    return folder.relativize(Path.of(name)).toString();
  }

  private List<String> leftOut(String paths) {
    return list(paths).leftOut().stream().map(this::relative).toList();
  }

  private String refused(String paths) {
    return assertThrows(DataException.class, () -> list(paths)).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:b.txt",
        "12:30.txt",
        "a[1].txt",
        "a{b,c}.txt",
        "what?.txt",
        "*.txt",
        "a,b.txt",
        "a{b.txt",
        "a}b.txt",
        "$HOME.txt",
        "a b.txt",
        "ünïcode 文.txt",
        "a%20b.txt",
        "#.txt",
        "a\\b.txt"
      })
  void whatExistsAsItIsWrittenIsRead(String name) throws IOException {
    write(name);
    write("other.txt");
    assertEquals(List.of(name), names(folder + "/" + name));
    try (var in =
        org.unroll.spark.Files.open(HADOOP, list(folder + "/" + name).files().get(0), 0)) {
      assertEquals("text\n", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aDirectoryOfAGlobMayHaveItsNameLiterally() throws IOException {
    write("a[1]/x.txt");
    write("a1/y.txt");
    assertEquals(List.of("a[1]/x.txt"), names(folder + "/a[1]/*.txt"));
  }

  @Test
  void globsSeeNamesWithColons() throws IOException {
    write("log/12:30.txt");
    write("log/12:31.txt");
    write("log/x.csv");
    assertEquals(List.of("log/12:30.txt", "log/12:31.txt"), names(folder + "/log/*.txt"));
    assertEquals(3, names(folder + "/log").size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/*/p?.txt | a/p1.txt a/p2.txt b/p1.txt",
        "/{a/p1,b/p*}.txt | a/p1.txt b/p1.txt",
        "/[ab]/p[2-9].txt | a/p2.txt",
        "/a/{p1,p3,q}.txt | a/p1.txt a/q.txt",
        "/{a,b} | a/p1.txt a/p2.txt a/q.txt b/p1.txt",
        "/a/../b/./p1.txt | b/p1.txt",
        "/a//p1.txt | a/p1.txt",
      })
  void globsAreThoseOfHadoop(String glob, String expected) throws IOException {
    // A file among directories has nothing below it.
    for (String name : List.of("a/p1.txt", "a/p2.txt", "a/q.txt", "b/p1.txt", "readme.md")) {
      write(name);
    }
    assertEquals(List.of(expected.split(" ")), names(folder + glob));
    assertEquals(List.of(expected.split(" ")), names("file://" + folder + glob));
  }

  @Test
  void relativePathsStartAtTheWorkingDirectory() {
    assertTrue(list("pom.xml").files().get(0).name().endsWith("/pom.xml"));
    assertTrue(list("po?.xml").files().get(0).name().endsWith("/pom.xml"));
    assertTrue(refused("no:such.txt").contains("exists, got no:such.txt"));
  }

  @Test
  void namesThatBeginWithADotOrAnUnderscore() throws IOException {
    for (String name :
        List.of(
            "_lang=de/x.txt",
            "_draft.txt",
            ".hidden/y.txt",
            "z.txt",
            "_SUCCESS",
            ".z.txt.crc",
            "_metadata",
            "_common_metadata",
            "_committed_17",
            "_started_17",
            "_temporary/0/w.txt")) {
      write(name);
    }
    assertEquals(List.of("_lang=de/x.txt", "z.txt"), names(folder.toString()));
    assertEquals(List.of(".hidden", "_draft.txt"), leftOut(folder.toString()));
    assertEquals(List.of("z.txt"), names(folder + "/*.txt"));
    assertEquals(List.of("_draft.txt"), leftOut(folder + "/*.txt"));
    // Named outright.
    assertEquals(List.of("_draft.txt"), names(folder + "/_draft.txt"));
    assertEquals(List.of("_draft.txt"), names(folder + "/_d*"));
    assertEquals(List.of("_draft.txt"), names(folder + "/{_d,y}*.txt"));
    assertEquals(List.of("_draft.txt"), names(folder + "/[._]d*.txt"));
    assertEquals(List.of(".hidden/y.txt"), names(folder + "/.hidden"));
    assertEquals(List.of("_temporary/0/w.txt"), names(folder + "/_temporary"));
    assertEquals(List.of("_lang=de/x.txt", "z.txt"), names(folder + "/*"));
  }

  @Test
  void onlyNamesThatAreLeftOut() throws IOException {
    write("_a.txt");
    assertEquals(
        "data.train must hold data, got only names that are left out, 1 ("
            + folder
            + "/_a.txt) ("
            + folder
            + "/*): names that begin with . or _ are read only if they are named outright",
        refused(folder + "/*"));
    assertTrue(refused(folder.toString()).contains("left out, 1 (" + folder + "/_a.txt)"));
  }

  @Test
  void howManyAreLeftOut() {
    assertEquals("2 (a, b)", InputFiles.describe(new TreeSet<>(Set.of("b", "a"))));
    assertEquals("4 (a, b, c, …)", InputFiles.describe(new TreeSet<>(Set.of("d", "c", "b", "a"))));
  }

  @Test
  void linksToNothingAreTold() throws IOException {
    write("a.txt");
    Files.createSymbolicLink(folder.resolve("b.txt"), folder.resolve("gone.txt"));
    assertEquals(List.of("a.txt"), names(folder.toString()));
    assertEquals(List.of("b.txt"), leftOut(folder.toString()));
  }

  @Test
  void aDirectoryInItself() throws IOException {
    write("a/b.txt");
    Files.createSymbolicLink(folder.resolve("a/up"), folder.resolve("a"));
    assertTrue(refused(folder.toString()).startsWith("a directory must not lie in itself"));
  }

  @ParameterizedTest
  @CsvSource({
    "_delta_log/00.json, a Delta table, delta",
    "metadata/v1.metadata.json, an Iceberg table, iceberg",
    ".hoodie/hoodie.properties, a Hudi table, hudi",
  })
  void tablesAreRefused(String mark, String what, String format) throws IOException {
    write("t/" + mark);
    write("t/date=1/part-0.parquet");
    for (String path :
        List.of("", "/t", "/t/date=1", "/t/*/*.parquet", "/*", "/t/date=1/*.parquet")) {
      String message = refused(folder + path);
      assertTrue(message.contains(what + " in " + folder + "/t (data.train = "), message);
      assertTrue(message.contains("spark.read.format(\"" + format + "\")"), message);
    }
    // One file is one file.
    assertEquals(1, names(folder + "/t/date=1/part-0.parquet").size());
  }

  @Test
  void aDirectoryCalledMetadataIsNoTable() throws IOException {
    write("metadata/notes.txt");
    write("a.txt");
    assertEquals(List.of("a.txt", "metadata/notes.txt"), names(folder.toString()));
  }

  @Test
  void whatOnlyAShellReplaces() {
    String home = System.getProperty("user.home");
    String rule =
        "a path must be written out: only a shell replaces ~ and $NAME, and only outside of quotes";
    assertEquals(rule + ", got ~/x.txt (data.train): write " + home + "/x.txt", refused("~/x.txt"));
    assertEquals(
        rule + ", got ~root/*.txt (data.train): write the whole path", refused("~root/*.txt"));
    assertEquals(
        rule + ", got $PATH/x (data.train): write " + System.getenv("PATH") + "/x",
        refused("$PATH/x"));
    assertEquals(
        rule + ", got /a/${NO_SUCH_NAME}.txt (data.train): write the whole path",
        refused("/a/${NO_SUCH_NAME}.txt"));
  }

  @Test
  void aBracketThatIsNotClosed() throws IOException {
    write("a.txt");
    String message = refused(folder + "/a[1.txt");
    assertTrue(message.startsWith("data.train must be a path or glob, got " + folder), message);
  }

  @Test
  void aStaleChecksumIsNotAsked() throws IOException {
    Files.write(write(".z.txt.crc"), new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4});
    write("z.txt");
    InputFile file = list(folder + "/z.txt").files().get(0);
    try (var in = org.unroll.spark.Files.open(HADOOP, file, 0)) {
      assertEquals("text\n", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    write("a.txt");
    String message = refused(folder + "/a.txt/b/c.txt");
    assertTrue(message.startsWith("data.train must name a file or directory that exists"), message);
  }

  @Test
  void anEmptyTextNamesNoFiles() {
    DataException e =
        assertThrows(
            DataException.class,
            () -> DatasetRequest.evaluation("--data", null, null, " ", 1, null, null));
    assertEquals(
        "--data must name files, got an empty text: give a path or a glob", e.getMessage());
  }

  @Test
  void aHostThatIsNotThere() {
    String message = refused("hdfs://no-such-host.invalid:9000/x");
    assertTrue(message.startsWith("data must be readable, got 'no-such-host.invalid'"), message);
    assertTrue(message.endsWith("correct the name of the host: it cannot be found"), message);
  }

  @Test
  void aFileSystemThatIsNotThere() {
    assertEquals(
        "data must be readable, got 'No FileSystem for scheme \"foo\"' (data.train = foo://b/x):"
            + " correct the path, or give Spark the jar of that file system, as with --packages",
        refused("foo://b/x"));
    String message = refused("s3a://bucket/x, s3a://bucket/y");
    assertTrue(message.contains("S3AFileSystem not found' (data.train = s3a://bucket/x)"), message);
    assertTrue(message.endsWith("as with --packages"), message);
  }

  static Stream<Arguments> failures() {
    String damaged = "the file is damaged or cut short; copy or write it again";
    return Stream.of(
        Arguments.of(
            new AccessDeniedException("/x"),
            "'Permission denied'",
            "give this user the right to read it, on every machine"),
        Arguments.of(
            new FileNotFoundException("/x (Permission denied)\n\tat more"),
            "'/x (Permission denied)'",
            "give this user the right to read it, on every machine"),
        Arguments.of(
            new FileNotFoundException("File /x does not exist"),
            "'File /x does not exist'",
            "it must be there on every machine, and stay until all is read"),
        Arguments.of(new EOFException(), "'EOFException'", damaged),
        Arguments.of(
            new IndexOutOfBoundsException(-3),
            "'IndexOutOfBoundsException: Index out of range: -3'",
            damaged),
        Arguments.of(new NegativeArraySizeException(), "'NegativeArraySizeException'", damaged),
        Arguments.of(new ZipException("invalid block type"), "'invalid block type'", damaged),
        Arguments.of(
            new ParquetDecodingException("Can not read value\nat 1"),
            "'Can not read value'",
            damaged));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void errorsOfReadingAreOneLine(Exception e, String reason, String fix) {
    assertEquals(
        "data must be readable, got " + reason + " (/x): " + fix,
        Unreadable.because("/x", e).getMessage());
  }
}
