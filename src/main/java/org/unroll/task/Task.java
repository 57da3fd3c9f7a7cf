package org.unroll.task;

import org.unroll.config.Job;
import org.unroll.data.Vocabulary;
import org.unroll.nn.head.HeadSpec;

/** A kind of prediction. */
public interface Task {
  /**
   * The output layer of a job.
   *
   * @param targets vocabulary of the targets; that of the inputs in a language model
   */
  HeadSpec output(Job job, Vocabulary targets);
}
