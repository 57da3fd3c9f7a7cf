package org.unroll.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.ModelConfig.Output;
import org.unroll.config.TargetType;
import org.unroll.data.Example;
import org.unroll.data.FeatureScaler;
import org.unroll.data.InputShape;
import org.unroll.data.TargetCoding;
import org.unroll.data.Targets;
import org.unroll.data.Vocabulary;
import org.unroll.hash.Hash;
import org.unroll.nn.Architecture;
import org.unroll.nn.head.HeadSpec;
import org.unroll.task.Tasks;
import org.unroll.train.TrainingSetup;

/**
 * What is measured: a job and its data in memory.
 *
 * @param job how to train; it must have {@code training.batch-size}
 * @param input what a step of the data gives
 * @param classes number of target classes
 * @param shards training data, in the order of their index
 * @param folds whether an embedding is folded into a table, where the network can
 */
public record Workload(Job job, InputShape input, int classes, List<Shard> shards, boolean folds) {
  /** Blocks in a synthetic shard: one pool of the length sort, as in shards of real data. */
  /** Symbols of a text per 100 steps: so few that they can be aligned, were they all the same. */
  private static final int TEXT_PERCENT = 30;

  private static final int BLOCKS_PER_SHARD = 16;

  /** Most sequences of a synthetic data set; beyond, more of the same would only take time. */
  private static final int MOST_SEQUENCES = 1 << 16;

  private static final int LONGEST_WORD = 9;
  private static final long SEED = 1;

  public Workload {
    shards = List.copyOf(shards);
  }

  /** With a table where the network makes one by itself. */
  public Workload(Job job, InputShape input, int classes, List<Shard> shards) {
    this(job, input, classes, shards, Architecture.foldsByDefault(input));
  }

  /** The same with or without a table. */
  public Workload withTable(boolean folds) {
    return new Workload(job, input, classes, shards, folds);
  }

  /**
   * A job file, ready to be measured.
   *
   * @param batch sequences per update; 0 for what the job says, or 64 if it says nothing
   * @param block sequences in a block; 0 for what the job says
   */
  public static Job job(Path file, int batch, int block) {
    List<String> overrides = new ArrayList<>();
    overrides.add("training.epochs=" + NetworkFlags.EPOCHS);
    overrides.add("training.patience=0");
    if (block > 0) {
      overrides.add("training.block-size=" + block);
    }
    boolean given = JobReader.read(file, List.of()).training().hasBatchSize();
    if (batch > 0 || !given) {
      overrides.add("sync.rounds-per-epoch=");
      overrides.add("training.batch-size=" + (batch > 0 ? batch : 64));
    }
    return JobReader.read(file, overrides);
  }

