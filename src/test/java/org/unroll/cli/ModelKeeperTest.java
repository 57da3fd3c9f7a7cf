package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.store.Directory;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.train.Bits;
import org.unroll.train.SmallProblem;
import org.unroll.train.TrainingListener.EpochReport;
import org.unroll.train.TrainingListener.RoundReport;
import org.unroll.train.TrainingState;

/** What {@code model/} holds, seen from whoever kills the run at that moment. */
class ModelKeeperTest {
  private static final SmallProblem PROBLEM = SmallProblem.manyToOne("ejml", 5);

  @TempDir Path folder;

  private final AtomicLong clock = new AtomicLong();
  private long writingTakes;

  private Directory directory() {
    return Directory.at(folder.resolve("model"));
  }

  /** A state whose best epoch is that one; its weights tell which. */
  private static TrainingState best(int epoch) {
    TrainingState begin = PROBLEM.begin();
    Map<String, Object> figures = new LinkedHashMap<>(begin.figures());
    Map<String, FMatrixRMaj> tensors = new LinkedHashMap<>(begin.tensors());
    figures.put("epoch", (long) epoch);
    figures.put("best-epoch", (long) epoch);
    figures.put("best-loss", "1.5");
    begin
        .parameters()
        .names()
        .forEach(
            name -> {
              FMatrixRMaj matrix = begin.parameters().get(name).copy();
              matrix.data[0] = epoch;
              tensors.put("best." + name, matrix);
            });
    return TrainingState.of(
        PROBLEM.initial(), List.copyOf(begin.optimizer().slots().keySet()), tensors, figures);
  }

  private ModelKeeper keeper(TrainingState state, boolean resumed) {
    return new ModelKeeper(
        directory(),
        resumed,
        state,
        () -> {
          clock.addAndGet(writingTakes);
          Map<String, Object> training = Map.of("best-epoch", (long) state.bestEpoch());
          Model model = SavedRun.model(PROBLEM, state);
          return new Model(
              model.job(), model.inputs(), model.targets(), model.parameters(), training);
        },
        clock::get);
  }

  private static EpochReport epoch(boolean best) {
    return new EpochReport(1, 9, 4, 1, null, best, 1);
  }

  private static final RoundReport ROUND = new RoundReport(1, 9, 1, 4, 1, 1, Map.of(), .1, 1, 1, 1);

  private long kept() {
    return KeptModel.epoch(directory());
  }

  @Test
  void theFirstBestEpochIsThereAtOnce() {
    ModelKeeper keeper = keeper(best(1), false);
    assertEquals(0, kept());
    keeper.epoch(epoch(true));
    assertEquals(1, kept());
    Model model = ModelDirectory.read(directory());
    assertEquals(Bits.of(best(1).best()), Bits.of(model.parameters()));
  }

  @Test
  void aModelThatIsWrittenInAMomentIsAlwaysTheBest() {
    for (int epoch = 1; epoch <= 3; epoch++) {
      ModelKeeper keeper = keeper(best(epoch), true);
      keeper.epoch(epoch(true));
      assertEquals(epoch, kept());
      keeper.epoch(epoch(false));
      assertEquals(epoch, kept());
    }
  }

  @Test
  void aModelThatTakesLongIsNotWrittenMoreThanATenthOfTheTime() {
    writingTakes = 3;
    TrainingState state = best(1);
    ModelKeeper keeper = keeper(state, false);
    keeper.epoch(epoch(true));
    long begin = clock.get();
    int writings = 0;
    for (int step = 0; step < 1000; step++) {
      clock.incrementAndGet();
      long before = clock.get();
      keeper.epoch(epoch(true));
      writings += clock.get() > before ? 1 : 0;
    }
    assertEquals((clock.get() - begin) / 33, writings, 1);
  }

  /** It need not wait for an epoch that is better still. */
  @Test
  void whatHadToWaitIsWrittenWhenItsTimeHasCome() {
    writingTakes = 5;
    ModelKeeper keeper = keeper(best(1), false);
    keeper.epoch(epoch(true));
    keeper.epoch(epoch(true));
    long before = clock.get();
    keeper.round(ROUND);
    assertEquals(before, clock.get(), "too early");
    clock.addAndGet(50);
    keeper.round(ROUND);
    assertEquals(before + 55, clock.get(), "written");
  }

  @Test
  void atTheEndTheBestIsWrittenWhateverTimeItTakes() {
    writingTakes = 5;
    ModelKeeper keeper = keeper(best(2), false);
    keeper.save();
    assertEquals(2, kept(), "of the checkpoint that was resumed from");
    keeper.epoch(epoch(true));
    long before = clock.get();
    keeper.save();
    assertEquals(before + 5, clock.get());
    keeper.finish();
    assertEquals(before + 5, clock.get(), "it is written already");
  }

  /** Killed in epoch 7, with a checkpoint of epoch 2: until 7 is reached again, it is kept. */
  @Test
  void aResumeDoesNotGoBackBehindWhatIsThere() {
    keeper(best(7), false).epoch(epoch(true));
    for (int epoch = 2; epoch < 7; epoch++) {
      ModelKeeper keeper = keeper(best(epoch), true);
      keeper.round(ROUND);
      keeper.epoch(epoch(true));
      keeper.save();
      assertEquals(7, kept());
    }
    // Whoever does not resume has nothing to do with it.
    keeper(best(2), false).epoch(epoch(true));
    assertEquals(2, kept());
  }

  @Test
  void aFinishedRunHasItsOwnModel() {
    keeper(best(7), false).epoch(epoch(true));
    keeper(best(6), true).finish();
    assertEquals(6, kept());
  }

  @Test
  void withoutABestEpochThePresentOneIsTheResult() {
    TrainingState state = PROBLEM.begin();
    ModelKeeper keeper = keeper(state, false);
    keeper.epoch(epoch(false));
    keeper.save();
    assertFalse(directory().exists());
    keeper.finish();
    assertTrue(directory().exists("config.json"));
  }
}
