package org.unroll.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up during training, a small file system in memory. */
@Timeout(900)
class DiskFullIT {
  @TempDir Path folder;

  @Test
  void nothingIsLostWhenTheDiskFillsUp() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Assumptions.assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()),
        "mounting a file system is not permitted here");
    try {
      fillAndResume(disk.resolve("output"), disk.resolve("filler"));
    } finally {
      assertTrue(command("umount", disk.toString()));
    }
  }

  private void fillAndResume(Path output, Path filler) throws Exception {
    Path undisturbed = folder.resolve("undisturbed");
    try (Run run = train(undisturbed)) {
      run.expect(0);
    }
    try (Run run = train(output)) {
      run.until("a checkpoint", () -> SmallJob.hasCheckpoint(output));
      fill(filler);
      run.expect(1);
      assertTrue(run.log().contains("unroll: "), run::log);
      assertTrue(run.log().contains("No space left on device"), run::log);
      assertTrue(run.log().contains("free space"), run::log);
    }
    assertTrue(SmallJob.hasCheckpoint(output));
    Files.delete(filler);
    try (Run run = train(output)) {
      run.expect(0);
      assertTrue(run.log().contains("resuming after round"), run::log);
    }
    assertEquals(SmallJob.sha256(undisturbed), SmallJob.sha256(output));
    assertEquals(SmallJob.expectRounds(undisturbed), SmallJob.expectRounds(output));
  }

  private Run train(Path output) throws IOException {
    return Launcher.quick(folder)
        .submit(
            "512m",
            List.of("--master", "local[2]"),
            "train",
            SmallJob.write(folder, 64, 400, 3, 14).toString(),
            "--resume",
            "--set",
            "output.dir=" + output,
            "--set",
            "checkpoint.every-rounds=2");
  }

  /** Takes what is left. */
  private static void fill(Path filler) throws IOException {
    byte[] zeros = new byte[1 << 12];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(zeros);
      }
    } catch (IOException full) {
      assertTrue(full.getMessage().contains("No space left"), full::toString);
    }
  }

  private static boolean command(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }
}
