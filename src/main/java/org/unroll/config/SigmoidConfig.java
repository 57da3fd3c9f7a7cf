package org.unroll.config;

import java.io.Serializable;

/** The {@code model.sigmoid} section: what {@code model.output = sigmoid} answers with. */
public record SigmoidConfig(
    @Key(
            value = "many",
            only = "sigmoid",
            doc =
                "What a target is with `output = sigmoid`: `many`, any number of labels (a list in"
                    + " JSON and Parquet, labels separated by white space in text), or `one` of"
                    + " exactly two classes, for which the model has a single output.")
        Labels labels,
    @Key(
            optional = true,
            only = "one",
            doc =
                "The class that the output is the probability of. By default the one that sorts"
                    + " last: 1 of 0 and 1, pos of neg and pos, true of false and true.")
        String positive,
    @Key(
            value = "0.5",
            only = "sigmoid",
            above = 0,
            below = 1,
            doc = "A label is given where its probability is at least this.")
        double threshold,
    @Key(
            value = "false",
            only = "sigmoid",
            doc =
                "Whether each label gets, when training has ended, a threshold of its own: the one"
                    + " with the best F1 of the best model on the validation data. They are stored"
                    + " with the model; `evaluate` and the test of a run use them.")
        boolean tuneThreshold)
    implements Serializable {

  /** What a target is. */
  public enum Labels {
    /** Any number of labels. */
    MANY,
    /** One of two classes. */
    ONE
  }

  /** What a job has that does not say otherwise. */
  public static final SigmoidConfig DEFAULT = new SigmoidConfig(Labels.MANY, "", 0.5, false);
}
