package org.unroll.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A job whose data are worse than it allows. */
final class BadRows {
  private BadRows() {}

  /** Writes it; the arguments that train it. */
  static String[] arguments(Path folder) throws IOException {
    Path own = Files.createDirectories(folder.resolve("bad-rows"));
    Path job = SmallJob.write(own);
    Path data = own.resolve("train.tsv");
    Files.writeString(data, Files.readString(data).replaceAll("not-more-a\t", "not-more-a "));
    String output = "output.dir=" + own.resolve("output");
    return new String[] {
      "train", job.toString(), "--set", output, "--overwrite", "--set", "data.bad-rows=skip"
    };
  }
}
