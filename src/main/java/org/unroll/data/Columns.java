package org.unroll.data;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.unroll.config.Column;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.DataConfig.Format;
import org.unroll.config.Problem;
import org.unroll.config.TargetType;
import org.unroll.text.Counts;

/**
 * Which fields of a row are used.
 *
 * @param inputs numbers of the fields with the inputs, in the order of {@link DataConfig#inputs()}
 * @param target number of the field with the target, -1 if there is none
 * @param weight number of the field with the weight, -1 if there is none
 * @param id number of the field with the identity, -1 if there is none
 * @param names the header, empty if the job gives columns by number only; of JSON and Parquet, the
 *     used fields
 * @param width fields that every delimited row must have; 0 for other formats
 * @param like what has so many, such as {@code the header of a.csv}
 */
public record Columns(
    List<Integer> inputs,
    int target,
    int weight,
    int id,
    List<String> names,
    int width,
    String like)
    implements Serializable {
  /** Records of a file that show what it is like. */
  private static final int BEGINNING = 100;

  public Columns {
    inputs = List.copyOf(inputs);
    names = List.copyOf(names);
  }

  /**
   * Number of the field that may be null, because it then holds missing values; -1 if none may be.
   *
   * @param targets what targets are
   */
  public int nullable(TargetType targets) {
    return targets == TargetType.VALUES ? target : -1;
  }

  /**
   * The columns of a format that is not delimited: every row names its fields, or there is but one.
   */
  public static Columns of(DataConfig data) {
    return switch (data.format()) {
      case DELIMITED -> throw new IllegalArgumentException("delimited files must be looked at");
      case JSON, PARQUET -> {
        List<Wanted> wanted = wanted(data);
        yield of(
            data,
            IntStream.range(0, wanted.size()).boxed().toList(),
            wanted.stream().map(each -> each.column().toString()).toList(),
            0,
            "");
      }
      case LINES, STREAM -> new Columns(List.of(0), -1, -1, -1, List.of(), 0, "");
    };
  }

  /**
   * The beginning of a delimited file, which shows its columns: its header, if there is one, and
   * then the first rows that hold something and can be cut.
   *
   * @param records of a file from its start; read as far as needed
   * @return nothing if there is no header and no such row
   */
  public static List<RawRecord> beginning(DataConfig data, RecordReader records)
      throws IOException {
    List<RawRecord> beginning = new ArrayList<>();
    for (RawRecord record = records.next(); record != null; record = records.next()) {
      boolean header = data.header() && beginning.isEmpty();
      if (header || record.defect() == null && !record.isEmpty()) {
        beginning.add(record);
      }
      if (beginning.size() == BEGINNING) {
        break;
      }
    }
    return beginning;
  }

  /**
   * The columns of delimited files. Every row must have as many fields as the header, or as the
   * first row if there is no header.
   *
   * @param beginning of the first file, not empty
   * @param file its name, for messages
   * @throws DataException if there are not all columns of the job, or one of them twice; or if none
   *     of several rows has as many fields as the header or the first row
   */
  public static Columns of(DataConfig data, List<RawRecord> beginning, String file) {
    Delimiter delimiter = data.delimiter().of(file);
    RawRecord first = beginning.get(0);
    List<String> start = data.header() ? header(data, first, file) : cut(first, delimiter);
    List<Integer> found =
        wanted(data).stream().map(each -> index(data, each, start, file)).toList();
    requireFit(data, start, beginning.subList(1, beginning.size()), file);
    String like = (data.header() ? "the header of " : "the first row of ") + file;
    return of(data, found, needHeader(data) ? start : List.of(), start.size(), like);
  }

  /** The columns of delimited files that hold no row to look at: nothing depends on them. */
  public static Columns ofNoRows(DataConfig data) {
    return of(data, wanted(data).stream().map(each -> 0).toList(), List.of(), 1, "no row");
  }

  /** A row that is not like the first record is bad; if no row is like it, that record is. */
  private static void requireFit(
      DataConfig data, List<String> start, List<RawRecord> rows, String file) {
    Delimiter delimiter = data.delimiter().of(file);
    IntSummaryStatistics widths =
        rows.stream().mapToInt(row -> cut(row, delimiter).size()).summaryStatistics();
    boolean anyFits = rows.stream().anyMatch(row -> cut(row, delimiter).size() == start.size());
    if (rows.size() < 2 || anyFits) {
      return;
    }
    String range =
        widths.getMin() + (widths.getMin() == widths.getMax() ? "" : " to " + widths.getMax());
    throw new DataException(
        new Problem(
            data.header()
                ? "a header must name every column of the rows"
                : "all rows must have as many columns as the first",
            Counts.of(start.size(), "column")
                + (data.header() ? " in the header " + start : " in the first row")
                + " and "
                + range
                + " in each of the "
                + rows.size()
                + " rows after it",
            file + ":1",
            (data.header()
                    ? "correct the header"
                    : "remove what is no row, set data.header = true if it names the columns")
                + ", or "
                + separate(widths.getMin() > start.size(), delimiter)));
  }

  /** From the numbers of the {@link #wanted} columns, in their order. */
  private static Columns of(
      DataConfig data, List<Integer> found, List<String> names, int width, String like) {
    int inputs = data.inputs().size();
    int next = inputs;
    int target = hasTarget(data) ? found.get(next++) : -1;
    int weight = data.weight().given() ? found.get(next++) : -1;
    int id = data.id().given() ? found.get(next) : -1;
    return new Columns(found.subList(0, inputs), target, weight, id, names, width, like);
  }

  /** A column that a job uses, and the key that says so. */
  private record Wanted(String key, Column column) {}

  /** The inputs, then the target, the weight and the identity, if there are any. */
  private static List<Wanted> wanted(DataConfig data) {
    List<Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < data.inputs().size(); i++) {
      wanted.add(new Wanted(key(i) + ".column", data.inputs().get(i).column()));
    }
    if (hasTarget(data)) {
      wanted.add(new Wanted("data.target.column", data.target().column()));
    }
    if (data.weight().given()) {
      wanted.add(new Wanted("data.weight.column", data.weight().column()));
    }
    if (data.id().given()) {
      wanted.add(new Wanted("data.id.column", data.id().column()));
    }
    return wanted;
  }

  private static boolean hasTarget(DataConfig data) {
    return !(data.target().column() instanceof Column.None);
  }

  /** The key of an input, by its number in {@link DataConfig#inputs()}. */
  public static String key(int input) {
    return input == 0 ? "data.input" : "data.fields." + (input - 1);
  }

  /** Whether the job names a column, so that all headers must be the same. */
  private static boolean needHeader(DataConfig data) {
    return data.format() == Format.DELIMITED
        && wanted(data).stream().anyMatch(each -> each.column() instanceof Column.Name);
  }

  /**
   * Checks that a file has the same columns as the first one.
   *
   * @throws DataException if it has others
   */
  public void check(DataConfig data, RawRecord header, String file) {
    List<String> found = header(data, header, file);
    boolean same = names.isEmpty() ? found.size() == width : found.equals(names);
    if (!same) {
      throw new DataException(
          new Problem(
              "all files must have "
                  + (names.isEmpty()
                      ? Counts.of(width, "column") + " like " + like
                      : "the header " + names),
              found.toString(),
              file + ":1",
              names.isEmpty()
                  ? "give files with the same columns"
                  : "give columns by number, or make the headers equal"));
    }
  }

  /**
   * Checks that a row has as many columns as it should.
   *
   * @throws BadRowException if it has more or fewer
   */
  void check(List<String> row, Delimiter delimiter) throws BadRowException {
    int found = row.size();
    if (found == width) {
      return;
    }
    boolean endsInSeparator = found == width + 1 && row.get(width).isEmpty();
    throw new BadRowException(
        found > width ? "too-many-columns" : "too-few-columns",
        "a row must have " + Counts.of(width, "column") + " like " + like,
        Counts.of(found, "column"),
        "mend the row: "
            + (endsInSeparator
                ? "remove the separator at its end"
                : separate(found > width, delimiter)));
  }

  /** What makes too many or too few columns. */
  private static String separate(boolean tooMany, Delimiter delimiter) {
    boolean comma = delimiter == Delimiter.COMMA;
    return tooMany
        ? comma ? "put fields that hold a comma into quotes" : "remove tabs from fields"
        : "separate columns by "
            + (comma ? "commas (data.delimiter = comma)" : "tabs (data.delimiter = tab)");
  }

  private static List<String> header(DataConfig data, RawRecord record, String file) {
    try {
      if (record.defect() != null) {
        throw record.defect();
      }
      String text = Text.decode(record.bytes());
      return DelimitedParser.fields(text, data.delimiter().of(file)).stream()
          .map(String::strip)
          .toList();
    } catch (BadRowException e) {
      throw new DataException(new Problem(e.rule(), e.value(), file + ":1", e.fix()));
    }
  }

  /** The fields of a row whose text may be malformed. */
  private static List<String> cut(RawRecord row, Delimiter delimiter) {
    return DelimitedParser.fields(new String(row.bytes(), StandardCharsets.UTF_8), delimiter);
  }

  private static int index(DataConfig data, Wanted wanted, List<String> start, String file) {
    String there = data.header() ? start.toString() : "0 to " + (start.size() - 1);
    if (wanted.column() instanceof Column.Index index) {
      if (index.index() < start.size()) {
        return index.index();
      }
      throw new DataException(
          new Problem(
              wanted.key() + " must be one of the columns " + there + ", counted from 0",
              Integer.toString(index.index()),
              file + ":1",
              "correct the number, or " + separate(false, data.delimiter().of(file))));
    }
    String name = wanted.column().toString();
    int found = start.indexOf(name);
    if (found < 0 || found != start.lastIndexOf(name)) {
      throw new DataException(
          new Problem(
              wanted.key() + " must be one of the columns " + there,
              "'" + name + "'" + (found < 0 ? "" : ", which is there twice"),
              file + ":1",
              "name a column of the header, or give its number from 0"));
    }
    return found;
  }
}
