package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.unroll.optim.Optimizer;
import org.unroll.train.Trainer.Outcome;

/** The state of training goes through its matrices and figures without a trace. */
class TrainingStateTest {
  private final SmallProblem problem = SmallProblem.manyToOne("ejml", 5);

  private Optimizer optimizer() {
    return Optimizer.of(problem.job().training().optimizer());
  }

  /** As a checkpoint does it: only copies of matrices, texts and numbers pass. */
  private TrainingState copy(TrainingState state) {
    Map<String, FMatrixRMaj> tensors = new LinkedHashMap<>();
    state.tensors().forEach((name, matrix) -> tensors.put(name, matrix.copy()));
    Map<String, Object> figures = new LinkedHashMap<>(state.figures());
    return TrainingState.of(problem.initial(), optimizer().slots(), tensors, figures);
  }

  private TrainingState trained(int asksBefore) {
    AtomicInteger asked = new AtomicInteger();
    TrainingState state = problem.begin();
    try (GradientSource source = problem.source(2)) {
      problem.trainer(source).run(state, () -> asked.getAndIncrement() == asksBefore);
    }
    return state;
  }

  /** Stops at every place where training can stop, and goes on from a copy. */
  @Test
  void whoeverGoesOnFromACopyGetsTheSameBits() {
    TrainingState undisturbed = trained(Integer.MAX_VALUE);
    int perEpoch = problem.rounds().rounds() + 1;
    int stops = problem.job().training().epochs() * perEpoch;
    assertTrue(problem.rounds().rounds() >= 3, "several rounds");
    TreeSet<String> positions = new TreeSet<>();
    for (int stop = 0; stop < stops; stop++) {
      TrainingState stopped = trained(stop);
      TrainingState resumed = copy(stopped);
      assertEquals(Bits.of(stopped), Bits.of(resumed));
      assertEquals(stop / perEpoch, resumed.epoch());
      assertEquals(stop % perEpoch, resumed.round());
      positions.add(
          (resumed.bestEpoch() == 0 ? "no best" : "best")
              + (resumed.round() == 0
                  ? ", epoch begins"
                  : resumed.round() == perEpoch - 1 ? ", validation pending" : ", mid-epoch"));
      try (GradientSource source = problem.source(1)) {
        assertEquals(Outcome.FINISHED, problem.trainer(source).run(resumed, () -> false));
      }
      assertEquals(Bits.of(undisturbed), Bits.of(resumed), "stopped at " + stop);
      assertEquals(Bits.of(undisturbed.best()), Bits.of(resumed.best()));
    }
    assertEquals(6, positions.size(), positions.toString());
  }

  @Test
  void beforeThereIsABestModelItIsThePresentOne() {
    TrainingState state = copy(trained(2));
    assertEquals(0, state.bestEpoch());
    assertEquals(Double.POSITIVE_INFINITY, state.bestLoss());
    assertTrue(state.bestValues().isEmpty());
    assertEquals(Bits.of(state.parameters()), Bits.of(state.best()));
  }

  @Test
  void theFiguresAreTextsAndWholeNumbers() {
    for (Map.Entry<String, Object> figure : trained(4).figures().entrySet()) {
      assertTrue(
          figure.getValue() instanceof Long || figure.getValue() instanceof String,
          figure.toString());
    }
  }

  private String refused(Map<String, FMatrixRMaj> tensors, Map<String, Object> figures) {
    List<String> slots = optimizer().slots();
    return assertThrows(
            IllegalArgumentException.class,
            () -> TrainingState.of(problem.initial(), slots, tensors, figures))
        .getMessage();
  }

  @Test
  void whatIsMissingIsNamed() {
    TrainingState state = trained(Integer.MAX_VALUE);
    for (String name : state.tensors().keySet()) {
      Map<String, FMatrixRMaj> tensors = new LinkedHashMap<>(state.tensors());
      tensors.remove(name);
      assertEquals("the training state lacks " + name, refused(tensors, state.figures()));
    }
    for (String name : state.figures().keySet()) {
      Map<String, Object> figures = new LinkedHashMap<>(state.figures());
      figures.remove(name);
      if (name.startsWith("best-") && state.bestValues().containsKey(name.substring(5))) {
        // What is measured depends on the output; the loss always is.
        assertEquals(name.equals("best-loss"), isRefused(figures, state), name);
        continue;
      }
      if (name.equals("best-updates")) {
        // Checkpoints of older releases do without.
        TrainingState old =
            TrainingState.of(problem.initial(), optimizer().slots(), state.tensors(), figures);
        assertEquals(state.optimizer().updates(), old.bestUpdates());
        continue;
      }
      assertEquals("the training state lacks " + name, refused(state.tensors(), figures));
    }
  }

  private boolean isRefused(Map<String, Object> figures, TrainingState state) {
    try {
      TrainingState.of(problem.initial(), optimizer().slots(), state.tensors(), figures);
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  @Test
  void aMatrixOfAnotherShapeIsRefused() {
    TrainingState state = trained(1);
    Map<String, FMatrixRMaj> tensors = new LinkedHashMap<>(state.tensors());
    tensors.put("optimizer.first-moment.embedding.weight", new FMatrixRMaj(2, 5));
    assertEquals(
        "optimizer.first-moment.embedding.weight must be 11 × 5 for this job, got 2 × 5",
        refused(tensors, state.figures()));
  }
}
