package org.unroll.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What SparkSubmit returns in client mode; success is seen in every other test. */
@Timeout(300)
class ExitCodesIT {
  @TempDir Path folder;

  private void expect(int code, String said, String... arguments) throws Exception {
    try (Run run = Launcher.quick(folder).local(arguments)) {
      run.expect(code);
      assertTrue(run.log().contains(said), run::log);
    }
  }

  @Test
  void missingDataAreAFailure() throws Exception {
    Path job = SmallJob.write(folder);
    Files.delete(folder.resolve("train.tsv"));
    expect(1, "train.tsv", "train", job.toString(), "--set", "output.dir=" + folder.resolve("out"));
  }

  @Test
  void aWrongJobFileIsWrongUsage() throws Exception {
    Path job = SmallJob.write(folder);
    Files.writeString(job, Files.readString(job).replace("batch-size = 64", "batch-size = 0"));
    expect(2, "batch-size must be at least 1, got 0", "train", job.toString());
  }

  @Test
  void aWrongOptionIsWrongUsage() throws Exception {
    expect(2, "--fast", "train", SmallJob.write(folder).toString(), "--fast");
  }

  @Test
  void tooManyBadRowsAreRejectedData() throws Exception {
    expect(3, "bad-rows", BadRows.arguments(folder));
  }
}
