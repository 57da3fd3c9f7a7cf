package org.unroll.tensor;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;

/**
 * The values of a layer over a block: one features × lanes matrix per time step, one behind the
 * other, {@code [step][row][lane]}. Before the first and behind the last step stands one more
 * matrix, the initial state of a recurrence in either direction, zero unless a state is carried in.
 *
 * <p>The storage only grows, so that a sequence of blocks settles without allocation.
 */
public final class Steps {
  private final FMatrixRMaj matrix;
  private Timeline timeline;
  private int rows;
  private int first;

  /** Values of no shape yet. */
  public Steps() {
    this(new FMatrixRMaj(0, 0));
  }

  private Steps(FMatrixRMaj matrix) {
    this.matrix = matrix;
  }

  /**
   * Takes the shape of a timeline. The values are undefined, but for the two matrices outside the
   * timeline, which are zero.
   */
  public void reshape(Timeline timeline, int rows) {
    this.timeline = timeline;
    this.rows = rows;
    long size = (timeline.steps() + 2L) * rows * timeline.lanes();
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a block of "
              + timeline.steps()
              + " steps × "
              + rows
              + " rows × "
              + timeline.lanes()
              + " lanes exceeds one array; use a smaller training.block-size or data.max-length");
    }
    matrix.reshape((timeline.steps() + 2) * rows, timeline.lanes());
    clear(-1);
    clear(timeline.steps());
  }

  /** Another window on the same storage; {@link #window} gives it its place. */
  public Steps share() {
    return new Steps(matrix);
  }

  /** Makes this, made by {@link #share} of {@code whole}, its steps from {@code from} on. */
  public void window(Steps whole, int from, Timeline window) {
    if (matrix != whole.matrix) {
      throw new IllegalArgumentException("a window looks at the storage it shares");
    }
    timeline = window;
    rows = whole.rows;
    first = whole.first + from;
  }

  /** Sets every value of every step to zero. */
  public void clear() {
    Arrays.fill(matrix.data, offset(0), offset(timeline.steps()), 0f);
  }

  /** Sets the values of step {@code t} (−1 and {@code steps} included) to zero. */
  public void clear(int t) {
    Arrays.fill(matrix.data, offset(t), offset(t + 1), 0f);
  }

  /**
   * Sets lanes to zero at step {@code t}: those that are dead at {@code t} but within {@code
   * width}.
   */
  public void clearDead(int t, int width) {
    int from = timeline.active(t);
    if (from < width) {
      int lanes = timeline.lanes();
      for (int r = 0, o = offset(t); r < rows; r++, o += lanes) {
        Arrays.fill(matrix.data, o + from, o + width, 0f);
      }
    }
  }

  /** The storage, row-major; row {@code offset(t) / lanes + r} is row r of step t. */
  public float[] data() {
    return matrix.data;
  }

  /** Where step {@code t}, from −1 to {@code steps}, begins in {@link #data}. */
  public int offset(int t) {
    return (first + t + 1) * rows * timeline.lanes();
  }

  public int rows() {
    return rows;
  }

  public Timeline timeline() {
    return timeline;
  }
}
