package org.unroll.optim;

import org.unroll.config.OptimizerConfig;

/** The learning rate of each update: a schedule behind a linear warm-up. */
public final class LearningRate {
  private final OptimizerConfig config;
  private final long updates;

  /**
   * A schedule.
   *
   * @param updates number of updates in the whole run, at least 1
   */
  public LearningRate(OptimizerConfig config, long updates) {
    this.config = config;
    this.updates = updates;
  }

  /**
   * Learning rate of an update.
   *
   * @param update counted from 0
   * @param epoch that it belongs to, from 0
   * @param drops how often validation has come to a plateau
   */
  public double at(long update, int epoch, int drops) {
    int warmUp = config.warmUpRounds();
    if (update < warmUp) {
      return config.learningRate() * (update + 1) / (warmUp + 1);
    }
    return switch (config.schedule()) {
      case CONSTANT -> config.learningRate();
      case COSINE -> {
        double done = (double) (update - warmUp) / Math.max(1, updates - warmUp);
        double end = config.finalLearningRate();
        double share = end + (1 - end) * 0.5 * (1 + StrictMath.cos(Math.PI * Math.min(1, done)));
        yield config.learningRate() * share;
      }
      case STEP -> dropped(epoch / config.dropAfter());
      case PLATEAU -> dropped(drops);
    };
  }

  private double dropped(int times) {
    // StrictMath: the same bits on every processor.
    double share = StrictMath.pow(config.dropFactor(), times);
    return config.learningRate() * Math.max(config.finalLearningRate(), share);
  }
}
