package org.unroll.nn.head;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Functions;
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
 * <p>A forbidden transition scores {@link Transitions#FORBIDDEN} and is left out of all sums of
 * probabilities. Confined to one thread.
 */
final class Chain {
  /** Below this, a probability is taken as zero: denormals are slow. */
  private static final float FLUSH = 1e-30f;

  private final int tags;
  private final Transitions transitions;
  private Kernels kernels;

  /** Distance between rows of what is kept beside the block: its lanes, rounded up. */
  private int stride;

  /** Lanes of a step that are computed. */
  private int width;

  /** Columns (j, lane) of the arrays of pairs, a multiple of {@link Timeline#LANE_MULTIPLE}. */
  private int columns;

  /** {@code [i][j][lane]} over the lanes of a step. */
  private float[] pairs = new float[0];

  /** A, once for each lane, as {@link #pairs} are. */
  private float[] spread = new float[0];

  /** Of each column, as {@link Kernels#softmax} leaves them. */
  private float[] max = new float[0];

  private float[] sum = new float[0];
  private float[] factor = new float[0];

  /** {@code [j][lane]} at the last step of lanes. */
  private float[] last = new float[0];

  /** Marginals of a step and of the one before, {@code [j][lane]}. */
  private float[] marginals = new float[0];

  private float[] before = new float[0];

  /** Σ over steps of the marginals of pairs, as {@link #pairs} are. */
  private float[] pairSums = new float[0];

  private final float[] ones;

  private float[] picked = new float[0];
  private double[] loss = new double[0];

  /** Over so many tags. */
  Chain(int tags, Transitions transitions) {
    this.tags = tags;
    this.transitions = transitions;
    ones = new float[tags];
    Arrays.fill(ones, 1f);
  }

  /** Begins anew after each change of the scores. */
  void bind(Kernels kernels) {
    this.kernels = kernels;
    width = 0;
  }

  private void reserve(int lanes) {
    stride = Timeline.roundUp(lanes);
    if (marginals.length < tags * stride) {
      int cells = tags * stride;
      pairs = new float[tags * cells];
      pairSums = new float[tags * cells];
      spread = new float[tags * cells];
      width = 0;
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
      float start = transitions.start(j);
      for (int l = 0; l < width; l++) {
        a[o + l] += start;
      }
    }
  }

  private void step(Steps scores, int t, int[] targets, boolean[] counted) {
    Timeline timeline = scores.timeline();
    int lanes = timeline.lanes();
    int active = timeline.active(t);
    join(scores, t);
    for (int l = 0; counted != null && l < active; l++) {
      picked[l] =
          counted[l]
              ? pairs[targets[(t - 1) * lanes + l] * columns + targets[t * lanes + l] * width + l]
              : 0f;
    }
    kernels.softmax(pairs, 0, tags, columns, columns, max, sum);
    for (int l = 0; counted != null && l < active; l++) {
      if (counted[l]) {
        loss[l] += normalizer(targets[t * lanes + l] * width + l) - picked[l];
      }
    }
    float[] a = scores.data();
    for (int j = 0, o = scores.offset(t), c = 0; j < tags; j++, o += lanes, c += width) {
      for (int l = 0; l < width; l++) {
        a[o + l] += max[c + l] + Functions.log(sum[c + l]);
      }
    }
  }

  /** Log of the sum of a column that {@link Kernels#softmax} has dealt with. */
  private double normalizer(int column) {
    // StrictMath: the same bits on every processor.
    return max[column] + StrictMath.log(sum[column]);
  }

  /** {@code α⟨t-1⟩_i + A_ij} of all pairs. */
  private void join(Steps scores, int t) {
    int lanes = scores.timeline().lanes();
    spread(scores.timeline().width(t));
    float[] a = scores.data();
    for (int i = 0, o = scores.offset(t - 1), to = 0; i < tags; i++, o += lanes, to += columns) {
      for (int j = 0; j < tags; j++) {
        System.arraycopy(a, o, pairs, to + j * width, width);
      }
    }
    for (int c = 0; c < tags * columns; c++) {
      pairs[c] += spread[c];
    }
  }

  /** Brings A into the form of pairs: long rows are added faster than those of a step's lanes. */
  private void spread(int lanes) {
    if (width == lanes) {
      return;
    }
    width = lanes;
    columns = Timeline.roundUp(tags * width);
    for (int i = 0; i < tags; i++) {
      for (int j = 0; j < tags; j++) {
        int to = i * columns + j * width;
        Arrays.fill(spread, to, to + width, transitions.score(i, j));
      }
      // What only fills the last vector.
      Arrays.fill(spread, i * columns + tags * width, (i + 1) * columns, 0f);
      Arrays.fill(pairs, i * columns + tags * width, (i + 1) * columns, 0f);
    }
  }

  private void subtractMax(Steps scores, int t) {
    Timeline timeline = scores.timeline();
    subtractMax(scores.data(), scores.offset(t), tags, timeline.lanes(), timeline.width(t), max);
  }

  /**
   * Takes the largest of each lane from all its rows.
   *
   * @param max overwritten
   */
  static void subtractMax(float[] rows, int from, int count, int lanes, int width, float[] max) {
    System.arraycopy(rows, from, max, 0, width);
    for (int j = 1, o = from + lanes; j < count; j++, o += lanes) {
      for (int l = 0; l < width; l++) {
        max[l] = Math.max(max[l], rows[o + l]);
      }
    }
    for (int j = 0, o = from; j < count; j++, o += lanes) {
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
      float end = transitions.end(j);
      for (int l = 0; l < width; l++) {
        last[j * stride + l] = a[o + l] + end;
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
        loss[l] += normalizer(l) - picked[l];
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
    Arrays.fill(pairSums, 0f);
    Arrays.fill(marginals, 0, tags * stride, 0f);
    spread(timeline.width(timeline.steps() - 1));
    for (int t = timeline.steps() - 1; t >= 0; t--) {
      if (timeline.active(t + 1) < timeline.active(t)) {
        endMarginals(scores, t, weight, gradient);
      }
      store(scores, t);
      if (t > 0) {
        if (timeline.width(t) != width) {
          addPairs(gradient);
        }
        marginalsBefore(scores, t, weight, gradient != null);
      } else if (gradient != null) {
        for (int j = 0; j < tags; j++) {
          gradient.start.data[j] += total(marginals, j * stride, stride);
        }
      }
    }
    addPairs(gradient);
  }

  /** Adds the sums of pairs to the gradient, and begins new ones. */
  private void addPairs(Gradient gradient) {
    if (gradient != null) {
      for (int i = 0; i < tags; i++) {
        for (int j = 0; j < tags; j++) {
          gradient.transitions.data[i * tags + j] +=
              total(pairSums, i * columns + j * width, width);
        }
      }
      Arrays.fill(pairSums, 0, tags * columns, 0f);
    }
  }

  private static float total(float[] values, int from, int count) {
    float total = 0f;
    for (int l = from; l < from + count; l++) {
      total += values[l];
    }
    return total;
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
  private void marginalsBefore(Steps scores, int t, float[] weight, boolean sums) {
    join(scores, t);
    kernels.softmax(pairs, 0, tags, columns, columns, max, sum);
    for (int at : transitions.forbidden()) {
      int from = at / tags * columns + at % tags * width;
      Arrays.fill(pairs, from, from + width, 0f);
    }
    for (int j = 0; j < tags; j++) {
      for (int l = 0; l < width; l++) {
        factor[j * width + l] = marginals[j * stride + l] / sum[j * width + l];
      }
    }
    kernels.scaleLanes(pairs, 0, tags, columns, columns, factor);
    for (int c = 0; sums && c < tags * columns; c++) {
      pairSums[c] += pairs[c];
    }
    for (int i = 0; i < tags; i++) {
      sumOfPairs(i);
      for (int l = 0; l < width; l++) {
        before[i * stride + l] = sum[l] < FLUSH * weight[l] ? 0f : sum[l];
      }
      Arrays.fill(before, i * stride + width, (i + 1) * stride, 0f);
    }
    float[] swap = marginals;
    marginals = before;
    before = swap;
  }

  /** Σ_j of the pairs of a tag i, in {@link #sum}. */
  private void sumOfPairs(int i) {
    if (width > 1) {
      kernels.weightedSums(pairs, i * columns, tags, width, width, ones, sum);
    } else {
      sum[0] = total(pairs, i * columns, tags);
    }
  }
}
