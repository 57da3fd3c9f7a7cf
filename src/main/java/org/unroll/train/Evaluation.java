package org.unroll.train;

import java.io.Serializable;
import org.unroll.nn.head.Tally;

/** Loss and right predictions over a data set, exact and so independent of order. */
public final class Evaluation implements Serializable {
  private static final long serialVersionUID = 1;

  private final ExactSum loss = new ExactSum();
  private final ExactSum weight = new ExactSum();
  private long unknown;
  private long correct;
  private long tokens;
  private boolean notFinite;

  /** Adds a block. */
  public void add(Tally tally) {
    if (Double.isFinite(tally.loss())) {
      loss.add(tally.loss());
    } else {
      notFinite = true;
    }
    weight.add(tally.weight());
    unknown += tally.unknown();
    correct += tally.correct();
    tokens += tally.tokens();
  }

  /** Adds another evaluation. */
  public void add(Evaluation other) {
    loss.add(other.loss);
    weight.add(other.weight);
    unknown += other.unknown;
    correct += other.correct;
    tokens += other.tokens;
    notFinite |= other.notFinite;
  }

  /**
   * Loss per target in nats, of those that are a class; NaN if there was none or a loss was not
   * finite.
   */
  public double loss() {
    return notFinite ? Double.NaN : loss.value() / weight.value();
  }

  /** Share of the targets predicted right; NaN if there was none. */
  public double accuracy() {
    return correct / (weight.value() + unknown);
  }

  /** Σ weight: the number of targets that are a class, over which the loss is. */
  public double weight() {
    return weight.value();
  }

  /** Number of targets, over which the accuracy is. */
  public long targets() {
    return (long) weight.value() + unknown;
  }

  /** Number of targets that are no class, and so never right. */
  public long unknown() {
    return unknown;
  }

  /** Steps read. */
  public long tokens() {
    return tokens;
  }
}
