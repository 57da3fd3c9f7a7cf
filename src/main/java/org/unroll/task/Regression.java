package org.unroll.task;

import java.util.Optional;
import java.util.function.Function;
import org.unroll.baseline.Baseline;
import org.unroll.baseline.MeanBaseline;
import org.unroll.config.Job;
import org.unroll.data.FeatureScaler;
import org.unroll.data.SplitSummary;
import org.unroll.data.TargetCoding;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.LinearSpec;

/** Real values: themselves, their quantiles, or their mean and variance. */
final class Regression implements Task {
  private final Function<FeatureScaler, HeadSpec> output;

  /**
   * With this output layer.
   *
   * @param output made for the scaling of the values of a target
   */
  Regression(Function<FeatureScaler, HeadSpec> output) {
    this.output = output;
  }

  @Override
  public HeadSpec output(Job job, TargetCoding targets) {
    return output.apply(targets.scaler());
  }

  @Override
  public HeadSpec smallest(Job job) {
    return output.apply(FeatureScaler.none(job.data().target().width()));
  }

  /** The mean, where that is what is predicted. */
  @Override
  public Optional<Baseline> baseline(TargetCoding targets, SplitSummary train) {
    return output.apply(targets.scaler()) instanceof LinearSpec
        ? Optional.of(new MeanBaseline(train.targetMeans(), targets.scaler()))
        : Optional.empty();
  }
}
