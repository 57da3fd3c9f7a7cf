package org.unroll.tensor;

/**
 * Which lanes are alive at which step. The lanes of a block are sorted by falling length, so the
 * living lanes of a step are a prefix; a step is computed over {@link #width}, that prefix rounded
 * up to {@link #LANE_MULTIPLE}. The lanes between are dead: their values are kept at zero.
 */
public final class Timeline {
  /** Lanes come in multiples of this: the widest vector (512 bits) of floats. */
  public static final int LANE_MULTIPLE = 16;

  private int steps;
  private int size;
  private int lanes;
  private int[] active = new int[0];

  /**
   * Sets the shape from the lengths of the lanes.
   *
   * @param lengths length of each lane in steps, falling, each at least 1; not modified
   * @param size number of lanes that hold a sequence, at most {@code lengths.length}
   */
  public void reshape(int[] lengths, int size) {
    reshape(lengths, size, roundUp(size));
  }

  /**
   * As {@link #reshape(int[], int)}, with room for more lanes than hold a sequence.
   *
   * @param lanes distance between rows, a multiple of {@link #LANE_MULTIPLE}, at least {@code
   *     size}; or 1 for a lone sequence that is not trained on: all its values are then neighbours
   */
  public void reshape(int[] lengths, int size, int lanes) {
    this.size = size;
    this.lanes = lanes;
    steps = size == 0 ? 0 : lengths[0];
    ensure(steps);
    int alive = size;
    for (int t = 0; t < steps; t++) {
      while (lengths[alive - 1] <= t) {
        alive--;
      }
      active[t] = alive;
    }
  }

  /**
   * One step in which the first {@code size} lanes live: where there is one output per sequence.
   */
  public void reshapeToOneStep(int size) {
    this.size = size;
    lanes = roundUp(size);
    steps = 1;
    ensure(1);
    active[0] = size;
  }

  /** One step of as many lanes as {@code whole}. */
  public void reshapeToOneStepOf(Timeline whole) {
    reshapeToOneStep(whole.size);
    lanes = whole.lanes;
  }

  /** The {@code count} steps of {@code whole} from step {@code from} on. */
  public void window(Timeline whole, int from, int count) {
    size = whole.size;
    lanes = whole.lanes;
    steps = count;
    ensure(count);
    System.arraycopy(whole.active, from, active, 0, count);
  }

  private void ensure(int steps) {
    if (active.length < steps) {
      active = new int[Math.max(steps, 2 * active.length)];
    }
  }

  /** {@code n} rounded up to {@link #LANE_MULTIPLE}. */
  public static int roundUp(int n) {
    return (n + LANE_MULTIPLE - 1) / LANE_MULTIPLE * LANE_MULTIPLE;
  }

  /** Number of steps: the length of the longest lane. */
  public int steps() {
    return steps;
  }

  /** Number of lanes that hold a sequence. */
  public int size() {
    return size;
  }

  /** Distance between rows: the number of lanes, a multiple of {@link #LANE_MULTIPLE}, or 1. */
  public int lanes() {
    return lanes;
  }

  /** Number of living lanes at a step; 0 outside the timeline. */
  public int active(int t) {
    return t < 0 || t >= steps ? 0 : active[t];
  }

  /** Number of lanes to compute at a step: {@link #active} rounded up; 0 outside the timeline. */
  public int width(int t) {
    return Math.min(lanes, roundUp(active(t)));
  }

  /**
   * Into how many contiguous runs {@code rows} rows of a step fall: 1 if every lane is computed.
   */
  public int runs(int t, int rows) {
    return width(t) == lanes ? 1 : rows;
  }

  /** Length in floats of each of the {@link #runs}; they begin {@link #lanes()} apart. */
  public int runLength(int t, int rows) {
    return width(t) == lanes ? rows * lanes : width(t);
  }
}
