package org.unroll.task;

import java.util.Optional;
import org.unroll.baseline.Baseline;
import org.unroll.config.Job;
import org.unroll.data.SplitSummary;
import org.unroll.data.TargetCoding;
import org.unroll.nn.head.HeadSpec;

/** A kind of prediction. */
public interface Task {
  /**
   * The output layer of a job.
   *
   * @param targets how targets become numbers
   */
  HeadSpec output(Job job, TargetCoding targets);

  /** As {@link #output}, with all its parameters, of as few classes as have them. */
  HeadSpec smallest(Job job);

  /**
   * What a model must beat, other than a language model, whose baseline is made of pairs of
   * symbols.
   *
   * @param train what the training data amount to
   */
  Optional<Baseline> baseline(TargetCoding targets, SplitSummary train);
}
