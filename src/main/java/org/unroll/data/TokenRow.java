package org.unroll.data;

import java.util.Arrays;
import java.util.List;

/**
 * What is used of a record, step by step.
 *
 * @param steps number of steps; 0 if there is a label but no input, which makes no sequence
 * @param symbols tokens of each field of symbols, {@code steps} in each
 * @param features real values of all fields together, {@code [step][feature]}
 * @param answers what is to be predicted
 * @param whole whether the record is there to its end; otherwise it was truncated
 * @param weight how much its sequences count in training
 * @param id what the row calls itself, or null if it is known by its place
 */
public record TokenRow(
    int steps,
    List<List<String>> symbols,
    double[] features,
    Answers answers,
    boolean whole,
    float weight,
    String id) {

  /** The names among the answers. */
  public List<String> targets() {
    return answers.names();
  }

  /** The first steps only. */
  TokenRow truncate(int limit, boolean targetPerStep) {
    return new TokenRow(
        limit,
        symbols.stream().map(tokens -> tokens.subList(0, limit)).toList(),
        Arrays.copyOf(features, features.length / steps * limit),
        targetPerStep ? answers.first(limit) : answers,
        false,
        weight,
        id);
  }
}
