package org.unroll.spark;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.unroll.config.DataConfig;
import org.unroll.config.Problem;
import org.unroll.data.DataException;
import org.unroll.text.Counts;

/** Opens files that must be text, and refuses what their first bytes say is something else. */
final class TextInput {
  private static final int HEAD_BYTES = 1 << 16;

  /** What compressed files begin with, by suffix. */
  private static final Map<String, Signature> ALWAYS =
      Map.of(".gz", Signature.GZIP, ".bz2", Signature.BZIP2);

  /** What they may begin with. */
  private static final Map<String, Signature> SOMETIMES =
      Map.of(".zst", Signature.ZSTD, ".deflate", Signature.ZLIB);

  private final Configuration hadoop;
  private final String rule;
  private final boolean rows;
  private final boolean lineFeeds;

  /**
   * @param rule what must be text, for messages
   * @param rows whether it is data, which may be Parquet as well
   * @param lineFeeds whether lines must end with LF
   */
  TextInput(Configuration hadoop, String rule, boolean rows, boolean lineFeeds) {
    this.hadoop = hadoop;
    this.rule = rule;
    this.rows = rows;
    this.lineFeeds = lineFeeds;
  }

  /** For the data files of a job. */
  static TextInput of(Configuration hadoop, DataConfig data) {
    String format = data.format().name().toLowerCase(Locale.ROOT);
    String rule = "a data file must hold text (data.format = " + format + ")";
    return new TextInput(hadoop, rule, true, true);
  }

  /**
   * The decompressed bytes of a file from a position on. Only from 0 on its beginning is seen, and
   * judged.
   *
   * @throws DataException if the file is no text
   */
  InputStream open(InputFile file, long from) throws IOException {
    if (from > 0) {
      return Files.open(hadoop, file, from);
    }
    FSDataInputStream raw = Files.openRaw(hadoop, file);
    try {
      InputStream in = raw;
      if (file.compressed()) {
        requireCompressed(file, raw.readNBytes(Signature.HEAD_BYTES));
        raw.seek(0);
        in = Files.decompress(hadoop, file, raw);
      }
      byte[] head = in.readNBytes(HEAD_BYTES);
      Optional<Signature> found = Signature.of(head);
      if (found.isPresent()) {
        refuseInside(file, found.get(), head);
        String inside = file.compressed() ? " inside " + file.suffix() : "";
        throw refusal(file, found.get().what() + inside, found.get(), file.compressed());
      }
      if (lineFeeds) {
        requireLineFeeds(file, head);
      }
      return new SequenceInputStream(new ByteArrayInputStream(head), in);
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** An archive has to be unpacked: whoever only renamed it would be told so next. */
  private void refuseInside(InputFile file, Signature found, byte[] head) {
    if (!found.equals(Signature.GZIP)) {
      return;
    }
    Optional<Signature> inside = Optional.empty();
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(head))) {
      inside = Signature.marked(in.readNBytes(Signature.HEAD_BYTES));
    } catch (IOException e) {
      // Too damaged to tell: then it is gzip data.
    }
    if (inside.isPresent()) {
      throw refusal(file, inside.get().what() + " inside " + found.what(), inside.get(), true);
    }
  }

  private void requireCompressed(InputFile file, byte[] head) {
    Signature always = ALWAYS.get(file.suffix());
    Signature expected = always == null ? SOMETIMES.get(file.suffix()) : always;
    Optional<Signature> found = Signature.marked(head);
    if (found.isPresent() && !found.get().equals(expected)) {
      String got = found.get().what() + " under a name in " + file.suffix();
      throw refusal(file, got, found.get(), false);
    }
    if (found.isEmpty() && always != null && head.length > 0) {
      throw new DataException(
          new Problem(
              "a file whose name ends in " + file.suffix() + " must be " + always.what(),
              "something else",
              file.name(),
              "rename it if it is text, or copy it again"));
    }
  }

  private DataException refusal(InputFile file, String got, Signature found, boolean inside) {
    return new DataException(
        new Problem(rule, got, file.name(), found.remedy().text(inside, rows)));
  }

  /** Lines that end as on old Macs would be one row, even where a line feed ends the file. */
  private static void requireLineFeeds(InputFile file, byte[] head) {
    int feeds = 0;
    int returns = 0;
    for (int i = 0; i < head.length; i++) {
      feeds += head[i] == '\n' ? 1 : 0;
      boolean alone = i + 1 < head.length && head[i + 1] != '\n' && head[i + 1] != '\r';
      returns += head[i] == '\r' && alone ? 1 : 0;
    }
    if (returns > feeds) {
      throw new DataException(
          new Problem(
              "lines must end with a line feed",
              feeds == 0
                  ? "carriage returns alone"
                  : Counts.of(returns, "carriage return")
                      + " alone and "
                      + Counts.of(feeds, "line feed"),
              file.name(),
              "convert the file, as with tr '\\r' '\\n'"));
    }
  }
}
