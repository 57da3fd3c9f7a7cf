package org.unroll.tensor;

import static org.unroll.tensor.Tiles.PANEL;

/**
 * The products of one thread, of which idle threads of its {@link Crew} take parts: rows of a
 * product at one step or over all steps, or some of the steps. Without a crew, or while all of it
 * is busy, the thread computes them alone.
 */
final class SharedProducts {
  /** Multiplications below which a part is done sooner than another thread has heard of it. */
  private static final long LEAST_PART = 500_000;

  /** Parts for each thread: one that is interrupted leaves its second to others. */
  private static final int PARTS_EACH = 2;

  private final Products own = new Products();
  private final RowsOfStep rowsOfStep = new RowsOfStep();
  private final SomeSteps someSteps = new SomeSteps();
  private final RowsOfOuter rowsOfOuter = new RowsOfOuter();
  private Crew crew;
  private SharedWork shared;

  void join(Crew crew, int member) {
    this.crew = crew;
    shared = crew.join(member);
  }

  /**
   * In how many parts to do work of so many multiplications; 1 is alone.
   *
   * @param each parts for each thread
   * @param most how many parts there can be
   */
  private int parts(long multiplications, int each, int most) {
    int idle = crew == null ? 0 : crew.idle();
    if (idle == 0) {
      return 1;
    }
    long parts = Math.min(multiplications / LEAST_PART, (long) each * (idle + 1));
    return (int) Math.max(1, Math.min(parts, most));
  }

  /** Y (m × width) += packed A (m × k) · X (k × width), one step. */
  void multiply(
      float[] a, int m, int k, float[] x, int xo, float[] y, int yo, int lanes, int width) {
    int parts = parts((long) m * k * width, PARTS_EACH, m / PANEL);
    if (parts == 1) {
      own.multiply(a, 0, m, k, x, xo, y, yo, lanes, width);
      return;
    }
    RowsOfStep work = rowsOfStep;
    work.a = a;
    work.m = m;
    work.k = k;
    work.x = x;
    work.xo = xo;
    work.y = y;
    work.yo = yo;
    work.lanes = lanes;
    work.width = width;
    shared.run(own, work, parts);
  }

  /**
   * Y[t], rows from {@code yRow} on, += packed A (m × k) · X[t], rows from {@code xRow} on; both on
   * the same timeline.
   */
  void multiply(float[] a, int m, int k, Steps x, int xRow, Steps y, int yRow) {
    SomeSteps work = someSteps;
    work.a = a;
    work.m = m;
    work.k = k;
    work.x = x;
    work.xRow = xRow;
    work.y = y;
    work.yRow = yRow;
    int steps = y.timeline().steps();
    long each = (long) m * k * y.timeline().lanes();
    for (int t = 0; t < steps; t++) {
      int parts = parts((steps - t) * each, PARTS_EACH, steps - t);
      if (parts > 1) {
        work.from = t;
        shared.run(own, work, parts);
        return;
      }
      work.step(own, t);
    }
  }

  /** dW += Σ dY[t]·X[t + shift]ᵀ; see {@link Kernels#outer}. */
  void outer(Steps dy, int dyRow, int rows, Steps x, int shift, float[] dw, int dwRow) {
    int steps = dy.timeline().steps();
    long each = (long) rows * x.rows() * dy.timeline().lanes();
    own.begin(0, 0);
    while (own.step() < steps) {
      // Every part transposes X again: fewer and larger ones.
      int parts = parts((steps - own.step()) * each, 1, rows / PANEL);
      if (parts > 1) {
        RowsOfOuter work = rowsOfOuter;
        work.dy = dy;
        work.dyRow = dyRow;
        work.rows = rows;
        work.x = x;
        work.shift = shift;
        work.dw = dw;
        work.dwRow = dwRow;
        work.step = own.step();
        work.lane = own.lane();
        shared.run(own, work, parts);
        return;
      }
      own.outer(dy, dyRow, rows, x, shift, dw, dwRow);
    }
  }

  /**
   * Where a part begins if {@code rows} are cut into parts of whole units; the last has the rest.
   */
  private static int cut(int rows, int unit, int part, int parts) {
    return part == parts ? rows : (int) ((long) (rows / unit) * part / parts) * unit;
  }

  private static final class RowsOfStep implements SharedWork.Parts {
    private float[] a;
    private int m;
    private int k;
    private float[] x;
    private int xo;
    private float[] y;
    private int yo;
    private int lanes;
    private int width;

    @Override
    public void compute(Products products, int part, int parts) {
      int from = cut(m, PANEL, part, parts);
      int to = cut(m, PANEL, part + 1, parts);
      products.multiply(a, from, to, k, x, xo, y, yo, lanes, width);
    }
  }

  private static final class SomeSteps implements SharedWork.Parts {
    private float[] a;
    private int m;
    private int k;
    private Steps x;
    private int xRow;
    private Steps y;
    private int yRow;
    private int from;

    @Override
    public void compute(Products products, int part, int parts) {
      int steps = y.timeline().steps() - from;
      int to = from + cut(steps, 1, part + 1, parts);
      for (int t = from + cut(steps, 1, part, parts); t < to; t++) {
        step(products, t);
      }
    }

    private void step(Products products, int t) {
      int lanes = y.timeline().lanes();
      int xo = x.offset(t) + xRow * lanes;
      int yo = y.offset(t) + yRow * lanes;
      products.multiply(a, 0, m, k, x.data(), xo, y.data(), yo, lanes, y.timeline().width(t));
    }
  }

  private static final class RowsOfOuter implements SharedWork.Parts {
    private Steps dy;
    private int dyRow;
    private int rows;
    private Steps x;
    private int shift;
    private float[] dw;
    private int dwRow;
    private int step;
    private int lane;

    @Override
    public void compute(Products products, int part, int parts) {
      int from = cut(rows, PANEL, part, parts);
      int count = cut(rows, PANEL, part + 1, parts) - from;
      products.begin(step, lane);
      while (products.step() < dy.timeline().steps()) {
        products.outer(dy, dyRow + from, count, x, shift, dw, dwRow + from);
      }
    }
  }
}
