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
 */
final class SoftmaxCluster {
  /** Lanes of the compact matrices: the widest tile of a product. */
  private static final int LANES = 2 * Timeline.LANE_MULTIPLE;

  private final int number;
  private final int first;
  private final int size;
  private final int width;
  private final int inputs;
  private final ParameterSpec narrowSpec;
  private final ParameterSpec classSpec;

  /** P, width × inputs. */
  private final Weight narrow;

  /** V, classes × width. */
  private final Weight classWeight;

  private Kernels kernels;
  private FMatrixRMaj narrowGradient;
  private FMatrixRMaj classGradient;

  /** Where it is wanted: {@code step · lanes + lane} of the block, rising. */
  private int[] cells = new int[0];

  /** What the head says for the cluster there; in an evaluation. */
  private float[] entries = new float[0];

  private int count;

  private final int[] lengths = new int[LANES];
  private final Timeline gathered = new Timeline();
  private final Timeline window = new Timeline();
  private final Steps input = new Steps();
  private final Steps inputGradient = new Steps();
  private final Steps hidden = new Steps();
  private final Steps hiddenWindow = hidden.share();
  private final Steps hiddenGradient = new Steps();
  private final Steps hiddenGradientWindow = hiddenGradient.share();

  /** Room for the logits of so many steps; shaped once, because shaping clears what lies around. */
  private final Timeline room = new Timeline();

  private final Steps logits = new Steps();
  private final Steps logitsWindow = logits.share();
  private final float[] max = new float[LANES];
  private final float[] sum = new float[LANES];
  private final float[] factor = new float[LANES];
  private final float[] targetLogit = new float[LANES];
  private final int[] best = new int[LANES];

  SoftmaxCluster(int number, AdaptiveSoftmaxSpec spec, int inputs, Initialization start) {
    this.number = number;
    this.inputs = inputs;
    first = spec.first(number);
    size = spec.size(number);
    width = spec.width(number, inputs);
    narrowSpec = spec(narrowName(number), width, inputs, start);
    classSpec = spec(className(number), size, width, start);
    narrow = new Weight(width, inputs);
    classWeight = new Weight(size, width);
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
    classWeight.set(values.get(classSpec.name()), 0);
    kernels.prepare(narrow);
    kernels.prepare(classWeight);
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
    count = 0;
    if (cells.length < most) {
      cells = new int[most + most / 2];
      entries = new float[cells.length];
    }
  }

  /** Asks for a place of the block; each at most once, in rising order. */
  void add(int cell) {
    cells[count++] = cell;
  }

  /** As {@link #add(int)}, with the logit that the head has for the cluster there. */
  void add(int cell, float entry) {
    entries[count] = entry;
    add(cell);
  }

  /** Adds its share of the loss, −log q of each target, and goes back. */
  void train(Pass pass, Steps whole, Steps wholeGradient, Tally tally) {
    if (count == 0) {
      return;
    }
    gather(whole);
    hiddenGradient.reshape(gathered, width);
    hiddenGradient.clear();
    for (int from = 0; from < gathered.steps(); from += room.steps()) {
      compute(from);
      for (int t = 0; t < window.steps(); t++) {
        train(pass, whole.timeline().lanes(), from, t, tally);
      }
      hiddenGradientWindow.window(hiddenGradient, from, window);
      kernels.multiplyTransposed(classWeight, logitsWindow, 0, hiddenGradientWindow);
      kernels.outer(logitsWindow, 0, size, hiddenWindow, 0, classGradient, 0);
    }
    inputGradient.reshape(gathered, inputs);
    inputGradient.clear();
    kernels.multiplyTransposed(narrow, hiddenGradient, 0, inputGradient);
    kernels.outer(hiddenGradient, 0, width, input, 0, narrowGradient, 0);
    scatter(wholeGradient);
  }

  /** Adds the loss of a step of gathered places, and turns its logits into their gradient. */
  private void train(Pass pass, int lanes, int from, int t, Tally tally) {
    int active = window.active(t);
    int o = logitsWindow.offset(t);
    float[] z = logitsWindow.data();
    int place = (from + t) * LANES;
    softmax(pass, place, t);
    double loss = 0;
    for (int l = 0; l < active; l++) {
      float weight = pass.block().weight(cells[place + l] % lanes);
      loss += weight * crossEntropy(l);
      factor[l] = weight / sum[l];
    }
    Arrays.fill(factor, active, window.width(t), 0f);
    tally.add(loss, 0);
    kernels.scaleLanes(z, o, size, LANES, window.width(t), factor);
    for (int l = 0; l < active; l++) {
      int target = pass.block().targets()[cells[place + l]] - first;
      z[o + target * LANES + l] -= pass.block().weight(cells[place + l] % lanes);
    }
  }

  /**
   * Adds the loss where the target is here, and takes the places where a class here is likelier.
   */
  void evaluate(Pass pass, Steps whole, AdaptiveSoftmaxHead.Answers answers, Tally tally) {
    if (count == 0) {
      return;
    }
    gather(whole);
    for (int from = 0; from < gathered.steps(); from += room.steps()) {
      compute(from);
      for (int t = 0; t < window.steps(); t++) {
        evaluate(pass, (from + t) * LANES, t, answers, tally);
      }
    }
  }

