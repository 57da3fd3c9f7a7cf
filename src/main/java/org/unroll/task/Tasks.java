package org.unroll.task;

import org.unroll.config.Job;
import org.unroll.data.TargetCoding;
import org.unroll.nn.head.GaussianSpec;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.LinearSpec;
import org.unroll.nn.head.QuantileSpec;

/** The kinds of predictions, by {@code model.output}. */
public final class Tasks {
  private Tasks() {}

  /** What a job's model predicts. */
  public static Task of(Job job) {
    return switch (job.model().output()) {
      case SOFTMAX -> new Classification();
      case ADAPTIVE_SOFTMAX -> new AdaptiveClassification();
      case CRF -> new Tagging();
      case SIGMOID -> new Labelling(job.model().sigmoid());
      case LINEAR -> new Regression(LinearSpec::new);
      case QUANTILE ->
          new Regression(scaler -> new QuantileSpec(scaler, job.model().quantile().levels()));
      case GAUSSIAN -> new Regression(GaussianSpec::new);
      case CTC -> new Transcription();
    };
  }

  /**
   * The output layer of a job.
   *
   * @param targets how targets become numbers
   */
  public static HeadSpec output(Job job, TargetCoding targets) {
    return of(job).output(job, targets);
  }

  /** As {@link #output}, with all its parameters, of as few classes as have them. */
  public static HeadSpec smallest(Job job) {
    return of(job).smallest(job);
  }
}
