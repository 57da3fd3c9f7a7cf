package org.unroll.nn.head;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The sums over all sequences of K tags of a block, in log space: of each lane
 *
 * <pre>
 * α⟨1⟩_j = start_j + e⟨1⟩_j,   α⟨t⟩_j = log Σ_i exp(α⟨t-1⟩_i + A_ij) + e⟨t⟩_j,
 * log Z = log Σ_j exp(α⟨T⟩_j + end_j)
 * </pre>
 *
 * with A_ij the score of tag j after tag i. On the way back there are probabilities only: those of
 * the last tag, and of a tag given the one behind it, {@code exp(α⟨t-1⟩_i + A_ij − log Σ)}. Their
 * products are the marginals, and the same quotients along the right tags are their likelihood, so
 * that nothing cancels and nothing overflows.
 *
 * <p>A forbidden transition scores {@link #FORBIDDEN} and is left out of all sums of probabilities.
 * Confined to one thread.
 */
final class Chain {
  /** The score of what is forbidden: beside it any sum of true scores is nothing. */
  static final float FORBIDDEN = -1e30f;

  /** Below this, a probability is taken as zero: denormals are slow. */
  private static final float FLUSH = 1e-30f;

  private final int tags;
  private final TagRules rules;

  /** A, row-major. */
  private final float[] transitions;

  private final float[] start;
  private final float[] end;

  private Kernels kernels;

  /** Distance between rows of what is kept beside the block: its lanes, rounded up. */
  private int stride;

  /** {@code [i][j][lane]} over the lanes of a step; the columns (j, lane) come in a multiple. */
  private float[] pairs = new float[0];

  /** Columns of {@link #pairs}. */
  private int columns;

  /** Of each column, as {@link Kernels#softmax} leaves them. */
  private float[] max = new float[0];

  private float[] sum = new float[0];
  private float[] factor = new float[0];

  /** {@code [j][lane]} at the last step of lanes. */
  private float[] last = new float[0];

  /** Marginals of a step and of the one before, {@code [j][lane]}. */
  private float[] marginals = new float[0];

  private float[] before = new float[0];

  /** Σ over steps of the marginals of pairs, {@code [i][j][lane]}. */
  private float[] pairSums = new float[0];

  private float[] picked = new float[0];
  private double[] loss = new double[0];

  /** Over so many tags. */
  Chain(int tags, TagRules rules) {
    this.tags = tags;
    this.rules = rules;
    transitions = new float[tags * tags];
    start = new float[tags];
    end = new float[tags];
  }

  /** Takes the scores. */
  void bind(Kernels kernels, FMatrixRMaj transitions, FMatrixRMaj start, FMatrixRMaj end) {
    this.kernels = kernels;
    for (int i = 0; i < tags; i++) {
      this.start[i] = rules.allows(-1, i) ? start.data[i] : FORBIDDEN;
      this.end[i] = rules.allows(i, -1) ? end.data[i] : FORBIDDEN;
      for (int j = 0; j < tags; j++) {
        int at = i * tags + j;
        this.transitions[at] = rules.allows(i, j) ? transitions.data[at] : FORBIDDEN;
      }
    }
  }

  /** Score of tag j after tag i. */
  float transition(int i, int j) {
    return transitions[i * tags + j];
  }

  /** Score of a tag at the beginning. */
  float start(int tag) {
    return start[tag];
  }

  /** Score of a tag at the end. */
  float end(int tag) {
    return end[tag];
  }

  private void reserve(int lanes) {
    stride = Timeline.roundUp(lanes);
    if (marginals.length < tags * stride) {
      int cells = tags * stride;
      pairs = new float[tags * cells];
      pairSums = new float[tags * cells];
      max = new float[cells];
      sum = new float[cells];
      factor = new float[cells];
      last = new float[cells];
      marginals = new float[cells];
      before = new float[cells];
      picked = new float[stride];
      loss = new double[stride];
    }
  }

  /**
   * The way forward.
   *
   * @param scores emissions; replaced by α, less the largest of each step and lane
   * @param targets the right tags, {@code [step][lane]}
   * @param counted of each lane whether its loss is wanted; null for none
   */
  void forward(Steps scores, int[] targets, boolean[] counted) {
    Timeline timeline = scores.timeline();
    reserve(timeline.lanes());
    Arrays.fill(loss, 0);
    for (int t = 0; t < timeline.steps(); t++) {
      if (t == 0) {
        begin(scores);
      } else {
        step(scores, t, targets, counted);
      }
      subtractMax(scores, t);
      if (counted != null && timeline.active(t + 1) < timeline.active(t)) {
        addEnds(scores, t, targets, counted);
      }
    }
  }

  /** Negative log-likelihood of the right tags of a lane whose loss was wanted, in nats. */
  double loss(int lane) {
    return loss[lane];
  }

  private void begin(Steps scores) {
    int lanes = scores.timeline().lanes();
    int width = scores.timeline().width(0);
    float[] a = scores.data();
    for (int j = 0, o = scores.offset(0); j < tags; j++, o += lanes) {
      for (int l = 0; l < width; l++) {
        a[o + l] += start[j];
      }
    }
  }

  private void step(Steps scores, int t, int[] targets, boolean[] counted) {
    Timeline timeline = scores.timeline();
    int lanes = timeline.lanes();
    int width = timeline.width(t);
    int active = timeline.active(t);
    join(scores, t);
    for (int l = 0; counted != null && l < active; l++) {
      picked[l] =
          counted[l]
              ? pairs[targets[(t - 1) * lanes + l] * columns + targets[t * lanes + l] * width + l]
              : 0f;
    }
    kernels.softmax(pairs, 0, tags, columns, columns, max, sum);
    float[] a = scores.data();
    for (int j = 0, o = scores.offset(t), c = 0; j < tags; j++, o += lanes, c += width) {
      for (int l = 0; l < active; l++) {
        // StrictMath: the same bits on every processor.
        double normalizer = max[c + l] + StrictMath.log(sum[c + l]);
        if (counted != null && counted[l] && targets[t * lanes + l] == j) {
          loss[l] += normalizer - picked[l];
        }
        a[o + l] += (float) normalizer;
      }
    }
  }

  /** {@code α⟨t-1⟩_i + A_ij} of all pairs. */
  private void join(Steps scores, int t) {
    Timeline timeline = scores.timeline();
    int lanes = timeline.lanes();
    int width = timeline.width(t);
    float[] a = scores.data();
    columns = Timeline.roundUp(tags * width);
    for (int i = 0, o = scores.offset(t - 1); i < tags; i++, o += lanes) {
      for (int j = 0, to = i * columns; j < tags; j++, to += width) {
        float score = transitions[i * tags + j];
        for (int l = 0; l < width; l++) {
          pairs[to + l] = a[o + l] + score;
        }
      }
    }
  }

  private void subtractMax(Steps scores, int t) {
    int lanes = scores.timeline().lanes();
    int width = scores.timeline().width(t);
    subtractMax(scores.data(), scores.offset(t), lanes, width);
  }

  /** Takes the largest of each lane from all its rows. */
  private void subtractMax(float[] rows, int from, int lanes, int width) {
    System.arraycopy(rows, from, max, 0, width);
    for (int j = 1, o = from + lanes; j < tags; j++, o += lanes) {
      for (int l = 0; l < width; l++) {
        max[l] = Math.max(max[l], rows[o + l]);
      }
    }
    for (int j = 0, o = from; j < tags; j++, o += lanes) {
      for (int l = 0; l < width; l++) {
        rows[o + l] -= max[l];
      }
    }
  }

  /** {@code α⟨t⟩_j + end_j} in {@link #last}. */
  private void joinEnd(Steps scores, int t) {
    int lanes = scores.timeline().lanes();
    int width = scores.timeline().width(t);
    float[] a = scores.data();
    for (int j = 0, o = scores.offset(t); j < tags; j++, o += lanes) {
      for (int l = 0; l < width; l++) {
        last[j * stride + l] = a[o + l] + end[j];
      }
    }
  }

  private void addEnds(Steps scores, int t, int[] targets, boolean[] counted) {
    Timeline timeline = scores.timeline();
    joinEnd(scores, t);
    for (int l = timeline.active(t + 1); l < timeline.active(t); l++) {
      picked[l] = counted[l] ? last[targets[t * timeline.lanes() + l] * stride + l] : 0f;
    }
    kernels.softmax(last, 0, tags, stride, stride, max, sum);
    for (int l = timeline.active(t + 1); l < timeline.active(t); l++) {
      if (counted[l]) {
        loss[l] += max[l] + StrictMath.log(sum[l]) - picked[l];
      }
    }
  }

  /** Where the marginals of transitions go; only added to. */
  record Gradient(FMatrixRMaj transitions, FMatrixRMaj start, FMatrixRMaj end) {}

  /**
   * The way back.
   *
   * @param scores as {@link #forward} left them; replaced by weight × marginal, zero in dead lanes
   * @param weight of each lane
   * @param gradient to which weight × marginals are added; or null
   */
  void backward(Steps scores, float[] weight, Gradient gradient) {
    Timeline timeline = scores.timeline();
    Arrays.fill(pairSums, 0, tags * tags * stride, 0f);
    Arrays.fill(marginals, 0, tags * stride, 0f);
    for (int t = timeline.steps() - 1; t >= 0; t--) {
      if (timeline.active(t + 1) < timeline.active(t)) {
        endMarginals(scores, t, weight, gradient);
      }
      store(scores, t);
      if (t > 0) {
        marginalsBefore(scores, t, weight);
      } else if (gradient != null) {
        addRows(marginals, tags, gradient.start);
      }
    }
    if (gradient != null) {
      addRows(pairSums, tags * tags, gradient.transitions);
    }
  }

  /** Marginals of the last tag of the lanes that end at a step. */
  private void endMarginals(Steps scores, int t, float[] weight, Gradient gradient) {
    Timeline timeline = scores.timeline();
    joinEnd(scores, t);
    kernels.softmax(last, 0, tags, stride, stride, max, sum);
    for (int j = 0; j < tags; j++) {
      float total = 0f;
      for (int l = timeline.active(t + 1); l < timeline.active(t); l++) {
        float marginal = flushed(last[j * stride + l] / sum[l]) * weight[l];
        marginals[j * stride + l] = marginal;
        total += marginal;
      }
      if (gradient != null) {
        gradient.end.data[j] += total;
      }
    }
  }

  private static float flushed(float probability) {
    return probability < FLUSH ? 0f : probability;
  }

  private void store(Steps scores, int t) {
    int lanes = scores.timeline().lanes();
    int width = scores.timeline().width(t);
    for (int j = 0, o = scores.offset(t); j < tags; j++, o += lanes) {
      System.arraycopy(marginals, j * stride, scores.data(), o, width);
    }
  }

  /** From the marginals of a step to those of the one before. */
  private void marginalsBefore(Steps scores, int t, float[] weight) {
    int width = scores.timeline().width(t);
    join(scores, t);
    kernels.softmax(pairs, 0, tags, columns, columns, max, sum);
    for (int j = 0; j < tags; j++) {
      for (int l = 0; l < width; l++) {
        factor[j * width + l] = marginals[j * stride + l] / sum[j * width + l];
      }
    }
    for (int i = 0; i < tags; i++) {
      int to = i * stride;
      Arrays.fill(before, to, to + stride, 0f);
      for (int j = 0; j < tags; j++) {
        if (rules.allows(i, j)) {
          addPair(i * columns + j * width, j * width, width, (i * tags + j) * stride, to);
        }
      }
      for (int l = 0; l < width; l++) {
        before[to + l] = before[to + l] < FLUSH * weight[l] ? 0f : before[to + l];
      }
    }
    float[] swap = marginals;
    marginals = before;
    before = swap;
  }

  private void addPair(int pair, int column, int width, int pairSum, int to) {
    for (int l = 0; l < width; l++) {
      float both = pairs[pair + l] * factor[column + l];
      pairSums[pairSum + l] += both;
      before[to + l] += both;
    }
  }

  /** Adds the sum of each row's lanes. */
  private void addRows(float[] rows, int count, FMatrixRMaj sums) {
    for (int r = 0; r < count; r++) {
      float total = 0f;
      for (int l = r * stride; l < (r + 1) * stride; l++) {
        total += rows[l];
      }
      sums.data[r] += total;
    }
  }

  /** Of each step, tag and lane the tag before on the best way there. */
  private int[] steps = new int[0];

  /**
   * The most probable tags (Viterbi 1967), the first among equals. Where the rules allow none,
   * those that break them least.
   *
   * @param scores emissions; not modified
   * @param best {@code [step][lane]}; overwritten
   */
  void best(Steps scores, int[] best) {
    Timeline timeline = scores.timeline();
    int lanes = timeline.lanes();
    reserve(lanes);
    int cells = timeline.steps() * tags * stride;
    if (steps.length < cells) {
      steps = new int[cells + cells / 2];
    }
    for (int t = 0; t < timeline.steps(); t++) {
      if (t > 0) {
        bestSteps(timeline.width(t), t * tags * stride);
      }
      addEmissions(scores, t);
      subtractMax(marginals, 0, stride, stride);
      bestEnds(timeline, t, best);
    }
    for (int lane = 0; lane < timeline.size(); lane++) {
      int t = timeline.steps() - 1;
      while (timeline.active(t) <= lane) {
        t--;
      }
      for (; t > 0; t--) {
        int tag = best[t * lanes + lane];
        best[(t - 1) * lanes + lane] = steps[(t * tags + tag) * stride + lane];
      }
    }
  }

  /** Adds the emissions of a step to the scores of the best ways, which begin at the first. */
  private void addEmissions(Steps scores, int t) {
    int lanes = scores.timeline().lanes();
    int width = scores.timeline().width(t);
    float[] e = scores.data();
    for (int j = 0, o = scores.offset(t); j < tags; j++, o += lanes) {
      for (int l = 0; l < width; l++) {
        float way = t == 0 ? start[j] : marginals[j * stride + l];
        marginals[j * stride + l] = way + e[o + l];
      }
    }
  }

  /** Scores of the best ways to each tag of the next step, in place of those of this step. */
  private void bestSteps(int width, int at) {
    for (int j = 0; j < tags; j++) {
      int to = j * stride;
      for (int i = 0; i < tags; i++) {
        float score = transitions[i * tags + j];
        for (int l = 0; l < width; l++) {
          float way = marginals[i * stride + l] + score;
          if (i == 0 || way > before[to + l]) {
            before[to + l] = way;
            steps[at + to + l] = i;
          }
        }
      }
    }
    float[] swap = marginals;
    marginals = before;
    before = swap;
  }

  private void bestEnds(Timeline timeline, int t, int[] best) {
    for (int l = timeline.active(t + 1); l < timeline.active(t); l++) {
      int tag = 0;
      for (int j = 1; j < tags; j++) {
        if (marginals[j * stride + l] + end[j] > marginals[tag * stride + l] + end[tag]) {
          tag = j;
        }
      }
      best[t * timeline.lanes() + l] = tag;
    }
  }
}
