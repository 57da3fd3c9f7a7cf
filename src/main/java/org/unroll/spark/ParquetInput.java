package org.unroll.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.unroll.config.Problem;
import org.unroll.data.DataException;
import org.unroll.data.Text;

/** Opens Parquet files, and says what a file is that is none. */
final class ParquetInput {
  private static final byte[] MARK = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int SHOWN_BYTES = 40;

  private ParquetInput() {}

  /** A file of any Hadoop file system; Parquet's own class would read checksums of local ones. */
  private record Input(FileSystem system, Path path, long length)
      implements org.apache.parquet.io.InputFile {
    @Override
    public long getLength() {
      return length;
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      return HadoopStreams.wrap(system.open(path));
    }

    /** Parquet makes a path of it. */
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * Opens those row groups of a file whose middle lies in a stretch.
   *
   * @throws DataException if it is no Parquet file
   */
  static ParquetFileReader open(Configuration hadoop, ReadUnit unit) throws IOException {
    Path path = Files.path(unit.file());
    FileSystem system = Files.system(hadoop, path);
    long length = system.getFileStatus(path).getLen();
    try {
      return ParquetFileReader.open(
          new Input(system, path, length),
          HadoopReadOptions.builder(hadoop, path)
              .usePageChecksumVerification(true)
              .withRange(unit.start(), unit.end())
              .build());
    } catch (IOException | RuntimeException e) {
      DataException better = explain(hadoop, unit.file(), length);
      if (better != null) {
        throw better;
      }
      throw e;
    }
  }

  /** What a file is that could not be opened; null if it looks like Parquet. */
  private static DataException explain(Configuration hadoop, InputFile file, long length)
      throws IOException {
    byte[] head;
    byte[] tail = new byte[(int) Math.min(length, MARK.length)];
    try (FSDataInputStream in = Files.openRaw(hadoop, file)) {
      head = in.readNBytes(Signature.HEAD_BYTES);
      in.readFully(length - tail.length, tail);
    }
    boolean begins =
        Arrays.equals(head, 0, Math.min(head.length, MARK.length), MARK, 0, MARK.length);
    if (begins && Arrays.equals(tail, MARK)) {
      return null;
    }
    Optional<Signature> found = Signature.of(head);
    if (begins) {
      return notParquet(file, "the beginning of one", "it is cut short; copy or write it again");
    }
    if (found.isPresent()) {
      return notParquet(file, found.get().what(), found.get().remedy().text(true, true));
    }
    int shown = Math.min(head.length, SHOWN_BYTES);
    if (!Text.mayBeUtf8(head, head.length)) {
      String bytes = HexFormat.of().formatHex(head, 0, Math.min(shown, 8));
      return notParquet(file, "something that begins with the bytes " + bytes, "give another file");
    }
    String text = new String(head, 0, shown, StandardCharsets.UTF_8);
    return notParquet(
        file,
        "text that begins with '" + text.lines().findFirst().orElse("").strip() + "'",
        "set data.format = " + (text.startsWith("{") ? "json" : "delimited, lines or json"));
  }

  private static DataException notParquet(InputFile file, String got, String fix) {
    return new DataException(
        new Problem("with data.format = parquet a file must be Parquet", got, file.name(), fix));
  }

  /**
   * Checks that what is to be read can be decompressed. Only Parquet names its codecs so that the
   * classes of some are left to be found elsewhere.
   *
   * @param schema the columns to be read
   * @throws DataException if a codec is not there
   */
  static void requireCodecs(
      Configuration hadoop, ParquetFileReader file, MessageType schema, String name) {
    for (BlockMetaData group : file.getRowGroups()) {
      for (ColumnChunkMetaData chunk : group.getColumns()) {
        String codec = chunk.getCodec().getHadoopCompressionCodecClassName();
        boolean read = schema.containsField(chunk.getPath().toArray()[0]);
        if (read && codec != null && hadoop.getClassByNameOrNull(codec) == null) {
          throw new DataException(
              new Problem(
                  "Parquet must be compressed with a codec that is there on every machine",
                  chunk.getCodec() + ", for which " + codec + " is missing",
                  name,
                  "write the file with zstd, snappy or gzip, or add that class to Spark's"
                      + " classpath"));
        }
      }
    }
  }
}
