package org.unroll.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Executors that cannot compute with the kernels that the driver chose. */
@Timeout(600)
class ExecutorWithoutVectorIT {
  @TempDir Path folder;

  @Test
  void theErrorNamesTheFix() throws Exception {
    List<String> options =
        List.of(
            "--master",
            "local-cluster[1,1,1024]",
            "--conf",
            // As on a processor without fused multiply-add.
            "spark.executor.extraJavaOptions=-XX:-UseFMA");
    String job = SmallJob.write(folder).toString();
    String target = "output.dir=" + folder.resolve("output");
    try (Run run = Launcher.usual(folder).submit("512m", options, "train", job, "--set", target)) {
      run.until("choosing kernels", () -> run.log().contains("kernels: "));
      Assumptions.assumeFalse(
          run.log().contains("kernels: ejml"), "the driver cannot use the vector kernels either");
      run.expect(1);
      String log = run.log();
      assertTrue(log.contains("the driver chose the vector kernels, but on this executor"), log);
      assertTrue(log.contains("-Dunroll.kernels=ejml"), log);
    }
  }
}
