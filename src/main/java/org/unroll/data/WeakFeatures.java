package org.unroll.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Field;
import org.unroll.config.Problem;

/**
 * Features of the training data that tell a network nothing: those that never change, and those
 * that differ by less than the numbers they are written or computed in can hold.
 */
final class WeakFeatures {
  /** A deviation of fewer steps of the number format is mostly rounding. */
  private static final int STEPS = 32;

  private static final int SHOWN = 5;

  private WeakFeatures() {}

  /**
   * What a user should know of the features, one problem for each input and kind.
   *
   * @param moments of the values as they were read
   */
  static List<Problem> of(DataConfig data, FeatureMoments moments) {
    List<Problem> problems = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < data.inputs().size(); i++) {
      problems.addAll(of(data.inputs().get(i), Columns.key(i), first, moments));
      first += data.inputs().get(i).width();
    }
    return problems;
  }

  private static List<Problem> of(Field field, String key, int first, FeatureMoments moments) {
    List<String> constant = new ArrayList<>();
    List<String> coarse = new ArrayList<>();
    for (int f = 0; f < field.width(); f++) {
      double mean = moments.mean(first + f);
      double deviation = moments.deviation(first + f);
      double step = field.standardize() ? Math.ulp(mean) : Math.ulp((float) mean);
      if (deviation < STEPS * step) {
        (deviation == 0 ? constant : coarse)
            .add("feature " + f + " (mean " + mean + ", deviation " + deviation + ")");
      }
    }
    List<Problem> problems = new ArrayList<>();
    if (!constant.isEmpty()) {
      problems.add(
          new Problem(
              "every feature should change in data.train",
              shown(constant, "never changes", "never change"),
              key,
              "what never changes tells nothing; leave it out, or check " + key + ".column"));
    }
    if (!coarse.isEmpty()) {
      problems.add(
          new Problem(
              "a feature should differ by more than "
                  + (field.standardize() ? "double" : "single")
                  + " precision rounds it",
              shown(coarse, "hardly does", "hardly do"),
              key,
              field.standardize()
                  ? "take a constant off its values before they are written"
                  : "set " + key + ".standardize = true"));
    }
    return problems;
  }

  /** The first of them, counted from 0, and how many there are. */
  private static String shown(List<String> features, String one, String several) {
    return features.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (features.size() > SHOWN ? " and " + (features.size() - SHOWN) + " more" : "")
        + ", counted from 0, which "
        + (features.size() == 1 ? one : several);
  }
}
