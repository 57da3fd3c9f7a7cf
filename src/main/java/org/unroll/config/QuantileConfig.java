package org.unroll.config;

import java.io.Serializable;
import java.util.List;

/** The {@code model.quantile} section: what {@code model.output = quantile} predicts. */
public record QuantileConfig(
    @Key(
            optional = true,
            only = "quantile",
            doc =
                "The quantiles that are predicted of each target value, rising, each above 0 and"
                    + " below 1; [0.1, 0.5, 0.9] without it.")
        List<Double> quantiles)
    implements Serializable {

  /** What a job has that does not say otherwise. */
  public static final QuantileConfig DEFAULT = new QuantileConfig(List.of());

  /** Copies the list, so that the record cannot change. */
  public QuantileConfig {
    quantiles = List.copyOf(quantiles);
  }

  /** The quantiles, by default those of an interval of 80 % and the median. */
  public List<Double> levels() {
    return quantiles.isEmpty() ? List.of(0.1, 0.5, 0.9) : quantiles;
  }
}
