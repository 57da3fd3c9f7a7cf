package org.unroll.nn.head;

import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Some places of a block side by side: their columns are gathered, in their order, to the lanes of
 * compact matrices, and scattered back.
 */
final class Gathering {
  /** Lanes of the compact matrices: the widest tile of a product. */
  static final int LANES = 2 * Timeline.LANE_MULTIPLE;

  private final int[] lengths = new int[LANES];
  private final Timeline timeline = new Timeline();
  private final Steps values = new Steps();
  private int[] cells = new int[0];
  private int count;
  private int lanes;

  /** Begins a block of at most so many places. */
  void begin(int most) {
    count = 0;
    if (cells.length < most) {
      cells = new int[most + most / 2];
    }
  }

  /**
   * Adds a place.
   *
   * @param cell {@code step · lanes + lane} of the block, higher than those before
   */
  void add(int cell) {
    cells[count++] = cell;
  }

  /** Number of places. */
  int count() {
    return count;
  }

  /** The {@code place}-th place, {@code step · lanes + lane} of the block. */
  int cell(int place) {
    return cells[place];
  }

  /** The block's lane of a place. */
  int lane(int place) {
    return cells[place] % lanes;
  }

  /** Where the places are: the {@code place}-th in lane {@code place % LANES}. */
  Timeline timeline() {
    return timeline;
  }

  /**
   * Gathers the places, at least one.
   *
   * @param whole values of the block; not modified
   * @return owned by this; dead lanes are zero
   */
  Steps gather(Steps whole) {
    for (int l = 0; l < LANES; l++) {
      lengths[l] = (count - l + LANES - 1) / LANES;
    }
    timeline.reshape(lengths, Math.min(count, LANES), LANES);
    lanes = whole.timeline().lanes();
    values.reshape(timeline, whole.rows());
    float[] x = whole.data();
    float[] y = values.data();
    for (int place = 0; place < count; place++) {
      int from = from(whole, place);
      int to = values.offset(place / LANES) + place % LANES;
      for (int r = 0; r < whole.rows(); r++) {
        y[to + r * LANES] = x[from + r * lanes];
      }
    }
    int last = timeline.steps() - 1;
    values.clearDead(last, timeline.width(last));
    return values;
  }

  /**
   * Adds values of the places to the block's.
   *
   * @param gathered on the timeline of the places; not modified
   * @param whole as wide
   */
  void scatter(Steps gathered, Steps whole) {
    float[] x = gathered.data();
    float[] y = whole.data();
    for (int place = 0; place < count; place++) {
      int from = gathered.offset(place / LANES) + place % LANES;
      int to = from(whole, place);
      for (int r = 0; r < whole.rows(); r++) {
        y[to + r * lanes] += x[from + r * LANES];
      }
    }
  }

  private int from(Steps whole, int place) {
    return whole.offset(cells[place] / lanes) + cells[place] % lanes;
  }
}
