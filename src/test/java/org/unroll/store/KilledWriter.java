package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A run that does nothing but write checkpoints and models until it is killed. Its tensors hold the
 * round, so that a reader can tell whether a checkpoint is whole.
 */
final class KilledWriter {
  private static final int SIZE = 200_000;
  private static final String WEIGHTS = "weights";
  private static final String ROUND = "round";

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
      replaceModel(output.model(), round);
      System.out.println("wrote " + round);
    }
  }

  static SafeTensors tensors(long round) {
    float[] data = new float[SIZE];
    Arrays.fill(data, round);
    return new SafeTensors(Map.of(), Map.of("w", new Tensor.Floats(new long[] {SIZE}, data)));
  }

  /** Two files that must be of the same round, the larger one first, as a model is written. */
  private static void replaceModel(Directory model, long round) {
    DirectorySwap.replace(
        model,
        ROUND,
        beside -> {
          beside.create();
          beside.atomicWrite(WEIGHTS, tensors(round)::write);
          beside.writeText(ROUND, Long.toString(round));
        });
  }

  /** The round of the model, both of whose files say the same. */
  static long readModel(Directory model) {
    return DirectorySwap.read(
        () -> DirectorySwap.find(model, ROUND),
        ROUND,
        found -> {
          long round =
              Long.parseLong(new String(found.readBytes(ROUND, 20), StandardCharsets.UTF_8));
          assertEquals(tensors(round), SafeTensors.read(found, WEIGHTS));
          return round;
        });
  }
}