  private void evaluate(
      Pass pass, int place, int t, AdaptiveSoftmaxHead.Answers answers, Tally tally) {
    findLargest(t);
    softmax(pass, place, t);
    double loss = 0;
    for (int l = 0; l < window.active(t); l++) {
      int cell = cells[place + l];
      loss += has(pass.block().targets()[cell]) ? crossEntropy(l) : 0;
      double score = entries[place + l] - StrictMath.log(sum[l]);
      if (score > answers.score[cell]) {
        answers.score[cell] = score;
        answers.predicted[cell] = first + best[l];
      }
    }
    tally.add(loss, 0);
  }

  /** Finds the largest logit, the first among equals, of each lane at a step. */
  private void findLargest(int t) {
    float[] z = logitsWindow.data();
    int o = logitsWindow.offset(t);
    int active = window.active(t);
    System.arraycopy(z, o, max, 0, active);
    Arrays.fill(best, 0, active, 0);
    for (int k = 1; k < size; k++) {
      for (int l = 0; l < active; l++) {
        float value = z[o + k * LANES + l];
        if (value > max[l]) {
          max[l] = value;
          best[l] = k;
        }
      }
    }
  }

  /** Adds its logits at every place to the rows of its classes, which are zero. */
  void logits(Steps whole, Steps classes) {
    hidden.reshape(whole.timeline(), width);
    hidden.clear();
    kernels.multiply(narrow, whole, hidden, 0);
    kernels.multiply(classWeight, hidden, classes, first);
  }

  /** Takes the logits of the targets at a step, and turns all logits into q · (their sum). */
  private void softmax(Pass pass, int place, int t) {
    int o = logitsWindow.offset(t);
    float[] z = logitsWindow.data();
    for (int l = 0; l < window.active(t); l++) {
      int target = pass.block().targets()[cells[place + l]];
      targetLogit[l] = has(target) ? z[o + (target - first) * LANES + l] : 0f;
    }
    kernels.softmax(z, o, size, LANES, window.width(t), max, sum);
  }

  /** {@code −log q_target} of a lane. */
  private double crossEntropy(int lane) {
    // StrictMath: the same bits on every processor.
    return StrictMath.log(sum[lane]) + ((double) max[lane] - targetLogit[lane]);
  }

  /** Takes the places wanted side by side, and computes their narrow input. */
  private void gather(Steps whole) {
    for (int l = 0; l < LANES; l++) {
      lengths[l] = (count - l + LANES - 1) / LANES;
    }
    gathered.reshape(lengths, Math.min(count, LANES), LANES);
    input.reshape(gathered, inputs);
    int lanes = whole.timeline().lanes();
    float[] x = whole.data();
    float[] y = input.data();
    for (int t = 0; t < gathered.steps(); t++) {
      for (int l = 0; l < gathered.active(t); l++) {
        int cell = cells[t * LANES + l];
        int from = whole.offset(cell / lanes) + cell % lanes;
        int to = input.offset(t) + l;
        for (int r = 0; r < inputs; r++) {
          y[to + r * LANES] = x[from + r * lanes];
        }
      }
      input.clearDead(t, gathered.width(t));
    }
    hidden.reshape(gathered, width);
    hidden.clear();
    kernels.multiply(narrow, input, hidden, 0);
    if (room.steps() == 0) {
      int[] steps = new int[LANES];
      Arrays.fill(steps, Math.max(1, Logits.CHUNK / (size * LANES)));
      room.reshape(steps, LANES, LANES);
      logits.reshape(room, size);
    }
  }

  /** Adds the gradients of the gathered places to where they are from. */
  private void scatter(Steps wholeGradient) {
    int lanes = wholeGradient.timeline().lanes();
    float[] x = inputGradient.data();
    float[] y = wholeGradient.data();
    for (int t = 0; t < gathered.steps(); t++) {
      for (int l = 0; l < gathered.active(t); l++) {
        int cell = cells[t * LANES + l];
        int to = wholeGradient.offset(cell / lanes) + cell % lanes;
        int from = inputGradient.offset(t) + l;
        for (int r = 0; r < inputs; r++) {
          y[to + r * lanes] += x[from + r * LANES];
        }
      }
    }
  }

  /** Logits of some steps of gathered places. */
  private void compute(int from) {
    window.window(gathered, from, Math.min(room.steps(), gathered.steps() - from));
    hiddenWindow.window(hidden, from, window);
    logitsWindow.window(logits, 0, window);
    for (int t = 0; t < window.steps(); t++) {
      int o = logitsWindow.offset(t);
      Arrays.fill(logitsWindow.data(), o, o + size * LANES, 0f);
    }
    // Step by step, because threads share the rows of one large product better than few steps.
    for (int t = 0; t < window.steps(); t++) {
      kernels.multiply(
          classWeight,
          hiddenWindow.data(),
          hiddenWindow.offset(t),
          logitsWindow.data(),
          logitsWindow.offset(t),
          LANES,
          window.width(t));
    }
  }
}
