package org.unroll.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.unroll.config.DataConfig;
import org.unroll.config.Problem;
import org.unroll.text.Counts;

/** What real targets must be like, all together, and what is told of missing ones. */
public final class ValueRules {
  private ValueRules() {}

  /**
   * Checks the real targets of the training data.
   *
   * @param moments of each value that a target has
   * @param files of the training data, for messages
   * @return what should be looked at
   * @throws DataException if a value is missing everywhere
   */
  public static List<Problem> check(
      DataConfig.Target target, List<FeatureMoments> moments, String files) {
    for (int i = 0; i < moments.size(); i++) {
      if (moments.get(i).steps() == 0) {
        throw new DataException(
            new Problem(
                "every target value must be there in some row of data.train",
                "none of target value " + i + ", counted from 0",
                files,
                "check data.target.column, or lower data.target.width"));
      }
    }
    return WeakFeatures.ofTargets(target, moments);
  }

  /** What a user should know of missing values. */
  public static Optional<Problem> missing(Role role, SplitSummary split, String place) {
    return split.missingValues() == 0
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "every target value of " + role.key() + " should be there",
                String.format(
                    Locale.ROOT,
                    "%,d of %s missing%s",
                    split.missingValues(),
                    Counts.of(split.targets() * split.targetMeans().length, "value"),
                    split.unknownTargets() == 0
                        ? ""
                        : String.format(
                            Locale.ROOT,
                            ", and no value of %,d of %s",
                            split.unknownTargets(),
                            Counts.of(split.targets(), "target"))),
                place,
                "they are left out of loss and metrics; nothing is put in their place"));
  }

  /**
   * Refuses data to measure on without anything to measure.
   *
   * @throws DataException if all values are missing
   */
  public static void requireAny(Role role, SplitSummary split, String place) {
    if (role != Role.TRAIN && split.targets() > 0 && split.unknownTargets() == split.targets()) {
      throw new DataException(
          new Problem(
              role.key() + " must have target values",
              "none in " + Counts.of(split.targets(), "target"),
              place,
              "check data.target.column, or give other files"));
    }
  }
}
