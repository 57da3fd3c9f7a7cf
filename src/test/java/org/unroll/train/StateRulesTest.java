package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.optim.Optimizer;

/** Values that no training comes to, however well they are written. */
class StateRulesTest {
  private static final SmallProblem PROBLEM = SmallProblem.manyToOne("ejml", 5);
  private static final int EPOCHS = PROBLEM.job().training().epochs();
  private static final int ROUNDS = PROBLEM.rounds().rounds();

  private static TrainingState trained(int asks) {
    AtomicInteger asked = new AtomicInteger();
    TrainingState state = PROBLEM.begin();
    try (GradientSource source = PROBLEM.source(1)) {
      PROBLEM.trainer(source).run(state, () -> asked.getAndIncrement() == asks);
    }
    return state;
  }

  private static final Optimizer OPTIMIZER = Optimizer.of(PROBLEM.job().training().optimizer());

  private static void check(Map<String, FMatrixRMaj> tensors, Map<String, Object> figures) {
    new StateRules(OPTIMIZER, EPOCHS, ROUNDS)
        .check(TrainingState.of(PROBLEM.initial(), OPTIMIZER.slots(), tensors, figures));
  }

  @Test
  void everyStateOfATrainingPasses() {
    int stops = EPOCHS * (ROUNDS + 1);
    for (int stop = 0; stop <= stops; stop++) {
      TrainingState state = trained(stop);
      check(state.tensors(), state.figures());
    }
  }

  static Stream<Arguments> figures() {
    return Stream.of(
        Arguments.of("epoch", (long) EPOCHS + 1, "epoch must be from 0 to " + EPOCHS),
        Arguments.of("epoch", -1L, "epoch must be from 0"),
        Arguments.of("epoch", 1L << 40, "epoch must be a whole number of 32 bits"),
        Arguments.of("epoch", "1", "epoch must be a whole number, got 1"),
        Arguments.of("round", ROUNDS + 1L, "round must be from 0 to " + ROUNDS),
        Arguments.of("updates", -1L, "updates must be from 0"),
        Arguments.of("updates", 1L << 40, "updates must be from 0"),
        Arguments.of("updates", "many", "updates must be a whole number, got many"),
        Arguments.of("last-loss", "Infinity", "last-loss must be finite"),
        Arguments.of("last-loss", "low", "last-loss must be a number in a text, got low"),
        Arguments.of("epoch-loss", "1e999999999", "epoch-loss must be a number in a text"),
        Arguments.of("epoch-loss", "1e-999999999", "epoch-loss must be a number in a text"),
        Arguments.of("epoch-weight", "-3", "epoch-weight must be at least 0"),
        Arguments.of("best-epoch", (long) EPOCHS + 2, "best-epoch must be from 0"),
        Arguments.of("best-loss", "NaN", "best-loss must be finite"),
        Arguments.of("best-accuracy", "1.5", "best-accuracy must be from 0 to 1"),
        Arguments.of("best-updates", 1L << 40, "best-updates must be from 0"),
        Arguments.of("validations-without-gain", 1L << 30, "validations-without-gain must be from"),
        Arguments.of("rate-drops", -1L, "rate-drops must be from 0"));
  }

  @ParameterizedTest
  @MethodSource
  void figures(String name, Object value, String expected) {
    TrainingState state = trained(ROUNDS + 2);
    Map<String, Object> figures = new LinkedHashMap<>(state.figures());
    figures.put(name, value);
    assertRefused(expected, state.tensors(), figures);
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("model.embedding.weight", Float.NaN, "embedding.weight must be finite"),
        Arguments.of("best.output.bias", Float.POSITIVE_INFINITY, "best output.bias must be"),
        Arguments.of(
            "optimizer.first-moment.output.bias",
            Float.NEGATIVE_INFINITY,
            "first-moment of output.bias must be finite"),
        Arguments.of(
            "optimizer.second-moment.output.bias",
            -1e-3f,
            "second-moment of output.bias can never be -0.001"));
  }

  @ParameterizedTest
  @MethodSource
  void values(String name, float value, String expected) {
    TrainingState state = trained(ROUNDS + 2);
    Map<String, FMatrixRMaj> tensors = new LinkedHashMap<>(state.tensors());
    FMatrixRMaj changed = tensors.get(name).copy();
    changed.data[changed.getNumElements() - 1] = value;
    tensors.put(name, changed);
    assertRefused(expected, tensors, state.figures());
  }

  private static void assertRefused(
      String expected, Map<String, FMatrixRMaj> tensors, Map<String, Object> figures) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> check(tensors, figures)).getMessage();
    assertEquals(expected, message.substring(0, Math.min(expected.length(), message.length())));
  }
}
