package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.Test;
import org.unroll.config.Problem;
import org.unroll.data.DataException;

/** What a task threw is told once, not logged with its stack as well. */
class SparkErrorsTest {
  private static final String TASKS = "org.apache.spark.scheduler.TaskSetManager";

  private static Level level() {
    return LogManager.getLogger(TASKS).getLevel();
  }

  @Test
  void loggersOfTasksAreOffMeanwhile() {
    Level before = level();
    DataException ours = new DataException(new Problem("rule", "value", "place", "fix"));
    DataException thrown =
        assertThrows(
            DataException.class,
            () ->
                SparkErrors.run(
                    () -> {
                      assertEquals(Level.OFF, level());
                      throw new IllegalStateException("Job aborted\n\tat its stack", ours);
                    }));
    assertEquals("rule, got value (place): fix", thrown.getMessage());
    assertEquals(before, level());
    // It follows those above it again.
    Level root = LogManager.getRootLogger().getLevel();
    Configurator.setRootLevel(Level.FATAL);
    assertEquals(Level.FATAL, level());
    Configurator.setRootLevel(root);
  }
}
