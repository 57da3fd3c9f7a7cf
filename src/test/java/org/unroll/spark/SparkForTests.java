package org.unroll.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** One Spark context for all tests of a process: starting it takes longer than most of them. */
public final class SparkForTests {
  private SparkForTests() {}

  private static JavaSparkContext context;

  private static JavaSparkContext start(String master) {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("tests")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    JavaSparkContext started = new JavaSparkContext(conf);
    started.setLogLevel("ERROR");
    return started;
  }

  /** The context; started if there is none. */
  public static synchronized JavaSparkContext context() {
    if (context == null) {
      context = start("local[2]");
    }
    return context;
  }

  /** Stops the context, if there is one, for a test that wants its own. */
  public static synchronized void stop() {
    if (context != null) {
      context.stop();
      context = null;
    }
  }

  /** A context of another master in place of the usual one; the test that asks for it stops it. */
  public static synchronized JavaSparkContext context(String master) {
    stop();
    context = start(master);
    return context;
  }
}
