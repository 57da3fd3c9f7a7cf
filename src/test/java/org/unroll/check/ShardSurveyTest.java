package org.unroll.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.batch.ShardOrder;
import org.unroll.config.JobReader;
import org.unroll.config.ModelConfig;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.train.TrainingSetup;

class ShardSurveyTest {
  private static final ModelConfig MODEL =
      JobReader.read(
              """
              data { format = lines, train = "x" }
              model { topology = many-to-many, layers = [ { cell = rnn, units = 2 } ] }
              training { epochs = 1 }
              """,
              "test.conf",
              List.of())
          .model();

  private static TrainingSetup setup(int symbols, int blockSize) {
    return new TrainingSetup(
        MODEL, InputShape.ofSymbols(symbols), SoftmaxSpec.of(symbols), blockSize, 0, 7, "ejml");
  }

  /** A sequence that reads symbol {@code 1 + t % symbols} at step t. */
  private static Example example(long id, int steps, int symbols) {
    int[] inputs = new int[steps];
    for (int t = 0; t < steps; t++) {
      inputs[t] = 1 + t % (symbols - 1);
    }
    return new Example(id, inputs, inputs.clone());
  }

  @Test
  void lanesAreRoundedUpToSixteen() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      examples.add(example(i, i == 0 ? 7 : 5, 3));
    }
    ShardSurvey survey = new ShardSurvey(3);
    survey.add(Shard.of(0, examples), setup(3, 32));
    // 5 steps with 20 lanes alive, rounded up to 32, and 2 with 1, rounded up to 16.
    assertEquals(5 * 32 + 2 * 16, survey.executed());
    // 12 of 32 lanes have no sequence; only the rest is for lengths that differ.
    assertEquals(102 * 12 / 20, 192 * survey.unfilled(), 1e-9);
    assertEquals(192 - 102 - 102 * 12 / 20, 192 * survey.padding(), 1e-9);
    assertEquals(20, survey.lengths().sequences());
  }

  @Test
  void equalLengthsHaveNoPadding() {
    ShardSurvey survey = new ShardSurvey(3);
    survey.add(
        Shard.of(0, List.of(example(1, 9, 3), example(2, 9, 3), example(3, 9, 3))), setup(3, 4));
    assertEquals(0, survey.padding());
    assertEquals(13.0 / 16, survey.unfilled(), 1e-15);
  }

  @Test
  void stepsAreThoseOfTheBlocksOfTheFirstEpoch() {
    Random random = new Random(3);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      examples.add(example(random.nextLong(), 1 + random.nextInt(40), 5));
    }
    Shard shard = Shard.of(2, examples);
    ShardSurvey survey = new ShardSurvey(5);
    survey.add(shard, setup(5, 48));
    // Counted from the lengths in each block, one sequence after the other.
    ShardOrder order = ShardOrder.training(shard, 48, 7, 0);
    Block block = new Block();
    long executed = 0;
    for (int b = 0; b < order.blocks(); b++) {
      order.fill(shard, b, block, true);
      for (int t = 0; t < block.length(0); t++) {
        int alive = 0;
        for (int lane = 0; lane < block.size(); lane++) {
          alive += block.length(lane) > t ? 1 : 0;
        }
        executed += 16L * ((alive + 15) / 16);
      }
    }
    assertEquals(executed, survey.executed());
  }

  @Test
  void partsAddUpToTheWhole() {
    TrainingSetup setup = setup(100, 4);
    ShardSurvey whole = new ShardSurvey(100);
    ShardSurvey left = new ShardSurvey(100);
    ShardSurvey right = new ShardSurvey(100);
    for (int s = 0; s < 6; s++) {
      List<Example> examples = new ArrayList<>();
      for (int i = 0; i < 5 * s; i++) {
        examples.add(example(1000L * s + i, 1 + (i * 37 + s) % 150, 100));
      }
      Shard shard = Shard.of(s, examples);
      whole.add(shard, setup);
      (s % 2 == 0 ? left : right).add(shard, setup);
    }
    right.add(left);
    right.add(new ShardSurvey(100));
    assertEquals(whole.executed(), right.executed());
    assertEquals(whole.padding(), right.padding());
    assertEquals(whole.lengths().histogram(5), right.lengths().histogram(5));
    assertEquals(whole.mostFrequent(1, 5), right.mostFrequent(1, 5));
    assertEquals(whole.rarest(1, 5), right.rarest(1, 5));
  }

  @Test
  void symbolsAreCounted() {
    ShardSurvey survey = new ShardSurvey(4);
    survey.add(Shard.of(0, List.of(example(1, 8, 4), example(2, 1, 4))), setup(4, 4));
    assertEquals(
        List.of(new ShardSurvey.Count(1, 4), new ShardSurvey.Count(2, 3)),
        survey.mostFrequent(1, 2));
    assertEquals(List.of(new ShardSurvey.Count(3, 2)), survey.rarest(1, 1));
    assertEquals(0, survey.rarest(0, 1).get(0).count());
  }

  @Test
  void contentIsThatOfTheSequenceNotItsPlace() {
    Shard a = Shard.of(0, List.of(example(1, 8, 4), example(2, 9, 4)));
    Shard b = Shard.of(3, List.of(example(7, 8, 4)));
    assertEquals(ShardSurvey.content(a, 0), ShardSurvey.content(b, 0));
    assertNotEquals(ShardSurvey.content(a, 0), ShardSurvey.content(a, 1));
  }

  @Test
  void aStreamIsKnownByThePiecesOfIt() {
    // Pieces of 6 steps, as training cuts a stream of 15.
    Shard pieces = Shard.of(0, List.of(example(1, 6, 4), example(2, 6, 4), example(3, 3, 4)));
    long[] known =
        IntStream.range(0, 3).mapToLong(i -> ShardSurvey.content(pieces, i)).sorted().toArray();
    Shard streams = Shard.of(1, List.of(example(4, 15, 4), example(5, 9, 3), example(6, 3, 4)));
    assertTrue(ShardSurvey.isMostlyKnown(streams, 0, 6, known));
    assertFalse(ShardSurvey.isMostlyKnown(streams, 1, 6, known));
    assertTrue(ShardSurvey.isMostlyKnown(streams, 2, 6, known));
    assertFalse(ShardSurvey.isMostlyKnown(streams, 0, 5, known));
  }
}
