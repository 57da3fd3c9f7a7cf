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
 * @param ifMost what to say in place of the fix if most rows are like this one; empty for nothing
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
    String ifMost,
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
        why.ifMost(),
        record.shown());
  }

  /**
   * The row as a problem.
   *
   * @param place that reads better than file and byte, if one is known
   * @param isUsual whether most rows are like it, of one that has something to say then
   */
  public Problem problem(String place, boolean isUsual) {
    return new Problem(rule, value, place, isUsual ? "most rows are like this: " + ifMost : fix);
  }

  /** File and byte, for formats of bytes. */
  public String place() {
    return file + ", byte " + offset;
  }
}
