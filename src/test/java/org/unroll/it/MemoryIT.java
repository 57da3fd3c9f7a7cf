package org.unroll.it;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A heap too small is refused before the first round, with the setting to change. */
@Timeout(300)
class MemoryIT {
  @TempDir Path folder;

  private void refuse(String heap, String... said) throws Exception {
    String job = SmallJob.write(folder).toString();
    List<String> options = List.of("--master", "local[2]");
    String target = "output.dir=" + folder.resolve("output");
    String large = "model.layers=[{cell = lstm, units = 6000}]";
    try (Run run =
        Launcher.quick(folder)
            .submit(heap, options, "train", job, "--set", target, "--set", large)) {
      run.expect(2);
      for (String each : said) {
        assertTrue(run.log().contains(each), run::log);
      }
      assertFalse(run.log().contains("OutOfMemoryError"), run::log);
    }
  }

  @Test
  void aModelTooLargeForTheHeap() throws Exception {
    refuse("512m", "the driver must have at least", "UNROLL_MEMORY=", "--driver-memory");
  }

  @Test
  void aHeapTooSmallForSpark() throws Exception {
    refuse("256m", "heap must be at least 450 MiB for Spark", "UNROLL_MEMORY=1g");
  }
}
