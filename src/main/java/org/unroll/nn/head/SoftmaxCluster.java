package org.unroll.nn.head;

import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.nn.Pass;
import org.unroll.nn.layer.Dense;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * A cluster of an {@link AdaptiveSoftmaxHead}: {@code q = softmax(V P a)} over its classes.
 *
 * <p>The places of a block where it is wanted are gathered, in their order, to the lanes of a
 * compact matrix, multiplied at once, and scattered back: what is computed grows with the number of
 * targets in the cluster, not with the number of steps.
 *
 * <p>The classes are computed slice by slice, so that logits stay in the cache: with the largest
 * logit m_s and {@code S_s = Σ exp(z_k − m_s)} of each slice, {@code m = max m_s} and {@code S = Σ
 * S_s exp(m_s − m)}. The way back computes the logits of each slice again: with few numbers for
 * each class that costs less than to write all logits to memory and read them.
 */
final class SoftmaxCluster {
  private static final int LANES = Gathering.LANES;

  /** Steps of compact matrices at a time: as many terms as one pass of a product takes. */
  private static final int STEPS = 8;

  private static final int COLUMNS = STEPS * LANES;

  /** Classes at a time: half a megabyte of logits, which stays in the second-level cache. */
  private static final int SLICE = 512;

  private final int number;
  private final int first;
  private final int size;
  private final int width;
  private final int inputs;
  private final ParameterSpec narrowSpec;
  private final ParameterSpec classSpec;

  /** P, width × inputs. */
  private final Weight narrow;

  /** V, classes × width, {@link #SLICE} rows each. */
  private final Weight[] slices;

  private Kernels kernels;
  private FMatrixRMaj narrowGradient;
  private FMatrixRMaj classGradient;

  /** Where it is wanted. */
  private final Gathering places = new Gathering();

  /** What the head says for the cluster there; in an evaluation. */
  private float[] entries = new float[0];

  private final Timeline window = new Timeline();
  private Steps input;
  private final Steps inputGradient = new Steps();
  private final Steps hidden = new Steps();
  private final Steps hiddenWindow = hidden.share();
  private final Steps hiddenGradient = new Steps();
  private final Steps hiddenGradientWindow = hiddenGradient.share();

  /** The logits of a slice. */
  private final Steps logits = new Steps();

  private final Steps logitsWindow = logits.share();
  private final float[] max = new float[LANES];
  private final float[] sum = new float[LANES];

  /** By column of the window: the logit of its target, m, S, and the first class of logit m. */
  private final float[] targetLogit = new float[COLUMNS];

  private final float[] top = new float[COLUMNS];
  private final double[] total = new double[COLUMNS];
  private final int[] best = new int[COLUMNS];

  /** By slice and column: m_s, then what makes exp(z − m_s) the gradient. */
  private final float[] scales;

  /** By slice and column: S_s. */
  private final float[] sums;

  SoftmaxCluster(int number, AdaptiveSoftmaxSpec spec, int inputs, Initialization start) {
    this.number = number;
    this.inputs = inputs;
    first = spec.first(number);
    size = spec.size(number);
    width = spec.width(number, inputs);
    narrowSpec = spec(narrowName(number), width, inputs, start);
    classSpec = spec(className(number), size, width, start);
    narrow = new Weight(width, inputs);
    slices = new Weight[(size + SLICE - 1) / SLICE];
    for (int s = 0; s < slices.length; s++) {
      slices[s] = new Weight(Math.min(SLICE, size - s * SLICE), width);
    }
    scales = new float[slices.length * COLUMNS];
    sums = new float[slices.length * COLUMNS];
  }

  /** Name of P of a cluster. */
  static String narrowName(int cluster) {
    return "output.tail." + cluster + ".0.weight";
  }

  /** Name of V of a cluster. */
  static String className(int cluster) {
    return "output.tail." + cluster + ".1.weight";
  }

  private static ParameterSpec spec(String name, int rows, int inputs, Initialization start) {
    return new ParameterSpec(
        name, ParameterRole.WEIGHT, rows, inputs, Dense.weightStart(inputs, rows, start));
  }

  List<ParameterSpec> parameters() {
    return List.of(narrowSpec, classSpec);
  }

