package org.unroll.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.unroll.batch.Shard;
import org.unroll.config.Job;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.ModelConfig.Output;
import org.unroll.data.InputShape;

class ExecutedWorkTest {
  private static final InputShape FIVE = InputShape.ofSymbols(5);

  /** 32 sequences of 4 steps fill their lanes: nothing but the formula is left. */
  @Test
  void fullLanesAreAllTokens() {
    Job job = new NetworkFlags(LayerConfig.Cell.LSTM, 3, 2, 5, 1, false, 32, 32).job();
    ExecutedWork work = of(job, 32, 4);
    assertEquals(128, work.tokens());
    assertEquals(128, work.laneSteps());
    assertEquals(1, work.laneUse());
    // 5 symbols take the 16 lanes of a table: made once in the round, gradients once in the block.
    double input = 3 * 2 * 12 * 2 * 16;
    double recurrent = 2 * 12 * 3 * (2 * 128 + 3 * 32);
    double head = 3 * 2 * 5 * 3 * 128;
    assertEquals(input + recurrent + head, work.flops());
    assertEquals(work.flops() / 128, work.flopsPerToken());
  }

  @Test
  void lanesThatOnlyFillAreExecutedToo() {
    Job job = new NetworkFlags(LayerConfig.Cell.RNN, 3, 0, 5, 2, true, 5, 5).job();
    ExecutedWork work = of(job, 5, 4);
    assertEquals(20, work.tokens());
    assertEquals(64, work.laneSteps());
    assertEquals(20 / 64.0, work.laneUse());
    // One-hot inputs are looked up; the second layer reads both directions of the first.
    double recurrent = 2 * 2 * (2 * 3) * 3 * (2 * 64 + 48);
    double input = 3 * 2 * (2 * 3) * 6 * 64;
    double head = 3 * 2 * 5 * 6 * 64;
    assertEquals(recurrent + input + head, work.flops());
  }

  @Test
  void withoutATableTheInputIsMultipliedAtEveryStep() {
    Job job = new NetworkFlags(LayerConfig.Cell.RNN, 3, 2, 5, 1, false, 32, 32).job();
    Shard shard = Workload.shard(0, 32, FIVE, 0, 5, new Lengths.Fixed(4));
    Workload workload = new Workload(job, FIVE, 5, List.of(shard), false);
    double input = 3 * 2 * 3 * 2 * 128;
    double recurrent = 2 * 3 * 3 * (2 * 128 + 3 * 32);
    double head = 3 * 2 * 5 * 3 * 128;
    assertEquals(
        input + recurrent + head, ExecutedWork.of(workload, workload.setup("ejml")).flops());
  }

  @Test
  void realValuesHaveNoGradient() {
    NetworkFlags flags =
        new NetworkFlags(
            LayerConfig.Cell.RNN,
            3,
            0,
            7,
            5,
            1,
            false,
            32,
            32,
            Output.SOFTMAX,
            CellFlags.NONE,
            StackFlags.NONE);
    Shard shard = Workload.shard(0, 32, flags.input(), 0, 5, new Lengths.Fixed(4));
    Workload workload = new Workload(flags.job(), flags.input(), 5, List.of(shard));
    assertFalse(workload.table());
    double input = 2 * 2 * 3 * 7 * 128;
    double recurrent = 2 * 3 * 3 * (2 * 128 + 3 * 32);
    double head = 3 * 2 * 5 * 3 * 128;
    assertEquals(
        input + recurrent + head, ExecutedWork.of(workload, workload.setup("ejml")).flops());
  }

  @Test
  void attentionMultipliesAtEveryStep() {
    StackFlags pooled =
        new StackFlags(
            ModelConfig.Pooling.ATTENTION, false, false, 0, ModelConfig.DropoutMask.STEP, 0);
    NetworkFlags flags =
        new NetworkFlags(
            LayerConfig.Cell.RNN,
            3,
            0,
            7,
            5,
            1,
            false,
            32,
            32,
            Output.SOFTMAX,
            CellFlags.NONE,
            pooled);
    Shard shard = Workload.shard(0, 32, flags.input(), 1, 5, new Lengths.Fixed(4));
    Workload workload = new Workload(flags.job(), flags.input(), 5, List.of(shard));
    double input = 2 * 2 * 3 * 7 * 128;
    double recurrent = 2 * 3 * 3 * (2 * 128 + 3 * 32);
    double attention = 3 * 2 * 3 * 3 * 128;
    double head = 3 * 2 * 5 * 3 * 32;
    assertEquals(
        input + recurrent + attention + head,
        ExecutedWork.of(workload, workload.setup("ejml")).flops());
  }

  private static ExecutedWork of(Job job, int sequences, int steps) {
    Shard shard = Workload.shard(0, sequences, FIVE, 0, 5, new Lengths.Fixed(steps));
    Workload workload = new Workload(job, FIVE, 5, List.of(shard));
    return ExecutedWork.of(workload, workload.setup("ejml"));
  }
}
