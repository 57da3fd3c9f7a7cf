package org.unroll.metric;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What predictions of one kind amount to, beside their loss. Exact: whoever measured which part,
 * the whole has the same values.
 */
public interface Measures extends Serializable {
  /** The metrics that it has values of, the most telling one first. */
  List<Metric> metrics();

  /** Those of its metrics that people are shown while it trains. */
  default List<Metric> headline() {
    return metrics().subList(0, 1);
  }

  /**
   * The value of one of its metrics; NaN if nothing was measured.
   *
   * @param loss of the same targets, for metrics that follow from it; NaN if not finite
   */
  double value(Metric metric, double loss);

  /** Adds what another part measured, of the same kind. */
  void add(Measures other);

  /**
   * What a model is to keep of these measures of its validation data, as JSON objects, because its
   * answers are to depend on it.
   */
  default Map<String, Object> tuned() {
    return Map.of();
  }

  /** Details that are no single number, such as a confusion matrix, as JSON objects. */
  default Map<String, Object> details() {
    return Map.of();
  }
}
