package org.unroll.nn.head;

/** What one block adds to the figures of a round: loss, weight, right predictions, tokens. */
public final class Tally {
  private double loss;
  private double weight;
  private long correct;
  private long tokens;

  /** Begins a block. */
  public void reset() {
    loss = 0;
    weight = 0;
    correct = 0;
    tokens = 0;
  }

  /** Adds a loss in nats, and the weight of the targets it belongs to. */
  public void add(double loss, double weight) {
    this.loss += loss;
    this.weight += weight;
  }

  /** Counts right predictions. */
  public void addCorrect(long correct) {
    this.correct += correct;
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

  /** Number of targets predicted right; counted in evaluation only. */
  public long correct() {
    return correct;
  }

  /** Steps read. */
  public long tokens() {
    return tokens;
  }
}
