package org.unroll.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Combinations of the model section that make no sense are refused, each with a reason. */
class LayerRulesTest {
  private static final String LANGUAGE_MODEL =
      """
      data { format = lines, train = a }
      model { topology = many-to-many, embedding = 5, layers = [ { cell = gru, units = 5 } ] }
      training.epochs = 3
      """;

  private static final String LABELS =
      """
      data { format = delimited, train = a, input.column = 1, target.column = 0 }
      model { topology = many-to-one, layers = [ { cell = gru, units = 5 } ] }
      training.epochs = 3
      """;

  private static final String RESIDUAL = "model.layers.0.residual=true";

  private static final String TIED = "model.tie-embeddings=true";

  private static final String ADAPTIVE = "model.output=adaptive-softmax";

  private static Arguments refused(String job, String expected, String... settings) {
    return Arguments.of(job, Arrays.asList(settings), expected);
  }

  static Stream<Arguments> nonsense() {
    return Stream.of(
        refused(
            LANGUAGE_MODEL,
            "model.pooling belongs to many-to-one, got one for many-to-many (--set model.pooling):"
                + " remove it",
            "model.pooling=max"),
        refused(
            LABELS,
            "model.layers.0.residual needs an embedding, whose numbers are added to the layer's"
                + " output, got model.embedding = 0 (--set model.layers.0.residual): set"
                + " model.embedding = 5, or residual = false",
            RESIDUAL),
        refused(
            LANGUAGE_MODEL,
            "twice as many: 7, got an input of 5 (--set model.layers.0.residual): make"
                + " model.embedding or the layer's units fit, or set residual = false",
            RESIDUAL,
            "model.layers.0.units=7"),
        refused(
            LABELS,
            "model.layers.1.residual needs an input as wide as the layer's output",
            "model.layers=[{cell=gru,units=5,bidirectional=true},{cell=gru,units=5,residual=true}]"),
        refused(
            LABELS,
            "make data.input.width or the layer's units fit",
            "data.input.tokens=features",
            "data.input.width=4",
            RESIDUAL),
        refused(LABELS, "model.tie-embeddings belongs to many-to-many, got one for many", TIED),
        refused(
            LABELS,
            "needs a language model, whose classes are the symbols that it reads, got"
                + " data.target.column = 0 (--set model.tie-embeddings): remove"
                + " model.tie-embeddings, or data.target.column",
            "model.topology=many-to-many",
            "model.embedding=5",
            TIED),
        refused(
            LANGUAGE_MODEL,
            "needs an embedding, got model.embedding = 0 (--set model.tie-embeddings): set"
                + " model.embedding = 5",
            "model.embedding=0",
            TIED),
        refused(
            LANGUAGE_MODEL,
            "as wide as the layer below the output, 7, got model.embedding = 5",
            "model.layers.0.units=7",
            TIED),
        refused(
            LANGUAGE_MODEL,
            "as wide as the layer below the output, 4, got model.embedding = 5",
            "model.dense=[{units=4}]",
            TIED),
        refused(
            LANGUAGE_MODEL,
            "model.adaptive-softmax.cutoffs belongs to adaptive-softmax, got one for softmax (--set"
                + " model.adaptive-softmax.cutoffs): remove it",
            "model.adaptive-softmax.cutoffs=[3]"),
        refused(
            LANGUAGE_MODEL,
            "model.adaptive-softmax.cutoffs must rise from 1 on, got [30, 30] (--set"
                + " model.adaptive-softmax.cutoffs): such as [2000, 10000]",
            ADAPTIVE,
            "model.adaptive-softmax.cutoffs=[30,30]"),
        refused(
            LANGUAGE_MODEL,
            "model.adaptive-softmax.cutoffs must rise from 1 on, got [0, 5]",
            ADAPTIVE,
            "model.adaptive-softmax.cutoffs=[0,5]"),
        refused(
            LANGUAGE_MODEL,
            "model.adaptive-softmax.cutoffs must be a list, as in [ ... ], got \"3\"",
            ADAPTIVE,
            "model.adaptive-softmax.cutoffs=3"),
        refused(
            LANGUAGE_MODEL,
            "model.adaptive-softmax.cutoffs must be a list of whole numbers, as in [10, 20], got a"
                + " list",
            ADAPTIVE,
            "model.adaptive-softmax.cutoffs=[1.5]"),
        refused(
            LANGUAGE_MODEL,
            "model.tie-embeddings needs model.output = softmax, whose weight is one matrix, got"
                + " model.tie-embeddings = true with model.output = adaptive-softmax",
            ADAPTIVE,
            TIED),
        refused(
            LANGUAGE_MODEL,
            "training.label-smoothing needs model.output = softmax: classes of a cluster are"
                + " computed where they are the target only, got training.label-smoothing = 0.1"
                + " with model.output = adaptive-softmax (--set training.label-smoothing): remove"
                + " training.label-smoothing, or set model.output = softmax",
            ADAPTIVE,
            "training.label-smoothing=0.1"),
        refused(
            LABELS, "training.balance-classes needs", ADAPTIVE, "training.balance-classes=true"),
        refused(
            LABELS,
            "training.class-weights needs model.output = softmax",
            ADAPTIVE,
            "training.class-weights=[{label=a,weight=2}]"),
        refused(
            LANGUAGE_MODEL,
            "model.dropout-mask = sequence needs a dropout, whose mask it is, got no dropout above"
                + " 0 (--set model.dropout-mask): set model.embedding-dropout",
            "model.dropout-mask=sequence"));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void isRefusedWithAReason(String job, List<String> settings, String expected) {
    JobException refused =
        assertThrows(JobException.class, () -> JobReader.read(job, "job.conf", settings));
    assertTrue(refused.getMessage().contains(expected), refused.getMessage());
    assertEquals(1, refused.problems().size(), refused.getMessage());
  }

  static Stream<Arguments> sense() {
    return Stream.of(
        Arguments.of(LANGUAGE_MODEL, List.of(RESIDUAL)),
        Arguments.of(LANGUAGE_MODEL, List.of(TIED)),
        Arguments.of(LABELS, List.of(ADAPTIVE)),
        Arguments.of(LANGUAGE_MODEL, List.of(ADAPTIVE, "model.adaptive-softmax.cutoffs=[7]")),
        Arguments.of(
            LANGUAGE_MODEL,
            List.of(TIED, "model.layers.0.units=7", "model.dense=[{units=3},{units=5}]")),
        Arguments.of(
            LABELS,
            List.of(
                "model.layers=[{cell=gru,units=3,bidirectional=true}"
                    + ",{cell=gru,units=6,residual=true}]")),
        Arguments.of(LABELS, List.of("data.input.tokens=features", "data.input.width=5", RESIDUAL)),
        Arguments.of(
            LABELS,
            List.of(
                "model.embedding=2",
                "data.fields=[{name=a,column=2,embedding=2}"
                    + ",{name=b,column=3,tokens=features,width=1}]",
                RESIDUAL)));
  }

  @ParameterizedTest
  @MethodSource("sense")
  void whatFitsIsTaken(String job, List<String> settings) {
    assertEquals("job", JobReader.read(job, "job.conf", settings).name());
  }
}
