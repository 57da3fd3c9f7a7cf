package org.unroll.config;

import java.io.Serializable;

/**
 * What a model predicts of a row.
 *
 * @param topology for which places
 * @param type what each target is
 */
public record Predicted(Topology topology, TargetType type) implements Serializable {
  /** One class for each target. */
  public static Predicted classes(Topology topology) {
    return new Predicted(topology, TargetType.CLASS);
  }

  /** Whether it is a text with a length of its own, which belongs to a sequence as a whole. */
  public boolean isText() {
    return type == TargetType.TEXT;
  }
}
