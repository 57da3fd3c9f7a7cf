package org.unroll.spark;

import java.io.InputStream;
import java.io.Serializable;
import java.util.Set;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.DataConfig.Format;
import org.unroll.config.DataConfig.Tokens;
import org.unroll.config.Predicted;
import org.unroll.config.TargetType;
import org.unroll.config.ValidSource;
import org.unroll.data.Columns;
import org.unroll.data.CsvReader;
import org.unroll.data.LineReader;
import org.unroll.data.RawRecord;
import org.unroll.data.RecordReader;
import org.unroll.data.Role;
import org.unroll.data.RowParser;
import org.unroll.data.SegmentReader;
import org.unroll.data.SequenceShape;
import org.unroll.data.TokenRow;
import org.unroll.hash.Hash;

/**
 * What a task must know to read its files.
 *
 * @param columns of the files of each role, by ordinal; null where there are none
 * @param trained labels whose rows are for training even where they are chosen for validation
 */
record ReadSettings(
    DataConfig data, ValidSource valid, Predicted predicted, Columns[] columns, Set<String> trained)
    implements Serializable {
  /** Chooses validation rows. Fixed for ever: another one would leak them into training. */
  private static final long VALID_SALT = 0x56414C4944L;

  ReadSettings(DataConfig data, ValidSource valid, Predicted predicted, Columns[] columns) {
    this(data, valid, predicted, columns, Set.of());
  }

  /** The same, but rows with one of these labels are not taken from training. */
  ReadSettings training(Set<String> labels) {
    return new ReadSettings(data, valid, predicted, columns, Set.copyOf(labels));
  }

  /** Real values of a target; 0 if targets are names. */
  int values() {
    return predicted.type() == TargetType.VALUES ? data.target().width() : 0;
  }

  SequenceShape shape(Role role) {
    return SequenceShape.of(data, predicted, role);
  }

  /** Fields of the delimited rows of training where columns are given by number; else 0. */
  int fields() {
    boolean numbered = data.format() == Format.DELIMITED && !data.header();
    return numbered && columns[Role.TRAIN.ordinal()] != null
        ? columns[Role.TRAIN.ordinal()].width()
        : 0;
  }

  RowParser parser(Role role) {
    // Rows chosen from the training files have the columns of these.
    Columns of = columns[role.ordinal()];
    return new RowParser(data, of == null ? columns[Role.TRAIN.ordinal()] : of, shape(role));
  }

  Delimiter delimiter(InputFile file) {
    return data.delimiter().of(file.relative());
  }

  /** Position in the decompressed file that a reader of this stretch starts from. */
  long position(ReadUnit unit) {
    return data.format() == Format.STREAM ? unit.start() : Math.max(0, unit.start() - 1);
  }

  /** A reader of the records of a stretch of a format of bytes. */
  RecordReader reader(ReadUnit unit, InputStream in) {
    int maxBytes = data.read().maxLineBytes();
    return switch (data.format()) {
      case STREAM -> {
        boolean words = data.input().tokens() == Tokens.WORDS;
        long size = unit.role() == Role.TRAIN ? SegmentReader.SEGMENT_BYTES : Long.MAX_VALUE;
        long end =
            unit.end() >= unit.file().length() && !unit.file().compressed()
                ? Long.MAX_VALUE
                : unit.end();
        yield new SegmentReader(in, unit.start(), end, size, words);
      }
      case PARQUET -> throw new IllegalStateException("rows of Parquet are not cut out of bytes");
      case LINES, JSON -> new LineReader(in, unit.start(), unit.end(), maxBytes);
      case DELIMITED ->
          delimiter(unit.file()) == Delimiter.COMMA
              ? new CsvReader(in, maxBytes)
              : new LineReader(in, unit.start(), unit.end(), maxBytes);
    };
  }

  /** Whether a record is a header. */
  boolean isHeader(RawRecord record) {
    return record.offset() == 0 && data.format() == Format.DELIMITED && data.header();
  }

  /** What a record is for. Equal rows are for the same, wherever they stand. */
  Role role(ReadUnit unit, RawRecord record) {
    if (unit.role() != Role.TRAIN) {
      return unit.role();
    }
    if (valid instanceof ValidSource.Fraction fraction) {
      long hash =
          data.validSeed() == 0
              ? Hash.of(VALID_SALT, record.hash())
              : Hash.of(VALID_SALT, data.validSeed(), record.hash());
      return Hash.unit(hash) < fraction.fraction() ? Role.VALID : Role.TRAIN;
    }
    if (valid instanceof ValidSource.Rows rows) {
      long row = record.row() - (data.format() == Format.DELIMITED && data.header() ? 1 : 0);
      return row >= rows.first() && row <= rows.last() ? Role.VALID : Role.TRAIN;
    }
    return Role.TRAIN;
  }

  /** What a row is for, now that its labels are known. */
  Role role(Role chosen, TokenRow row) {
    boolean stays = chosen == Role.VALID && row.targets().stream().anyMatch(trained::contains);
    return stays ? Role.TRAIN : chosen;
  }
}
