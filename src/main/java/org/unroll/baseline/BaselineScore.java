package org.unroll.baseline;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.unroll.metric.Metric;

/**
 * How well a baseline does.
 *
 * @param name such as {@code majority}, {@code bigram} or {@code unigram}
 * @param values of the metrics that tell most, the loss among them; NaN where there was no target
 * @param targets number of targets
 */
public record BaselineScore(String name, Map<Metric, Double> values, long targets)
    implements Serializable {
  public BaselineScore {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Mean loss per target that is known, in the unit of the model's loss. */
  public double loss() {
    return values.get(Metric.LOSS);
  }

  /** The values for people, such as {@code valid-loss 1.7165, valid-accuracy 52.80 %}. */
  public String describe(String prefix) {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (metric, value) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(prefix)
                .append(metric.name())
                .append(' ')
                .append(metric.show(value)));
    return text.toString();
  }
}
