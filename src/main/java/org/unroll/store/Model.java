package org.unroll.store;

import java.util.Map;
import org.unroll.config.Job;
import org.unroll.data.InputCoding;
import org.unroll.data.Role;
import org.unroll.data.SequenceShape;
import org.unroll.data.TargetCoding;
import org.unroll.tensor.Parameters;

/**
 * A trained model: all that is needed to use it.
 *
 * @param job the job that made it, resolved
 * @param inputs how the input becomes numbers
 * @param targets how targets become numbers
 * @param parameters θ
 * @param training how it was trained, for people: epoch, losses, data fingerprint
 */
public record Model(
    Job job,
    InputCoding inputs,
    TargetCoding targets,
    Parameters parameters,
    Map<String, Object> training) {

  /** Under this name {@link #training} holds what answers depend on. */
  public static final String TUNED = "tuned";

  /** What was tuned of its answers; empty if nothing was. */
  @SuppressWarnings("unchecked")
  public Map<String, Object> tuned() {
    // JSON objects have text keys only.
    return training.get(TUNED) instanceof Map<?, ?> tuned ? (Map<String, Object>) tuned : Map.of();
  }

  /** Whether it predicts the next symbol, so that it can write text. */
  public boolean isLanguageModel() {
    return isLanguageModel(job);
  }

  /** Whether a job's model predicts the next symbol. */
  public static boolean isLanguageModel(Job job) {
    return SequenceShape.of(job.data(), job.model().predicted(), Role.TRAIN).languageModel();
  }
}
