package org.unroll.metric;

import java.io.Serializable;
import java.util.List;

/**
 * What the outputs of a model with independent labels are, for those who measure its predictions.
 *
 * @param names of the labels, by output
 * @param one whether the single label is the positive one of two classes
 * @param perStep whether each step has labels, or the sequence
 */
public record LabelNames(List<String> names, boolean one, boolean perStep) implements Serializable {
  public LabelNames {
    names = List.copyOf(names);
  }
}
