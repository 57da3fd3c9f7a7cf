package org.unroll.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.unroll.batch.Shard;
import org.unroll.bench.RoundBench;
import org.unroll.spark.SparkGradientSource;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.text.Counts;

/** What a round costs on Spark and on threads of the driver, split into its parts. */
final class SparkRounds {
  private final JavaSparkContext spark;
  private final double seconds;
  private final Consumer<String> log;

  /**
   * A measurement.
   *
   * @param seconds each of its four parts takes half of it: one quarter to warm up, one measured
   */
  SparkRounds(JavaSparkContext spark, double seconds, Consumer<String> log) {
    this.spark = spark;
    this.seconds = seconds / 2;
    this.log = log;
  }

  /** Empty rounds, and rounds of so many parameters. */
  Map<String, Object> measure(long parameters) {
    KernelChoice choice = Kernels.choose();
    int workers = spark.defaultParallelism();
    RoundBench empty = new RoundBench(0, workers, choice);
    RoundBench full = new RoundBench(parameters, workers, choice);
    log.accept(
        "rounds of "
            + Counts.of(full.parameters(), "parameter")
            + " on "
            + Counts.of(workers, "worker"));
    Map<String, Object> emptyOnSpark = onSpark(empty);
    Map<String, Object> fullOnSpark = onSpark(full);
    RoundBench.Timing emptyOnThreads = empty.onThreads(seconds);
    RoundBench.Timing fullOnThreads = full.onThreads(seconds);
    return new Figures()
        .put("spark-round-ms", fullOnSpark.get("round"))
        .put("driver-round-ms", fullOnThreads.round())
        .put("spark-empty-round-ms", emptyOnSpark.get("round"))
        .put("driver-empty-round-ms", emptyOnThreads.round())
        .put("parameters", full.parameters())
        .put("empty-parameters", empty.parameters())
        .put("workers", workers)
        .put("master", spark.master())
        .put("spark-parts-ms", fullOnSpark)
        .put("driver-parts-ms", parts(fullOnThreads))
        .put("spark-empty-parts-ms", emptyOnSpark)
        .put("driver-empty-parts-ms", parts(emptyOnThreads))
        .put("kernels", choice.name())
        .map();
  }

  private static Map<String, Object> parts(RoundBench.Timing timing) {
    return new Figures()
        .put("round", timing.round())
        .put("gradient", timing.gradient())
        .put("compute", timing.compute())
        .put("update", timing.update())
        .put("rounds", timing.rounds())
        .map();
  }

  private Map<String, Object> onSpark(RoundBench bench) {
    Events events = new Events();
    spark.sc().addSparkListener(events);
    int workers = bench.shards().size();
    JavaRDD<Shard> shards = spark.parallelize(bench.shards(), workers).cache();
    try (SparkGradientSource source =
        new SparkGradientSource(
            spark, bench.setup(), shards, null, bench.rounds(), bench.weightBound())) {
      List<long[]> calls = new ArrayList<>();
      RoundBench.Timing timing =
          bench.run(source, seconds, (begin, end) -> calls.add(new long[] {begin, end}));
      Map<String, Object> parts = parts(timing);
      parts.putAll(events.parts(calls));
      return parts;
    } finally {
      shards.unpersist();
      spark.sc().removeSparkListener(events);
    }
  }

  /**
   * Spark's own account of each job. Its times are whole milliseconds, so the parts are means over
   * all rounds.
   */
  private static final class Events extends SparkListener {
    private static final long PATIENCE_MILLIS = 2000;

    private final Map<Integer, Long> starts = new ConcurrentHashMap<>();
    private final Map<Integer, Task> slowest = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<SparkJob> jobs = new ConcurrentLinkedQueue<>();
    private volatile int stageOfJob;

    /** The first launch of a stage's tasks and the longest time one of them was at work. */
    private record Task(long launch, long working) {
      Task with(Task other) {
        return new Task(Math.min(launch, other.launch), Math.max(working, other.working));
      }
    }

    private record SparkJob(long start, long end, Task task) {}

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      starts.put(start.jobId(), start.time());
      stageOfJob = (Integer) start.stageIds().last();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      TaskMetrics metrics = end.taskMetrics();
      if (metrics != null) {
        long working = metrics.executorDeserializeTime() + metrics.executorRunTime();
        slowest.merge(end.stageId(), new Task(end.taskInfo().launchTime(), working), Task::with);
      }
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
      Task task = slowest.remove(stageOfJob);
      Long start = starts.remove(end.jobId());
      if (task != null && start != null) {
        jobs.add(new SparkJob(start, end.time(), task));
      }
    }

    /** Means of the parts of the calls, in milliseconds; what is left of their mean is last. */
    Map<String, Object> parts(List<long[]> calls) {
      await(calls.get(calls.size() - 1)[0]);
      double broadcast = 0;
      double launch = 0;
      double working = 0;
      double whole = 0;
      int found = 0;
      for (SparkJob job : jobs) {
        for (long[] call : calls) {
          if (call[0] <= job.start && job.end <= call[1] + 1) {
            broadcast += job.start - call[0];
            launch += Math.max(0, job.task.launch - job.start);
            working += job.task.working;
            whole += call[1] - call[0];
            found++;
            break;
          }
        }
      }
      Map<String, Object> parts = new LinkedHashMap<>();
      if (found > 0) {
        double rest = (whole - broadcast - launch - working) / found;
        parts.put("mean-gradient", tenths(whole / found));
        parts.put("broadcast", tenths(broadcast / found));
        parts.put("scheduling", tenths(launch / found));
        parts.put("tasks", tenths(working / found));
        parts.put("collection", tenths(Math.max(0, rest)));
      }
      return parts;
    }

    private static double tenths(double value) {
      return Math.round(value * 10) / 10.0;
    }

    /** Events arrive late: waits for those of the job that began after {@code begin}. */
    private void await(long begin) {
      long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
      while (jobs.stream().noneMatch(job -> job.start >= begin)
          && System.currentTimeMillis() < deadline) {
        try {
          Thread.sleep(5);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
