package org.unroll.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** One Spark context for all tests of a process: starting it takes longer than most of them. */
final class SparkForTests {
  private SparkForTests() {}

  private static final JavaSparkContext CONTEXT = start();

  private static JavaSparkContext start() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("tests")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    JavaSparkContext context = new JavaSparkContext(conf);
    context.setLogLevel("ERROR");
    return context;
  }

  static JavaSparkContext context() {
    return CONTEXT;
  }
}
