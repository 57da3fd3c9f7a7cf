package org.unroll.task;

import org.unroll.config.Job;
import org.unroll.data.Vocabulary;
import org.unroll.nn.head.HeadSpec;

/** The kinds of predictions, by {@code model.output}. */
public final class Tasks {
  private Tasks() {}

  /** What a job's model predicts. */
  public static Task of(Job job) {
    return switch (job.model().output()) {
      case SOFTMAX -> new Classification();
    };
  }

  /**
   * The output layer of a job.
   *
   * @param targets vocabulary of the targets; that of the inputs in a language model
   */
  public static HeadSpec output(Job job, Vocabulary targets) {
    return of(job).output(job, targets);
  }
}
