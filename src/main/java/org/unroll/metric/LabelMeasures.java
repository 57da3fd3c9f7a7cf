package org.unroll.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Predictions of labels that do not exclude each other, or of one of two classes. A label that
 * training never saw counts as one that was missed; a class that training never saw as a wrong
 * answer. Labels that neither occur nor are given do not count in macro means, and a label that all
 * targets have, or none, has no curve.
 */
public final class LabelMeasures implements Measures {
  private static final long serialVersionUID = 1;

  /** F1 over all labels of all targets together. */
  public static final Metric MICRO_F1 = Metric.share("micro-f1");

  private static final Metric EXACT = Metric.share("exact");
  private static final Metric MICRO_PRECISION = Metric.share("micro-precision");
  private static final Metric MICRO_RECALL = Metric.share("micro-recall");
  private static final Metric MACRO_F1 = Metric.share("macro-f1");
  private static final Metric MACRO_PRECISION = Metric.share("macro-precision");
  private static final Metric MACRO_RECALL = Metric.share("macro-recall");
  private static final Metric F1 = Metric.share("f1");
  private static final Metric PRECISION = Metric.share("precision");
  private static final Metric RECALL = Metric.share("recall");
  private static final Metric AUC = new Metric("auc", true, Metric.Unit.NUMBER);
  private static final Metric AVERAGE_PRECISION =
      new Metric("average-precision", true, Metric.Unit.NUMBER);
  private static final Metric NLL_PER_FRAME =
      new Metric("nll-per-frame", false, Metric.Unit.NUMBER);

  /** Under this name {@link #tuned} has thresholds by label. */
  public static final String THRESHOLDS = "thresholds";

  /** Different scores kept, of all labels together: some 25 MB. */
  private static final int MOST_SCORES = 1 << 21;

  private static final int FEWEST_SCORES = 16;

  private final LabelNames names;

  /** Logits from which on labels are given. */
  private final double[] cuts;

  private final HitCounts hits;
  private final List<ScoreCounts> scores = new ArrayList<>();
  private long targets;
  private long exact;
  private long decisions;
  private long right;
  private long unseen;
  private transient boolean[] has;

  /**
   * Nothing measured yet.
   *
   * @param thresholds probabilities from which on labels are given, by output
   */
  public LabelMeasures(LabelNames names, List<Double> thresholds) {
    this.names = names;
    int labels = names.names().size();
    cuts = new double[labels];
    for (int k = 0; k < labels; k++) {
      double threshold = thresholds.get(k);
      cuts[k] = StrictMath.log(threshold) - StrictMath.log1p(-threshold);
    }
    hits = new HitCounts(labels);
    int most = MOST_SCORES / Math.max(1, labels);
    for (int k = 0; most >= FEWEST_SCORES && k < labels; k++) {
      scores.add(new ScoreCounts(most));
    }
  }

  @Override
  public List<Metric> metrics() {
    if (names.one()) {
      return List.of(Metric.ACCURACY, F1, PRECISION, RECALL, AUC, AVERAGE_PRECISION);
    }
    List<Metric> metrics =
        new ArrayList<>(
            List.of(
                MICRO_F1,
                MICRO_PRECISION,
                MICRO_RECALL,
                MACRO_F1,
                MACRO_PRECISION,
                MACRO_RECALL,
                Metric.ACCURACY,
                EXACT,
                AUC,
                AVERAGE_PRECISION));
    if (names.perStep()) {
      metrics.add(NLL_PER_FRAME);
    }
    return metrics;
  }

  @Override
  public double value(Metric metric, double loss) {
    return switch (metric.name()) {
      case "accuracy" -> (double) right / (decisions + unseen);
      case "exact" -> (double) exact / targets;
      case "f1", "micro-f1" -> hits.f1(missed());
      case "precision", "micro-precision" -> hits.precision();
      case "recall", "micro-recall" -> hits.recall(missed());
      case "macro-f1" -> hits.macroF1();
      case "macro-precision" -> hits.macroPrecision();
      case "macro-recall" -> hits.macroRecall();
      case "auc" -> meanOfCurves(ScoreCounts::auc);
      case "average-precision" -> meanOfCurves(ScoreCounts::averagePrecision);
      case "nll-per-frame" -> loss;
      default -> throw new IllegalArgumentException("no such metric: " + metric.name());
    };
  }

