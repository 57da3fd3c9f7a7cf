package org.unroll.data;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.unroll.config.Problem;

/**
 * What a data set amounts to.
 *
 * @param train null if only an evaluation was asked for
 * @param valid null if the job has none
 * @param test null if the job has none
 * @param fingerprints of the content of the data of each role there is: equal for equal sequences
 *     at equal places, whatever partitions they were read in
 * @param doubts what can be used but should be looked at, gravest first
 */
public record DataSummary(
    SplitSummary train,
    SplitSummary valid,
    SplitSummary test,
    Map<Role, String> fingerprints,
    List<Problem> doubts)
    implements Serializable {
  public DataSummary {
    doubts = List.copyOf(doubts);
  }

  /** The summary of a role, null if there is no such data. */
  public SplitSummary of(Role role) {
    return switch (role) {
      case TRAIN -> train;
      case VALID -> valid;
      case TEST -> test;
    };
  }

  /** The fingerprint of the training data; of the test data in an evaluation. */
  public String fingerprint() {
    return fingerprints.get(train == null ? Role.TEST : Role.TRAIN);
  }
}
