package org.unroll.nn.head;

import java.util.Arrays;
import java.util.List;
import org.unroll.batch.Block;
import org.unroll.data.Example;
import org.unroll.metric.Measures;
import org.unroll.metric.TextMeasures;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Connectionist temporal classification (Graves 2006): at each step {@code ŷ = softmax(W_ya a +
 * b_y)} over the symbols and a blank, which is the last output. A sequence of outputs, an
 * alignment, stands for the text that remains when equal neighbours are merged and then blanks left
 * out; {@code p(text)} is the sum of the probabilities of its alignments, the loss {@code −log
 * p(text)}, the gradient of the logits {@code ŷ − γ} with γ the share of {@code p(text)} that goes
 * through an output at a step. See {@link CtcLattice}. Unit of weight: {@code max(1, symbols of the
 * text)} × sequence weight.
 *
 * <p>A text has neither loss nor weight if it has a symbol that is none of the outputs ({@link
 * Example#UNKNOWN_TARGET}), or more symbols than can be aligned with the steps (of which reading
 * has left none); its prediction counts all the same.
 */
public final class CtcHead implements Head {
  private final int outputs;
  private final Logits layer;
  private final CtcLattice lattice;
  private final CtcDecoder decoder;

  /** The logits of all steps, which become {@code exp(logit − largest)}, then their gradient. */
  private Steps logits;

  /** The logits as they were. */
  private final Steps given = new Steps();

  private final CtcLattice.Occupancy occupancy = this::subtract;
  private Kernels kernels;

  /** Largest logit and sum of the exponentials, {@code [step][lane]}. */
  private float[] largest = new float[0];

  private float[] sum = new float[0];
  private float[] laneLargest = new float[0];
  private float[] laneSum = new float[0];
  private float[] laneWeight = new float[0];

  /** The lane that goes back. */
  private int lane;

  CtcHead(CtcSpec spec, HeadSpec.Place place) {
    outputs = spec.outputs();
    layer = Logits.of(outputs, place);
    lattice = new CtcLattice(outputs, spec.blank());
    decoder = CtcDecoder.of(spec);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return layer.parameters();
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    layer.bind(kernels, values, gradient);
  }

  @Override
  public Steps train(Pass pass, Steps input, Tally tally) {
    Block block = pass.block();
    probabilities(input);
    for (int l = 0; l < block.size(); l++) {
      laneWeight[l] = canAlign(block, l) ? block.weight(l) : 0f;
    }
    for (int t = 0; t < input.timeline().steps(); t++) {
      scale(t);
    }
    double loss = 0;
    double weights = 0;
    for (lane = 0; lane < block.size(); lane++) {
      if (laneWeight[lane] > 0) {
        loss += laneWeight[lane] * loss(block, lane);
        weights += (double) laneWeight[lane] * weight(block, lane);
        lattice.backward(occupancy);
      }
    }
    tally.add(loss, weights);
    return layer.back();
  }

  @Override
  public void evaluate(Pass pass, Steps input, Tally tally, Measures measures) {
    Block block = pass.block();
    TextMeasures own = (TextMeasures) measures;
    probabilities(input);
    for (int l = 0; l < block.size(); l++) {
      decoder.decode(given, largest, sum, l, block.length(l));
      own.add(block, l, decoder.symbols(), decoder.length());
      if (canAlign(block, l)) {
        tally.add(loss(block, l), weight(block, l));
      } else {
        int unknown = unknown(block, l);
        tally.addUnknown(unknown);
        tally.addLossless(weight(block, l) - unknown);
      }
    }
  }

  @Override
  public Steps predict(Steps input) {
    probabilities(input);
    Timeline timeline = input.timeline();
    Arrays.fill(laneWeight, 1f);
    for (int t = 0; t < timeline.steps(); t++) {
      scale(t);
    }
    return logits;
  }

  private static int weight(Block block, int lane) {
    return Math.max(1, block.textLength(lane));
  }

  private static int unknown(Block block, int lane) {
    int unknown = 0;
    for (int i = 0; i < block.textLength(lane); i++) {
      unknown += block.textSymbol(lane, i) < 0 ? 1 : 0;
    }
    return unknown;
  }

  /** Computes {@link #given}, and {@link #logits} to be divided by the sums. */
  private void probabilities(Steps input) {
    Timeline timeline = input.timeline();
    int lanes = timeline.lanes();
    reserve(timeline.steps(), lanes);
    logits = layer.compute(input);
    given.reshape(timeline, outputs);
    float[] z = logits.data();
    for (int t = 0; t < timeline.steps(); t++) {
      int o = logits.offset(t);
      System.arraycopy(z, o, given.data(), given.offset(t), outputs * lanes);
      kernels.softmax(z, o, outputs, lanes, timeline.width(t), laneLargest, laneSum);
      System.arraycopy(laneLargest, 0, largest, t * lanes, timeline.active(t));
      System.arraycopy(laneSum, 0, sum, t * lanes, timeline.active(t));
    }
  }

  private void reserve(int steps, int lanes) {
    if (laneSum.length < lanes) {
      laneLargest = new float[lanes];
      laneSum = new float[lanes];
      laneWeight = new float[lanes];
    }
    if (sum.length < steps * lanes) {
      sum = new float[steps * lanes + steps * lanes / 2];
      largest = new float[sum.length];
    }
  }

  /** Whether the text of a lane has a loss: all its symbols are outputs, and steps suffice. */
  private static boolean canAlign(Block block, int l) {
    int least = block.textLength(l);
    for (int i = 1; i < block.textLength(l); i++) {
      least += block.textSymbol(l, i) == block.textSymbol(l, i - 1) ? 1 : 0;
    }
    return least <= block.length(l) && unknown(block, l) == 0;
  }

  /** Takes the alignments of a lane into the lattice; returns {@code −log p}. */
  private double loss(Block block, int l) {
    int lanes = given.timeline().lanes();
    lattice.begin(block.length(l), block.textLength(l));
    for (int i = 0; i < block.textLength(l); i++) {
      lattice.symbol(i, block.textSymbol(l, i));
    }
    lattice.reserve();
    boolean finite = true;
    for (int t = 0; t < block.length(l); t++) {
      int cell = t * lanes + l;
      finite &= Float.isFinite(sum[cell]) && Float.isFinite(largest[cell]);
      for (int i = 0; i < lattice.different(); i++) {
        float z = given.data()[given.offset(t) + lattice.output(i) * lanes + l];
        lattice.probability(t, i, (double) z - largest[cell], sum[cell]);
      }
    }
    double loss = lattice.forward();
    return finite ? loss : Double.NaN;
  }

  /** Turns the exponentials of a step into probabilities, times the lanes' weights. */
  private void scale(int t) {
    Timeline timeline = logits.timeline();
    int lanes = timeline.lanes();
    int active = timeline.active(t);
    for (int l = 0; l < active; l++) {
      laneSum[l] = laneWeight[l] / sum[t * lanes + l];
    }
    for (int l = active; l < timeline.width(t); l++) {
      laneSum[l] = 0f;
    }
    kernels.scaleLanes(logits.data(), logits.offset(t), outputs, lanes, timeline.width(t), laneSum);
  }

  private void subtract(int step, int output, double probability) {
    int lanes = logits.timeline().lanes();
    logits.data()[logits.offset(step) + output * lanes + lane] -=
        (float) (laneWeight[lane] * probability);
  }
}
