package org.unroll.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.unroll.Pairwise;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.batch.ShardOrder;
import org.unroll.batch.TestBlocks;
import org.unroll.batch.Windows;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.data.Targets;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.Allocations;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.TestKernels;
import org.unroll.twin.Configs;

/**
 * Once the buffers have grown to an epoch's blocks, training asks for no more memory: the garbage
 * collector has nothing to do, whatever the number of steps. Vectors are objects until the compiler
 * has dealt with them, so kernels are warmed up first, as in training; where they are not compiled
 * in time, this fails.
 *
 * <p>By default in networks with every pair of options ({@link Models#cases}), with {@code -Psoak}
 * in all 1,086.
 */
class NetworkAllocationTest {
  private static final int SYMBOLS = 12;
  private static final int FEATURES = 7;
  private static final int CLASSES = 9;
  private static final int BLOCK_SIZE = 8;

  /**
   * A few small objects per layer and block are the compiler's business; one per step is too much.
   */
  private static final long BYTES_PER_LAYER = 1024;

  private static Stream<Arguments> models() {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (Topology topology : Configs.topologies()) {
      for (boolean both : new boolean[] {false, true}) {
        Models.cells(6, both, 0.2).forEach((name, layer) -> add(models, topology, name, layer));
      }
    }
    models.putAll(Models.poolings(0.2));
    models.putAll(Models.residuals(0.2));
    models.putAll(Models.recurrentDropout(0.2));
    Models.cells(6, true, 0.2)
        .forEach(
            (name, layer) ->
                models.put(
                    name + ", texts",
                    Models.ctc(Models.model(Topology.MANY_TO_MANY, 3, List.of(layer), List.of()))));
    models.putAll(Models.adaptive(0.2));
    Models.cells(6, true, 0.2).entrySet().stream()
        .limit(2)
        .forEach(
            each -> {
              ModelConfig tagged =
                  Models.model(Topology.MANY_TO_MANY, 3, List.of(each.getValue()), List.of());
              models.put(each.getKey() + " under a crf", Models.crf(tagged));
              models.put(each.getKey() + " under labels", Models.sigmoid(tagged));
            });
    models.putAll(Models.values(0.2));
    return Models.cases(models);
  }

  /** Two layers of a kind on symbols, on words with their characters and on real values. */
  private static void add(
      Map<String, ModelConfig> models, Topology topology, String name, LayerConfig layer) {
    DenseConfig dense = new DenseConfig(4, DenseConfig.Activation.TANH, 0.1);
    String title = name + (layer.bidirectional() ? ", bidirectional, " : ", forward, ") + topology;
    ModelConfig model = Models.model(topology, 3, 0.1, List.of(layer, layer), List.of(dense));
    models.put(title, model);
    models.put(title + ", spelt", Models.spelt(model, 3, layer));
    models.put(
        title + ", real values", Models.model(topology, 0, List.of(layer, layer), List.of(dense)));
  }

  @Test
  void trainingAllocatesNothingPerStep() throws Exception {
    Allocations.checkInAFreshProcess(NetworkAllocationTest.class, Pairwise.option());
  }

  /** What is measured, in its process. */
  public static void main(String[] args) {
    Allocations.check(
        () -> {
          TestKernels.all().forEach(Allocations::compile);
          models().forEach(each -> measure(Models.kernels(each), Models.config(each), name(each)));
        });
  }

  /** With one label for each step. */
  private static Example labelled(Example example) {
    int[] ends = IntStream.rangeClosed(1, example.steps()).toArray();
    return example.withTargets(new Targets.Labels(example.targets().symbols(), ends));
  }

  private static String name(Arguments each) {
    return Models.kernels(each).name() + ": " + ((Named<?>) each.get()[1]).getName();
  }

  private static void measure(Kernels kernels, ModelConfig model, String name) {
    boolean each = model.topology() == Topology.MANY_TO_MANY;
    // As many ragged lengths again in the second half of the blocks, ten times as long.
    int[] lengths = TestBlocks.ragged(8 * BLOCK_SIZE, 9, 1);
    for (int i = lengths.length / 2; i < lengths.length; i++) {
      lengths[i] *= 10;
    }
    boolean symbols = model.embedding() > 0;
    boolean spelt = model.characters().isUsed();
    InputShape input =
        symbols
            ? new InputShape(
                List.of(new InputShape.Symbols("", SYMBOLS, 0)), 0, spelt ? SYMBOLS : 0)
            : InputShape.ofFeatures(FEATURES);
    List<Example> named = TestBlocks.sequences(2, SYMBOLS, CLASSES, each, lengths);
    List<Example> plain =
        switch (model.output().targets()) {
          case CLASS -> named;
          case VALUES -> TestBlocks.reals(named, CLASSES, 4);
          case LABELS -> named.stream().map(NetworkAllocationTest::labelled).toList();
          case TEXT -> TestBlocks.withTexts(named);
        };
    Shard shard =
        Shard.of(
            0,
            symbols
                ? spelt ? TestBlocks.spelt(plain, SYMBOLS, 7, 3) : plain
                : TestBlocks.frames(2, FEATURES, CLASSES, each, lengths));
    Network network = TestNetwork.initial(model, input, CLASSES, 3, kernels).network();
    ShardOrder order = ShardOrder.training(shard, BLOCK_SIZE, 1, 0);
    Block block = new Block();
    Pass pass = new Pass();
    Tally tally = new Tally();
    // Buffers grow in the first.
    epoch(0, network, shard, order, block, pass, tally);
    int[] epoch = {0};
    Allocations.assertAtMost(
        BYTES_PER_LAYER * Math.max(2, model.layers().size()) * order.blocks(),
        name,
        () -> epoch(++epoch[0], network, shard, order, block, pass, tally));
  }

  private static void epoch(
      int epoch,
      Network network,
      Shard shard,
      ShardOrder order,
      Block block,
      Pass pass,
      Tally tally) {
    boolean each = shard.targets() == shard.steps();
    for (int b = 0; b < order.blocks(); b++) {
      order.fill(shard, b, block, each);
      network.train(pass.training(block, 0, 1, epoch), tally);
      if (network.worksInWindows()) {
        pass.training(block, 0, 1, epoch);
        network.train(pass, new Windows(shard, order, b, block, each, 7), tally);
      }
    }
  }
}
