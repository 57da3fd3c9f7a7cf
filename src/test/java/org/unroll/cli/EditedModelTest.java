package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.InputCoding;
import org.unroll.data.InputShape;
import org.unroll.data.TargetCoding;
import org.unroll.data.Vocabulary;
import org.unroll.nn.Network;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.store.Directory;
import org.unroll.store.EditedFile;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.store.Sha256;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;

/** Weights and vocabularies that were damaged or edited are told from those that training wrote. */
class EditedModelTest {
  private static final String JOB =
      """
      data { format = delimited, train = t.tsv, input.column = 1, target.column = 0 }
      model { topology = many-to-one, embedding = 3, layers = [ { cell = gru, units = 2 } ] }
      training.epochs = 1
      """;

  @TempDir Path folder;

  @BeforeEach
  void write() {
    Job job = JobReader.read(JOB, "edited.conf", List.of());
    Vocabulary symbols = Vocabulary.build(Vocabulary.Kind.SYMBOLS, Map.of("a", 2L, "b", 1L), 1, 9);
    Vocabulary labels = Vocabulary.build(Vocabulary.Kind.LABELS, Map.of("x", 2L, "y", 1L), 1, 9);
    Network network =
        new Network(
            job.model(),
            InputShape.ofSymbols(symbols.size()),
            SoftmaxSpec.of(2),
            new EjmlKernels());
    Parameters parameters = Parameters.initial(network.parameters(), 5);
    ModelDirectory.write(
        Directory.at(folder),
        new Model(job, InputCoding.of(symbols), TargetCoding.of(labels), parameters, Map.of()));
  }

  private Call inspect(String... more) {
    return more.length == 0
        ? Call.of("inspect", folder.toString())
        : Call.of("inspect", folder.toString(), more[0]);
  }

  private void assertToldFrom(String file) {
    Call refused = inspect().expect(ExitCode.FAILED);
    assertTrue(refused.err().contains(file + " must have the SHA-256 that config.json gives"));
    assertTrue(refused.err().contains(EditedFile.OPTION), refused.err());
    assertEquals("", refused.out());
    Call accepted = inspect(EditedFile.OPTION).expect(ExitCode.DONE);
    assertTrue(accepted.err().startsWith("warning: " + file + " must have"), accepted.err());
    assertTrue(accepted.out().contains("embedding.weight"), accepted.out());
  }

  @Test
  void theHashesAreThoseOfTheFiles() throws IOException {
    String config = Files.readString(folder.resolve("config.json"));
    for (String file : List.of("model.safetensors", "vocabulary.txt", "labels.txt")) {
      String hash = Sha256.hex(Files.readAllBytes(folder.resolve(file)));
      assertTrue(config.contains("\"" + file + "\": \"" + hash + "\""), config);
    }
    assertEquals("", inspect().expect(ExitCode.DONE).err());
  }

  /** A finite weight is as good as another to all other checks. */
  @Test
  void aFlippedBitOfAWeight() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 0x01;
    Files.write(weights, bytes);
    assertToldFrom("model.safetensors");
  }

  @Test
  void labelsInAnotherOrder() throws IOException {
    Files.writeString(folder.resolve("labels.txt"), "y\nx\n");
    assertToldFrom("labels.txt");
  }

  @Test
  void symbolsInAnotherOrder() throws IOException {
    Files.writeString(folder.resolve("vocabulary.txt"), "<unk>\nb\na\n");
    assertToldFrom("vocabulary.txt");
  }

  @Test
  void everyFileHasAHash() throws IOException {
    Path config = folder.resolve("config.json");
    String text = Files.readString(config, StandardCharsets.UTF_8);
    Files.writeString(config, text.replaceFirst("    \"vocabulary.txt\": \"[0-9a-f]{64}\",\n", ""));
    Call refused = inspect().expect(ExitCode.FAILED);
    assertTrue(refused.err().contains("vocabulary.txt must be a String"), refused.err());
  }

  /** What they held before is not known. */
  @Test
  void modelsOfEarlierReleasesHaveNoHashes() throws IOException {
    Path config = folder.resolve("config.json");
    String text = Files.readString(config, StandardCharsets.UTF_8);
    String without = text.replaceFirst("(?s)  \"sha256\": \\{.*?},\n", "");
    assertFalse(without.equals(text), text);
    Files.writeString(config, without);
    Files.writeString(folder.resolve("labels.txt"), "y\nx\n");
    assertEquals("", inspect().expect(ExitCode.DONE).err());
  }

  /** Where a job takes its first weights from the model, it is looked at before the data. */
  @Test
  void aJobThatStartsFromIt() throws IOException {
    Files.writeString(folder.resolve("labels.txt"), "y\nx\n");
    Path rows = Files.writeString(folder.resolve("rows.tsv"), "x\ta\ny\tb\nx\tab\ny\tba\n");
    Path job =
        Files.writeString(folder.resolve("next.conf"), JOB.replace("t.tsv", "\"" + rows + "\""));
    String initial = "model.initial=" + folder;
    Call refused = Call.of("check", job.toString(), "--set", initial).expect(ExitCode.FAILED);
    assertTrue(refused.err().contains("labels.txt must have the SHA-256"), refused.err());
    Call accepted =
        Call.of("check", job.toString(), "--set", initial, EditedFile.OPTION).expect(ExitCode.DONE);
    assertTrue(accepted.err().contains("warning: labels.txt must have"), accepted.err());
  }
}
