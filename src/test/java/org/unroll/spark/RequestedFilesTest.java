package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.DataException;
import org.unroll.data.Role;

/** A file that is read for several roles. */
class RequestedFilesTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    for (String name : List.of("a.txt", "b.txt", "c.txt")) {
      Files.writeString(folder.resolve(name), name + "\n");
    }
    Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("b.txt"));
  }

  private RequestedFiles files(String train, String valid, String test, String... more)
      throws IOException {
    String job =
        """
        data { format = lines, train = "%1$s/%2$s", valid = "%1$s/%3$s" }
        model { topology = many-to-many, layers = [ { cell = rnn, units = 4 } ] }
        training.epochs = 1
        """
            .formatted(folder, train, valid);
    List<String> settings = new java.util.ArrayList<>(List.of(more));
    if (!test.isEmpty()) {
      settings.add("data.test=" + folder + "/" + test);
    }
    Job read = JobReader.read(job, "test.conf", settings);
    return RequestedFiles.of(new Configuration(), DatasetRequest.of(read));
  }

  private String refused(String train, String valid, String test) {
    return assertThrows(DataException.class, () -> files(train, valid, test))
        .getMessage()
        .replace(folder.toString(), "");
  }

  @Test
  void isRefused() {
    String fix = ": leave it out of one of them, or set data.allow-overlap = true to ";
    assertEquals(
        "data.train and data.valid must not have a file in common, got /b.txt"
            + fix
            + "validate on what was learned",
        refused("[ab].txt", "b.txt", ""));
    assertEquals(
        "data.train and data.valid must not have a file in common, got /a.txt and 3 more"
            + fix
            + "validate on what was learned",
        refused("", "./../" + folder.getFileName(), "c.txt"));
    assertEquals(
        "data.train and data.valid must not have a file in common, got /link.txt, which is /b.txt"
            + fix
            + "validate on what was learned",
        refused("[ab].txt", "link.txt", ""));
    assertEquals(
        "data.train and data.test must not have a file in common, got /a.txt"
            + fix
            + "test on what was learned",
        refused("a.txt", "b.txt", "{a,c}.txt"));
  }

  @Test
  void isAllowedIfTheJobSaysSo() throws IOException {
    RequestedFiles files = files("a.txt", "a.txt", "a.txt", "data.allow-overlap=true");
    assertEquals(files.byRole().get(Role.TRAIN), files.byRole().get(Role.VALID));
    // What is compared with training, not with each other.
    assertEquals(3, files("a.txt", "b.txt", "b.txt").byRole().size());
  }
}
