package org.unroll.nn.layer;

import java.util.Arrays;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/** Rows of a table by the symbols of a block, over all its steps, and the way back. */
final class Lookup {
  private Lookup() {}

  /**
   * Writes the row of each lane's symbol into every step; zero in dead lanes.
   *
   * @param table symbols × rows of {@code values}, row-major
   * @param values of the shape of the block; overwritten
   */
  static void gather(Kernels kernels, float[] table, Pass pass, Steps values) {
    gather(kernels, table, pass, 0, values, 0, values.rows());
  }

  /**
   * As above, of any field into some of the rows.
   *
   * @param table symbols × {@code rows}, row-major
   * @param values only {@code rows} rows from {@code firstRow} on are overwritten
   */
  static void gather(
      Kernels kernels, float[] table, Pass pass, int field, Steps values, int firstRow, int rows) {
    Timeline timeline = values.timeline();
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      kernels.gatherColumns(
          table,
          pass.block().inputs(field),
          t * lanes,
          values.data(),
          values.offset(t) + firstRow * lanes,
          rows,
          lanes,
          timeline.active(t),
          timeline.width(t));
    }
  }

  /**
   * How often each symbol of the first field occurs in the block.
   *
   * @param occurrences overwritten
   */
  static void count(Pass pass, float[] occurrences) {
    Arrays.fill(occurrences, 0f);
    Timeline timeline = pass.block().timeline();
    int[] symbols = pass.block().inputs(0);
    for (int t = 0; t < timeline.steps(); t++) {
      int o = t * timeline.lanes();
      for (int l = 0; l < timeline.active(t); l++) {
        occurrences[symbols[o + l]]++;
      }
    }
  }

  /**
   * Adds the gradient of every step to the rows of its symbols, in the order of steps and lanes.
   *
   * @param tableGradient symbols × rows of {@code gradient}, row-major; added to
   */
  static void scatterAdd(Kernels kernels, Steps gradient, Pass pass, float[] tableGradient) {
    scatterAdd(kernels, gradient, 0, gradient.rows(), pass, 0, tableGradient);
  }

  /**
   * As above, of some of the rows to the symbols of any field.
   *
   * @param tableGradient symbols × {@code rows}, row-major; added to
   */
  static void scatterAdd(
      Kernels kernels,
      Steps gradient,
      int firstRow,
      int rows,
      Pass pass,
      int field,
      float[] tableGradient) {
    Timeline timeline = gradient.timeline();
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      kernels.scatterAdd(
          gradient.data(),
          gradient.offset(t) + firstRow * lanes,
          rows,
          lanes,
          timeline.active(t),
          pass.block().inputs(field),
          t * lanes,
          tableGradient);
    }
  }
}
