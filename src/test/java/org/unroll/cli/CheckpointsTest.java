package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.unroll.optim.OptimizerState;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.train.TrainingState;

class CheckpointsTest {
  private static final int ROUNDS = 3;

  /** Two epochs and a round as a run writes them: r1 r2 r3 e1 r4 r5 r6 e2 r7. */
  private static List<Map<String, Object>> records() {
    List<Map<String, Object>> records = new ArrayList<>();
    for (long round = 1; round <= 7; round++) {
      records.add(Map.of("kind", "round", "round", round));
      if (round % ROUNDS == 0) {
        records.add(Map.of("kind", "epoch", "round", round));
      }
    }
    return records;
  }

  private static long recordsBefore(int epoch, int round) {
    Parameters none =
        Parameters.zeros(
            List.of(new ParameterSpec("w", ParameterRole.WEIGHT, 1, 1, (matrix, seed) -> {})));
    TrainingState start = new TrainingState(none, new OptimizerState(0, Double.NaN, Map.of()));
    Map<String, Object> figures = new HashMap<>(start.figures());
    figures.put("epoch", (long) epoch);
    figures.put("round", (long) round);
    TrainingState state = TrainingState.of(none, List.of(), start.tensors(), figures);
    return Checkpoints.recordsBefore(records(), state, ROUNDS);
  }

  @Test
  void recordsOfLaterRoundsAreWrittenAgain() {
    assertEquals(0, recordsBefore(0, 0));
    assertEquals(1, recordsBefore(0, 1));
    assertEquals(5, recordsBefore(1, 1));
    assertEquals(9, recordsBefore(2, 1));
    assertEquals(9, recordsBefore(2, 2));
  }

  @Test
  void anEpochWhoseValidationIsLeftGetsItsRecordThen() {
    assertEquals(3, recordsBefore(0, ROUNDS));
    assertEquals(4, recordsBefore(1, 0));
    assertEquals(7, recordsBefore(1, ROUNDS));
    assertEquals(8, recordsBefore(2, 0));
  }
}
