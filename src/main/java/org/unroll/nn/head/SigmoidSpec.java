package org.unroll.nn.head;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.unroll.metric.LabelMeasures;
import org.unroll.metric.LabelNames;
import org.unroll.metric.Measures;

/**
 * Labels that do not exclude each other, or one of two classes, with binary cross-entropy.
 *
 * @param labels what the outputs are
 * @param positive the class that the single output is the probability of, where a target is one of
 *     two classes; else -1
 * @param thresholds probabilities from which on labels are given, by output
 * @param tunes whether thresholds are to be tuned on validation data
 */
public record SigmoidSpec(LabelNames labels, int positive, List<Double> thresholds, boolean tunes)
    implements HeadSpec {
  public SigmoidSpec {
    thresholds = List.copyOf(thresholds);
    if (thresholds.size() != labels.names().size()) {
      throw new IllegalArgumentException(
          "there must be a threshold for each of "
              + labels.names().size()
              + " labels, got "
              + thresholds.size());
    }
  }

  /** Labels called by their numbers, given from a probability of ½ on. */
  public static SigmoidSpec of(int labels) {
    List<String> names = IntStream.range(0, labels).mapToObj(Integer::toString).toList();
    return new SigmoidSpec(
        new LabelNames(names, false, false), -1, Collections.nCopies(labels, 0.5), false);
  }

  @Override
  public SigmoidSpec tuned(Map<String, Object> tuned) {
    if (!(tuned.get(LabelMeasures.THRESHOLDS) instanceof Map<?, ?> found)) {
      return this;
    }
    List<Double> others = new ArrayList<>();
    for (int k = 0; k < thresholds.size(); k++) {
      boolean there = found.get(labels.names().get(k)) instanceof Number;
      others.add(
          there ? ((Number) found.get(labels.names().get(k))).doubleValue() : thresholds.get(k));
    }
    return new SigmoidSpec(labels, positive, others, tunes);
  }

  @Override
  public int outputs() {
    return labels.names().size();
  }

  @Override
  public Head create(Place place) {
    return new SigmoidHead(this, place);
  }

  /** Of two classes one has a row. */
  @Override
  public Rows rows(String parameter) {
    int first = Math.max(0, positive);
    return new Rows(first, first + outputs(), 0);
  }

  @Override
  public boolean choosesClass() {
    return false;
  }

  @Override
  public Measures measures() {
    return new LabelMeasures(labels, thresholds);
  }
}
