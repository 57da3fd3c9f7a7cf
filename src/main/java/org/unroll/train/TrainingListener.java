package org.unroll.train;

import java.util.Map;

/** Told what happens in training; on the driver's training thread, in the order of registration. */
public interface TrainingListener {
  /** A round has been committed. */
  default void round(RoundReport report) {}

  /** There was a validation in the midst of an epoch. */
  default void validation(ValidationReport report) {}

  /** An epoch has ended and, where there are validation data, been validated. */
  default void epoch(EpochReport report) {}

  /**
   * One optimiser step.
   *
   * @param epoch from 1
   * @param epochs in all
   * @param round from 1
   * @param rounds in an epoch
   * @param trainLoss Σ loss / Σ weight of the round, before its update, in nats; NaN of a round
   *     without weight, which makes no update
   * @param gradientNorm length of the averaged gradient before clipping to a norm
   * @param gradientNorms the same for each layer by itself, in the order of the parameters; empty
   *     if the round had no weight and so no update
   * @param learningRate of this update
   * @param tokens steps read in the round
   * @param seconds wall-clock time of the round
   * @param busySeconds time spent on blocks, over all threads
   */
  record RoundReport(
      int epoch,
      int epochs,
      int round,
      int rounds,
      double trainLoss,
      double gradientNorm,
      Map<String, Double> gradientNorms,
      double learningRate,
      long tokens,
      double seconds,
      double busySeconds) {}

  /**
   * A validation in the midst of an epoch.
   *
   * @param epoch from 1
   * @param epochs in all
   * @param round that it follows, from 1
   * @param rounds in an epoch
   * @param best whether this is the best model so far
   * @param seconds wall-clock time of the validation
   */
  record ValidationReport(
      int epoch,
      int epochs,
      int round,
      int rounds,
      Evaluation validation,
      boolean best,
      double seconds) {}

  /**
   * The end of an epoch.
   *
   * @param epoch from 1
   * @param epochs in all
   * @param rounds in an epoch
   * @param trainLoss Σ loss / Σ weight over the epoch's rounds
   * @param validation null where there are no validation data or none was due
   * @param best whether this is the best model so far; without validation data every epoch's model
   *     is kept in place of the one before
   * @param seconds wall-clock time of the validation
   */
  record EpochReport(
      int epoch,
      int epochs,
      int rounds,
      double trainLoss,
      Evaluation validation,
      boolean best,
      double seconds) {}
}
