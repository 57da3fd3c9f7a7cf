package org.unroll.spark;

import java.util.concurrent.Callable;
import org.unroll.data.DataException;

/** Brings the user the message that a task had for him, without what Spark wraps around it. */
public final class SparkErrors {
  /** The setting that limits what a job may return to the driver. */
  public static final String MAX_RESULT_SIZE = "spark.driver.maxResultSize";

  private static final int DEPTH = 50;

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
    return says(thrown, MAX_RESULT_SIZE);
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

  /** Runs Spark actions; a {@link DataException} thrown by a task comes out as itself. */
  static <T> T run(Callable<T> action) {
    try {
      return action.call();
    } catch (Exception e) {
      Throwable ours = unwrap(e);
      if (ours instanceof RuntimeException known) {
        throw known;
      }
      // Spark's own exceptions are checked only in Scala's eyes.
      throw SparkErrors.<RuntimeException>sneak(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneak(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
