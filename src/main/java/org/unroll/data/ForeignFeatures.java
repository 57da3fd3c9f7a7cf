package org.unroll.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.unroll.config.DataConfig;
import org.unroll.config.Problem;

/** Features that are far from those of the model whose scaling is taken over. */
final class ForeignFeatures {
  /** So many deviations away, or so many times as wide or as narrow, it is another quantity. */
  private static final double FAR = 10;

  private static final int SHOWN = 3;

  private ForeignFeatures() {}

  /**
   * What a user should know, one problem for each input.
   *
   * @param moments of the training data
   * @param taken scaling of a trained model, by the key of its input
   */
  static List<Problem> of(
      DataConfig data, FeatureMoments moments, Map<String, FeatureScaler> taken) {
    List<Problem> problems = new ArrayList<>();
    int first = 0;
    for (int input = 0; input < data.inputs().size(); input++) {
      String key = Columns.key(input);
      if (taken.containsKey(key)) {
        List<String> foreign = foreign(taken.get(key), first, moments);
        if (!foreign.isEmpty()) {
          problems.add(problem(foreign, key));
        }
      }
      first += data.inputs().get(input).width();
    }
    return problems;
  }

  private static List<String> foreign(FeatureScaler scaler, int first, FeatureMoments moments) {
    List<String> foreign = new ArrayList<>();
    for (int f = 0; f < scaler.features(); f++) {
      double mean = moments.mean(first + f);
      double deviation = moments.deviation(first + f);
      double there = scaler.deviation(f);
      boolean near =
          Math.abs(mean - scaler.mean(f)) <= FAR * there
              && deviation <= FAR * there
              && there <= FAR * deviation;
      if (!near) {
        foreign.add(
            "feature "
                + f
                + " (mean "
                + mean
                + ", deviation "
                + deviation
                + "; there "
                + scaler.mean(f)
                + " and "
                + there
                + ")");
      }
    }
    return foreign;
  }

  private static Problem problem(List<String> foreign, String key) {
    return new Problem(
        "features should be like those that model.initial was trained on, whose scaling is kept",
        foreign.stream().limit(SHOWN).collect(Collectors.joining(", "))
            + (foreign.size() > SHOWN ? " and " + (foreign.size() - SHOWN) + " more" : "")
            + ", counted from 0",
        key,
        "check their order and units, or train without model.initial");
  }
}