  /**
   * Random sequences for a job.
   *
   * @param input symbols or real values per step
   * @param classes number of target classes
   * @param threads threads that will share the blocks of a round
   */
  public static Workload synthetic(
      Job job, InputShape input, int classes, Lengths lengths, int threads) {
    int block = job.training().blockSize();
    int blocksPerRound = (job.training().batchSize() + block - 1) / block;
    int perShard = Math.min(BLOCKS_PER_SHARD * block, MOST_SEQUENCES);
    // The k-th block of a round comes from the k-th shard, and threads share shards.
    int count = Math.max(1, Math.min(Math.max(blocksPerRound, threads), MOST_SEQUENCES / perShard));
    boolean perStep = job.model().topology().targetPerStep();
    List<Shard> shards = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      shards.add(shard(s, perShard, input, perStep ? 0 : 1, targets(job, classes), lengths));
    }
    return new Workload(job, input, classes, shards);
  }

  /**
   * Random targets: all classes alike, or, where the cost depends on it, falling as in text, nearly
   * as Zipf's law has it; one label of each set; real values of variance 1; texts of fewer symbols
   * than steps.
   */
  private static Draw targets(Job job, int classes) {
    if (job.model().output().targets() == TargetType.VALUES) {
      int width = job.data().target().width();
      return (random, targets) -> {
        float[] values = new float[Math.multiplyExact(targets, width)];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
        }
        return new Targets.Reals(targets, values);
      };
    }
    if (job.model().output().targets() == TargetType.TEXT) {
      return (random, targets) ->
          new Targets.Text(random.ints(targets * TEXT_PERCENT / 100, 0, classes).toArray());
    }
    if (job.model().predicted().type() == TargetType.LABELS) {
      return (random, targets) -> {
        int[] labels = random.ints(targets, 0, classes).toArray();
        return new Targets.Labels(labels, IntStream.rangeClosed(1, targets).toArray());
      };
    }
    return job.model().output() == Output.ADAPTIVE_SOFTMAX
        ? classes(random -> (int) StrictMath.pow(classes, random.nextDouble()) - 1)
        : classes(random -> random.nextInt(classes));
  }

  /** Draws the targets of a sequence. */
  private interface Draw {
    Targets draw(Random random, int targets);
  }

  private static Draw classes(ToIntFunction<Random> target) {
    return (random, targets) -> {
      int[] classes = new int[targets];
      Arrays.setAll(classes, t -> target.applyAsInt(random));
      return new Targets.Classes(classes);
    };
  }

  /** A shard of random symbols, or of real values of variance 1, and classes that are all alike. */
  static Shard shard(
      int index, int sequences, InputShape input, int targets, int classes, Lengths lengths) {
    return shard(
        index, sequences, input, targets, classes(random -> random.nextInt(classes)), lengths);
  }

  /**
   * As {@link #shard(int, int, InputShape, int, int, Lengths)}, with other targets.
   *
   * @param targets number of targets of a sequence; 0 for one per step
   * @param draw draws them
   */
  private static Shard shard(
      int index, int sequences, InputShape input, int targets, Draw draw, Lengths lengths) {
    Random random = new Random(Hash.of(SEED, index));
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      int steps = lengths.next(random);
      int fields = input.fields().size();
      int[] symbols = new int[Math.multiplyExact(steps, fields)];
      for (int s = 0; s < symbols.length; s++) {
        symbols[s] = random.nextInt(input.fields().get(s % fields).size());
      }
      float[] features = new float[Math.multiplyExact(steps, input.features())];
      for (int f = 0; f < features.length; f++) {
        features[f] = (float) random.nextGaussian();
      }
      Targets drawn = draw.draw(random, targets == 0 ? steps : targets);
      int[] wordEnds = new int[input.characters() > 0 ? steps : 0];
      for (int t = 0; t < wordEnds.length; t++) {
        wordEnds[t] = (t == 0 ? 0 : wordEnds[t - 1]) + 1 + random.nextInt(LONGEST_WORD);
      }
      int[] characters =
          wordEnds.length == 0
              ? wordEnds
              : random.ints(wordEnds[steps - 1], 0, input.characters()).toArray();
      long id = Hash.of(SEED, index, i);
      examples.add(new Example(id, steps, symbols, features, characters, wordEnds, drawn, 1));
    }
    return Shard.of(index, examples);
  }

  /** Whether the network looks up {@code W_ih E[v]} in a table instead of multiplying per step. */
  public boolean table() {
    return folds && Architecture.canFold(job.model(), input);
  }

  /** Which blocks belong to which round. */
  Rounds rounds() {
    int[] sizes = shards.stream().mapToInt(Shard::size).toArray();
    return Rounds.ofBatches(sizes, job.training().blockSize(), job.training().batchSize());
  }

  /** What workers must know. */
  TrainingSetup setup(String kernels) {
    return new TrainingSetup(
            job.model(),
            input,
            output(),
            job.training().blockSize(),
            job.training().truncate(),
            job.training().seed(),
            kernels,
            folds)
        .recomputing(job.training().recomputeAbove());
  }

  /** The output layer, of classes without names, or of values that are not scaled. */
  private HeadSpec output() {
    if (job.model().output().targets() == TargetType.VALUES) {
      int width = job.data().target().width();
      return Tasks.output(job, TargetCoding.ofValues(FeatureScaler.none(width)));
    }
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return Tasks.output(job, TargetCoding.of(Vocabulary.of(Vocabulary.Kind.LABELS, names)));
  }

  /** At least the weight of any round. */
  double weightBound() {
    return shards.stream().mapToLong(Shard::targets).sum();
  }
}
