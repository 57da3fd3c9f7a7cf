package org.unroll.data;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.unroll.config.Column;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.DataConfig.Format;
import org.unroll.config.Problem;

/**
 * Which fields of a row are used.
 *
 * @param inputs numbers of the fields with the inputs, in the order of {@link DataConfig#inputs()}
 * @param target number of the field with the target, -1 if there is none
 * @param weight number of the field with the weight, -1 if there is none
 * @param id number of the field with the identity, -1 if there is none
 * @param names the header, empty if the job gives columns by number only; of JSON and Parquet, the
 *     used fields
 */
public record Columns(List<Integer> inputs, int target, int weight, int id, List<String> names)
    implements Serializable {
  public Columns {
    inputs = List.copyOf(inputs);
    names = List.copyOf(names);
  }

  /** Whether the job names a column, so that the header must be read first. */
  public static boolean needHeader(DataConfig data) {
    return data.format() == Format.DELIMITED
        && wanted(data).stream().anyMatch(each -> each.column() instanceof Column.Name);
  }

  /** The columns of a job that needs no header. */
  public static Columns of(DataConfig data) {
    return switch (data.format()) {
      case DELIMITED -> of(data, List.of(), "");
      case JSON, PARQUET -> {
        List<Wanted> wanted = wanted(data);
        yield of(
            data,
            IntStream.range(0, wanted.size()).boxed().toList(),
            wanted.stream().map(each -> each.column().toString()).toList());
      }
      case LINES, STREAM -> new Columns(List.of(0), -1, -1, -1, List.of());
    };
  }

  /**
   * Looks columns up by name.
   *
   * @param header first record of a file
   * @param file for messages
   * @throws DataException if the header has no such column, or has it twice
   */
  public static Columns of(DataConfig data, RawRecord header, String file) {
    return of(data, names(data, header, file), file);
  }

  private static Columns of(DataConfig data, List<String> names, String file) {
    List<Integer> found =
        wanted(data).stream().map(each -> index(each.column(), each.key(), names, file)).toList();
    return of(data, found, names);
  }

  /** From the numbers of the {@link #wanted} columns, in their order. */
  private static Columns of(DataConfig data, List<Integer> found, List<String> names) {
    int inputs = data.inputs().size();
    int next = inputs;
    int target = hasTarget(data) ? found.get(next++) : -1;
    int weight = data.weight().given() ? found.get(next++) : -1;
    int id = data.id().given() ? found.get(next) : -1;
    return new Columns(found.subList(0, inputs), target, weight, id, names);
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
  static String key(int input) {
    return input == 0 ? "data.input" : "data.fields." + (input - 1);
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
    String name = column.toString();
    int found = names.indexOf(name);
    if (found < 0 || found != names.lastIndexOf(name)) {
      throw new DataException(
          new Problem(
              key + " must be one of the columns " + names,
              "'" + name + "'" + (found < 0 ? "" : ", which is there twice"),
              file + ":1",
              "name a column of the header, or give its number from 0"));
    }
    return found;
  }
}
