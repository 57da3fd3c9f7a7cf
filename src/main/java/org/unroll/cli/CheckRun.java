package org.unroll.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.check.Findings;
import org.unroll.check.PlannedRun;
import org.unroll.check.ShardSurvey;
import org.unroll.check.Speed;
import org.unroll.check.TimeEstimate;
import org.unroll.check.Warning;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.config.SyncConfig;
import org.unroll.config.ValidSource;
import org.unroll.data.DataSummary;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.data.TargetCoding;
import org.unroll.nn.Network;
import org.unroll.spark.Baselines;
import org.unroll.spark.Dataset;
import org.unroll.store.Directory;
import org.unroll.store.EditedFile;
import org.unroll.task.Tasks;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.WarmUp;
import org.unroll.train.GradientSource;
import org.unroll.train.PublishedParameters;
import org.unroll.train.RoundRequest;
import org.unroll.train.ShardWorker;
import org.unroll.train.TrainingSetup;
import scala.Tuple2;

/** Finds out what a run would take, by reading its data and computing a few of its blocks. */
final class CheckRun {
  /** Marks a content that training holds; below it stands how often validation does. */
  private static final long IN_TRAINING = 1L << 62;

  private static final int OVERHEAD_ROUNDS = 10;

  private final Job job;
  private final JavaSparkContext spark;
  private final EditedFile edited;

  /**
   * What was found.
   *
   * @param kernels that training would compute with
   * @param warmUp how compiling them went
   * @param limits what Spark was given too little of
   * @param vectors what files of pretrained vectors cover
   * @param targets how targets become numbers
   */
  record Result(
      Findings findings,
      KernelChoice kernels,
      WarmUp warmUp,
      MemoryEstimate memory,
      List<Warning> limits,
      List<VectorCoverage> vectors,
      TargetCoding targets) {}

  CheckRun(Job job, JavaSparkContext spark, EditedFile edited) {
    this.edited = edited;
    this.job = job;
    this.spark = spark;
  }

  Result run() {
    FrozenParts.check(job);
    if (job.output().hasDir()) {
      // Looks at nothing but the path itself.
      Directory.at(job.output().dir(), spark.hadoopConfiguration());
    }
    try (Dataset dataset = StartingPoint.read(job, spark, edited)) {
      return run(dataset);
    }
  }

  private Result run(Dataset dataset) {
    KernelChoice kernels = Kernels.choose();
    WarmUp warmUp = kernels.create().warmUp();
    DataSummary summary = dataset.summary();
    TrainingSetup setup =
        Setups.of(job, dataset.inputs(), dataset.targets(), summary.train(), kernels.name());
    MemoryEstimate memory =
        MemoryEstimate.of(
            job, setup, summary.train(), dataset.train().getNumPartitions(), spark.getConf());
    List<Warning> limits = limits(memory);
    List<VectorCoverage> vectors = VectorCoverage.of(job, spark, dataset);
    ShardSurvey survey = survey(dataset.train(), setup);
    Rounds rounds = Setups.rounds(job, summary.train());
    Role scored = dataset.valid() == null ? Role.TRAIN : Role.VALID;
    Findings findings =
        new Findings(
            new PlannedRun(job, dataset.inputs(), dataset.targets().names(), summary, rounds),
            survey,
            duplicates(dataset),
            Baselines.score(spark, Tasks.of(job), dataset, scored).orElse(null),
            scored,
            memory.parameters(),
            // What does not fit is not tried out.
            limits.isEmpty() ? time(dataset, setup, survey, rounds) : Optional.empty());
    return new Result(findings, kernels, warmUp, memory, limits, vectors, dataset.targets());
  }

  private static List<Warning> limits(MemoryEstimate memory) {
    try {
      memory.check();
      return List.of();
    } catch (UsageException e) {
      return e.getMessage()
          .lines()
          .map(line -> line.split("; ", 2))
          .map(parts -> new Warning(parts[0], parts.length > 1 ? parts[1] : "give more memory"))
          .toList();
    }
  }

  private static ShardSurvey survey(JavaRDD<Shard> train, TrainingSetup setup) {
    ShardSurvey all = new ShardSurvey(setup.input().symbols());
    train.mapPartitions(shards -> survey(shards, setup)).collect().forEach(all::add);
    return all;
  }

  private static Iterator<ShardSurvey> survey(Iterator<Shard> shards, TrainingSetup setup) {
    ShardSurvey survey = new ShardSurvey(setup.input().symbols());
    shards.forEachRemaining(shard -> survey.add(shard, setup));
    return List.of(survey).iterator();
  }

  /**
   * Sequences of the other roles that training holds too, of streams those that it mostly holds.
   * The pieces at the end of a stream are none of those before it.
   */
  private Map<Role, Long> duplicates(Dataset dataset) {
    Map<Role, Long> duplicates = new EnumMap<>(Role.class);
    boolean ownFiles =
        job.data().format() != DataConfig.Format.STREAM
            || job.data().valid() instanceof ValidSource.Path;
    if (dataset.valid() != null && ownFiles) {
      duplicates.put(Role.VALID, duplicates(dataset.train(), dataset.valid()));
    }
    if (dataset.test() != null) {
      duplicates.put(Role.TEST, duplicates(dataset.train(), dataset.test()));
    }
    return duplicates;
  }

