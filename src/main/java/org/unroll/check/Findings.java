package org.unroll.check;

import java.util.Map;
import java.util.Optional;
import org.unroll.baseline.BaselineScore;
import org.unroll.batch.Rounds;
import org.unroll.config.Job;
import org.unroll.data.DataSummary;
import org.unroll.data.InputCoding;
import org.unroll.data.Role;
import org.unroll.data.Vocabulary;

/**
 * All that is known of a run before it.
 *
 * @param inputs how the input becomes numbers
 * @param targets vocabulary of labels; that of the inputs in a language model
 * @param summary of the data
 * @param survey of the training data
 * @param duplicates sequences of validation and test that training holds too, where counted
 * @param baseline what the network must beat
 * @param scored what the baseline was scored on
 * @param rounds of an epoch
 * @param parameters numbers learned
 * @param time estimated; empty if it could not be measured
 */
public record Findings(
    Job job,
    InputCoding inputs,
    Vocabulary targets,
    DataSummary summary,
    ShardSurvey survey,
    Map<Role, Long> duplicates,
    BaselineScore baseline,
    Role scored,
    Rounds rounds,
    long parameters,
    Optional<TimeEstimate> time) {

  /** Whether the next symbol is predicted, so that there are no labels. */
  public boolean languageModel() {
    return targets.kind() != Vocabulary.Kind.LABELS;
  }

  /** Updates of the parameters over all epochs. */
  public long updates() {
    return (long) job.training().epochs() * rounds.rounds();
  }
}
