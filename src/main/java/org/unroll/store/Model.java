package org.unroll.store;

import java.util.Map;
import org.unroll.config.Job;
import org.unroll.data.Vocabulary;
import org.unroll.tensor.Parameters;

/**
 * A trained model: all that is needed to use it.
 *
 * @param job the job that made it, resolved
 * @param inputs vocabulary of the input
 * @param targets vocabulary of the targets; the same object as {@code inputs} in a language model
 * @param parameters θ
 * @param training how it was trained, for people: epoch, losses, data fingerprint
 */
public record Model(
    Job job,
    Vocabulary inputs,
    Vocabulary targets,
    Parameters parameters,
    Map<String, Object> training) {}
