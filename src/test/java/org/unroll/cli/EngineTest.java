package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.spark.Dataset;
import org.unroll.spark.DatasetReader;
import org.unroll.spark.SparkForTests;
import org.unroll.spark.SparkGradientSource;
import org.unroll.train.GradientSource;
import org.unroll.train.LocalGradientSource;
import org.unroll.train.TrainingSetup;

/** Data that Spark may not bring to the driver are computed with where they are. */
class EngineTest {
  @TempDir Path directory;

  private final List<String> said = new ArrayList<>();
  private final List<String> decided = new ArrayList<>();

  private GradientSource open(String wanted, String before, long allowed) throws IOException {
    SmallJobs jobs = new SmallJobs(directory);
    String file = jobs.labels(jobs.table("train.tsv", 60, 1), jobs.table("valid.tsv", 20, 2));
    Job job = JobReader.read(Path.of(file), List.of("sync.engine=" + wanted));
    try (Dataset dataset = DatasetReader.read(SparkForTests.context(), job)) {
      TrainingSetup setup =
          Setups.of(job, dataset.inputs(), dataset.targets(), dataset.summary().train(), "ejml");
      Engine engine =
          new Engine(
              job,
              SparkForTests.context(),
              setup,
              dataset,
              Setups.rounds(job, dataset.summary().train()),
              said::add,
              allowed);
      return engine.open(before, decided::add);
    }
  }

  @Test
  void automaticallyTheyStayOnSparkAndTheUserIsTold() throws IOException {
    for (String before : new String[] {null, "driver"}) {
      said.clear();
      decided.clear();
      assertInstanceOf(SparkGradientSource.class, open("auto", before, 100));
      assertEquals(List.of("spark"), decided);
      assertEquals(1, said.size());
      assertTrue(said.get(0).contains("stay on Spark's executors"), said::toString);
      assertTrue(said.get(0).contains("spark.driver.maxResultSize (1 KiB)"), said::toString);
    }
  }

  @Test
  void aJobThatInsistsOnTheDriverIsToldTheSetting() {
    UsageException e = assertThrows(UsageException.class, () -> open("driver", null, 100));
    assertTrue(e.getMessage().contains("sync.engine = driver"), e.getMessage());
    assertTrue(e.getMessage().contains("--conf spark.driver.maxResultSize="), e.getMessage());
    assertTrue(e.getMessage().contains("sync.engine = spark"), e.getMessage());
  }

  @Test
  void whatIsAllowedIsBroughtToTheDriver() throws IOException {
    for (long allowed : new long[] {0, 1 << 20}) {
      decided.clear();
      try (GradientSource source = open("auto", null, allowed)) {
        assertInstanceOf(LocalGradientSource.class, source);
      }
      assertEquals(List.of("driver"), decided);
      assertEquals(List.of(), said);
    }
  }
}
