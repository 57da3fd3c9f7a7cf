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
 * @param plan job and data
 * @param survey of the training data
 * @param duplicates sequences of validation and test that training holds too, where counted
 * @param baseline what the network must beat; null if there is nothing simple
 * @param scored what the baseline was scored on
 * @param parameters numbers learned
 * @param time estimated; empty if it could not be measured
 */
public record Findings(
    PlannedRun plan,
    ShardSurvey survey,
    Map<Role, Long> duplicates,
    BaselineScore baseline,
    Role scored,
    long parameters,
    Optional<TimeEstimate> time) {

  /** The job. */
  public Job job() {
    return plan.job();
  }

  /** How the input becomes numbers. */
  public InputCoding inputs() {
    return plan.inputs();
  }

  /** Vocabulary of labels; that of the inputs in a language model. */
  public Vocabulary targets() {
    return plan.targets();
  }

  /** What the data amount to. */
  public DataSummary summary() {
    return plan.summary();
  }

  /** Rounds of an epoch. */
  public Rounds rounds() {
    return plan.rounds();
  }

  /** Whether the next symbol is predicted, so that there are no labels. */
  public boolean languageModel() {
    return plan.languageModel();
  }

  /** Updates of the parameters over all epochs. */
  public long updates() {
    return plan.updates();
  }
}
