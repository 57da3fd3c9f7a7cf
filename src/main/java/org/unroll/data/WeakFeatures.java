package org.unroll.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Field;
import org.unroll.config.Problem;

/**
 * Features, and real targets, of the training data that tell a network nothing: those that never
 * change, and those that differ by less than the numbers they are written or computed in can hold.
 */
final class WeakFeatures {
  /** A deviation of fewer steps of the number format is mostly rounding. */
  private static final int STEPS = 32;

  private static final int SHOWN = 5;

  private final String noun;
  private final String key;
  private final boolean standardize;
  private final String constantFix;
  private final List<String> constant = new ArrayList<>();
  private final List<String> coarse = new ArrayList<>();

  private WeakFeatures(String noun, String key, boolean standardize, String constantFix) {
    this.noun = noun;
    this.key = key;
    this.standardize = standardize;
    this.constantFix = constantFix;
  }

  /**
   * What a user should know of the features, one problem for each input and kind.
   *
   * @param moments of the values as they were read
   */
  static List<Problem> of(DataConfig data, FeatureMoments moments) {
    List<Problem> problems = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < data.inputs().size(); i++) {
      Field field = data.inputs().get(i);
      String key = Columns.key(i);
      WeakFeatures weak =
          new WeakFeatures(
              "feature",
              key,
              field.standardize(),
              "what never changes tells nothing; leave it out, or check " + key + ".column");
      for (int f = 0; f < field.width(); f++) {
        weak.look(f, moments.mean(first + f), moments.deviation(first + f));
      }
      problems.addAll(weak.problems());
      first += field.width();
    }
    return problems;
  }

  /**
   * What a user should know of real targets.
   *
   * @param moments of each value by itself
   */
  static List<Problem> ofTargets(DataConfig.Target target, List<FeatureMoments> moments) {
    WeakFeatures weak =
        new WeakFeatures(
            "target value",
            "data.target",
            target.standardize(),
            "what never changes need not be predicted; check data.target.column");
    for (int i = 0; i < moments.size(); i++) {
      weak.look(i, moments.get(i).mean(0), moments.get(i).deviation(0));
    }
    return weak.problems();
  }

  private void look(int number, double mean, double deviation) {
    double step = standardize ? Math.ulp(mean) : Math.ulp((float) mean);
    if (deviation < STEPS * step) {
      (deviation == 0 ? constant : coarse)
          .add(noun + " " + number + " (mean " + mean + ", deviation " + deviation + ")");
    }
  }

  private List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (!constant.isEmpty()) {
      problems.add(
          new Problem(
              "every " + noun + " should change in data.train",
              shown(constant, "never changes", "never change"),
              key,
              constantFix));
    }
    if (!coarse.isEmpty()) {
      problems.add(
          new Problem(
              "a "
                  + noun
                  + " should differ by more than "
                  + (standardize ? "double" : "single")
                  + " precision rounds it",
              shown(coarse, "hardly does", "hardly do"),
              key,
              standardize
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
