package org.unroll.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.tensor.Parameters;

/** Gradients computed on threads of this process, over shards in memory. */
public final class LocalGradientSource implements GradientSource {
  private final TrainingSetup setup;
  private final List<Shard> train;
  private final List<Shard> valid;
  private final Rounds rounds;
  private final double weightBound;
  private final int threads;
  private final ExecutorService pool;
  private final Queue<Future<?>> running = new ConcurrentLinkedQueue<>();
  private volatile boolean cancelled;

  /**
   * A source.
   *
   * @param train shards of the training data, in the order of their index
   * @param valid shards of the validation data; empty if there are none
   * @param weightBound at least the weight of any round
   * @param threads number of threads; no result depends on it
   */
  public LocalGradientSource(
      TrainingSetup setup,
      List<Shard> train,
      List<Shard> valid,
      Rounds rounds,
      double weightBound,
      int threads) {
    this.setup = setup;
    this.train = List.copyOf(train);
    this.valid = List.copyOf(valid);
    this.rounds = rounds;
    this.weightBound = weightBound;
    this.threads = threads;
    pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "unroll-worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public Rounds rounds() {
    return rounds;
  }

  @Override
  public GradientSum gradient(Parameters parameters, RoundRequest request) {
    return overShards(
        train,
        shards -> {
          List<GradientSum> result = new ArrayList<>(1);
          ShardWorker.with(
              setup,
              worker -> {
                worker.bind(parameters);
                GradientSum sum = worker.newSum(weightBound, request);
                shards.forEach(
                    shard -> {
                      checkCancelled();
                      worker.train(shard, rounds, request, sum);
                    });
                result.add(sum);
              });
          return result.get(0);
        },
        (a, b) -> {
          a.add(b);
          return a;
        });
  }

  @Override
  public boolean canValidate() {
    return !valid.isEmpty();
  }

  @Override
  public Evaluation validate(Parameters parameters) {
    return overShards(
        valid,
        shards -> {
          Evaluation evaluation = new Evaluation();
          ShardWorker.with(
              setup,
              worker -> {
                worker.bind(parameters);
                shards.forEach(
                    shard -> {
                      checkCancelled();
                      worker.evaluate(shard, evaluation);
                    });
              });
          return evaluation;
        },
        (a, b) -> {
          a.add(b);
          return a;
        });
  }

  /** Neighbouring shards to each thread, as Spark gives them to partitions. */
  private <T> T overShards(
      List<Shard> shards, Function<List<Shard>, T> work, BinaryOperator<T> merge) {
    int parts = Math.min(threads, shards.size());
    List<Callable<T>> tasks = new ArrayList<>();
    for (int p = 0; p < parts; p++) {
      List<Shard> part = shards.subList(p * shards.size() / parts, (p + 1) * shards.size() / parts);
      tasks.add(() -> work.apply(part));
    }
    List<Future<T>> futures = tasks.stream().map(pool::submit).toList();
    running.addAll(futures);
    T total = null;
    try {
      if (cancelled) {
        cancel();
      }
      for (Future<T> future : futures) {
        T part = future.get();
        total = total == null ? part : merge.apply(total, part);
      }
    } catch (CancellationException e) {
      throw new TrainingException("the round was cancelled", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("the round was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new TrainingException("a worker failed: " + e.getCause(), e.getCause());
    } finally {
      running.clear();
    }
    return total;
  }

  private void checkCancelled() {
    if (cancelled) {
      throw new TrainingException("the round was cancelled");
    }
  }

  /** Nobody waits for the threads any more; each goes on to the end of its shard at most. */
  @Override
  public void cancel() {
    cancelled = true;
    running.forEach(each -> each.cancel(false));
  }

  @Override
  public void close() {
    pool.shutdownNow();
    ShardWorker.release(setup);
  }
}
