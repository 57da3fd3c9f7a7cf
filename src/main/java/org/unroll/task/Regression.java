package org.unroll.task;

import java.util.Optional;
import org.unroll.baseline.Baseline;
import org.unroll.baseline.MeanBaseline;
import org.unroll.config.Job;
import org.unroll.data.FeatureScaler;
import org.unroll.data.SplitSummary;
import org.unroll.data.TargetCoding;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.LinearSpec;

/** Real values, with squared error. */
final class Regression implements Task {
  @Override
  public HeadSpec output(Job job, TargetCoding targets) {
    return new LinearSpec(targets.scaler());
  }

  @Override
  public HeadSpec smallest(Job job) {
    return new LinearSpec(FeatureScaler.none(job.data().target().width()));
  }

  @Override
  public Optional<Baseline> baseline(TargetCoding targets, SplitSummary train) {
    return Optional.of(new MeanBaseline(train.targetMeans(), targets.scaler()));
  }
}
