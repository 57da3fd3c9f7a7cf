package org.unroll.cli;

import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Option;

/** Options of the commands that use Spark, and the context they get. */
final class SparkOptions {
  private static final String MARK = "spark.unroll.context";

  @Option(
      names = "--master",
      paramLabel = "M",
      description =
          "Spark master; otherwise spark.master as spark-submit gives it, otherwise local[*].")
  private String master;

  /** A context; closing it stops Spark only if it was started here. */
  Context open(String name) {
    SparkConf conf = new SparkConf();
    if (master != null) {
      conf.setMaster(master);
    } else if (!conf.contains("spark.master")) {
      conf.setMaster("local[*]");
    }
    conf.setAppName(name);
    // A context that was there before does not carry this mark: it is not ours to stop.
    String mark = UUID.randomUUID().toString();
    conf.set(MARK, mark);
    SparkContext spark = SparkContext.getOrCreate(conf);
    return new Context(new JavaSparkContext(spark), mark.equals(spark.conf().get(MARK, "")));
  }

  /**
   * Spark for one command.
   *
   * @param spark the context
   * @param ours whether it was started here
   */
  record Context(JavaSparkContext spark, boolean ours) implements AutoCloseable {
    @Override
    public void close() {
      if (ours) {
        spark.stop();
      }
    }
  }
}
