package org.unroll.config;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A job: what to learn from, which network, how to train it, and where to write the result.
 *
 * <p>Every instance is valid: the constructor applies the rules the reader applies.
 *
 * @param name the job file's name without {@code .conf}
 * @param data the text to learn from
 * @param model the network
 * @param training how long and with which optimiser
 * @param validation when the model is measured
 * @param sync when the driver averages gradients
 * @param checkpoint when the training state is saved
 * @param output where results go
 */
public record Job(
    String name,
    DataConfig data,
    ModelConfig model,
    TrainingConfig training,
    ValidationConfig validation,
    SyncConfig sync,
    CheckpointConfig checkpoint,
    OutputConfig output)
    implements Serializable {

  /**
   * Checks every value and combination.
   *
   * @throws JobException with all problems, if there are any
   */
  public Job {
    Objects.requireNonNull(name, "name");
    if (name.isBlank() || name.contains("/")) {
      throw new JobException(
          List.of(
              new Problem(
                  "a job's name must be a file name",
                  JobText.quote(name),
                  "",
                  "name the job file like names.conf")));
    }
    Sections sections = new Sections(data, model, training, validation, sync, checkpoint, output);
    List<Problem> problems = JobSchema.problems(sections);
    if (!problems.isEmpty()) {
      throw new JobException(problems);
    }
  }

  /** The sections without the name: what the job file itself contains. */
  record Sections(
      DataConfig data,
      ModelConfig model,
      TrainingConfig training,
      ValidationConfig validation,
      SyncConfig sync,
      CheckpointConfig checkpoint,
      OutputConfig output) {}

  Sections sections() {
    return new Sections(data, model, training, validation, sync, checkpoint, output);
  }

  /**
   * The resolved job as HOCON: every key that applies, defaults included, in the order of the table
   * of keys. Reading it under the same name gives an equal job.
   */
  public String toHocon() {
    return JobText.hocon(JobSchema.ROOT.toTree(sections(), false));
  }

  /** The resolved job as one line of JSON, with the same keys as {@link #toHocon()}. */
  public String toJson() {
    return JobText.json(JobSchema.ROOT.toTree(sections(), false));
  }

  /**
   * The resolved job without its name and without keys that cannot change the trained parameters
   * (where output goes, checkpoints, partitions). Two jobs with the same text and the same data
   * train to the same bits.
   */
  public String fingerprintText() {
    return JobText.hocon(JobSchema.ROOT.toTree(sections(), true));
  }

  /**
   * As {@link #fingerprintText}, but without {@code training.epochs} where rounds do not depend on
   * it: two jobs with the same text and data have the same state after every round that both do.
   */
  public String roundsText() {
    return training.dependsOnEpochs() ? fingerprintText() : withEpochs(1).fingerprintText();
  }

  /** The same job with another number of epochs. */
  public Job withEpochs(int epochs) {
    return new Job(
        name, data, model, training.withEpochs(epochs), validation, sync, checkpoint, output);
  }
}
