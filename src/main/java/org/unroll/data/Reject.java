package org.unroll.data;

import java.io.Serializable;
import java.util.Comparator;
import org.unroll.config.Problem;

/**
 * A row that could not be used.
 *
 * @param role what it was meant for
 * @param file path as given
 * @param offset of its first byte in the decompressed file; in Parquet the number of the row
 * @param reason short name, such as {@code too-few-columns}
 * @param ifMany what to say in place of the fix if many rows are like this one; empty for nothing
 * @param text the beginning of the record
 */
public record Reject(
    Role role,
    String file,
    long offset,
    String reason,
    String rule,
    String value,
    String fix,
    String ifMany,
    String text)
    implements Serializable {
  /** By place: the same order whatever task met the row. */
  public static final Comparator<Reject> BY_PLACE =
      Comparator.comparing(Reject::file)
          .thenComparingLong(Reject::offset)
          .thenComparing(Reject::role);

  /** What happened to a record. */
  public static Reject of(Role role, String file, RawRecord record, BadRowException why) {
    return new Reject(
        role,
        file,
        record.offset(),
        why.reason(),
        why.rule(),
        why.value(),
        why.fix(),
        why.ifMany(),
        record.shown());
  }

  /**
   * The row as a problem.
   *
   * @param place that reads better than file and byte, if one is known
   * @param others how many rows are like it, such as {@code 7 of the first 9 rows}; empty if it is
   *     an exception, or has nothing to say of many
   */
  public Problem problem(String place, String others) {
    return new Problem(
        rule, value, place, others.isEmpty() ? fix : others + " are like this: " + ifMany);
  }

  /** File and byte, for formats of bytes. */
  public String place() {
    return file + ", byte " + offset;
  }
}
