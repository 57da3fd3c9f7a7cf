package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.config.Job;
import org.unroll.config.JobException;
import org.unroll.config.JobReader;

/** Names of {@code model.freeze} are looked up in any job that is valid by itself. */
class FrozenPartsTest {
  private static final String LABELS =
      """
      data {
        format = delimited, train = unused, input { column = 0, tokens = words }, target.column = 1
      }
      model {
        topology = many-to-many, embedding = 16
        characters { embedding = 6, layers = [ { cell = gru, units = 6 } ] }
        layers = [ { cell = lstm, units = 22 } ]
        dense = [ { units = 5 } ]
      }
      training.epochs = 1
      """;

  private static final String LANGUAGE =
      """
      data { format = lines, train = unused }
      model {
        topology = many-to-many, embedding = 8, tie-embeddings = true
        layers = [ { cell = lstm, units = 12 }, { cell = gru, units = 8 } ]
      }
      training.epochs = 1
      """;

  private static Job job(String text, String... settings) {
    return JobReader.read(text, "w.conf", List.of(settings));
  }

  private static void accepts(String text, String freeze, String settings) {
    List<String> all = new ArrayList<>(List.of("model.freeze=[" + freeze + "]"));
    if (!settings.isEmpty()) {
      all.addAll(Arrays.asList(settings.split(" ")));
    }
    Job job = job(text, all.toArray(String[]::new));
    assertDoesNotThrow(() -> FrozenParts.check(job));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "model.layers.0.normalization=layer",
        "model.layers.0.normalization=batch",
        "model.layers.0.residual=true",
        "model.layers.0.gates-read=peephole",
        "model.layers.0.units=11 model.layers.0.bidirectional=true model.layers.0.residual=true",
        "model.characters.layers.0.residual=true",
        "model.characters.layers.0.normalization=layer",
      })
  void validJobsAreNotRefused(String settings) {
    for (String freeze : List.of("embedding", "characters", "layers.0,dense")) {
      accepts(LABELS, freeze, settings);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "model.layers.1.normalization=layer"})
  void anEmbeddingThatIsTheOutputToo(String settings) {
    accepts(LANGUAGE, "embedding", settings);
    accepts(LANGUAGE, "layers.1.weight_hh,output", settings);
  }

  /** Weights of a petabyte: names are told without memory for them. */
  @Test
  void namesOfAHugeNetworkAreTold() {
    accepts(LABELS, "embedding", "model.layers.0.units=2000000000");
  }

  @Test
  void unknownNamesAreRefusedWithThoseThatThereAre() {
    Job job =
        job(LABELS, "model.freeze=[charakters,layers.1]", "model.layers.0.normalization=layer");
    String message = assertThrows(JobException.class, () -> FrozenParts.check(job)).getMessage();
    assertTrue(message.contains("got \"charakters\""), message);
    assertTrue(message.contains("did you mean \"characters\"?"), message);
    assertTrue(message.contains("got \"layers.1\""), message);
    assertTrue(
        message.contains("there are characters, characters.embedding, characters.layers, "),
        message);
  }

  @Test
  void somethingMustBeLeftToTrain() {
    Job job =
        job(
            LABELS,
            "model.freeze=[embedding,characters,layers,dense,output]",
            "model.characters.layers.0.residual=true");
    String message = assertThrows(JobException.class, () -> FrozenParts.check(job)).getMessage();
    assertTrue(message.contains("must leave a part of the network to be trained"), message);
  }
}
