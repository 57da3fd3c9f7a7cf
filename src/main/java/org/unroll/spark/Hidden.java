package org.unroll.spark;

import java.util.List;
import java.util.regex.Pattern;

/** Names that begin with {@code .} or {@code _}, which programs use for what is no data. */
final class Hidden {
  /** What Hadoop, Spark and Parquet write beside data. Nobody misses it. */
  private static final List<Pattern> MARKS =
      List.of(
          Pattern.compile("_SUCCESS|_temporary|_metadata|_common_metadata"),
          Pattern.compile("_(committed|started)_.*"),
          Pattern.compile("\\..*\\.crc|\\.spark-staging-.*|\\.DS_Store"));

  /** The letter itself, among alternatives, or in a set of letters. */
  private static final Pattern NAMED = Pattern.compile("(\\{([^}]*,)?|\\[(?![!^])[^]]*)?[._]");

  private Hidden() {}

  /** Whether a directory or glob stands for names such as this one. */
  static boolean isRead(String name) {
    // Partitions of a column whose name begins so: _lang=de.
    return !name.startsWith(".") && (!name.startsWith("_") || name.contains("="));
  }

  /** Whether a pattern itself says that it means such names. */
  static boolean isNamed(String pattern) {
    return NAMED.matcher(pattern).lookingAt();
  }

  /** Whether it goes without saying that a name is left out. */
  static boolean isMark(String name) {
    return MARKS.stream().anyMatch(each -> each.matcher(name).matches());
  }
}
