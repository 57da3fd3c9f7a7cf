package org.unroll.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Combinations of the training section that make no sense are refused, each with a reason. */
class LearningRulesTest {
  private static final String JOB =
      """
      data { format = delimited, train = a, input.column = 1, target.column = 0 }
      model { topology = many-to-one, layers = [ { cell = gru, units = 2 } ] }
      training.epochs = 3
      """;

  private static Arguments refused(String expected, String... settings) {
    return Arguments.of(Arrays.asList(settings), expected);
  }

  static Stream<Arguments> nonsense() {
    String irprop = "training.optimizer.kind=irprop-plus";
    return Stream.of(
        refused("nesterov = true needs momentum", "kind=sgd", "nesterov=true"),
        refused(
            "needs one update per epoch: signs of gradients of some data only change by chance,"
                + " got training.batch-size = 64 (--set training.batch-size): remove",
            irprop,
            "training.batch-size=64"),
        refused("needs one update per epoch", irprop, "sync.rounds-per-epoch=2"),
        refused("training.clip-norm has no effect", irprop, "training.clip-norm=1"),
        refused("training.clip-value has no effect", irprop, "training.clip-value=1"),
        refused("has no learning rate that could change", irprop, "schedule=cosine"),
        refused("has no learning rate that could change", irprop, "warm-up-rounds=3"),
        refused("from min-step 0.000001 to max-step 50, got 60", irprop, "learning-rate=60"),
        refused("weight-decay belongs to sgd", irprop, "weight-decay=0.1"),
        refused("final-learning-rate belongs to", "final-learning-rate=0.1"),
        refused("drop-after and drop-factor belong to", "drop-after=2"),
        refused("belong to schedule = step and plateau", "schedule=cosine", "drop-factor=0.5"),
        refused(
            "needs drop-after and drop-factor, got no drop-factor",
            "schedule=step",
            "drop-after=2"),
        refused("got no drop-after", "schedule=step", "drop-factor=0.5"),
        refused(
            "schedule = plateau needs data.valid",
            "schedule=plateau",
            "drop-after=2",
            "drop-factor=0.5"),
        refused("every-rounds = 10 needs data.valid", "validation.every-rounds=10"),
        refused("metric = accuracy needs data.valid", "validation.metric=accuracy"),
        refused(
            "both say what classes weigh",
            "training.class-weights=[{label=a,weight=2}]",
            "training.balance-classes=true"),
        refused(
            "the labels in training.class-weights must differ, got \"a\" twice",
            "training.class-weights=[{label=a,weight=2},{label=a,weight=3}]"),
        refused(
            "training.balance-classes needs data.target.column",
            "model.topology=many-to-many",
            "data.target.column=",
            "training.balance-classes=true"),
        refused(
            "training.optimizer.centered needs smoothing above 0",
            "kind=rmsprop",
            "centered=true",
            "smoothing=0"),
        refused("data.weight.column and data.target.column must differ", "data.weight.column=0"),
        refused("data.weight.column can be a name only", "data.weight.column=importance"),
        refused(
            "training.patience may leave unreached",
            "training.average-rounds=10",
            "training.patience=2",
            "data.valid=0.1"));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void isRefused(List<String> settings, String expected) {
    List<String> overrides =
        settings.stream()
            .map(
                setting ->
                    setting.contains(".") && !setting.matches("[a-z-]+=.*")
                        ? setting
                        : "training.optimizer." + setting)
            .toList();
    JobException e =
        assertThrows(JobException.class, () -> JobReader.read(JOB, "test.conf", overrides));
    assertEquals(1, e.problems().size(), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @Test
  void irpropRunsWithOneRoundPerEpoch() {
    List<String> settings =
        List.of("training.optimizer.kind=irprop-minus", "sync.rounds-per-epoch=1");
    Job job = JobReader.read(JOB, "test.conf", settings);
    assertTrue(job.training().optimizer().kind().fullBatch());
  }
}
