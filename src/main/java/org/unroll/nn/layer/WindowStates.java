package org.unroll.nn.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * What a recurrence hands from window to window of long sequences: states on the way forward, one
 * set for each window, since on the way back every window is computed again from its first state;
 * and the gradient of that state. All else of a window is forgotten when the next one comes.
 */
final class WindowStates {
  /** {@code [window][state]}, units × lanes each. */
  private final List<List<float[]>> states = new ArrayList<>();

  /** Of the states and of the output, at the first step of the window behind. */
  private final List<float[]> gradients = new ArrayList<>();

  /** Keeps the states at a window's last step, for the window behind it. */
  void keepStates(int window, List<Steps> from) {
    while (states.size() <= window) {
      states.add(new ArrayList<>());
    }
    List<float[]> kept = states.get(window);
    for (int s = 0; s < from.size(); s++) {
      Steps state = from.get(s);
      keep(kept, s, state, state.timeline().steps() - 1);
    }
  }

  /** Puts the kept states in front of a window's first step, in the lanes that live there. */
  void putStates(int window, List<Steps> to) {
    for (int s = 0; s < to.size(); s++) {
      Steps state = to.get(s);
      Timeline timeline = state.timeline();
      float[] kept = states.get(window).get(s);
      int lanes = timeline.lanes();
      int o = state.offset(-1);
      System.arraycopy(kept, 0, state.data(), o, state.rows() * lanes);
      for (int r = 0; r < state.rows(); r++, o += lanes) {
        Arrays.fill(state.data(), o + timeline.active(0), o + lanes, 0f);
      }
    }
  }

  /** Keeps the gradients of the initial states, for the window in front. */
  void keepGradients(List<Steps> ofStates, Steps ofOutput) {
    for (int s = 0; s < ofStates.size(); s++) {
      keep(gradients, s, ofStates.get(s), 0);
    }
    keep(gradients, ofStates.size(), ofOutput, -1);
  }

  /** Adds what the window behind has kept to the gradients at a window's last step. */
  void addGradients(List<Steps> ofStates, Steps ofOutput) {
    for (int s = 0; s < ofStates.size(); s++) {
      add(gradients.get(s), ofStates.get(s), 0);
    }
    add(gradients.get(ofStates.size()), ofOutput, ofOutput.timeline().steps() - 1);
  }

  private static void keep(List<float[]> kept, int s, Steps from, int t) {
    int size = from.offset(t + 1) - from.offset(t);
    if (kept.size() <= s) {
      kept.add(new float[size]);
    } else if (kept.get(s).length < size) {
      kept.set(s, new float[size]);
    }
    System.arraycopy(from.data(), from.offset(t), kept.get(s), 0, size);
  }

  /** Once per window, not per step: a loop over units is no matter here. */
  private static void add(float[] kept, Steps to, int t) {
    int o = to.offset(t);
    int size = to.offset(t + 1) - o;
    for (int i = 0; i < size; i++) {
      to.data()[o + i] += kept[i];
    }
  }
}
