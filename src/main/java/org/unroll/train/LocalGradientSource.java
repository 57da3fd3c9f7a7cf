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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.tensor.Crew;
import org.unroll.tensor.Parameters;

/** Gradients computed on threads of this process, over shards in memory. */
public final class LocalGradientSource implements GradientSource {
  private final TrainingSetup setup;
  private final List<Shard> train;
  private final List<Shard> valid;
  private final Rounds rounds;
  private final double weightBound;
  private final ExecutorService pool;

  /** As many as threads, each made at first use; one thread has it at a time. */
  private final ShardWorker[] workers;

  private final Crew crew;

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
    workers = new ShardWorker[threads];
    crew = new Crew(threads);
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
    List<ShardBlock> blocks = new ArrayList<>();
    for (Shard shard : train) {
      int b = rounds.next(shard.index(), request.round(), -1);
      for (; b >= 0; b = rounds.next(shard.index(), request.round(), b)) {
        blocks.add(new ShardBlock(shard, b));
      }
    }
    List<GradientSum> sums =
        share(
            parameters,
            blocks,
            worker -> worker.emptySum(weightBound, request),
            (worker, block, sum) -> worker.train(block.shard(), block.number(), request, sum));
    GradientSum total = sums.get(0);
    sums.subList(1, sums.size()).forEach(total::add);
    return total;
  }

  private record ShardBlock(Shard shard, int number) {}

  @Override
  public boolean canValidate() {
    return !valid.isEmpty();
  }

  @Override
  public Evaluation validate(Parameters parameters) {
    Evaluation total = new Evaluation(setup.output().measures());
    share(
            parameters,
            valid,
            worker -> new Evaluation(setup.output().measures()),
            (worker, shard, evaluation) -> worker.evaluate(shard, evaluation))
        .forEach(total::add);
    return total;
  }

  /** Adds one item of work to a result. */
  private interface Work<I, R> {
    void add(ShardWorker worker, I item, R result);
  }

  /**
   * Shares items among the threads: each takes the next one when it has done its last, so none
   * waits for another that has the longer sequences; where no item is left, it helps those that
   * still have one. Sums are exact, so it does not matter which item went to whom.
   *
   * @param open makes the result of one worker, empty
   * @return a result of each worker that took items; at least one
   */
  private <I, R> List<R> share(
      Parameters parameters, List<I> items, Function<ShardWorker, R> open, Work<I, R> work) {
    AtomicInteger next = new AtomicInteger();
    int owners = Math.max(1, Math.min(workers.length, items.size()));
    AtomicInteger busy = new AtomicInteger(owners);
    BooleanSupplier done = () -> busy.get() == 0 || cancelled;
    List<Future<R>> futures = new ArrayList<>();
    for (int w = 0; w < owners; w++) {
      int place = w;
      Callable<R> task =
          () -> {
            R result;
            try {
              ShardWorker worker = take(place);
              worker.bind(parameters);
              result = open.apply(worker);
              for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
                checkCancelled();
                work.add(worker, items.get(i), result);
              }
              workers[place] = worker;
            } catch (RuntimeException | Error e) {
              // The others need not go on.
              next.set(items.size());
              throw e;
            } finally {
              busy.decrementAndGet();
            }
            crew.help(done);
            return result;
          };
      futures.add(pool.submit(task));
    }
    running.addAll(futures);
    for (int w = owners; w < workers.length; w++) {
      running.add(pool.submit(() -> crew.help(done)));
    }
    return results(futures);
  }

  /** The worker of a place; missing until given back: after a failure it may be in any state. */
  private ShardWorker take(int place) {
    ShardWorker worker = workers[place];
    workers[place] = null;
    if (worker == null) {
      worker = new ShardWorker(setup);
      worker.network().kernels().join(crew, place);
    }
    return worker;
  }

  private <R> List<R> results(List<Future<R>> futures) {
    List<R> results = new ArrayList<>();
    try {
      if (cancelled) {
        cancel();
      }
      for (Future<R> future : futures) {
        results.add(future.get());
      }
    } catch (CancellationException e) {
      throw new CancelledException(e);
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
    return results;
  }

  @Override
  public int threads() {
    return workers.length;
  }

  private void checkCancelled() {
    if (cancelled) {
      throw new CancelledException(null);
    }
  }

  /** Nobody waits for the threads any more; each goes on to the end of its block at most. */
  @Override
  public void cancel() {
    cancelled = true;
    running.forEach(each -> each.cancel(false));
  }

  @Override
  public void close() {
    // Blocks that have not begun never will: nobody shall wait for them.
    cancelled = true;
    pool.shutdownNow();
  }
}
