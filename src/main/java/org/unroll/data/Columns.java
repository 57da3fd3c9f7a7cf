package org.unroll.data;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.unroll.config.Column;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.Problem;

/**
 * Which fields of a row are used.
 *
 * @param input number of the field with the text
 * @param target number of the field with the target, -1 if there is none
 * @param names the header, empty if the job gives columns by number only
 */
public record Columns(int input, int target, List<String> names) implements Serializable {
  public Columns {
    names = List.copyOf(names);
  }

  /** Columns by number. */
  public Columns(int input, int target) {
    this(input, target, List.of());
  }

  /** Whether the job names a column, so that the header must be read first. */
  public static boolean needHeader(DataConfig data) {
    return data.format() == DataConfig.Format.DELIMITED
        && (data.input().column() instanceof Column.Name
            || data.target().column() instanceof Column.Name);
  }

  /** The columns of a job that needs no header. */
  public static Columns of(DataConfig data) {
    return data.format() == DataConfig.Format.DELIMITED
        ? new Columns(
            index(data.input().column(), "data.input.column", List.of(), ""),
            index(data.target().column(), "data.target.column", List.of(), ""))
        : new Columns(0, -1);
  }

  /**
   * Looks columns up by name.
   *
   * @param header first record of a file
   * @param file for messages
   * @throws DataException if the header has no such column, or has it twice
   */
  public static Columns of(DataConfig data, RawRecord header, String file) {
    List<String> names = names(data, header, file);
    return new Columns(
        index(data.input().column(), "data.input.column", names, file),
        index(data.target().column(), "data.target.column", names, file),
        names);
  }

  /**
   * Checks that a file has the same columns as the first one.
   *
   * @throws DataException if it has others
   */
  public void check(DataConfig data, RawRecord header, String file) {
    if (names.isEmpty()) {
      return;
    }
    List<String> found = names(data, header, file);
    if (!found.equals(names)) {
      throw new DataException(
          new Problem(
              "all files must have the header " + names,
              found.toString(),
              file + ":1",
              "give columns by number, or make the headers equal"));
    }
  }

  private static List<String> names(DataConfig data, RawRecord header, String file) {
    Delimiter delimiter = data.delimiter().of(file);
    String text = new String(header.bytes(), StandardCharsets.UTF_8);
    return DelimitedParser.fields(text, delimiter).stream().map(String::strip).toList();
  }

  private static int index(Column column, String key, List<String> names, String file) {
    if (column instanceof Column.Index index) {
      return index.index();
    }
    if (column instanceof Column.Name name) {
      int found = names.indexOf(name.name());
      if (found < 0 || found != names.lastIndexOf(name.name())) {
        throw new DataException(
            new Problem(
                key + " must be one of the columns " + names,
                "'" + name.name() + "'" + (found < 0 ? "" : ", which is there twice"),
                file + ":1",
                "name a column of the header, or give its number from 0"));
      }
      return found;
    }
    return -1;
  }
}
