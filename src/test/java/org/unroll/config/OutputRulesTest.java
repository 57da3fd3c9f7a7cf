package org.unroll.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Combinations of an output layer with other keys that make no sense are refused. */
class OutputRulesTest {
  private static final String JOB =
      """
      data { format = delimited, train = a, input.column = 1, target.column = 0 }
      model {
        topology = many-to-many, output = crf
        layers = [ { cell = gru, units = 2, bidirectional = true } ]
      }
      training.epochs = 3
      """;

  private static Arguments refused(String expected, String... settings) {
    return Arguments.of(Arrays.asList(settings), expected);
  }

  static Stream<Arguments> nonsense() {
    return Stream.of(
        refused("crf needs model.topology = many-to-many", "model.topology=many-to-one"),
        refused(
            "crf needs data.target.column",
            "data.target.column=",
            "model.layers.0.bidirectional=false"),
        refused("crf needs data.target.column", "data.format=lines", "data.target.column="),
        refused(
            "label-smoothing needs model.output = softmax: the loss of a crf",
            "label-smoothing=0.1"),
        refused(
            "balance-classes needs model.output = softmax: the loss of a crf",
            "balance-classes=true"),
        refused(
            "class-weights needs model.output = softmax: the loss of a crf",
            "class-weights=[{label=a,weight=2}]"),
        refused(
            "sigmoid needs data.format = delimited, json or parquet",
            "model.output=sigmoid",
            "data.format=lines",
            "data.target.column=",
            "model.layers.0.bidirectional=false"),
        refused(
            "sigmoid needs data.target.column, the column with the labels of each step",
            "model.output=sigmoid",
            "data.target.column=",
            "model.layers.0.bidirectional=false"),
        refused(
            "balance-classes needs model.output = softmax: labels do not exclude each other",
            "model.output=sigmoid",
            "balance-classes=true"),
        refused(
            "label-smoothing needs model.output = softmax: labels do not",
            "model.output=sigmoid",
            "label-smoothing=0.1"),
        refused(
            "tune-threshold needs data.valid",
            "model.output=sigmoid",
            "model.sigmoid.tune-threshold=true"),
        refused("model.sigmoid.threshold belongs to sigmoid", "model.sigmoid.threshold=0.4"),
        refused(
            "model.sigmoid.positive belongs to one",
            "model.output=sigmoid",
            "model.sigmoid.positive=yes"),
        refused(
            "model.sigmoid.threshold must be", "model.output=sigmoid", "model.sigmoid.threshold=1"),
        refused("tie-embeddings needs a language model", "model.tie-embeddings=true"),
        refused(
            "model.crf.constrain belongs to crf, got one for softmax",
            "model.output=softmax",
            "model.crf.constrain=entities"));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void nonsenseIsRefused(List<String> settings, String expected) {
    List<String> whole = new ArrayList<>();
    settings.forEach(
        setting ->
            whole.add(
                setting.startsWith("model.") || setting.startsWith("data.")
                    ? setting
                    : "training." + setting));
    JobException refused =
        assertThrows(JobException.class, () -> JobReader.read(JOB, "test.conf", whole));
    assertTrue(refused.getMessage().contains(expected), refused::getMessage);
  }

  /** Truncation cuts what flows through the layers; the chain of tags stays whole. */
  @Test
  void whatMakesSenseIsTaken() {
    Job job =
        JobReader.read(
            JOB,
            "test.conf",
            List.of(
                "model.crf.constrain=entities",
                "model.layers.0.bidirectional=false",
                "training.truncate=5",
                "training.recompute-above=100"));
    assertEquals(CrfConfig.Constrain.ENTITIES, job.model().crf().constrain());
  }
}
