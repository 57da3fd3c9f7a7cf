package org.unroll.config;

import java.io.Serializable;
import java.util.List;

/**
 * The {@code model.adaptive-softmax} section: clusters of the classes by frequency (Grave 2017).
 */
public record AdaptiveSoftmaxConfig(
    @Key(
            optional = true,
            only = "adaptive-softmax",
            doc =
                "Where the clusters begin, as numbers of classes, which are counted from the most"
                    + " frequent one: with [2000, 10000] the first 2,000 are computed at every"
                    + " target, the next 8,000 and the rest only where they are needed. Without it,"
                    + " V^(2/3) and V^(5/6) of V classes.")
        List<Integer> cutoffs,
    @Key(
            value = "4",
            atLeast = 1,
            only = "adaptive-softmax",
            doc =
                "By how much the input of a cluster is narrower than that of the one before it"
                    + " (`div_value` of PyTorch).")
        double factor)
    implements Serializable {

  /** Copies the list, so that the record cannot change. */
  public AdaptiveSoftmaxConfig {
    cutoffs = List.copyOf(cutoffs);
  }
}
