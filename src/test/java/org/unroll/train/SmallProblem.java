package org.unroll.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.batch.TestBlocks;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.TargetType;
import org.unroll.data.Example;
import org.unroll.data.FeatureScaler;
import org.unroll.data.InputShape;
import org.unroll.data.TargetCoding;
import org.unroll.data.Targets;
import org.unroll.data.Vocabulary;
import org.unroll.nn.Network;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.task.Tasks;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.twin.Configs;

/**
 * A job over random sequences: large enough for several shards and rounds, small enough to be
 * trained in milliseconds.
 *
 * @param train shards in the order of their index
 * @param valid as {@code train}
 */
public record SmallProblem(Job job, List<Shard> train, List<Shard> valid, TrainingSetup setup) {
  private static final int SYMBOLS = 11;
  private static final int FEATURES = 5;
  private static final int CLASSES = 3;
  private static final int BLOCK = 4;

  private static final String TRAINING =
      """
      training {
        epochs = 3, batch-size = 12, block-size = 4, seed = 9, clip-norm = 1
        optimizer { kind = adam, learning-rate = 0.02, schedule = cosine, warm-up-rounds = 3 }
      }
      """;

  /** Scaling of real targets. */
  public static final FeatureScaler VALUES =
      new FeatureScaler(new double[2], new double[] {3, 0.5});

  /** One label per sequence, with dropout everywhere. */
  public static SmallProblem manyToOne(String kernels, int shards) {
    return of(
        """
        data { format = delimited, train = unused, input.column = 0, target.column = 1 }
        model {
          topology = many-to-one, embedding = 5, embedding-dropout = 0.2
          layers = [ { cell = gru, units = 7, dropout = 0.3 }, { cell = lstm, units = 6 } ]
        }
        """,
        kernels,
        shards,
        CLASSES);
  }

  /** One label per sequence, from two layers of a kind. */
  public static SmallProblem of(LayerConfig layer, String kernels) {
    String keys = Configs.text(layer);
    return of(
        """
        data { format = delimited, train = unused, input.column = 0, target.column = 1 }
        model { topology = many-to-one, embedding = 5, layers = [ %s, %s ] }
        """
            .formatted(keys, keys),
        kernels,
        3,
        CLASSES);
  }

  /** One label per sequence; batch normalised, where a layer reads an embedding and another. */
  public static SmallProblem batchNormalized(String kernels, int shards) {
    return of(
        """
        data { format = delimited, train = unused, input.column = 0, target.column = 1 }
        model {
          topology = many-to-one, embedding = 5
          layers = [
            { cell = gru, units = 7, bidirectional = true, normalization = batch, dropout = 0.3 }
            { cell = lstm, units = 6, normalization = batch, normalization-momentum = 0.3 }
          ]
        }
        """,
        kernels,
        shards,
        CLASSES);
  }

  /**
   * One label per sequence, or the next symbol at every step; or real values.
   *
   * @param model what stands in the model section of a job file
   */
  public static SmallProblem ofModel(String model, String kernels) {
    boolean one = model.contains("many-to-one");
    boolean values = model.contains("output = linear");
    String data =
        values
            ? "{ format = delimited, train = unused, target { column = 1, width = 2 } }"
            : one
                ? "{ format = delimited, train = unused, input.column = 0, target.column = 1 }"
                : "{ format = lines, train = unused }";
    String text = "data " + data + "\nmodel { " + model + " }\n";
    return of(text, kernels, 3, one ? CLASSES : SYMBOLS);
  }

  /** The next symbol at every step. */
  public static SmallProblem manyToMany(String kernels, int shards) {
    return of(
        """
        data { format = lines, train = unused }
        model {
          topology = many-to-many, layers = [ { cell = lstm, units = 6, dropout = 0.2 } ]
        }
        """,
        kernels,
        shards,
        SYMBOLS);
  }

  /** Classes that are called by their numbers. */
  private static TargetCoding targets(Job job, int classes) {
    if (job.model().output().targets() == TargetType.VALUES) {
      return TargetCoding.ofValues(VALUES);
    }
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return TargetCoding.of(Vocabulary.of(Vocabulary.Kind.LABELS, names));
  }

  /** Real values instead of symbols. */
  public static SmallProblem frames(String kernels, int shards) {
    return of(
        """
        data { format = delimited, train = unused, input.column = 0, target.column = 1 }
        model {
          topology = many-to-many
          layers = [ { cell = lstm, units = 6, bidirectional = true }, { cell = gru, units = 5 } ]
        }
        """,
        kernels,
        shards,
        InputShape.ofFeatures(FEATURES),
        CLASSES);
  }

  /** A network with this output layer. */
  public static SmallProblem of(ModelConfig.Output output, String kernels, int shards) {
    return switch (output) {
      case SOFTMAX -> manyToOne(kernels, shards);
      case ADAPTIVE_SOFTMAX -> manyToOne(kernels, shards).with("model.output=adaptive-softmax");
      case CRF -> ofOutput("crf", kernels, shards);
      case CTC -> ofOutput("ctc", kernels, shards);
      case SIGMOID -> labelled(kernels, shards);
      case LINEAR -> values("linear", kernels, shards);
      case QUANTILE -> values("quantile", kernels, shards);
      case GAUSSIAN -> values("gaussian", kernels, shards);
    };
  }

  /** Sets of labels for each step. */
  private static SmallProblem labelled(String kernels, int shards) {
    return of(
        """
        data { format = delimited, train = unused, input.column = 0, target.column = 1 }
        model {
          topology = many-to-many, embedding = 5, output = sigmoid
          layers = [ { cell = lstm, units = 6, dropout = 0.2 } ]
        }
        """,
        kernels,
        shards,
        CLASSES);
  }