  void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    narrowGradient = gradient.get(narrowSpec.name());
    classGradient = gradient.get(classSpec.name());
    narrow.set(values.get(narrowSpec.name()), 0);
    kernels.prepare(narrow);
    for (int s = 0; s < slices.length; s++) {
      slices[s].set(values.get(classSpec.name()), s * SLICE);
      kernels.prepare(slices[s]);
    }
  }

  /** Its place among the clusters, from 0. */
  int number() {
    return number;
  }

  /** Its first class. */
  int first() {
    return first;
  }

  /** Number of its classes. */
  int size() {
    return size;
  }

  /** Whether a target is one of its classes. */
  boolean has(int target) {
    return target >= first && target < first + size;
  }

  /** Begins a block of at most so many places. */
  void begin(int most) {
    places.begin(most);
    if (entries.length < most) {
      entries = new float[most + most / 2];
    }
  }

  /** Asks for a place of the block; each at most once, in rising order. */
  void add(int cell) {
    places.add(cell);
  }

  /** As {@link #add(int)}, with the logit that the head has for the cluster there. */
  void add(int cell, float entry) {
    entries[places.count()] = entry;
    places.add(cell);
  }

  /** Adds its share of the loss, −log q of each target, and goes back. */
  void train(Pass pass, Steps whole, Steps wholeGradient, Tally tally) {
    if (places.count() == 0) {
      return;
    }
    gather(whole);
    hiddenGradient.reshape(places.timeline(), width);
    hiddenGradient.clear();
    for (int from = 0; from < places.timeline().steps(); from += STEPS) {
      window(from);
      forward(pass, from, tally, false);
      hiddenGradientWindow.window(hiddenGradient, from, window);
      scale(pass, from);
      for (int s = 0; s < slices.length; s++) {
        back(pass, from, s);
      }
    }
    inputGradient.reshape(places.timeline(), inputs);
    inputGradient.clear();
    kernels.multiplyTransposed(narrow, hiddenGradient, 0, inputGradient);
    kernels.outer(hiddenGradient, 0, width, input, 0, narrowGradient, 0);
    places.scatter(inputGradient, wholeGradient);
  }

  /**
   * Adds the loss where the target is here, and takes the places where a class here is likelier.
   */
  void evaluate(Pass pass, Steps whole, AdaptiveSoftmaxHead.Answers answers, Tally tally) {
    if (places.count() == 0) {
      return;
    }
    gather(whole);
    for (int from = 0; from < places.timeline().steps(); from += STEPS) {
      window(from);
      forward(pass, from, tally, true);
      for (int t = 0; t < window.steps(); t++) {
        for (int c = t * LANES; c < t * LANES + window.active(t); c++) {
          int place = from * LANES + c;
          double score = entries[place] - StrictMath.log(total[c]);
          int cell = places.cell(place);
          if (score > answers.score[cell]) {
            answers.score[cell] = score;
            answers.predicted[cell] = first + best[c];
          }
        }
      }
    }
  }

  /** The steps of gathered places from {@code from} on. */
  private void window(int from) {
    Timeline all = places.timeline();
    window.window(all, from, Math.min(STEPS, all.steps() - from));
    hiddenWindow.window(hidden, from, window);
    logits.reshape(window, Math.min(SLICE, size));
    logitsWindow.window(logits, 0, window);
  }

  /** m, S and the loss of every column of the window. */
  private void forward(Pass pass, int from, Tally tally, boolean findsBest) {
    Arrays.fill(top, Float.NEGATIVE_INFINITY);
    Arrays.fill(best, 0);
    for (int s = 0; s < slices.length; s++) {
      compute(s);
      for (int t = 0; t < window.steps(); t++) {
        takeTargets(pass, from, s, t);
        if (findsBest) {
          findBest(s, t);
        }
        softmax(s, t);
        int column = s * COLUMNS + t * LANES;
        System.arraycopy(max, 0, scales, column, LANES);
        System.arraycopy(sum, 0, sums, column, LANES);
      }
    }
    double loss = 0;
    for (int t = 0; t < window.steps(); t++) {
      for (int c = t * LANES; c < t * LANES + window.active(t); c++) {
        addSlices(c);
        int place = from * LANES + c;
        if (has(target(pass, place))) {
          double each = StrictMath.log(total[c]) + ((double) top[c] - targetLogit[c]);
          loss += findsBest ? each : each * weight(pass, place);
        }
      }
    }
    tally.add(loss, 0);
  }

  /** m and S of a column; exp(m_s − m) in the place of m_s. */
  private void addSlices(int column) {
    float m = scales[column];
    for (int s = 1; s < slices.length; s++) {
      m = Math.max(m, scales[s * COLUMNS + column]);
    }
    double all = 0;
    for (int i = column; i < scales.length; i += COLUMNS) {
      // StrictMath: the same bits on every processor.
      double scale = scales[i] == m ? 1 : StrictMath.exp((double) scales[i] - m);
      all += sums[i] * scale;
      scales[i] = (float) scale;
    }
    top[column] = m;
    total[column] = all;
  }

  /** Makes the scales those of the gradient: weight · exp(m_s − m) / S; 0 of dead columns. */
  private void scale(Pass pass, int from) {
    for (int t = 0; t < window.steps(); t++) {
      for (int l = 0; l < window.width(t); l++) {
        int c = t * LANES + l;
        boolean lives = l < window.active(t);
        double factor = lives ? weight(pass, from * LANES + c) / total[c] : 0;
        for (int i = c; i < scales.length; i += COLUMNS) {
          scales[i] = (float) (scales[i] * factor);
        }
      }
    }
  }

  /** Adds the gradients of a slice. */
  private void back(Pass pass, int from, int s) {
    if (slices.length > 1) {
      compute(s);
    }
    int rows = slices[s].rows();
    float[] z = logitsWindow.data();
    for (int t = 0; t < window.steps(); t++) {
      if (slices.length > 1) {
        softmax(s, t);
      }
      int o = logitsWindow.offset(t);
      System.arraycopy(scales, s * COLUMNS + t * LANES, max, 0, LANES);
      kernels.scaleLanes(z, o, rows, LANES, window.width(t), max);
      for (int l = 0; l < window.active(t); l++) {
        int place = (from + t) * LANES + l;
        int row = target(pass, place) - first - s * SLICE;
        if (row >= 0 && row < rows) {
          z[o + row * LANES + l] -= weight(pass, place);
        }
      }
    }
    kernels.multiplyTransposed(slices[s], logitsWindow, 0, hiddenGradientWindow);
    kernels.outer(logitsWindow, 0, rows, hiddenWindow, 0, classGradient, s * SLICE);
  }

  /** Target of a gathered place. */
  private int target(Pass pass, int place) {
    return pass.block().targets()[places.cell(place)];
  }

  /** Weight of the target of a gathered place. */
  private float weight(Pass pass, int place) {
    return pass.block().weight(places.lane(place));
  }

  /** Logits of a slice in the window. */
  private void compute(int s) {
    float[] z = logitsWindow.data();
    for (int t = 0; t < window.steps(); t++) {
      int o = logitsWindow.offset(t);
      Arrays.fill(z, o, o + slices[s].rows() * LANES, 0f);
      kernels.multiply(
          slices[s], hiddenWindow.data(), hiddenWindow.offset(t), z, o, LANES, window.width(t));
    }
  }

  /** Turns the logits of a slice at a step into exp(z − m_s). */
  private void softmax(int s, int t) {
    int o = logitsWindow.offset(t);
    kernels.softmax(logitsWindow.data(), o, slices[s].rows(), LANES, window.width(t), max, sum);
  }

  /** Takes the logits of those targets at a step that are in a slice. */
  private void takeTargets(Pass pass, int from, int s, int t) {
    for (int l = 0; l < window.active(t); l++) {
      int row = target(pass, (from + t) * LANES + l) - first - s * SLICE;
      if (row >= 0 && row < slices[s].rows()) {
        targetLogit[t * LANES + l] = logitsWindow.data()[logitsWindow.offset(t) + row * LANES + l];
      }
    }
  }

  /** Takes the largest logits so far at a step, the first among equals. */
  private void findBest(int s, int t) {
    float[] z = logitsWindow.data();
    int o = logitsWindow.offset(t);
    for (int k = 0; k < slices[s].rows(); k++) {
      for (int l = 0, c = t * LANES; l < window.active(t); l++, c++) {
        float value = z[o + k * LANES + l];
        if (value > top[c]) {
          top[c] = value;
          best[c] = s * SLICE + k;
        }
      }
    }
  }

  /** Adds its logits at every place to the rows of its classes, which are zero. */
  void logits(Steps whole, Steps classes) {
    hidden.reshape(whole.timeline(), width);
    hidden.clear();
    kernels.multiply(narrow, whole, hidden, 0);
    for (int s = 0; s < slices.length; s++) {
      kernels.multiply(slices[s], hidden, classes, first + s * SLICE);
    }
  }

  /** Takes the places wanted side by side, and computes their narrow input. */
  private void gather(Steps whole) {
    input = places.gather(whole);
    hidden.reshape(places.timeline(), width);
    hidden.clear();
    kernels.multiply(narrow, input, hidden, 0);
  }
}
