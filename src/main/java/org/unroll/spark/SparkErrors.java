package org.unroll.spark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.unroll.data.DataException;

/** Brings the user the message that a task had for him, without what Spark wraps around it. */
public final class SparkErrors {
  /** The setting that limits what a job may return to the driver. */
  public static final String MAX_RESULT_SIZE = "spark.driver.maxResultSize";

  private static final int DEPTH = 50;

  /** They log what a task threw with its whole stack, though it is reported to who called Spark. */
  private static final List<String> LOGGERS =
      List.of(
          "org.apache.spark.executor.Executor",
          "org.apache.spark.scheduler.TaskSetManager",
          "org.apache.parquet.hadoop.ParquetFileReader");

  private SparkErrors() {}

  /** The first of our own exceptions among the causes, or the exception itself. */
  public static Throwable unwrap(Throwable thrown) {
    int depth = 0;
    for (Throwable each = thrown; each != null && depth < DEPTH; each = each.getCause(), depth++) {
      if (each instanceof DataException) {
        return each;
      }
    }
    return thrown;
  }

  /** Whether a job ended because its group was cancelled. */
  public static boolean isCancelled(Throwable thrown) {
    return says(thrown, "SPARK_JOB_CANCELLED");
  }

  /** Whether the results of a job were more than {@code spark.driver.maxResultSize} allows. */
  public static boolean isResultTooLarge(Throwable thrown) {
    // A single result that is too large is dropped where it was made, without the name.
    return says(thrown, MAX_RESULT_SIZE) || says(thrown, "TaskResultLost");
  }

  /** In words: the classes of Spark's exceptions do not tell these cases from others. */
  private static boolean says(Throwable thrown, String words) {
    int depth = 0;
    for (Throwable each = thrown; each != null && depth < DEPTH; each = each.getCause(), depth++) {
      if (each.getMessage() != null && each.getMessage().contains(words)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs Spark actions; a {@link DataException} thrown by a task comes out as itself, and is not
   * logged as well.
   */
  static <T> T run(Callable<T> action) {
    Map<String, Level> before = new HashMap<>();
    LOGGERS.forEach(name -> before.put(name, ownLevel(name)));
    try {
      LOGGERS.forEach(name -> Configurator.setLevel(name, Level.OFF));
      return action.call();
    } catch (Exception e) {
      Throwable ours = unwrap(e);
      if (ours instanceof RuntimeException known) {
        throw known;
      }
      // Spark's own exceptions are checked only in Scala's eyes.
      throw SparkErrors.<RuntimeException>sneak(e);
    } finally {
      before.forEach(Configurator::setLevel);
    }
  }

  /** The level that is configured for a logger itself; null if it follows those above it. */
  private static Level ownLevel(String name) {
    LoggerConfig found = LoggerContext.getContext(false).getConfiguration().getLoggerConfig(name);
    return found.getName().equals(name) ? found.getExplicitLevel() : null;
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneak(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
