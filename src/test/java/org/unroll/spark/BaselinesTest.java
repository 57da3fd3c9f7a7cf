package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.baseline.BaselineScore;
import org.unroll.config.DataConfig;
import org.unroll.config.Predicted;
import org.unroll.config.Topology;
import org.unroll.config.ValidSource;
import org.unroll.data.DataConfigs;
import org.unroll.data.Role;
import org.unroll.metric.Metric;

class BaselinesTest {
  @TempDir Path directory;

  private static BaselineScore score(
      DataConfig data, Topology topology, String train, ValidSource valid, int p, int maxPairs) {
    DatasetRequest request =
        new DatasetRequest(
            data, Predicted.classes(topology), train, valid, "", 4, 0, p, null, null, false);
    try (Dataset dataset = DatasetReader.read(SparkForTests.context(), request)) {
      return Baselines.score(SparkForTests.context(), null, dataset, Role.VALID, maxPairs)
          .orElseThrow();
    }
  }

  @Test
  void partitionsChangeNothing() throws IOException {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      text.append(i % 7).append((char) ('a' + random.nextInt(26))).append(i % 5).append('\n');
    }
    Path file = Files.writeString(directory.resolve("text.txt"), text);
    DataConfig data = DataConfigs.lines().build();
    ValidSource valid = new ValidSource.Fraction(0.2);
    for (int maxPairs : new int[] {100, 1000}) {
      BaselineScore one = score(data, Topology.MANY_TO_MANY, file.toString(), valid, 1, maxPairs);
      assertEquals(maxPairs == 100 ? "unigram" : "bigram", one.name());
      assertEquals(one, score(data, Topology.MANY_TO_MANY, file.toString(), valid, 5, maxPairs));
    }
  }

  @Test
  void bigramsOfShakespeare() {
    String root = System.getenv("UNROLL_DATA");
    assumeTrue(root != null, "UNROLL_DATA is not set");
    DataConfig data = DataConfigs.stream(256).build();
    BaselineScore score =
        score(
            data,
            Topology.MANY_TO_MANY,
            root + "/tinyshakespeare/input.txt",
            new ValidSource.Tail(0.1),
            2,
            1_000_000);
    assertEquals(2.48, score.loss(), 0.03);
    assertEquals(111_539, score.targets());
    assertTrue(score.values().get(Metric.ACCURACY) > 0.25);
  }
}
