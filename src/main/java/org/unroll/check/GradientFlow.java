package org.unroll.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.nn.GradientObserver;
import org.unroll.nn.Network;
import org.unroll.nn.Pass;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.train.TrainingSetup;

/**
 * How far back a loss reaches: the norm of {@code ∂loss/∂a⟨T−k⟩} against k, for every recurrent
 * layer and direction, as the mean over sequences. The loss is that of a sequence's last target
 * alone, T its last real step. What reads backwards has read all at the first step: there, k counts
 * upwards from it, and where there is a target at each step it is the first one that counts.
 */
public final class GradientFlow {
  private final TrainingSetup setup;
  private final Network network;
  private final Block block = new Block();
  private final Pass pass = new Pass();
  private final Tally tally = new Tally();
  private final int steps;
  private final Map<String, Sums> directions = new LinkedHashMap<>();
  private final List<long[]> byLength = new ArrayList<>();
  private long sequences;

  /**
   * The flow through one direction of a layer.
   *
   * @param layer name of the layer, such as {@code layers.0}
   * @param forward whether it reads from the first step to the last
   * @param norms mean norm for each k from 0
   * @param sequences how many sequences reach back so far
   */
  public record Line(String layer, boolean forward, double[] norms, long[] sequences) {}

  /**
   * How sequences of a length fare.
   *
   * @param length in steps
   * @param sequences number of them
   * @param correct how many are predicted right
   */
  public record OfLength(int length, long sequences, long correct) {}

  /** What is added up for one direction. */
  private static final class Sums {
    private final String layer;
    private final boolean forward;
    private double[] norms = new double[0];
    private long[] sequences = new long[0];

    Sums(String layer, boolean forward) {
      this.layer = layer;
      this.forward = forward;
    }

    void add(int k, double norm) {
      if (norms.length <= k) {
        norms = Arrays.copyOf(norms, Math.max(k + 1, 2 * k));
        sequences = Arrays.copyOf(sequences, norms.length);
      }
      norms[k] += norm;
      sequences[k]++;
    }

    Line line() {
      int reach = 0;
      while (reach < sequences.length && sequences[reach] > 0) {
        reach++;
      }
      double[] means = new double[reach];
      Arrays.setAll(means, k -> norms[k] / sequences[k]);
      return new Line(layer, forward, means, Arrays.copyOf(sequences, reach));
    }
  }

  /**
   * Begins.
   *
   * @param setup of a network without frozen parts, which would hold up the flow
   * @param network of this setup; bound here
   * @param steps at most so many steps of each sequence, from its first on
   */
  public GradientFlow(TrainingSetup setup, Network network, Parameters parameters, int steps) {
    this.setup = setup;
    this.network = network;
    this.steps = steps;
    network.bind(parameters);
  }

  /**
   * Adds sequences of a shard.
   *
   * @param most at most so many
   */
  public void add(Shard shard, int most) {
    int[] order =
        IntStream.range(0, Math.min(most, shard.size()))
            .boxed()
            .sorted(Comparator.comparingInt(sequence -> -shard.length(sequence)))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int from = 0; from < order.length; from += setup.blockSize()) {
      int size = Math.min(setup.blockSize(), order.length - from);
      block.fillBeginnings(shard, order, from, size, setup.targetPerStep(), mostSteps());
      addBlock();
    }
    sequences += order.length;
  }

  private void addBlock() {
    pass.evaluation(block, false);
    network.flow(pass, false, tally, observer(true, !outputPerStep(), false));
    if (outputPerStep()) {
      network.flow(pass, true, tally, observer(false, true, true));
    } else if (setup.output().choosesClass()) {
      addPredictions();
    }
  }

  /** The beginning of a sequence has no text of its own. */
  private int mostSteps() {
    return setup.model().predicted().isText() ? Integer.MAX_VALUE : steps;
  }

  private boolean outputPerStep() {
    return setup.model().topology().targetPerStep();
  }

  /** Takes the directions asked for; {@code first} as {@link Network#flow} has it. */
  private GradientObserver observer(boolean forwards, boolean backwards, boolean first) {
    return (layer, forward, gradient) -> {
      if (forward ? forwards : backwards) {
        add(
            directions.computeIfAbsent(layer + forward, n -> new Sums(layer, forward)),
            gradient,
            first);
      }
    };
  }

  private void add(Sums sums, Steps gradient, boolean first) {
    int lanes = gradient.timeline().lanes();
    for (int lane = 0; lane < block.size(); lane++) {
      // The head has multiplied the loss with the sequence's weight; of a target that is not known
      // there is none.
      double weight = isKnown(lane, first) ? block.weight(lane) : 0;
      int length = block.length(lane);
      for (int t = 0; weight > 0 && t < length; t++) {
        double squares = 0;
        for (int r = 0; r < gradient.rows(); r++) {
          double g = gradient.data()[gradient.offset(t) + r * lanes + lane];
          squares += g * g;
        }
        sums.add(sums.forward ? length - 1 - t : t, Math.sqrt(squares) / weight);
      }
    }
  }

  private boolean isKnown(int lane, boolean first) {
    int step = first ? 0 : block.length(lane) - 1;
    int at = setup.targetPerStep() ? step * block.timeline().lanes() + lane : lane;
    return block.isKnown(at);
  }

  /** Counts right answers by length: one answer per sequence. */
  private void addPredictions() {
    Steps probabilities = network.predict(pass);
    int lanes = probabilities.timeline().lanes();
    for (int lane = 0; lane < block.size(); lane++) {
      int at = probabilities.offset(0) + lane;
      int likeliest = 0;
      for (int k = 1; k < probabilities.rows(); k++) {
        boolean likelier =
            probabilities.data()[at + k * lanes] > probabilities.data()[at + likeliest * lanes];
        likeliest = likelier ? k : likeliest;
      }
      while (byLength.size() <= block.length(lane)) {
        byLength.add(new long[2]);
      }
      long[] counts = byLength.get(block.length(lane));
      counts[0]++;
      counts[1] += likeliest == block.targets()[lane] ? 1 : 0;
    }
  }

  /** Number of sequences added. */
  public long sequences() {
    return sequences;
  }

  /** The flow through every direction, from the lowest layer upwards. */
  public List<Line> lines() {
    return directions.values().stream()
        .sorted(
            // A number counts by its value, not as text: layer 2 before layer 10.
            Comparator.comparing((Sums s) -> s.layer.replaceAll("[0-9]+$", ""))
                .thenComparing(s -> s.layer.length())
                .thenComparing(s -> s.layer)
                .thenComparing(s -> !s.forward))
        .map(Sums::line)
        .toList();
  }

  /** Right answers by length, rising; none where an answer is not one class for the sequence. */
  public List<OfLength> accuracies() {
    return IntStream.range(0, byLength.size())
        .filter(length -> byLength.get(length)[0] > 0)
        .mapToObj(length -> new OfLength(length, byLength.get(length)[0], byLength.get(length)[1]))
        .toList();
  }
}
