package org.unroll.train;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.unroll.batch.Rounds;
import org.unroll.tensor.Parameters;

/**
 * Tries both engines on the first rounds and stays with the faster one. Their results are the same
 * bits, so the choice changes nothing but time, and the rounds of the trial are not lost.
 */
public final class AutoGradientSource implements GradientSource {
  /** What the first rounds of an engine cost more than the others is not measured. */
  private static final int TRIAL_ROUNDS = 3;

  private final GradientSource spark;
  private final Supplier<Optional<GradientSource>> driverSupplier;
  private final Consumer<String> decided;
  private volatile GradientSource driver;
  private volatile GradientSource chosen;
  private volatile boolean cancelled;
  private int trials;
  private double sparkSeconds;
  private double driverSeconds;

  /**
   * A source.
   *
   * @param spark rounds on Spark's executors
   * @param driver makes the source for rounds on the driver's threads, once it is to be tried;
   *     without one all rounds stay on the executors
   * @param decided told which was chosen and why
   */
  public AutoGradientSource(
      GradientSource spark, Supplier<Optional<GradientSource>> driver, Consumer<String> decided) {
    this.spark = spark;
    this.driverSupplier = driver;
    this.decided = decided;
  }

  @Override
  public Rounds rounds() {
    return spark.rounds();
  }

  @Override
  public GradientSum gradient(Parameters parameters, RoundRequest request) {
    if (chosen != null) {
      return chosen.gradient(parameters, request);
    }
    boolean onSpark = trials < TRIAL_ROUNDS;
    if (!onSpark && driver == null) {
      Optional<GradientSource> other = driverSupplier.get();
      if (other.isEmpty()) {
        chosen = spark;
        decided.accept("spark");
        return spark.gradient(parameters, request);
      }
      driver = other.get();
      if (cancelled) {
        driver.cancel();
      }
    }
    long begin = System.nanoTime();
    GradientSum sum = (onSpark ? spark : driver).gradient(parameters, request);
    double perToken = (System.nanoTime() - begin) / 1e9 / Math.max(1, sum.tokens());
    trials++;
    if (onSpark) {
      sparkSeconds = perToken;
    } else {
      driverSeconds = perToken;
    }
    if (trials == 2 * TRIAL_ROUNDS) {
      decide();
    }
    return sum;
  }

  private void decide() {
    boolean driverIsFaster = driverSeconds < sparkSeconds;
    chosen = driverIsFaster ? driver : spark;
    decided.accept(driverIsFaster ? "driver" : "spark");
    if (!driverIsFaster) {
      driver.close();
      driver = null;
    }
  }

  @Override
  public boolean canValidate() {
    return spark.canValidate();
  }

  @Override
  public Evaluation validate(Parameters parameters) {
    return (chosen == null ? spark : chosen).validate(parameters);
  }

  @Override
  public void cancel() {
    cancelled = true;
    spark.cancel();
    GradientSource other = driver;
    if (other != null) {
      other.cancel();
    }
  }

  @Override
  public void close() {
    if (driver != null) {
      driver.close();
    }
    spark.close();
  }
}
