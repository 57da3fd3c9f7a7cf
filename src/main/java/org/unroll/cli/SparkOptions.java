package org.unroll.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of the commands that use Spark, and the context they get. */
final class SparkOptions {
  private static final String MARK = "spark.unroll.context";
  private static final String SERIALIZER = "spark.serializer";
  private static final String JAVA = "org.apache.spark.serializer.JavaSerializer";

  /** What {@code setJobGroup} changes on the calling thread. */
  private static final List<String> JOB_GROUP =
      List.of("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel");

  @Option(
      names = "--master",
      paramLabel = "M",
      description = "Spark master (default: spark.master as given to spark-submit, else local[*]).")
  private String master;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** A context; closing it stops Spark only if it was started here. */
  Context open(String name) {
    SparkConf conf = new SparkConf();
    if (master != null) {
      conf.setMaster(master);
    } else if (!conf.contains("spark.master")) {
      conf.setMaster("local[*]");
    }
    conf.setAppName(name);
    conf.set(SERIALIZER, JAVA);
    if (conf.get("spark.master").startsWith("local")) {
      // Results do not leave the process: a limit would protect nobody.
      conf.setIfMissing("spark.driver.maxResultSize", "0");
    }
    // A context that was there before does not carry this mark: it is not ours to stop.
    String mark = UUID.randomUUID().toString();
    conf.set(MARK, mark);
    MemoryEstimate.checkHeapForSpark();
    SparkContext spark = SparkContext.getOrCreate(conf);
    Main.interrupts(command).silence(() -> spark.setLogLevel("OFF"));
    checkSerializer(spark.conf().get(SERIALIZER, JAVA));
    Map<String, String> group = new LinkedHashMap<>();
    JOB_GROUP.forEach(key -> group.put(key, spark.getLocalProperty(key)));
    boolean ours = mark.equals(spark.conf().get(MARK, ""));
    return new Context(new JavaSparkContext(spark), ours, group);
  }

  /** Hadoop's settings, those of {@code spark.hadoop.*} among them, without starting Spark. */
  static Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  /** A context that was there before keeps its own; Kryo 4 cannot read Java records. */
  static void checkSerializer(String serializer) {
    if (!serializer.equals(JAVA)) {
      throw new UsageException(
          SERIALIZER
              + " must be "
              + JAVA
              + ", got "
              + serializer
              + " in the SparkContext of this process; start Unroll in a process of its own, or the"
              + " context without that setting");
    }
  }

  /**
   * Spark for one command.
   *
   * @param spark the context
   * @param ours whether it was started here
   * @param group the thread's job group before the command
   */
  record Context(JavaSparkContext spark, boolean ours, Map<String, String> group)
      implements AutoCloseable {
    @Override
    public void close() {
      if (ours) {
        spark.stop();
      } else {
        // Else the user's own jobs would carry on under our name, and be cancelled with ours.
        group.forEach(spark::setLocalProperty);
      }
    }
  }
}
