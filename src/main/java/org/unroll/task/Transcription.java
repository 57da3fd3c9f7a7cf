package org.unroll.task;

import java.util.Optional;
import org.unroll.baseline.Baseline;
import org.unroll.config.Job;
import org.unroll.data.SplitSummary;
import org.unroll.data.TargetCoding;
import org.unroll.nn.head.CtcSpec;
import org.unroll.nn.head.HeadSpec;

/** A text for each sequence, of its own length and in the order of the steps. */
final class Transcription implements Task {
  @Override
  public HeadSpec output(Job job, TargetCoding targets) {
    return new CtcSpec(targets.names().size(), job.model().ctc().beamWidth());
  }

  @Override
  public HeadSpec smallest(Job job) {
    return new CtcSpec(1, job.model().ctc().beamWidth());
  }

  /** None: without looking at the sequence nothing is known of its text. */
  @Override
  public Optional<Baseline> baseline(TargetCoding targets, SplitSummary train) {
    return Optional.empty();
  }
}
