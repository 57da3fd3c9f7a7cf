package org.unroll.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.unroll.batch.Shard;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.config.Problem;
import org.unroll.config.ValidSource;
import org.unroll.data.BadRowPolicy;
import org.unroll.data.DataException;
import org.unroll.data.DataSummary;
import org.unroll.data.InputCoding;
import org.unroll.data.Intake;
import org.unroll.data.LabelRules;
import org.unroll.data.Role;
import org.unroll.data.SequenceShape;
import org.unroll.data.SplitSummary;
import org.unroll.data.ValueRules;
import org.unroll.hash.Hash;
import scala.Function1;
import scala.Tuple2;

/**
 * Reads files into cached shards with two Spark jobs: one counts symbols and sequences, one encodes
 * and moves every sequence to its shard. What the shards hold depends on data and job only.
 */
public final class DatasetReader {
  private final JavaSparkContext spark;
  private final DatasetRequest request;
  private final Configuration hadoop;
  private final RequestedFiles requested;
  private final Map<Role, List<InputFile>> files;
  private final Places places;
  private final FirstRows firstRows;

  private DatasetReader(JavaSparkContext spark, DatasetRequest request) {
    this.spark = spark;
    this.request = request;
    hadoop = spark.hadoopConfiguration();
    requested = RequestedFiles.of(hadoop, request);
    files = requested.byRole();
    boolean rows = request.data().format() == DataConfig.Format.PARQUET;
    places = new Places(hadoop, files, rows);
    firstRows = new FirstRows(hadoop, request, files);
  }

  /** Reads the data of a job. */
  public static Dataset read(JavaSparkContext spark, Job job) {
    return read(spark, DatasetRequest.of(job));
  }

  /**
   * Reads data.
   *
   * @throws DataException if files are missing, unreadable or empty, or hold rows that the job does
   *     not tolerate
   */
  public static Dataset read(JavaSparkContext spark, DatasetRequest request) {
    DatasetReader reader = new DatasetReader(spark, request);
    return SparkErrors.run(reader::read);
  }

  private Dataset read() {
    List<Runnable> held = new ArrayList<>();
    Runnable release = () -> held.forEach(Runnable::run);
    try {
      return read(held, release);
    } catch (RuntimeException e) {
      release.run();
      throw e;
    }
  }

  private Dataset read(List<Runnable> held, Runnable release) {
    DataConfig data = request.data();
    ReadSettings settings = firstRows.settings();
    int parallelism = spark.defaultParallelism();
    List<ReadTask> plan =
        new ReadPlan(data, request.valid()).tasks(files, parallelism, decompressedLengths());
    JavaRDD<ReadTask> tasks = spark.parallelize(plan, plan.size());
    Broadcast<SerializableConfiguration> conf =
        spark.broadcast(new SerializableConfiguration(hadoop));
    held.add(conf::destroy);

    FirstPass pass = firstPass(tasks, conf, settings, Math.min(parallelism, plan.size()));
    SymbolCounter.Result counted = pass.counted();
    SequenceShape shape = settings.shape(Role.TRAIN);
    LabelRules.check(counted.targets(), shape.kind(), request.train());
    requireSequences(counted.intake(), pass.share());
    ShardLayout layout =
        ShardLayout.of(
            shards(counted.intake()),
            request.partitions() > 0 ? request.partitions() : parallelism);
    List<Problem> doubts = new ArrayList<>(requested.doubts());
    pass.share().doubt().ifPresent(doubts::add);
    Coding coding = Coding.of(request, counted, shape, settings.fields(), doubts);
    Broadcast<Coding> shared = spark.broadcast(coding);
    held.add(shared::destroy);

    JavaRDD<Serializable> cached =
        encode(tasks, conf, pass.settings(), layout, shared)
            .persist(StorageLevel.MEMORY_AND_DISK());
    held.add(() -> cached.unpersist(false));
    int classes = shape.languageModel() ? 0 : coding.targets().size();
    Tally tally = tally(cached, layout, coding.unknown(), classes);
    // The labels of validation and test rows are known to be good or bad only now.
    BadRowPolicy.check(tally.intake, data, places::of, firstRows::like);
    requireSequences(tally.intake, pass.share());
    DataSummary summary = summary(tally, coding, doubts);
    return new Dataset(
        select(cached, layout, Role.TRAIN),
        select(cached, layout, Role.VALID),
        select(cached, layout, Role.TEST),
        coding.inputs(),
        coding.targets(),
        summary,
        tally.intake.rejects(),
        release);
  }

