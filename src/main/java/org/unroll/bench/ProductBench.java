package org.unroll.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/** Speed of the three products of a recurrent layer on shapes that occur in training. */
public final class ProductBench {
  /** Lanes × steps over which the gradient of a weight is summed. */
  private static final int OUTER_TERMS = 512;

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(2048, 512, 64),
          new Shape(1024, 256, 64),
          new Shape(512, 128, 32),
          new Shape(1024, 1024, 1024));

  private final Kernels kernels;
  private final double seconds;

  /**
   * A benchmark.
   *
   * @param seconds for each product of each shape, half of it to warm up
   */
  public ProductBench(Kernels kernels, double seconds) {
    this.kernels = kernels;
    this.seconds = seconds;
  }

  /** A weight of rows × columns times columns × lanes. */
  private record Shape(int rows, int columns, int lanes) {
    double flops() {
      return 2.0 * rows * columns * lanes;
    }
  }

  /** GFLOP/s of each shape: forward, back to the input, gradient of the weight. */
  public List<Object> run() {
    // Once for nothing: what packs and transposes between the products is compiled meanwhile.
    run(SHAPES.get(2));
    List<Object> results = new ArrayList<>();
    SHAPES.forEach(shape -> results.add(run(shape)));
    return results;
  }

  private Map<String, Object> run(Shape shape) {
    int lanes = shape.lanes();
    int steps = Math.max(1, OUTER_TERMS / lanes);
    int[] lengths = new int[lanes];
    Arrays.fill(lengths, steps);
    Timeline timeline = new Timeline();
    timeline.reshape(lengths, lanes);
    Steps x = steps(timeline, shape.columns());
    Steps y = steps(timeline, shape.rows());
    FMatrixRMaj gradient = new FMatrixRMaj(shape.rows(), shape.columns());
    FMatrixRMaj values = new FMatrixRMaj(shape.rows(), shape.columns());
    Arrays.fill(values.data, .01f);
    Weight w = new Weight(shape.rows(), shape.columns());
    w.set(values, 0);
    kernels.prepare(w);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("rows", shape.rows());
    result.put("columns", shape.columns());
    result.put("lanes", lanes);
    result.put(
        "forward",
        rate(
            shape.flops(),
            () -> kernels.multiply(w, x.data(), x.offset(0), y.data(), y.offset(0), lanes, lanes)));
    result.put(
        "backward",
        rate(
            shape.flops(),
            () ->
                kernels.multiplyTransposed(
                    w, y.data(), y.offset(0), x.data(), x.offset(0), lanes, lanes)));
    // The products above have summed up; start small again.
    Arrays.fill(x.data(), .01f);
    Arrays.fill(y.data(), .01f);
    result.put(
        "weight-gradient",
        rate(shape.flops() * steps, () -> kernels.outer(y, 0, shape.rows(), x, 0, gradient, 0)));
    return result;
  }

  private static Steps steps(Timeline timeline, int rows) {
    Steps steps = new Steps();
    steps.reshape(timeline, rows);
    // Small enough that repeated sums stay finite, large enough that no product is a denormal.
    Arrays.fill(steps.data(), .001f);
    return steps;
  }

  /** GFLOP/s of the median call. */
  private double rate(double flops, Runnable product) {
    calls(product);
    return Numbers.round(flops * 1e-9 / Numbers.median(calls(product)), 1);
  }

  private double[] calls(Runnable product) {
    List<Double> times = new ArrayList<>();
    long begin = System.nanoTime();
    long now = begin;
    do {
      product.run();
      long end = System.nanoTime();
      times.add((end - now) * 1e-9);
      now = end;
    } while (now - begin < seconds / 2 * 1e9);
    return times.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
