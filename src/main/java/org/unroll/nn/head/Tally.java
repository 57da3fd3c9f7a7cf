package org.unroll.nn.head;

/** What one block adds to the figures of a round: loss, weight, tokens. */
public final class Tally {
  private double loss;
  private double weight;
  private double bound;
  private long unknown;
  private long unknownLabels;
  private long lossless;
  private long tokens;

  /** Begins a block. */
  public void reset() {
    loss = 0;
    weight = 0;
    bound = 0;
    unknown = 0;
    unknownLabels = 0;
    lossless = 0;
    tokens = 0;
  }

  /** Adds a loss in nats, and the weight of the targets it belongs to. */
  public void add(double loss, double weight) {
    add(loss, weight, weight);
  }

  /**
   * Adds a loss in nats, and the weight of the targets it belongs to.
   *
   * @param bound what the weight could be at most: values of the gradient are measured by it
   */
  public void add(double loss, double weight, double bound) {
    this.loss += loss;
    this.weight += weight;
    this.bound += bound;
  }

  /** Counts targets that are no class: they have no loss, and no prediction is right. */
  public void addUnknown(long targets) {
    unknown += targets;
  }

  /** Counts labels that training never saw, of targets that have a loss nevertheless. */
  public void addUnknownLabels(long labels) {
    unknownLabels += labels;
  }

  /** Counts targets that are classes but have no loss, because of others of their sequence. */
  public void addLossless(long targets) {
    lossless += targets;
  }

  /** Counts steps read. */
  public void addTokens(long tokens) {
    this.tokens += tokens;
  }

  /** Σ loss over the block, in nats. */
  public double loss() {
    return loss;
  }

  /** Σ weight over the block. */
  public double weight() {
    return weight;
  }

  /** At least Σ weight: what it would be if every target were of the heaviest class. */
  public double bound() {
    return bound;
  }

  /** Number of targets that are no class, whose weight is 0. */
  public long unknown() {
    return unknown;
  }

  /** Number of labels that training never saw, beside targets that are no class. */
  public long unknownLabels() {
    return unknownLabels;
  }

  /** Number of targets that are classes, whose weight is 0. */
  public long lossless() {
    return lossless;
  }

  /** Steps read. */
  public long tokens() {
    return tokens;
  }
}
