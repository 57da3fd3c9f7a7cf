package org.unroll.spark;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.unroll.config.Problem;
import org.unroll.data.DataException;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.text.Counts;

/** What is said of targets whose label the model was never trained on. */
final class UnknownLabels {
  private UnknownLabels() {}

  /**
   * What a user should know of the labels of a role.
   *
   * @param trained whether the labels are those of training files, not of a saved model
   * @param place where the rows are from
   */
  static Optional<Problem> doubt(Role role, SplitSummary split, boolean trained, String place) {
    if (split.unknownTargets() == 0) {
      return Optional.empty();
    }
    List<String> labels = split.intake().unknownLabels();
    return Optional.of(
        new Problem(
            trained
                ? "every label of " + role.key() + " should occur in data.train"
                : "every label of the data should be one that the model knows",
            String.format(
                Locale.ROOT,
                "%,d of %s that do not, such as %s",
                split.unknownTargets(),
                Counts.of(all(split), "target"),
                labels.stream().map(each -> "'" + each + "'").collect(Collectors.joining(", "))),
            place,
            "they count as wrong, and the loss is over the others; check data.target.column"));
  }

  /**
   * Refuses validation data by whose loss no epoch could be chosen.
   *
   * @throws DataException if the model knows none of the labels
   */
  static void requireKnown(Role role, SplitSummary split, String place) {
    if (role == Role.VALID && split.unknownTargets() > 0 && split.unknownTargets() == all(split)) {
      throw new DataException(
          new Problem(
              role.key() + " must have a label that occurs in data.train",
              "none in " + Counts.of(all(split), "target"),
              place,
              "check data.target.column, or give other files"));
    }
  }

  /** Labels of all targets, which may have several, or none. */
  private static long all(SplitSummary split) {
    return split.unknownTargets() + LongStream.of(split.targetCounts()).sum();
  }
}
