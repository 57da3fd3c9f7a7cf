package org.unroll.nn.head;

import java.util.List;
import org.unroll.batch.Block;
import org.unroll.metric.Measures;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * An output layer whose loss is a sum over steps: logits are computed some steps at a time, and
 * become their own gradient step by step. Where a sequence has one target, there is one step.
 */
abstract class StepHead implements Head {
  private final Logits layer;

  /** Of the parameters. */
  Kernels kernels;

  StepHead(Logits layer) {
    this.layer = layer;
  }

  /** Makes room for a block. */
  abstract void begin(Timeline timeline);

  /**
   * Adds the loss of a step, and turns its logits into their gradient, zero in dead lanes.
   *
   * @param t step of the logits
   * @param cell place of the step's first target in the block
   */
  abstract void train(Block block, Steps logits, int t, int cell, Tally tally);

  /**
   * Adds the loss of a step, and measures its predictions.
   *
   * @param logits may be overwritten
   * @param t step of the logits
   * @param cell place of the step's first target in the block
   */
  abstract void evaluate(
      Block block, Steps logits, int t, int cell, Tally tally, Measures measures);

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
    Timeline timeline = input.timeline();
    begin(timeline);
    layer.beginBack(timeline);
    int chunk = layer.chunk(timeline);
    for (int from = 0; from < timeline.steps(); from += chunk) {
      int steps = Math.min(chunk, timeline.steps() - from);
      Steps logits = layer.compute(input, from, steps);
      for (int t = 0; t < steps; t++) {
        train(pass.block(), logits, t, (from + t) * timeline.lanes(), tally);
      }
      layer.back(from);
    }
    return layer.inputGradient();
  }

  @Override
  public void evaluate(Pass pass, Steps input, Tally tally, Measures measures) {
    Timeline timeline = input.timeline();
    begin(timeline);
    int chunk = layer.chunk(timeline);
    for (int from = 0; from < timeline.steps(); from += chunk) {
      int steps = Math.min(chunk, timeline.steps() - from);
      Steps logits = layer.compute(input, from, steps);
      for (int t = 0; t < steps; t++) {
        evaluate(pass.block(), logits, t, (from + t) * timeline.lanes(), tally, measures);
      }
    }
  }

  /** The logits of all steps, to be turned into answers. */
  final Steps logits(Steps input) {
    begin(input.timeline());
    return layer.compute(input);
  }

  /** Number of logits of a step. */
  final int rows() {
    return layer.rows();
  }
}
