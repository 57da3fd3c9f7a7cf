package org.unroll.train;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.unroll.metric.ExactSum;
import org.unroll.metric.Measures;
import org.unroll.metric.Metric;
import org.unroll.nn.head.Tally;

/** Loss and predictions over a data set, exact and so independent of order. */
public final class Evaluation implements Serializable {
  private static final long serialVersionUID = 1;

  private final ExactSum loss = new ExactSum();
  private final ExactSum weight = new ExactSum();
  private final Measures measures;
  private long unknown;
  private long unknownLabels;
  private long lossless;
  private long tokens;
  private boolean notFinite;

  /**
   * Nothing evaluated yet.
   *
   * @param measures of the predictions, empty
   */
  public Evaluation(Measures measures) {
    this.measures = measures;
  }

  /** What predictions are added to. */
  public Measures measures() {
    return measures;
  }

  /** Adds the loss of a block; its predictions go to {@link #measures}. */
  public void add(Tally tally) {
    if (Double.isFinite(tally.loss())) {
      loss.add(tally.loss());
    } else {
      notFinite = true;
    }
    weight.add(tally.weight());
    unknown += tally.unknown();
    unknownLabels += tally.unknownLabels();
    lossless += tally.lossless();
    tokens += tally.tokens();
  }

  /** Adds another evaluation. */
  public void add(Evaluation other) {
    loss.add(other.loss);
    weight.add(other.weight);
    measures.add(other.measures);
    unknown += other.unknown;
    unknownLabels += other.unknownLabels;
    lossless += other.lossless;
    tokens += other.tokens;
    notFinite |= other.notFinite;
  }

  /**
   * Loss per unit of weight, in nats for likelihoods; NaN if there was no target that is known, or
   * a loss was not finite.
   */
  public double loss() {
    return notFinite ? Double.NaN : loss.value() / weight.value();
  }

  /** The value of a metric; NaN if nothing was measured. */
  public double value(Metric metric) {
    return metric.equals(Metric.LOSS) ? loss() : measures.value(metric, loss());
  }

  /** The values of all metrics, the loss first. */
  public Map<Metric, Double> values() {
    Map<Metric, Double> values = new LinkedHashMap<>();
    values.put(Metric.LOSS, loss());
    measures.metrics().forEach(metric -> values.put(metric, value(metric)));
    return values;
  }

  /** Σ weight: the number of targets over which the loss is. */
  public double weight() {
    return weight.value();
  }

  /** Number of targets. */
  public long targets() {
    return (long) weight.value() + unknown + lossless;
  }

  /** Number of labels that training never saw, and that no answer can be. */
  public long unknown() {
    return unknown + unknownLabels;
  }

  /** Steps read. */
  public long tokens() {
    return tokens;
  }
}
