package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.unroll.batch.TestBlocks;
import org.unroll.data.Example;
import org.unroll.data.Targets;

class ExampleCodecTest {
  @Test
  void whatArrivesIsWhatWasSent() {
    Random random = new Random(9);
    List<Example> sent = new ArrayList<>();
    ExampleCodec.Writer writer = new ExampleCodec.Writer();
    for (int i = 0; i < 300; i++) {
      int bound = 1 << random.nextInt(31);
      int[] inputs = random.ints(1 + random.nextInt(50), 0, bound).toArray();
      int targets = random.nextBoolean() ? 1 : inputs.length;
      Example example =
          new Example(random.nextLong(), inputs, random.ints(targets, 0, bound).toArray());
      sent.add(example);
      writer.add(example);
    }
    for (int i = 0; i < 100; i++) {
      int steps = 1 + random.nextInt(20);
      float[] features = new float[steps * random.nextInt(9)];
      for (int f = 0; f < features.length; f++) {
        features[f] = Float.intBitsToFloat(random.nextInt(0x7F800000));
      }
      Example example = new Example(random.nextLong(), steps, features, new int[] {i});
      sent.add(example);
      writer.add(example);
    }
    for (Example example :
        TestBlocks.spelt(TestBlocks.sequences(3, 9, 4, true, 5, 1, 7), 300, 20, 5)) {
      sent.add(example);
      writer.add(example);
    }
    for (Targets targets :
        List.of(
            new Targets.Labels(new int[] {300, 1}, new int[] {0, 2}),
            new Targets.Reals(2, new float[] {1, Float.NaN, -3, 4}),
            new Targets.Reals(1, new float[] {1}),
            new Targets.Text(new int[] {1, 2, 3}),
            new Targets.Text(new int[0]))) {
      Example example = new Example(9, new int[2], new int[2]).withTargets(targets);
      sent.add(example);
      writer.add(example);
    }
    Example unknown = new Example(8, new int[] {1, 2}, new int[] {Example.UNKNOWN_TARGET, 1});
    sent.add(unknown);
    writer.add(unknown);
    Example largest = new Example(-1, new int[] {Integer.MAX_VALUE}, new int[] {0});
    sent.add(largest);
    writer.add(largest);
    List<Example> arrived = new ArrayList<>();
    ExampleCodec.read(writer.toBytes(), arrived);
    assertEquals(sent.size(), arrived.size());
    for (int i = 0; i < sent.size(); i++) {
      assertEquals(sent.get(i).id(), arrived.get(i).id());
      assertEquals(sent.get(i).steps(), arrived.get(i).steps());
      assertArrayEquals(sent.get(i).inputs(), arrived.get(i).inputs());
      assertArrayEquals(sent.get(i).features(), arrived.get(i).features());
      assertArrayEquals(sent.get(i).characters(), arrived.get(i).characters());
      assertArrayEquals(sent.get(i).wordEnds(), arrived.get(i).wordEnds());
      assertEquals(0, Targets.ORDER.compare(sent.get(i).targets(), arrived.get(i).targets()));
      assertEquals(sent.get(i).targets().getClass(), arrived.get(i).targets().getClass());
    }
  }
}