  /** Where a compressed stream's end begins is known only after reading it. */
  private Map<String, Long> decompressedLengths() {
    Map<String, Long> lengths = new HashMap<>();
    if (!(request.valid() instanceof ValidSource.Tail)) {
      return lengths;
    }
    List<InputFile> compressed =
        files.get(Role.TRAIN).stream().filter(InputFile::compressed).toList();
    if (compressed.isEmpty()) {
      return lengths;
    }
    SerializableConfiguration conf = new SerializableConfiguration(hadoop);
    DataConfig data = request.data();
    List<Tuple2<String, Long>> found =
        spark
            .parallelize(compressed, compressed.size())
            .map(file -> new Tuple2<>(file.uri(), decompressedLength(conf, data, file)))
            .collect();
    found.forEach(each -> lengths.put(each._1(), each._2()));
    return lengths;
  }

  private static long decompressedLength(
      SerializableConfiguration conf, DataConfig data, InputFile file) {
    try (InputStream in = TextInput.of(conf.value(), data).open(file, 0)) {
      return Files.decompressedLength(in);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw Unreadable.because(file.name(), e);
    }
  }

  /** What the first pass found, and the settings for the second. */
  private record FirstPass(SymbolCounter.Result counted, ReadSettings settings, ValidShare share) {}

  /** Counts; once more where rows chosen for validation are to stay in training. */
  private FirstPass firstPass(
      JavaRDD<ReadTask> tasks,
      Broadcast<SerializableConfiguration> conf,
      ReadSettings settings,
      int reducers) {
    SymbolCounter.Result counted = count(tasks, conf, settings, reducers);
    BadRowPolicy.check(counted.intake(), settings.data(), places::of, firstRows::like);
    ValidShare share = ValidShare.of(request.valid(), counted);
    if (share.labels().isEmpty()) {
      return new FirstPass(counted, settings, share);
    }
    ReadSettings trained = settings.training(share.labels());
    SymbolCounter.Result again = count(tasks, conf, trained, reducers);
    return new FirstPass(again, trained, share.after(counted, again));
  }

  private SymbolCounter.Result count(
      JavaRDD<ReadTask> tasks,
      Broadcast<SerializableConfiguration> conf,
      ReadSettings settings,
      int reducers) {
    boolean symbols = request.countsSymbols();
    // Only a few bad rows are shown at this point; the second pass keeps what goes to quarantine.
    int keep = Math.min(3, BadRowPolicy.keep(settings.data()));
    boolean characters = request.characters();
    IntStream ofFields =
        InputCoding.symbols(settings.data()).stream().mapToInt(DataConfig.Field::minCount);
    int[] minCounts =
        (characters ? IntStream.concat(ofFields, IntStream.of(1)) : ofFields).toArray();
    int fields = minCounts.length - (characters ? 1 : 0);
    int features = InputCoding.features(settings.data());
    int values = settings.values();
    int maxSize = settings.data().vocabulary().maxSize();
    return SymbolCounter.Result.of(
        tasks
            .mapPartitionsToPair(
                task ->
                    new SymbolCounter(
                        cursor(settings, conf, task, keep),
                        symbols,
                        fields,
                        characters,
                        features,
                        values))
            .reduceByKey(SymbolCounter::add, reducers)
            .mapPartitions(counts -> SymbolCounter.prune(counts, minCounts, maxSize))
            .collect(),
        minCounts.length,
        features,
        values);
  }

  private static RowCursor cursor(
      ReadSettings settings,
      Broadcast<SerializableConfiguration> conf,
      Iterator<ReadTask> task,
      int keep) {
    return new RowCursor(settings, conf.value().value(), task.next(), keep);
  }

  /** Number of shards of each role. */
  private int[] shards(Intake intake) {
    int[] shards = new int[Role.values().length];
    for (Role role : Role.values()) {
      long sequences = intake.counts(role).sequences();
      if (isAsked(role)) {
        shards[role.ordinal()] =
            role == Role.TRAIN && request.shards() > 0
                ? request.shards()
                : Shard.count(sequences, request.blockSize());
      }
    }
    return shards;
  }

  private boolean isAsked(Role role) {
    return files.containsKey(role)
        || role == Role.VALID && !(request.valid() instanceof ValidSource.None);
  }

  /** Where the rows of a role are from: the first of their files, or the choice from others. */
  private String place(Role role) {
    return files.containsKey(role)
        ? files.get(role).get(0).name()
        : role.key() + " = " + request.valid();
  }

