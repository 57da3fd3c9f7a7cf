package org.unroll.train;

import java.io.Serializable;
import org.unroll.metric.ExactSum;
import org.unroll.nn.head.Tally;

/** What a sum of gradients knows beside the gradients: losses, weights, counts, what went wrong. */
final class SumFigures implements Serializable {
  private static final long serialVersionUID = 1;

  final ExactSum loss = new ExactSum();
  final ExactSum weight = new ExactSum();
  final MomentSum moments = new MomentSum();
  long tokens;
  long blocks;
  long nanos;
  boolean overflown;
  String notFinite;

  void add(Tally tally) {
    loss.add(tally.loss());
    weight.add(tally.weight());
    tokens += tally.tokens();
  }

  void add(SumFigures other) {
    loss.add(other.loss);
    weight.add(other.weight);
    moments.add(other.moments);
    tokens += other.tokens;
    blocks += other.blocks;
    nanos += other.nanos;
    overflown |= other.overflown;
    if (other.notFinite != null) {
      reject(other.notFinite);
    }
  }

  void reject(String text) {
    // The least of all, so that the message does not depend on the order either.
    notFinite = notFinite == null || text.compareTo(notFinite) < 0 ? text : notFinite;
  }

  /** Whether the gradients mean anything. */
  boolean isSound() {
    return !overflown && notFinite == null;
  }
}
