package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes checkpoints and models at seeded moments; the next goes on. */
class KilledRunTest {
  private static final int KILLS = 6;

  @TempDir Path folder;

  @Test
  void everyKillLeavesARunThatGoesOn() throws Exception {
    var random = new Random(11);
    var store = new CheckpointStore(Directory.at(folder.resolve("run/checkpoints")), 2);
    long reported = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      reported = runAndKill(reported, random.nextInt(120));
      Checkpoint newest = store.newestValid().checkpoint().orElseThrow();
      // What was reported is never lost; one more may have been finished unreported.
      assertTrue(
          newest.round() == reported || newest.round() == reported + 1,
          newest.round() + " after " + reported);
      assertEquals(KilledWriter.tensors(newest.round()), newest.tensors());
      assertEquals(newest.round(), newest.state().get("round"));
      // The model comes after its checkpoint: it is of that one or of the one before.
      long model = KilledWriter.readModel(Directory.at(folder.resolve("run/model")));
      assertTrue(model >= reported && model <= newest.round(), model + " after " + reported);
      reported = newest.round();
    }
  }

  /** Lets it write two checkpoints and then some milliseconds more; returns the last reported. */
  private long runAndKill(long from, int milliseconds) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                folder.resolve("run").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertEquals("resumed " + from, out.readLine());
      long last = number(out.readLine());
      last = number(out.readLine());
      Thread.sleep(milliseconds);
      // Through its handle: Process.destroyForcibly would close the output we still read.
      process.toHandle().destroyForcibly();
      process.waitFor();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = number(line);
      }
      return last;
    } finally {
      process.destroyForcibly();
    }
  }

  private static long number(String line) {
    assertNotNull(line, "the writer ended by itself");
    return Long.parseLong(line.substring("wrote ".length()));
  }
}
