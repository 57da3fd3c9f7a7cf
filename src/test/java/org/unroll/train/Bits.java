package org.unroll.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ejml.data.FMatrixRMaj;
import org.unroll.metric.Metric;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;

/** Values as texts that are equal if, and only if, every bit is. */
public final class Bits {
  private Bits() {}

  /** Names, shapes and the bits of every value. */
  public static Map<String, String> of(Parameters parameters) {
    Map<String, String> bits = new LinkedHashMap<>();
    for (int p = 0; p < parameters.count(); p++) {
      bits.put(parameters.names().get(p), of(parameters.get(p)));
    }
    return bits;
  }

  private static String of(FMatrixRMaj matrix) {
    int[] bits = new int[matrix.numRows * matrix.numCols];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(matrix.data[i]);
    }
    return matrix.numRows + " × " + matrix.numCols + " " + Arrays.toString(bits);
  }

  /** Everything in a training state. */
  public static Map<String, String> of(TrainingState state) {
    Map<String, String> bits = new LinkedHashMap<>();
    state.tensors().forEach((name, matrix) -> bits.put(name, of(matrix)));
    state.figures().forEach((name, figure) -> bits.put(name, figure.toString()));
    return bits;
  }

  /** The mean gradient of a sum and all its figures. */
  public static Map<String, String> of(GradientSum sum, Parameters like) {
    Parameters mean = like.like();
    mean(sum, mean);
    Map<String, String> bits = of(mean);
    bits.put("loss", sum.loss().toString());
    bits.put("weight", sum.weight().toString());
    bits.put("tokens", Long.toString(sum.tokens()));
    bits.put("blocks", Long.toString(sum.blocks()));
    bits.put("moments", sum.moments().toString());
    return bits;
  }

  /** Divides, with plain loops. */
  static void mean(GradientSum sum, Parameters mean) {
    for (Slice slice : Slice.of(mean.sizes())) {
      sum.mean(new EjmlKernels().updates(), slice, mean.get(slice.parameter()).data);
    }
  }

  /** The figures of an evaluation. */
  public static Map<String, String> of(Evaluation evaluation) {
    Map<String, String> bits = new LinkedHashMap<>();
    bits.put("loss", Long.toHexString(Double.doubleToRawLongBits(evaluation.loss())));
    bits.put("accuracy", Double.toString(evaluation.value(Metric.ACCURACY)));
    bits.put("weight", Double.toString(evaluation.weight()));
    bits.put("tokens", Long.toString(evaluation.tokens()));
    return bits;
  }
}
