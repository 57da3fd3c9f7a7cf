package org.unroll.cli;

import java.lang.reflect.Constructor;
import org.apache.spark.SparkConf;

/**
 * Ends the process with a code. Under SparkSubmit an exception thrown by main always means 1, so in
 * client mode we exit ourselves. In cluster mode the process is not ours to end, and Spark has an
 * exception that carries a code; a standalone worker alone does not know it, but gives the driver a
 * process of its own.
 */
final class Exit {
  private static final String CARRIER = "org.apache.spark.SparkUserAppException";

  private Exit() {}

  static void with(int code) {
    if (ownsProcess(new SparkConf())) {
      System.exit(code);
    }
    if (code != ExitCode.DONE) {
      throw carrier(code);
    }
  }

  /** Whether ending this process ends nothing but this command. */
  static boolean ownsProcess(SparkConf conf) {
    return !conf.get("spark.submit.deployMode", "client").equals("cluster")
        || conf.get("spark.master", "").startsWith("spark://");
  }

  /** Spark's exception with an exit code: of one argument in 4.0, of two from 4.1 on. */
  static RuntimeException carrier(int code) {
    try {
      for (Constructor<?> constructor : Class.forName(CARRIER).getDeclaredConstructors()) {
        constructor.setAccessible(true);
        Object made =
            switch (constructor.getParameterCount()) {
              case 1 -> constructor.newInstance(code);
              case 2 -> constructor.newInstance(code, null);
              default -> null;
            };
        if (made instanceof Throwable carrier) {
          return Exit.<RuntimeException>sneak(carrier);
        }
      }
    } catch (ReflectiveOperationException e) {
      return new IllegalStateException("exit code " + code, e);
    }
    return new IllegalStateException("exit code " + code);
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneak(Throwable carrier) throws E {
    throw (E) carrier;
  }
}
