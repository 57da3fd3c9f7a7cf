package org.unroll.cli;

import org.unroll.batch.Rounds;
import org.unroll.config.Job;
import org.unroll.data.InputCoding;
import org.unroll.data.SplitSummary;
import org.unroll.data.Vocabulary;
import org.unroll.train.TrainingSetup;

/** What follows from a job and its data before training begins. */
final class Setups {
  private Setups() {}

  /** The part of a job that workers need. */
  static TrainingSetup of(Job job, InputCoding inputs, Vocabulary targets, String kernels) {
    return new TrainingSetup(
        job.model(),
        inputs.shape(job.data()),
        targets.size(),
        job.training().blockSize(),
        job.training().truncate(),
        job.training().seed(),
        kernels);
  }

  /** Which blocks belong to which round. */
  static Rounds rounds(Job job, SplitSummary train) {
    int[] sizes = new int[train.shards()];
    for (int s = 0; s < sizes.length; s++) {
      sizes[s] = Math.toIntExact(train.sequencesPerShard()[s]);
    }
    int blockSize = job.training().blockSize();
    if (job.training().hasBatchSize()) {
      return Rounds.ofBatches(sizes, blockSize, job.training().batchSize());
    }
    return Rounds.perEpoch(
        sizes, blockSize, job.sync().hasRoundsPerEpoch() ? job.sync().roundsPerEpoch() : 1);
  }

  /** A bound on the weight of any round, known before it. */
  static double weightBound(Job job, SplitSummary train, Rounds rounds) {
    int perSequence =
        switch (job.model().topology()) {
          case MANY_TO_MANY -> train.longest();
          case MANY_TO_ONE -> 1;
        };
    double perRound = (double) rounds.blocksPerRound() * job.training().blockSize() * perSequence;
    return Math.min(train.targets(), perRound);
  }
}
