package org.unroll.spark;

import java.util.Map;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.config.Predicted;
import org.unroll.config.Problem;
import org.unroll.config.ValidSource;
import org.unroll.data.DataException;
import org.unroll.data.FeatureScaler;
import org.unroll.data.InputCoding;
import org.unroll.data.Role;
import org.unroll.data.TargetCoding;

/**
 * What to read.
 *
 * @param data how the files are to be understood; its own paths are not used
 * @param train training files, empty for none
 * @param valid validation data
 * @param test test files, empty for none
 * @param blockSize sequences per block, which the number of shards depends on
 * @param shards number of shards of the training data, 0 to choose it from the data
 * @param partitions number of partitions, 0 for Spark's default parallelism
 * @param inputs how a saved model reads, or null to find out from the training data
 * @param targets how a saved model numbers its targets, or null
 * @param characters whether the characters of words are to be read; a saved model knows itself
 * @param scaling of features that is not measured but taken over from a trained model, by the key
 *     of its input
 * @param option of the command line that names the test files; empty if the job does
 */
public record DatasetRequest(
    DataConfig data,
    Predicted predicted,
    String train,
    ValidSource valid,
    String test,
    int blockSize,
    int shards,
    int partitions,
    InputCoding inputs,
    TargetCoding targets,
    boolean characters,
    Map<String, FeatureScaler> scaling,
    String option) {

  public DatasetRequest {
    scaling = Map.copyOf(scaling);
    if ((inputs == null) != (targets == null)) {
      throw new IllegalArgumentException("codings are given both or not at all");
    }
    if (inputs == null && train.isEmpty()) {
      throw new IllegalArgumentException("without training data the vocabularies must be given");
    }
  }

  /** All features are measured, and all files are those of a job. */
  public DatasetRequest(
      DataConfig data,
      Predicted predicted,
      String train,
      ValidSource valid,
      String test,
      int blockSize,
      int shards,
      int partitions,
      InputCoding inputs,
      TargetCoding targets,
      boolean characters) {
    this(
        data,
        predicted,
        train,
        valid,
        test,
        blockSize,
        shards,
        partitions,
        inputs,
        targets,
        characters,
        Map.of(),
        "");
  }

  /** The data of a job. */
  public static DatasetRequest of(Job job) {
    return of(job, Map.of());
  }

  /**
   * The data of a job.
   *
   * @param scaling taken over from a trained model
   */
  public static DatasetRequest of(Job job, Map<String, FeatureScaler> scaling) {
    return new DatasetRequest(
        job.data(),
        job.model().predicted(),
        job.data().train(),
        job.data().valid(),
        job.data().test(),
        job.training().blockSize(),
        job.sync().shards(),
        job.sync().partitions(),
        null,
        null,
        job.model().characters().isUsed(),
        scaling,
        "");
  }

  /**
   * Files that a saved model is evaluated on; they become the test data.
   *
   * @param option of the command line that names them
   */
  public static DatasetRequest evaluation(
      String option,
      DataConfig data,
      Predicted predicted,
      String paths,
      int blockSize,
      InputCoding inputs,
      TargetCoding targets) {
    if (paths.isBlank()) {
      throw new DataException(
          new Problem(option + " must name files", "an empty text", "", "give a path or a glob"));
    }
    return new DatasetRequest(
        data,
        predicted,
        "",
        new ValidSource.None(),
        paths,
        blockSize,
        0,
        0,
        inputs,
        targets,
        false,
        Map.of(),
        option);
  }

  /** What names the files of a role, for messages: a key of the job, or an option. */
  String key(Role role) {
    return role == Role.TEST && !option.isEmpty() ? option : role.key();
  }

  boolean countsSymbols() {
    return inputs == null;
  }
}
