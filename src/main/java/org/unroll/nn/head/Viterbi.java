package org.unroll.nn.head;

import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/** The most probable sequence of tags of each lane of a block. Confined to one thread. */
final class Viterbi {
  private final int tags;
  private final Transitions transitions;

  /** Distance between rows of what is kept: the block's lanes, rounded up. */
  private int stride;

  /** Scores of the best ways to each tag of a step, {@code [tag][lane]}. */
  private float[] ways = new float[0];

  private float[] next = new float[0];
  private float[] max = new float[0];

  /** Of each step, tag and lane the tag before on the best way there. */
  private int[] steps = new int[0];

  Viterbi(int tags, Transitions transitions) {
    this.tags = tags;
    this.transitions = transitions;
  }

  private void reserve(Timeline timeline) {
    stride = Timeline.roundUp(timeline.lanes());
    if (ways.length < tags * stride) {
      ways = new float[tags * stride];
      next = new float[tags * stride];
      max = new float[stride];
    }
    int cells = timeline.steps() * tags * stride;
    if (steps.length < cells) {
      steps = new int[cells + cells / 2];
    }
  }

  /**
   * The most probable tags (Viterbi 1967), the first among equals. Where the rules allow none,
   * those that break them least.
   *
   * @param scores emissions; not modified
   * @param best {@code [step][lane]}; overwritten
   */
  void best(Steps scores, int[] best) {
    Timeline timeline = scores.timeline();
    int lanes = timeline.lanes();
    reserve(timeline);
    for (int t = 0; t < timeline.steps(); t++) {
      if (t > 0) {
        bestSteps(timeline.active(t), t * tags * stride);
      }
      addEmissions(scores, t);
      Chain.subtractMax(ways, 0, tags, stride, stride, max);
      bestEnds(timeline, t, best);
    }
    for (int lane = 0; lane < timeline.size(); lane++) {
      int t = timeline.steps() - 1;
      while (timeline.active(t) <= lane) {
        t--;
      }
      for (; t > 0; t--) {
        int tag = best[t * lanes + lane];
        best[(t - 1) * lanes + lane] = steps[(t * tags + tag) * stride + lane];
      }
    }
  }

  /** Adds the emissions of a step to the scores of the best ways, which begin at the first. */
  private void addEmissions(Steps scores, int t) {
    int lanes = scores.timeline().lanes();
    int width = scores.timeline().width(t);
    float[] e = scores.data();
    for (int j = 0, o = scores.offset(t); j < tags; j++, o += lanes) {
      for (int l = 0; l < width; l++) {
        float way = t == 0 ? transitions.start(j) : ways[j * stride + l];
        ways[j * stride + l] = way + e[o + l];
      }
    }
  }

  /** Scores of the best ways to each tag of the next step, in place of those of this step. */
  private void bestSteps(int active, int at) {
    for (int j = 0; j < tags; j++) {
      int to = j * stride;
      for (int i = 0; i < tags; i++) {
        float score = transitions.score(i, j);
        for (int l = 0; l < active; l++) {
          float way = ways[i * stride + l] + score;
          if (i == 0 || way > next[to + l]) {
            next[to + l] = way;
            steps[at + to + l] = i;
          }
        }
      }
    }
    float[] swap = ways;
    ways = next;
    next = swap;
  }

  private void bestEnds(Timeline timeline, int t, int[] best) {
    for (int l = timeline.active(t + 1); l < timeline.active(t); l++) {
      int tag = 0;
      for (int j = 1; j < tags; j++) {
        if (ways[j * stride + l] + transitions.end(j)
            > ways[tag * stride + l] + transitions.end(tag)) {
          tag = j;
        }
      }
      best[t * timeline.lanes() + l] = tag;
    }
  }
}
