package org.unroll.nn.layer;

import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * A residual connection (He 2016; between recurrent layers, Wu 2016) around a layer f and the
 * dropout on its output: {@code y⟨t⟩ = x⟨t⟩ + f(x)⟨t⟩}. What goes straight on is not dropped. Way
 * back: {@code dx = dy + (the way back through f of dy)}.
 *
 * <p>Two layers of a network: {@link #branch} stands below f, {@link #join} above.
 */
public final class Residual {
  private final int rows;
  private final Branch branch = new Branch();
  private final Join join = new Join();
  private final Steps output = new Steps();

  /** The gradient that goes straight back. */
  private final Steps straight = new Steps();

  private Steps input;
  private Kernels kernels;

  /**
   * A connection.
   *
   * @param inputs width of what stands below
   * @param outputs width of the layer between
   * @throws IllegalArgumentException if they differ
   */
  public Residual(int inputs, int outputs) {
    if (inputs != outputs) {
      throw new IllegalArgumentException(
          "a residual connection needs a layer as wide as its input, "
              + inputs
              + ", got one of "
              + outputs);
    }
    rows = inputs;
  }

  /** What stands below the layer. */
  public Layer branch() {
    return branch;
  }

  /** What stands above the layer. */
  public Layer join() {
    return join;
  }

  private void copy(Steps from, Steps to) {
    Timeline timeline = from.timeline();
    to.reshape(timeline, rows);
    int length = timeline.steps() * rows * timeline.lanes();
    System.arraycopy(from.data(), from.offset(0), to.data(), to.offset(0), length);
  }

  /** {@code y += x}. */
  private void add(Steps x, Steps y) {
    Timeline timeline = y.timeline();
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      int length = timeline.runLength(t, rows);
      int from = x.offset(t);
      int to = y.offset(t);
      for (int r = timeline.runs(t, rows); r > 0; r--, from += lanes, to += lanes) {
        kernels.add(x.data(), from, y.data(), to, length);
      }
    }
  }

  private final class Branch implements Layer {
    @Override
    public int outputRows() {
      return rows;
    }

    @Override
    public Steps forward(Pass pass, Steps below) {
      input = below;
      return below;
    }

    @Override
    public Steps backward(Pass pass, Steps outputGradient) {
      if (outputGradient != null) {
        add(straight, outputGradient);
      }
      return outputGradient;
    }
  }

  private final class Join implements Layer {
    @Override
    public void bind(Kernels kernels, Parameters values, Parameters gradient) {
      Residual.this.kernels = kernels;
    }

    @Override
    public int outputRows() {
      return rows;
    }

    @Override
    public Steps forward(Pass pass, Steps below) {
      // A copy: the layer below needs its own values for the way back.
      copy(below, output);
      add(input, output);
      return output;
    }

    @Override
    public Steps backward(Pass pass, Steps outputGradient) {
      // A copy: the layer below uses up what it is given.
      copy(outputGradient, straight);
      return outputGradient;
    }
  }
}
