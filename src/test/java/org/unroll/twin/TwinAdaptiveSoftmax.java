package org.unroll.twin;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.unroll.config.ModelConfig.Output;

/**
 * Grave 2017, class by class: every logarithm of a probability is computed, which are logits, too,
 * because the probabilities sum to 1.
 *
 * @param cutoffs first class of each cluster
 * @param factor by how much the input of a cluster is narrower than that of the one before it
 */
public record TwinAdaptiveSoftmax(List<Integer> cutoffs, double factor) implements TwinOutput {
  public TwinAdaptiveSoftmax {
    cutoffs = List.copyOf(cutoffs);
  }

  @Override
  public Output kind() {
    return Output.ADAPTIVE_SOFTMAX;
  }

  private static String tail(int cluster, int matrix) {
    return "output.tail." + cluster + "." + matrix + ".weight";
  }

  @Override
  public void shapes(Map<String, int[]> shapes, int classes, int width, boolean tied) {
    int rows = cutoffs.get(0) + cutoffs.size();
    shapes.put("output.head.weight", new int[] {rows, width});
    shapes.put("output.head.bias", new int[] {rows, 1});
    for (int c = 0; c < cutoffs.size(); c++) {
      int end = c + 1 < cutoffs.size() ? cutoffs.get(c + 1) : classes;
      int narrow = Math.max(1, (int) Math.floor(width / Math.pow(factor, c + 1)));
      shapes.put(tail(c, 0), new int[] {narrow, width});
      shapes.put(tail(c, 1), new int[] {end - cutoffs.get(c), narrow});
    }
  }

  @Override
  public int[] logits(
      Algebra algebra, Function<String, int[][]> parameters, boolean tied, int[] a) {
    Tape tape = algebra.tape();
    int frequent = cutoffs.get(0);
    int[] head =
        algebra.add(
            algebra.product(parameters.apply("output.head.weight"), a),
            algebra.column(parameters.apply("output.head.bias"), 0));
    int[] logs = new int[frequent];
    for (int k = 0; k < frequent; k++) {
      logs[k] = tape.scale(algebra.crossEntropy(head, k), -1);
    }
    for (int c = 0; c < cutoffs.size(); c++) {
      int cluster = algebra.crossEntropy(head, frequent + c);
      int[] narrow = algebra.product(parameters.apply(tail(c, 0)), a);
      int[] tail = algebra.product(parameters.apply(tail(c, 1)), narrow);
      int[] own = new int[tail.length];
      for (int k = 0; k < own.length; k++) {
        own[k] = tape.scale(tape.add(cluster, algebra.crossEntropy(tail, k)), -1);
      }
      logs = Algebra.stack(logs, own);
    }
    return logs;
  }
}
