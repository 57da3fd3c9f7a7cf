package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configurable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.BZip2Codec;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.DefaultCodec;
import org.apache.hadoop.io.compress.Lz4Codec;
import org.apache.hadoop.io.compress.SnappyCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.data.DataConfigs;
import org.unroll.data.DataException;

/** Files that are no text are named for what they are, whatever they are called. */
class TextInputTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String TEXT = "label\tsome text\nother\tmore of it\n";

  @TempDir Path folder;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] deflate(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(String entry) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry(entry));
      out.write(utf8(TEXT));
      out.closeEntry();
    }
    return bytes.toByteArray();
  }

  /** A tar archive of one file, of the kind that has no mark but its sum. */
  private static byte[] tar() {
    byte[] tar = new byte[10_240];
    put(tar, 0, "names.tsv");
    put(tar, 100, "0000644\0" + "0000000\0" + "0000000\0" + "00000000040\0" + "14000000000\0");
    put(tar, 148, "        ");
    put(tar, 156, "0");
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[i] & 0xff;
    }
    put(tar, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    put(tar, 512, TEXT);
    return tar;
  }

  private static void put(byte[] to, int at, String text) {
    byte[] bytes = utf8(text);
    System.arraycopy(bytes, 0, to, at, bytes.length);
  }

  /** A file that begins so and goes on in any way. */
  private static byte[] hex(String hex) {
    byte[] head = HexFormat.of().parseHex(hex);
    byte[] file = new byte[400];
    new Random(1).nextBytes(file);
    System.arraycopy(head, 0, file, 0, head.length);
    return file;
  }

  private byte[] read(String name, byte[] content) throws IOException {
    Path path = Files.write(folder.resolve(name), content);
    InputFile file = InputFiles.list(HADOOP, "data.train", path.toString()).files().get(0);
    try (InputStream in = TextInput.of(HADOOP, DataConfigs.lines().build()).open(file, 0)) {
      return in.readAllBytes();
    }
  }

  private String refused(String name, byte[] content) {
    return assertThrows(DataException.class, () -> read(name, content)).getMessage();
  }

  private void assertRefused(String what, String fix, String name, byte[] content) {
    assertEquals(
        "a data file must hold text (data.format = lines), got "
            + what
            + " ("
            + folder.resolve(name)
            + "): "
            + fix,
        refused(name, content));
  }

  @Test
  void archivesAndCompression() throws IOException {
    byte[] text = utf8(TEXT);
    String unpack = "unpack it, and name the files that were in it";
    String once = "decompress it once";
    assertArrayEquals(text, read("a.txt", text));
    assertArrayEquals(text, read("a.txt.gz", gzip(text)));
    assertArrayEquals(text, read("a.txt.deflate", deflate(text)));
    assertRefused("a tar archive", unpack, "a.tsv", tar());
    assertRefused("a tar archive inside .gz", unpack, "a.tar.gz", gzip(tar()));
    assertRefused("a tar archive inside gzip data", unpack, "a.tgz", gzip(tar()));
    assertRefused("a zip archive", unpack, "a.txt", zip("a.txt"));
    assertRefused("a zip archive under a name in .gz", unpack, "z.gz", zip("a.txt"));
    assertRefused("a zip archive inside .gz", unpack, "zz.gz", gzip(zip("a.txt")));
    assertRefused("gzip data", "rename it to end in .gz", "b.txt", gzip(text));
    assertRefused("gzip data inside .gz", once, "b.txt.gz", gzip(gzip(text)));
    assertRefused("gzip data under a name in .bz2", "rename it to end in .gz", "c.bz2", gzip(text));
    assertRefused(
        "NumPy arrays (.npz)",
        "write its content as text, JSON lines or Parquet",
        "d",
        zip("x.npy"));
    assertEquals(
        "a file whose name ends in .gz must be gzip data, got something else ("
            + folder.resolve("text.gz")
            + "): rename it if it is text, or copy it again",
        refused("text.gz", text));
  }

  @Test
  void whatHadoopCompresses() throws IOException {
    for (CompressionCodec codec :
        List.of(new SnappyCodec(), new Lz4Codec(), new DefaultCodec(), new BZip2Codec())) {
      ((Configurable) codec).setConf(HADOOP);
      var bytes = new ByteArrayOutputStream();
      try (OutputStream out = codec.createOutputStream(bytes)) {
        out.write(utf8(TEXT));
      }
      assertArrayEquals(
          utf8(TEXT), read("a" + codec.getDefaultExtension(), bytes.toByteArray()), codec + "");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fd377a585a000004, xz data",
    "28b52ffd04584100, zstd data",
    "04224d1864404b, lz4 data",
    "425a6839314159265359, bzip2 data",
    "425a683917724538509000, bzip2 data",
    "1f9d90, data of compress (.Z)",
    "377abcaf271c0004, a 7z archive",
    "526172211a0701, a rar archive",
    "504152311504, a Parquet file",
    "4f524311, an ORC file",
    "4f626a0104, an Avro file",
    "4152524f5731000000, an Arrow or Feather file",
    "53455106, a Hadoop sequence file",
    "53514c69746520666f726d6174203300, an SQLite database",
    "894844460d0a1a0a, an HDF5 file",
    "934e554d5059010076, a NumPy array",
    "80049512, a Python pickle",
    "38000000000000007b22, safetensors data",
    "255044462d312e37, a PDF document",
    "d0cf11e0a1b11ae1, an old Office document",
    "ba164f2f0c00, a binary model of fastText",
  })
  void binaryFormats(String head, String what) throws IOException {
    byte[] file = hex(head);
    assertTrue(refused("a.txt", file).contains("), got " + what + " ("), refused("a.txt", file));
    String inside = refused("a.txt.gz", gzip(file));
    assertTrue(inside.contains("), got " + what + " inside .gz ("), inside);
  }

  @Test
  void parquetIsToBeReadAsSuch() {
    assertRefused(
        "a Parquet file",
        "set data.format = parquet, and name the columns",
        "a.tsv",
        hex("504152311504"));
  }

  @Test
  void otherEncodings() {
    String fix = "convert it, as with iconv -f UTF-16 -t UTF-8";
    for (String marked : List.of("\uFEFF", "")) {
      assertRefused(
          "UTF-16 text", fix, "l.txt", (marked + TEXT).getBytes(StandardCharsets.UTF_16LE));
      assertRefused(
          "UTF-16 text", fix, "b.txt", (marked + TEXT).getBytes(StandardCharsets.UTF_16BE));
    }
    assertTrue(
        refused("32.txt", ("\uFEFF" + TEXT).getBytes(java.nio.charset.Charset.forName("UTF-32LE")))
            .contains("got UTF-32 text"));
  }

  @Test
  void binaryDataOfNoKnownKind() {
    ByteBuffer numbers = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 100; i++) {
      numbers.putFloat(i * 0.25f);
    }
    assertRefused(
        "binary data",
        "write its content as text, JSON lines or Parquet",
        "a.bin",
        numbers.array());
    byte[] noise = new byte[2000];
    new Random(2).nextBytes(noise);
    assertTrue(refused("noise", noise).contains("got binary data"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ORC\nGoblin\n",
        "PAR1 is golf\n",
        "BZh91 no archive\n",
        "GGUF\n",
        "PK\n",
        "Obj 1\n",
        "{\"a\": 1}\n",
        "12 300\nthe 0.1 0.2\n",
        "a\0b, a stray null\nand a few lines more, which are longer\n",
        "fields\1with\1marks\1of\1Hive\1\n",
        "Grüße, 文字\r\n\u001b[1m bold\n",
        "one line without an end",
        "one line with a return at its end\r",
        "\uFEFFmarked\n",
        "a\r\nb\rc\n",
        "a\r\r\nb\r\r\n",
      })
  void textIsText(String text) throws IOException {
    assertArrayEquals(utf8(text), read("a.txt", utf8(text)));
  }

  @Test
  void latin1IsLeftToThoseWhoNameTheRow() throws IOException {
    byte[] latin = "caf\u00e9\tcr\u00e8me\n".repeat(9).getBytes(StandardCharsets.ISO_8859_1);
    assertArrayEquals(latin, read("a.txt", latin));
  }

  @Test
  void returnsAlone() throws IOException {
    String told =
        "lines must end with a line feed, got carriage returns alone (%s): convert the file, as"
            + " with tr '\\r' '\\n'";
    byte[] old = utf8("a\tb\rc\td\r");
    assertEquals(String.format(told, folder.resolve("old.tsv")), refused("old.tsv", old));
    assertEquals(
        String.format(told, folder.resolve("old.tsv.gz")), refused("old.tsv.gz", gzip(old)));
    assertEquals(
        String.format(told, folder.resolve("end.tsv"))
            .replace("carriage returns alone", "3 carriage returns alone and 1 line feed"),
        refused("end.tsv", utf8("a\tb\rc\td\re\tf\rg\th\n")));
  }
}
