package org.unroll.check;

import org.unroll.batch.Rounds;
import org.unroll.config.Job;
import org.unroll.config.TargetType;
import org.unroll.data.DataSummary;
import org.unroll.data.InputCoding;
import org.unroll.data.Vocabulary;

/**
 * A job and its data: what is known before anything is computed.
 *
 * @param inputs how the input becomes numbers
 * @param targets vocabulary of labels; that of the inputs in a language model
 * @param summary of the data
 * @param rounds of an epoch
 */
public record PlannedRun(
    Job job, InputCoding inputs, Vocabulary targets, DataSummary summary, Rounds rounds) {

  /** Whether the next symbol is predicted, so that there are no labels. */
  public boolean languageModel() {
    return targets.kind() != Vocabulary.Kind.LABELS;
  }

  /** Whether real values are predicted, so that there are neither labels nor symbols. */
  public boolean predictsValues() {
    return job.model().output().targets() == TargetType.VALUES;
  }

  /** Updates of the parameters over all epochs. */
  public long updates() {
    return (long) job.training().epochs() * rounds.rounds();
  }

  /** Validations over all epochs; 0 without validation data. */
  public long validations() {
    if (summary.valid() == null) {
      return 0;
    }
    int every = job.validation().everyRounds();
    return every == 0 ? job.training().epochs() : (updates() + every - 1) / every;
  }
}
