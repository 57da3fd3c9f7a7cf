package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Spark context that was there before a command is there after it, as it was. In this JVM, but
 * not among the unit tests, which share a context of their own.
 */
class UserContextIT {
  @TempDir Path folder;

  @Test
  void theContextOfTheUserGoesOn() throws Exception {
    SparkConf conf =
        new SparkConf().setMaster("local[2]").setAppName("mine").set("spark.ui.enabled", "false");
    try (JavaSparkContext mine = new JavaSparkContext(conf)) {
      mine.setJobGroup("my-group", "my description");
      assertEquals(ExitCode.DONE, Main.run(train()));
      assertUsable(mine);
      // After a failure as well.
      assertEquals(ExitCode.FAILED, Main.run(train()), "the run is there already");
      assertUsable(mine);
    }
  }

  private static void assertUsable(JavaSparkContext mine) {
    assertFalse(mine.sc().isStopped());
    assertEquals("mine", mine.appName());
    assertEquals("my-group", mine.getLocalProperty("spark.jobGroup.id"));
    assertEquals("my description", mine.getLocalProperty("spark.job.description"));
    assertEquals(6, mine.parallelize(List.of(1, 2, 3)).reduce(Integer::sum));
  }

  private String[] train() throws Exception {
    Path data = Files.writeString(folder.resolve("text.txt"), "some lines\nof text\n".repeat(50));
    Path job =
        Files.writeString(
            folder.resolve("job.conf"),
            """
            data { format = lines, train = "%s", input.tokens = characters }
            model { topology = many-to-many, layers = [ { cell = rnn, units = 4 } ] }
            training { epochs = 1, optimizer { kind = sgd, learning-rate = 0.1 } }
            """
                .formatted(data));
    return new String[] {
      "train", job.toString(), "--set", "output.dir=" + folder.resolve("output")
    };
  }
}
