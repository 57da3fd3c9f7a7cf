package org.unroll.check;

import org.unroll.batch.Rounds;

/**
 * How long training will take, in seconds, from the least to what it may take at most.
 *
 * @param epoch an epoch, validation included, if the machine has nothing else to do
 * @param all all epochs, as well
 * @param overhead of a round, beside its blocks: θ goes out, the sums come back
 * @param busy cores that have a block to compute
 * @param cores there are
 * @param slowDown how many times as long the blocks measured took as they would have alone
 */
public record TimeEstimate(
    double epoch, double all, double overhead, int busy, int cores, double slowDown) {
  /** What an estimate from so few blocks leaves out, on a machine without other work. */
  private static final double UNSURE = 1.3;

  /** From here on the machine is said to be busy. */
  private static final double MUCH = 1.5;

  /**
   * An estimate.
   *
   * @param speed measured, {@linkplain Speed#isKnown() known}
   * @param validSteps steps of the validation data, 0 if there are none
   * @param overhead seconds of a round without a block
   * @param cores tasks that can run side by side
   * @param partitions tasks that there are
   */
  public static TimeEstimate of(
      Speed speed,
      ShardSurvey survey,
      Rounds rounds,
      long validSteps,
      double overhead,
      int cores,
      int partitions,
      int epochs) {
    int busy = Math.max(1, Math.min(cores, Math.min(partitions, rounds.blocksPerRound())));
    double network = survey.executed() * speed.perStep();
    double block = network / rounds.blocks() + speed.perBlock();
    // A round waits for the last of its blocks.
    int turns = (rounds.blocksPerRound() + busy - 1) / busy;
    double training = rounds.rounds() * (overhead + turns * block);
    // Forward only: about a third of forward and back.
    double validation =
        validSteps == 0 ? 0 : overhead + validSteps * speed.perStep() / 3 / Math.max(1, cores);
    double epoch = training + validation;
    return new TimeEstimate(epoch, epochs * epoch, overhead, busy, cores, speed.slowDown());
  }

  /** Whether other programs took much of the processor while it was measured. */
  public boolean machineBusy() {
    return slowDown > MUCH;
  }

  /** An epoch at most, as long as the machine is as busy as it was. */
  public double epochAtMost() {
    return epoch * Math.max(UNSURE, slowDown);
  }

  /** All epochs at most, as long as the machine is as busy as it was. */
  public double allAtMost() {
    return all * Math.max(UNSURE, slowDown);
  }
}
