package org.unroll.task;

import org.unroll.config.Job;
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
}