  /** Two real values per sequence, of which some are missing. */
  private static SmallProblem values(String output, String kernels, int shards) {
    return of(
        """
        data { format = delimited, train = unused, target { column = 1, width = 2 } }
        model {
          topology = many-to-one, embedding = 5, output = %s
          layers = [ { cell = gru, units = 7, dropout = 0.3 } ]
        }
        """
            .formatted(output),
        kernels,
        shards,
        CLASSES);
  }

  /** Tags that fit together, or texts. */
  private static SmallProblem ofOutput(String output, String kernels, int shards) {
    return of(
        """
        data { format = delimited, train = unused, input.column = 0, target.column = 1 }
        model {
          topology = many-to-many, embedding = 5, output = %s
          layers = [ { cell = lstm, units = 6, bidirectional = true, dropout = 0.2 } ]
        }
        """
            .formatted(output),
        kernels,
        shards,
        CLASSES);
  }

  /** The same data and network, learned in another way. */
  public SmallProblem with(String... settings) {
    Job other = JobReader.read(job.toHocon(), "small.conf", List.of(settings));
    return new SmallProblem(other, train, valid, setup);
  }

  private static SmallProblem of(String head, String kernels, int shards, int classes) {
    return of(head, kernels, shards, InputShape.ofSymbols(SYMBOLS), classes);
  }

  private static SmallProblem of(
      String head, String kernels, int shards, InputShape input, int classes) {
    Job job = JobReader.read(head + TRAINING, "small.conf", List.of());
    TrainingSetup setup =
        new TrainingSetup(
            job.model(),
            input,
            Tasks.output(job, targets(job, classes)),
            BLOCK,
            job.training().truncate(),
            9,
            kernels);
    Random random = new Random(17);
    return new SmallProblem(
        job,
        shards(random, 9 * shards, shards, setup),
        shards(random, 5 * shards, shards, setup),
        setup);
  }

  /** Sequences of 1 to 9 steps, each in the shard that its identity says. */
  private static List<Shard> shards(Random random, int sequences, int shards, TrainingSetup setup) {
    List<List<Example>> examples = new ArrayList<>();
    for (int s = 0; s < shards; s++) {
      examples.add(new ArrayList<>());
    }
    for (int i = 0; i < sequences; i++) {
      long id = random.nextLong();
      examples.get(Shard.place(id, shards)).add(example(random, id, setup));
    }
    List<Shard> result = new ArrayList<>();
    for (int s = 0; s < shards; s++) {
      result.add(Shard.of(s, examples.get(s)));
    }
    return result;
  }

  private static Example example(Random random, long id, TrainingSetup setup) {
    int steps = 1 + random.nextInt(9);
    int[] symbols =
        setup.input().symbols() == 0
            ? new int[0]
            : random.ints(steps, 0, setup.input().symbols()).toArray();
    float[] features = new float[steps * setup.input().features()];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    int targets = setup.targetPerStep() ? steps : 1;
    int[] classes = random.ints(targets, 0, setup.output().outputs()).toArray();
    Example example = new Example(id, steps, symbols, features, classes);
    return switch (setup.model().predicted().type()) {
      case CLASS -> example;
      case LABELS -> example.withTargets(sets(classes));
      case VALUES -> example.withTargets(reals(random, targets));
      case TEXT ->
          // The last output is the blank.
          example.withTargets(
              TestBlocks.text(random.ints(steps, 0, setup.output().outputs() - 1).toArray()));
    };
  }

  private static Targets.Reals reals(Random random, int targets) {
    float[] values = new float[2 * targets];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(5) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    return new Targets.Reals(targets, values);
  }

  /** Of each class a set: none of the first one. */
  private static Targets.Labels sets(int[] classes) {
    int[] ends = new int[classes.length];
    int[] labels = new int[classes.length];
    int n = 0;
    for (int t = 0; t < classes.length; t++) {
      if (classes[t] > 0) {
        labels[n++] = classes[t];
      }
      ends[t] = n;
    }
    return new Targets.Labels(Arrays.copyOf(labels, n), ends);
  }

  /** The rounds that the job asks for. */
  public Rounds rounds() {
    int[] sizes = train.stream().mapToInt(Shard::size).toArray();
    return job.training().hasBatchSize()
        ? Rounds.ofBatches(sizes, BLOCK, job.training().batchSize())
        : Rounds.perEpoch(sizes, BLOCK, 1);
  }

  /** A bound on the weight of every round. */
  public double weightBound() {
    return train.stream().mapToLong(Shard::targets).sum();
  }

  /** Gradients by this many threads. */
  public LocalGradientSource source(int threads) {
    return new LocalGradientSource(setup, train, valid, rounds(), weightBound(), threads);
  }

  /** Kernels for the calling thread. */
  public Kernels kernels() {
    return Kernels.named(setup.kernels()).create();
  }

  /** Names, shapes and first values of the network's parameters. */
  public Parameters initial() {
    Network network = new Network(setup.model(), setup.input(), setup.output(), kernels());
    return Parameters.initial(network.parameters(), setup.seed());
  }

  /** The state before the first round. */
  public TrainingState begin() {
    Parameters initial = initial();
    return new TrainingState(
        initial, OptimizerState.initial(Optimizer.of(job.training().optimizer()), initial));
  }

  /** A trainer of this job on a source. */
  public Trainer trainer(GradientSource source, TrainingListener... listeners) {
    return new Trainer(job, kernels(), source, initial(), List.of(listeners));
  }
}