  private long duplicates(JavaRDD<Shard> train, JavaRDD<Shard> other) {
    return job.data().format() == DataConfig.Format.STREAM
        ? streams(train, other, job.data().piece())
        : rows(train, other);
  }

  /** Validation reads a stream as a whole, training in pieces. */
  private static long streams(JavaRDD<Shard> train, JavaRDD<Shard> other, int piece) {
    long[] known =
        contents(train, IN_TRAINING).keys().collect().stream()
            .mapToLong(Long::longValue)
            .sorted()
            .toArray();
    return other
        .map(
            shard ->
                IntStream.range(0, shard.size())
                    .filter(i -> ShardSurvey.isMostlyKnown(shard, i, piece, known))
                    .count())
        .fold(0L, Long::sum);
  }

  private static long rows(JavaRDD<Shard> train, JavaRDD<Shard> other) {
    return contents(train, IN_TRAINING)
        .union(contents(other, 1))
        .reduceByKey((a, b) -> ((a | b) & IN_TRAINING) | ((a & ~IN_TRAINING) + (b & ~IN_TRAINING)))
        .values()
        .filter(seen -> seen > IN_TRAINING)
        .map(seen -> seen & ~IN_TRAINING)
        .fold(0L, Long::sum);
  }

  private static JavaPairRDD<Long, Long> contents(JavaRDD<Shard> shards, long mark) {
    return shards.flatMapToPair(
        shard ->
            IntStream.range(0, shard.size())
                .mapToObj(i -> new Tuple2<>(ShardSurvey.content(shard, i), mark))
                .iterator());
  }

  private Optional<TimeEstimate> time(
      Dataset dataset, TrainingSetup setup, ShardSurvey survey, Rounds rounds) {
    Kernels kernels = Kernels.named(setup.kernels()).create();
    Network network = new Network(job.model(), setup.input(), setup.output(), kernels);
    Parameters parameters = Parameters.initial(network.parameters(), job.training().seed());
    SplitSummary train = dataset.summary().train();
    SplitSummary valid = dataset.summary().valid();
    int cores = spark.defaultParallelism();
    try {
      Speed speed = speed(dataset.train(), setup, parameters, cores, train.targets());
      return speed.isKnown()
          ? Optional.of(
              TimeEstimate.of(
                  speed,
                  survey,
                  rounds,
                  valid == null ? 0 : valid.steps(),
                  overhead(dataset, setup, parameters),
                  cores,
                  dataset.train().getNumPartitions(),
                  job.training().epochs()))
          : Optional.empty();
    } finally {
      ShardWorker.release(setup);
    }
  }

  /** Blocks on as many threads as training will have, where training will have them. */
  private Speed speed(
      JavaRDD<Shard> train,
      TrainingSetup setup,
      Parameters parameters,
      int cores,
      double weightBound) {
    Broadcast<PublishedParameters> theta = spark.broadcast(new PublishedParameters(parameters));
    try {
      return train
          .mapPartitionsWithIndex(
              (partition, shards) ->
                  partition < cores
                      ? speed(setup, theta.value(), shards, weightBound)
                      : List.<Speed>of().iterator(),
              true)
          .collect()
          .stream()
          .reduce(Speed.NONE, Speed::plus);
    } finally {
      theta.destroy();
    }
  }

  private static Iterator<Speed> speed(
      TrainingSetup setup, PublishedParameters theta, Iterator<Shard> shards, double weightBound) {
    List<Shard> some = new ArrayList<>();
    while (shards.hasNext() && some.size() < 4) {
      Shard shard = shards.next();
      if (shard.size() > 0) {
        some.add(shard);
      }
    }
    return some.isEmpty()
        ? List.<Speed>of().iterator()
        : List.of(Speed.measure(setup, theta, some, weightBound, Speed.SECONDS)).iterator();
  }

  /** Seconds of a round in which no shard has a block: the least of a few. */
  private double overhead(Dataset dataset, TrainingSetup setup, Parameters parameters) {
    int shards = dataset.summary().train().shards();
    Rounds empty = Rounds.perEpoch(new int[shards], setup.blockSize(), 1);
    Engine engine = new Engine(job, spark, setup, dataset, empty, said -> {});
    // On a cluster training will try both engines; the one that is always possible is measured.
    boolean undecided = job.sync().engine() == SyncConfig.Engine.AUTO && !spark.isLocal();
    double least = Double.POSITIVE_INFINITY;
    try (GradientSource source = undecided ? engine.onSpark() : engine.open(null, chosen -> {})) {
      long begin = System.nanoTime();
      for (int i = 0; i < OVERHEAD_ROUNDS && (i < 2 || System.nanoTime() - begin < 1e9); i++) {
        long start = System.nanoTime();
        source.gradient(parameters, new RoundRequest(0, 0, 0));
        least = Math.min(least, (System.nanoTime() - start) / 1e9);
      }
    }
    return least;
  }
}
