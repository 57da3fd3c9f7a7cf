package org.unroll.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.nn.Network;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.PublishedParameters;
import org.unroll.train.ShardWorker;
import org.unroll.train.TrainingSetup;

class TimeEstimateTest {
  private static final Job JOB =
      JobReader.read(
          """
          data { format = lines, train = "x" }
          model { topology = many-to-many, layers = [ { cell = lstm, units = 3 } ] }
          training { epochs = 1, block-size = 16 }
          """,
          "test.conf",
          List.of());

  private static final TrainingSetup SETUP =
      new TrainingSetup(JOB.model(), InputShape.ofSymbols(5), SoftmaxSpec.of(5), 16, 0, 1, "ejml");

  /** Shards of 32 sequences of 10 steps: 2 blocks of 160 lane-steps in each. */
  private static List<Shard> shards(int count) {
    List<Shard> shards = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      List<Example> examples = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        examples.add(new Example(100L * s + i, new int[10], new int[10]));
      }
      shards.add(Shard.of(s, examples));
    }
    return shards;
  }

  private static TimeEstimate estimate(int batchSize, int cores, long validSteps) {
    return estimate(batchSize, cores, validSteps, 2_000_000_000L);
  }

  private static TimeEstimate estimate(int batchSize, int cores, long validSteps, long elapsed) {
    ShardSurvey survey = new ShardSurvey(5);
    shards(4).forEach(shard -> survey.add(shard, SETUP));
    // 1 ms per lane-step, 40 ms per block: 200 ms for each of the 8 blocks.
    Speed speed = new Speed(1_600_000_000L, 1600, 400_000_000L, 10, elapsed);
    Rounds rounds = Rounds.ofBatches(new int[] {32, 32, 32, 32}, 16, batchSize);
    return TimeEstimate.of(speed, survey, rounds, validSteps, 0.05, cores, 4, 3);
  }

  @Test
  void aRoundTakesAsLongAsItsLastBlock() {
    assertEquals(8 * 0.25, estimate(16, 4, 0).epoch(), 1e-9);
    assertEquals(4 * 0.25, estimate(32, 4, 0).epoch(), 1e-9);
    assertEquals(4 * 0.45, estimate(32, 1, 0).epoch(), 1e-9);
    // 3 blocks on 2 cores: one waits.
    assertEquals(3 * 0.45, estimate(48, 2, 0).epoch(), 1e-9);
    assertEquals(3 * 3 * 0.45, estimate(48, 2, 0).all(), 1e-9);
  }

  @Test
  void validationIsAThirdOfTheWork() {
    assertEquals(4 * 0.25 + 0.05 + 0.1, estimate(32, 4, 1200).epoch(), 1e-9);
  }

  @Test
  void aBusyMachineIsToldApartFromTheWork() {
    TimeEstimate quiet = estimate(32, 4, 0, 2_100_000_000L);
    assertFalse(quiet.machineBusy());
    assertEquals(1.3 * quiet.all(), quiet.allAtMost(), 1e-9);
    // The same blocks, for which other programs left the processor a tenth of the time.
    TimeEstimate busy = estimate(32, 4, 0, 20_000_000_000L);
    assertTrue(busy.machineBusy());
    assertEquals(quiet.all(), busy.all());
    assertEquals(10 * busy.epoch(), busy.epochAtMost(), 1e-9);
  }

  @Test
  void noMoreCoresAreBusyThanThereAreBlocks() {
    assertEquals(1, estimate(16, 4, 0).busy());
    assertEquals(3, estimate(48, 4, 0).busy());
    assertEquals(4, estimate(128, 16, 0).busy());
  }

  @Test
  void speedIsThatOfRealBlocks() {
    Network network =
        new Network(
            JOB.model(),
            InputShape.ofSymbols(5),
            SoftmaxSpec.of(5),
            Kernels.named("ejml").create());
    Parameters parameters = Parameters.initial(network.parameters(), 1);
    try {
      Speed speed = Speed.measure(SETUP, new PublishedParameters(parameters), shards(2), 1000, 0.2);
      assertTrue(speed.isKnown());
      assertEquals(160 * speed.blocks(), speed.executed());
      assertTrue(speed.perStep() > 0 && speed.perBlock() > 0, speed.toString());
      assertEquals(2 * speed.executed(), speed.plus(speed).executed());
      assertTrue(speed.slowDown() >= 1, speed.toString());
    } finally {
      ShardWorker.release(SETUP);
    }
    assertFalse(Speed.NONE.isKnown());
  }
}
