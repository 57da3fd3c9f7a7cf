package org.unroll.store;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A run that does nothing but write checkpoints until it is killed. Its tensors hold the round, so
 * that a reader can tell whether a checkpoint is whole.
 */
final class KilledWriter {
  private static final int SIZE = 200_000;

  private KilledWriter() {}

  public static void main(String[] args) {
    Directory directory = Directory.at(Path.of(args[0]));
    OutputDirectory output = OutputDirectory.open(directory, OutputDirectory.Existing.RESUME);
    var store = new CheckpointStore(output.checkpoints(), 2);
    long round = store.newestValid().checkpoint().map(Checkpoint::round).orElse(0L);
    System.out.println("resumed " + round);
    while (true) {
      round++;
      store.write(round, tensors(round), Map.of("round", round));
      System.out.println("wrote " + round);
    }
  }

  static SafeTensors tensors(long round) {
    float[] data = new float[SIZE];
    Arrays.fill(data, round);
    return new SafeTensors(Map.of(), Map.of("w", new Tensor.Floats(new long[] {SIZE}, data)));
  }
}