  private void requireSequences(Intake intake, ValidShare share) {
    for (Role role : Role.values()) {
      Intake.Counts counts = intake.counts(role);
      if (isAsked(role) && counts.sequences() == 0) {
        boolean chosen = role == Role.VALID && !files.containsKey(role);
        Optional<Problem> why = share.whyNone(role, intake);
        if (why.isPresent()) {
          throw new DataException(why.get());
        }
        throw new DataException(
            new Problem(
                request.key(role) + " must hold at least one sequence",
                counts.read() == 0 ? "no rows" : "none: " + counts.describe(),
                place(role),
                chosen ? "choose more rows, or give a file" : "give files with sequences"));
      }
    }
  }

  private static JavaRDD<Serializable> encode(
      JavaRDD<ReadTask> tasks,
      Broadcast<SerializableConfiguration> conf,
      ReadSettings settings,
      ShardLayout layout,
      Broadcast<Coding> coding) {
    int keep = BadRowPolicy.keep(settings.data());
    JavaPairRDD<Integer, Object> moved =
        tasks
            .mapPartitionsToPair(
                task ->
                    new ShardWriter(
                        cursor(settings, conf, task, keep),
                        settings,
                        layout,
                        coding.value().inputs(),
                        coding.value().targets()))
            .partitionBy(new ShardPartitioner(layout));
    return moved
        .mapPartitionsWithIndex(
            (partition, arrived) -> ShardBuilder.build(layout, partition, arrived), true)
        .setName("shards");
  }

  /** What all shards amount to. */
  private record Tally(Map<Role, SplitTally> splits, Intake intake) {}

  private static Tally tally(
      JavaRDD<Serializable> cached, ShardLayout layout, int unknown, int classes) {
    List<Serializable> partial =
        cached
            .mapPartitionsWithIndex(
                (partition, elements) -> tally(layout, partition, elements, unknown, classes),
                false)
            .collect();
    Tally tally = new Tally(new EnumMap<>(Role.class), new Intake(BadRowPolicy.QUARANTINE_ROWS));
    for (Serializable each : partial) {
      if (each instanceof Intake intake) {
        tally.intake.merge(intake);
      } else if (each instanceof SplitTally split) {
        tally.splits.merge(
            split.role(),
            split,
            (to, from) -> {
              to.add(from);
              return to;
            });
      }
    }
    return tally;
  }

  private static Iterator<Serializable> tally(
      ShardLayout layout,
      int partition,
      Iterator<Serializable> elements,
      int unknown,
      int classes) {
    Role role = layout.role(partition);
    if (role == null) {
      return elements;
    }
    SplitTally tally = new SplitTally(role, layout.shards()[role.ordinal()], unknown, classes);
    elements.forEachRemaining(shard -> tally.add((Shard) shard));
    return List.<Serializable>of(tally).iterator();
  }

  private DataSummary summary(Tally tally, Coding coding, List<Problem> doubts) {
    Map<Role, SplitSummary> splits = new EnumMap<>(Role.class);
    Map<Role, String> fingerprints = new EnumMap<>(Role.class);
    long meaning = Hash.of(coding.inputs().fingerprint(), coding.targets().fingerprint());
    tally.splits.forEach(
        (role, split) -> {
          SplitSummary summary = split.summary(tally.intake.counts(role));
          if (coding.targets().areValues()) {
            ValueRules.requireAny(role, summary, place(role));
            ValueRules.missing(role, summary, place(role)).ifPresent(doubts::add);
          } else {
            UnknownLabels.requireKnown(role, summary, place(role));
            UnknownLabels.doubt(role, summary, request.countsSymbols(), place(role))
                .ifPresent(doubts::add);
          }
          splits.put(role, summary);
          fingerprints.put(role, split.fingerprint(meaning));
        });
    return new DataSummary(
        splits.get(Role.TRAIN),
        splits.get(Role.VALID),
        splits.get(Role.TEST),
        fingerprints,
        doubts);
  }

  /** The partitions of one role, with no copy. */
  @SuppressWarnings("unchecked")
  private static JavaRDD<Shard> select(
      JavaRDD<Serializable> cached, ShardLayout layout, Role role) {
    if (layout.partitions(role) == 0) {
      return null;
    }
    int first = layout.firstPartition(role);
    int end = first + layout.partitions(role);
    Function1<Object, Object> isOfRole =
        (Function1<Object, Object> & Serializable)
            partition -> (Integer) partition >= first && (Integer) partition < end;
    RDD<?> selected = PartitionPruningRDD.create(cached.rdd(), isOfRole);
    return JavaRDD.fromRDD(
        (RDD<Shard>) selected, scala.reflect.ClassTag$.MODULE$.apply(Shard.class));
  }
}
