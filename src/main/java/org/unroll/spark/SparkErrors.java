package org.unroll.spark;

import java.util.concurrent.Callable;
import org.unroll.data.DataException;

/** Brings the user the message that a task had for him, without what Spark wraps around it. */
public final class SparkErrors {
  private SparkErrors() {}

  /** The first of our own exceptions among the causes, or the exception itself. */
  public static Throwable unwrap(Throwable thrown) {
    int depth = 0;
    for (Throwable each = thrown; each != null && depth < 50; each = each.getCause(), depth++) {
      if (each instanceof DataException) {
        return each;
      }
    }
    return thrown;
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
