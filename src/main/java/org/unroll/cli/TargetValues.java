package org.unroll.cli;

import java.util.ArrayList;
import java.util.List;
import org.unroll.data.FeatureScaler;
import org.unroll.data.SplitSummary;

/** What the real targets of the training data are like. */
final class TargetValues {
  private TargetValues() {}

  /** Objects with {@code mean}, {@code deviation} of its scaling, and {@code count}. */
  static List<Object> figures(SplitSummary train, FeatureScaler scaler) {
    List<Object> figures = new ArrayList<>();
    for (int v = 0; v < scaler.features(); v++) {
      figures.add(
          new Figures()
              .put("mean", scaler.mean(v))
              .put("deviation", scaler.deviation(v))
              .put("count", train.targetCounts()[v])
              .map());
    }
    return figures;
  }
}
