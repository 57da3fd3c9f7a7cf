package org.unroll.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.tensor.Parameters;
import org.unroll.train.CancelledException;
import org.unroll.train.Evaluation;
import org.unroll.train.GradientSource;
import org.unroll.train.GradientSum;
import org.unroll.train.PackedSum;
import org.unroll.train.PublishedParameters;
import org.unroll.train.RoundRequest;
import org.unroll.train.ShardWorker;
import org.unroll.train.TrainingException;
import org.unroll.train.TrainingSetup;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Gradients computed by Spark's executors over cached shards: θ goes out as a broadcast, each task
 * returns one exact sum, the driver adds them. The sum does not depend on the order in which tasks
 * finish, nor on retries and speculation: only the results of a job that succeeded are added.
 */
public final class SparkGradientSource implements GradientSource {
  private static final String JOB_GROUP = "unroll-training";

  private final JavaSparkContext spark;
  private final TrainingSetup setup;
  private final JavaRDD<Shard> train;
  private final JavaRDD<Shard> valid;
  private final Rounds rounds;
  private final double weightBound;
  private GradientSum total;
  private volatile boolean cancelled;

  /**
   * A source.
   *
   * @param train cached shards of the training data, each index once
   * @param valid cached shards of the validation data; null if there are none
   * @param weightBound at least the weight of any round
   */
  public SparkGradientSource(
      JavaSparkContext spark,
      TrainingSetup setup,
      JavaRDD<Shard> train,
      JavaRDD<Shard> valid,
      Rounds rounds,
      double weightBound) {
    this.spark = spark;
    this.setup = setup;
    this.train = train;
    this.valid = valid;
    this.rounds = rounds;
    this.weightBound = weightBound;
  }

  @Override
  public Rounds rounds() {
    return rounds;
  }

  @Override
  public GradientSum gradient(Parameters parameters, RoundRequest request) {
    describe("epoch " + (request.epoch() + 1) + ", round " + (request.round() + 1));
    List<PackedSum> parts =
        collect(
            parameters,
            train,
            theta -> new GradientTask(setup, theta, rounds, weightBound, request));
    if (total == null) {
      total = new GradientSum(parameters, weightBound, request.level());
    } else {
      total.reset(weightBound, request.level());
    }
    parts.forEach(total::add);
    return total;
  }

  @Override
  public boolean canValidate() {
    return valid != null;
  }

  @Override
  public Evaluation validate(Parameters parameters) {
    return evaluate("validation", parameters, valid);
  }

  /**
   * Loss and predictions on any shards.
   *
   * @param what they are called on Spark's web page
   */
  public Evaluation evaluate(String what, Parameters parameters, JavaRDD<Shard> shards) {
    describe(what);
    Evaluation total = new Evaluation(setup.output().measures());
    collect(parameters, shards, theta -> new EvaluationTask(setup, theta)).forEach(total::add);
    return total;
  }

  private void describe(String what) {
    spark.setJobGroup(JOB_GROUP, "Unroll: " + what, true);
  }

  /** Makes a task's function once θ has been published. */
  private interface TaskMaker<T> {
    ShardTask<T> make(Broadcast<PublishedParameters> theta);
  }

  private <T> List<T> collect(Parameters parameters, JavaRDD<Shard> shards, TaskMaker<T> maker) {
    if (cancelled) {
      throw new CancelledException(null);
    }
    Broadcast<PublishedParameters> theta = spark.broadcast(new PublishedParameters(parameters));
    try {
      Results<T> results = new Results<>(shards.getNumPartitions());
      spark.sc().runJob(shards.rdd(), maker.make(theta), results, ClassTag$.MODULE$.Object());
      return results.list();
    } catch (Exception e) {
      throw failure(e);
    } finally {
      theta.destroy();
    }
  }

  private RuntimeException failure(Exception e) {
    if (cancelled && SparkErrors.isCancelled(e)) {
      return new CancelledException(e);
    }
    Throwable ours = SparkErrors.unwrap(e);
    if (ours != e && ours instanceof RuntimeException known) {
      return known;
    }
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String reason = root.getMessage() == null ? root.toString() : root.getMessage();
    return new TrainingException("a Spark job failed for good: " + reason, e);
  }

  @Override
  public void cancel() {
    cancelled = true;
    spark.cancelJobGroup(JOB_GROUP);
  }

  @Override
  public void close() {
    ShardWorker.release(setup);
  }

  /** Results by partition. Called on the scheduler's thread, so it does no more than keep them. */
  private static final class Results<T> extends AbstractFunction2<Object, Object, BoxedUnit> {
    private final Object[] results;

    Results(int partitions) {
      results = new Object[partitions];
    }

    @Override
    public BoxedUnit apply(Object partition, Object result) {
      results[(Integer) partition] = result;
      return BoxedUnit.UNIT;
    }

    @SuppressWarnings("unchecked")
    List<T> list() {
      return (List<T>) Arrays.asList(results);
    }
  }

  /**
   * What is done to the shards of a partition. A class with a name, not a lambda: into those Spark
   * looks for what they capture, in every job, which takes longer than to start the tasks.
   */
  private abstract static class ShardTask<T>
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<Shard>, Object>
      implements Serializable {
    private static final long serialVersionUID = 1;

    final TrainingSetup setup;
    private final Broadcast<PublishedParameters> theta;

    ShardTask(TrainingSetup setup, Broadcast<PublishedParameters> theta) {
      this.setup = setup;
      this.theta = theta;
    }

    @Override
    public final Object apply(TaskContext context, scala.collection.Iterator<Shard> shards) {
      Object[] result = new Object[1];
      ShardWorker.with(
          setup,
          worker -> {
            worker.bind(theta.value());
            result[0] = run(worker, CollectionConverters.asJava(shards));
          });
      return result[0];
    }

    abstract T run(ShardWorker worker, Iterator<Shard> shards);
  }

  /** Sums the gradients of those blocks of a partition that belong to a round. */
  private static final class GradientTask extends ShardTask<PackedSum> {
    private static final long serialVersionUID = 1;

    private final Rounds rounds;
    private final double weightBound;
    private final RoundRequest request;

    GradientTask(
        TrainingSetup setup,
        Broadcast<PublishedParameters> theta,
        Rounds rounds,
        double weightBound,
        RoundRequest request) {
      super(setup, theta);
      this.rounds = rounds;
      this.weightBound = weightBound;
      this.request = request;
    }

    @Override
    PackedSum run(ShardWorker worker, Iterator<Shard> shards) {
      GradientSum sum = worker.emptySum(weightBound, request);
      while (shards.hasNext()) {
        Shard shard = shards.next();
        int b = rounds.next(shard.index(), request.round(), -1);
        for (; b >= 0; b = rounds.next(shard.index(), request.round(), b)) {
          worker.train(shard, b, request, sum);
        }
      }
      return sum.pack();
    }
  }

  /** Evaluates the shards of a partition. */
  private static final class EvaluationTask extends ShardTask<Evaluation> {
    private static final long serialVersionUID = 1;

    EvaluationTask(TrainingSetup setup, Broadcast<PublishedParameters> theta) {
      super(setup, theta);
    }

    @Override
    Evaluation run(ShardWorker worker, Iterator<Shard> shards) {
      Evaluation evaluation = new Evaluation(setup.output().measures());
      shards.forEachRemaining(shard -> worker.evaluate(shard, evaluation));
      return evaluation;
    }
  }
}
