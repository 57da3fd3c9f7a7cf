package org.unroll.twin;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.unroll.config.ModelConfig.Output;
import org.unroll.data.Targets;

/** An output layer: what it makes of the last layer's values at a target. */
public interface TwinOutput {
  /** One of several classes. */
  TwinOutput SOFTMAX =
      new TwinOutput() {
        @Override
        public Output kind() {
          return Output.SOFTMAX;
        }

        @Override
        public void shapes(Map<String, int[]> shapes, int classes, int width, boolean tied) {
          if (!tied) {
            shapes.put("output.weight", new int[] {classes, width});
          }
          shapes.put("output.bias", new int[] {classes, 1});
        }

        @Override
        public int[] logits(
            Algebra algebra, Function<String, int[][]> parameters, boolean tied, int[] a) {
          String weight = tied ? "embedding.weight" : "output.weight";
          return algebra.add(
              algebra.product(parameters.apply(weight), a),
              algebra.column(parameters.apply("output.bias"), 0));
        }

        @Override
        public String toString() {
          return "softmax";
        }
      };

  /** As a job file has it. */
  Output kind();

  /**
   * Adds name and shape {rows, columns} of its parameters, in order.
   *
   * @param width of the last layer
   * @param tied whether the embedding is its weight
   */
  void shapes(Map<String, int[]> shapes, int classes, int width, boolean tied);

  /**
   * Numbers whose softmax are the probabilities of the classes.
   *
   * @param parameters by name
   * @param a values of the last layer
   */
  int[] logits(Algebra algebra, Function<String, int[][]> parameters, boolean tied, int[] a);

  /** The loss of a text, where targets are texts. */
  default int textLoss(Algebra algebra, List<int[]> logits, Targets.Text text) {
    throw new IllegalStateException(this + " has no texts");
  }
}
