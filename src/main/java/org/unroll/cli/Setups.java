package org.unroll.cli;

import org.unroll.config.Job;
import org.unroll.data.Vocabulary;
import org.unroll.train.TrainingSetup;

/** The part of a job that workers need. */
final class Setups {
  private Setups() {}

  static TrainingSetup of(Job job, Vocabulary inputs, Vocabulary targets, String kernels) {
    return new TrainingSetup(
        job.model(),
        inputs.size(),
        targets.size(),
        job.training().blockSize(),
        job.training().truncate(),
        job.training().seed(),
        kernels);
  }
}