  /** Labels that could not be given; which of two classes an unknown one is, nobody knows. */
  private long missed() {
    return names.one() ? 0 : unseen;
  }

  private interface Curve {
    double of(ScoreCounts counts);
  }

  private double meanOfCurves(Curve curve) {
    double sum = 0;
    int there = 0;
    for (ScoreCounts each : scores) {
      double value = curve.of(each);
      sum += Double.isNaN(value) ? 0 : value;
      there += Double.isNaN(value) ? 0 : 1;
    }
    return there == 0 ? Double.NaN : sum / there;
  }

  /**
   * Counts the answer to a target.
   *
   * @param labels that the target has, each once
   * @param count how many these are
   * @param unknown labels of the target that training never saw
   * @param logits of all labels
   * @param at where the first is
   * @param stride how far apart they are
   */
  public void add(int[] labels, int count, int unknown, float[] logits, int at, int stride) {
    targets++;
    unseen += unknown;
    if (names.one() && unknown > 0) {
      return;
    }
    if (has == null) {
      has = new boolean[cuts.length];
    }
    for (int i = 0; i < count; i++) {
      has[labels[i]] = true;
    }
    long wrong = 0;
    for (int k = 0; k < has.length; k++) {
      float logit = logits[at + k * stride];
      boolean gives = logit >= cuts[k];
      hits.given[k] += gives ? 1 : 0;
      hits.correct[k] += gives && has[k] ? 1 : 0;
      wrong += gives == has[k] ? 0 : 1;
      if (!scores.isEmpty()) {
        scores.get(k).add(logit, has[k]);
      }
    }
    decisions += has.length;
    right += has.length - wrong;
    exact += wrong == 0 && unknown == 0 ? 1 : 0;
    for (int i = 0; i < count; i++) {
      hits.gold[labels[i]]++;
      has[labels[i]] = false;
    }
  }

  @Override
  public void add(Measures other) {
    LabelMeasures part = (LabelMeasures) other;
    hits.add(part.hits);
    for (int k = 0; k < scores.size(); k++) {
      scores.get(k).add(part.scores.get(k));
    }
    targets += part.targets;
    exact += part.exact;
    decisions += part.decisions;
    right += part.right;
    unseen += part.unseen;
  }

  /** The thresholds of the best F1, by label; as they are where no target has the label. */
  @Override
  public Map<String, Object> tuned() {
    Map<String, Object> thresholds = new LinkedHashMap<>();
    for (int k = 0; k < cuts.length; k++) {
      double best = scores.isEmpty() ? Double.NaN : scores.get(k).bestThreshold();
      thresholds.put(names.names().get(k), probability(Double.isNaN(best) ? cuts[k] : best));
    }
    return Map.of(THRESHOLDS, thresholds);
  }

  private static double probability(double logit) {
    return 1 / (1 + StrictMath.exp(-logit));
  }

  @Override
  public Map<String, Object> details() {
    Map<String, Object> classes = new LinkedHashMap<>();
    for (int k = 0; k < cuts.length; k++) {
      Map<String, Object> own = hits.scores(k);
      own.put("threshold", probability(cuts[k]));
      if (!scores.isEmpty()) {
        put(own, "auc", scores.get(k).auc());
        put(own, "average-precision", scores.get(k).averagePrecision());
      }
      classes.put(names.names().get(k), own);
    }
    return Map.of("classes", classes);
  }

  private static void put(Map<String, Object> values, String name, double value) {
    if (!Double.isNaN(value)) {
      values.put(name, value);
    }
  }
}
