package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.nn.head.Tally;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.train.Trainer.Outcome;

/** The rounds of a run, on gradients that a test makes up. */
class TrainerTest {
  private static final List<ParameterSpec> SPECS =
      List.of(new ParameterSpec("w", ParameterRole.WEIGHT, 2, 2, (matrix, seed) -> {}));
  private static final Kernels KERNELS = new EjmlKernels();
  private static final BooleanSupplier NEVER = () -> false;

  private final List<TrainingListener.RoundReport> rounds = new ArrayList<>();
  private final List<TrainingListener.EpochReport> epochs = new ArrayList<>();

  private final List<TrainingListener.ValidationReport> validations = new ArrayList<>();

  private final TrainingListener listener =
      new TrainingListener() {
        @Override
        public void validation(ValidationReport report) {
          validations.add(report);
        }

        @Override
        public void round(RoundReport report) {
          rounds.add(report);
        }

        @Override
        public void epoch(EpochReport report) {
          epochs.add(report);
        }
      };

  private static Job config(int epochs, String... settings) {
    String text =
        """
        data { format = lines, train = unused, valid = unused }
        model { topology = many-to-many, layers = [ { cell = rnn, units = 2 } ] }
        training.optimizer { kind = sgd, learning-rate = 0.5 }
        """
            + "training.epochs = "
            + epochs;
    return JobReader.read(text, "test.conf", List.of(settings));
  }

  private static TrainingState begin(Job config) {
    Parameters parameters = Parameters.zeros(SPECS);
    return new TrainingState(
        parameters,
        OptimizerState.initial(Optimizer.of(config.training().optimizer()), parameters));
  }

  private Trainer trainer(Job config, GradientSource source) {
    return new Trainer(config, KERNELS, source, Parameters.zeros(SPECS), List.of(listener));
  }

  /** A round of one block, whose gradient has this value in its first place. */
  private static GradientSum sum(RoundRequest request, double weight, float value, double loss) {
    Parameters gradient = Parameters.zeros(SPECS);
    gradient.get(0).data[0] = value;
    Tally tally = new Tally();
    tally.add(loss, weight);
    tally.addTokens(7);
    GradientSum sum = new GradientSum(SPECS, weight, request.level());
    sum.add(gradient, tally, KERNELS.updates(), "block " + request.round());
    return sum;
  }

  private static Evaluation evaluation(double loss) {
    Tally tally = new Tally();
    tally.add(loss, 1);
    Evaluation evaluation = new Evaluation(new ClassMeasures(ClassNames.NONE));
    evaluation.add(tally);
    return evaluation;
  }

  private static List<Integer> levels(ScriptedSource source) {
    return source.requests.stream().map(RoundRequest::level).toList();
  }

  @Test
  void aRoundIsRepeatedOnCoarserGridsUntilItFits() {
    Job config = config(1, "training.clip-norm=0.25");
    float exploding = 0x1p40f;
    var source = new ScriptedSource(2, r -> sum(r, 4, r.round() == 0 ? exploding : 1, 1), null);
    TrainingState state = begin(config);
    assertEquals(Outcome.FINISHED, trainer(config, source).run(state, NEVER));
    assertEquals(List.of(0, 1, 2, 0), levels(source));
    assertEquals(2, state.optimizer().updates());
    assertEquals(0x1p38, rounds.get(0).gradientNorm(), 0x1p14);
    // Clipped to 0.25 both times, times the learning rate.
    assertEquals(-0.25, state.parameters().get(0).data[0], 1e-6);
  }

  @Test
  void theCoarsestGridIsTheLast() {
    Job config = config(1);
    // A weight so small that the bound of its block stays below the value at every level.
    var source = new ScriptedSource(3, r -> sum(r, 0x1p-20, Float.MAX_VALUE, 1), null);
    TrainingState state = begin(config);
    Map<String, String> before = Bits.of(state);
    Trainer trainer = trainer(config, source);
    var e = assertThrows(TrainingException.class, () -> trainer.run(state, NEVER));
    assertEquals(List.of(0, 1, 2, 3, 4, 5), levels(source));
    assertTrue(e.getMessage().contains("epoch 1, round 1"), e.getMessage());
    assertTrue(e.getMessage().contains("training.clip-norm"), e.getMessage());
    assertEquals(before, Bits.of(state));
  }

  @Test
  void withoutWeightThereIsNoStep() {
    Job config = config(1, "training.optimizer.kind=adam");
    var source = new ScriptedSource(2, r -> new GradientSum(SPECS, 4, r.level()), null);
    TrainingState state = begin(config);
    Trainer trainer = trainer(config, source);
    // An untrained model is no result: a whole epoch without weight is refused.
    var e = assertThrows(TrainingException.class, () -> trainer.run(state, NEVER));
    assertTrue(e.getMessage().contains("must weigh more than 0 together"), e.getMessage());
    assertTrue(e.getMessage().contains("epoch 1"), e.getMessage());
    assertEquals(0, epochs.size());
    assertEquals(0, state.optimizer().updates());
    assertEquals(Bits.of(Parameters.zeros(SPECS)), Bits.of(state.parameters()));
    assertEquals(2, rounds.size());
    assertEquals(0, state.bestEpoch());
  }

  @Test
  void aRoundWithoutWeightMovesNothingThatMomentumWouldMove() {
    Job config = config(1, "training.optimizer.momentum=0.9");
    var source =
        new ScriptedSource(
            2, r -> r.round() == 0 ? sum(r, 1, 1, 1) : new GradientSum(SPECS, 1, r.level()), null);
    TrainingState state = begin(config);
    trainer(config, source).run(state, NEVER);
    assertEquals(-0.5f, state.parameters().get(0).data[0]);
    assertEquals(1, state.optimizer().updates());
  }

  @Test
  void whatIsNotFiniteEndsTrainingAtTheLastCommittedRound() {
    for (double[] bad : new double[][] {{Float.NaN, 1}, {1, Double.POSITIVE_INFINITY}}) {
      Job config = config(2, "training.optimizer.kind=adam");
      TrainingState expected = begin(config);
      AtomicInteger asked = new AtomicInteger();
      var good = new ScriptedSource(4, r -> sum(r, 2, 1, 1), null);
      trainer(config, good).run(expected, () -> asked.incrementAndGet() > 2);
      TrainingState state = begin(config);
      var source =
          new ScriptedSource(
              4, r -> r.round() < 2 ? sum(r, 2, 1, 1) : sum(r, 2, (float) bad[0], bad[1]), null);
      Trainer trainer = trainer(config, source);
      var e = assertThrows(TrainingException.class, () -> trainer.run(state, NEVER));
      assertTrue(e.getMessage().contains("not finite in block 2"), e.getMessage());
      assertTrue(e.getMessage().contains("training.optimizer.learning-rate"), e.getMessage());
      assertEquals(2, state.round());
      assertEquals(Bits.of(expected), Bits.of(state));
    }
  }

  @Test
  void aSourceThatFailsLeavesTheLastCommittedRound() {
    Job config = config(1);
    var failure = new TrainingException("a worker failed");
    var source =
        new ScriptedSource(
            3,
            r -> {
              if (r.round() == 1) {
                throw failure;
              }
              return sum(r, 1, 1, 1);
            },
            null);
    TrainingState state = begin(config);
    Trainer trainer = trainer(config, source);
    assertSame(failure, assertThrows(TrainingException.class, () -> trainer.run(state, NEVER)));
    assertEquals(1, state.round());
    assertEquals(-0.5f, state.parameters().get(0).data[0]);
  }

  @Test
  void theBestEpochIsKeptAndPatienceEnds() {
    Job config = config(9, "training.patience=2");
    double[] losses = {1.0, 0.5, 0.7, 0.4, Double.NaN, 0.4, 0.1};
    var source = new ScriptedSource(1, r -> sum(r, 1, 1, 1), n -> evaluation(losses[n - 1]));
    TrainingState state = begin(config);
    assertEquals(Outcome.STOPPED_EARLY, trainer(config, source).run(state, NEVER));
    assertEquals(6, state.epoch());
    assertEquals(4, state.bestEpoch());
    assertEquals(0.4, state.bestLoss());
    assertEquals(4, state.bestUpdates());
    assertEquals(6, state.optimizer().updates());
    assertEquals(2, state.validationsWithoutGain());
    // One step of 0.5 each epoch: the best model is that of the fourth, not the last.
    assertEquals(-2f, state.best().get(0).data[0]);
    assertEquals(-3f, state.parameters().get(0).data[0]);
    assertEquals(
        List.of(true, true, false, true, false, false),
        epochs.stream().map(TrainingListener.EpochReport::best).toList());
    // Whoever resumes such a run is told so again, and nothing is computed.
    int before = source.requests.size();
    assertEquals(Outcome.STOPPED_EARLY, trainer(config, source).run(state, NEVER));
    assertEquals(before, source.requests.size());
  }

  @Test
  void withoutPatienceAllEpochsAreDone() {
    Job config = config(5);
    var source = new ScriptedSource(1, r -> sum(r, 1, 1, 1), n -> evaluation(n));
    TrainingState state = begin(config);
    assertEquals(Outcome.FINISHED, trainer(config, source).run(state, NEVER));
    assertEquals(5, state.epoch());
    assertEquals(1, state.bestEpoch());
  }

  @Test
  void anEpochsLossIsNoMeanOfMeansAndBeginsAnew() {
    Job config = config(2);
    var source = new ScriptedSource(2, r -> sum(r, r.round() == 0 ? 1 : 3, 0, 4 + r.epoch()), null);
    TrainingState state = begin(config);
    trainer(config, source).run(state, NEVER);
    assertEquals(2, epochs.size());
    assertEquals(8.0 / 4, epochs.get(0).trainLoss());
    assertEquals(10.0 / 4, epochs.get(1).trainLoss());
    assertNull(epochs.get(0).validation());
    assertEquals(List.of("loss"), List.copyOf(state.bestValues().keySet()));
  }

  @Test
  void withoutValidationTheLastEpochIsKeptWhateverItsTrainingLoss() {
    Job config = config(3);
    double[] losses = {1, 0.5, 2};
    var source = new ScriptedSource(2, r -> sum(r, 1, 1, losses[r.epoch()]), null);
    TrainingState state = begin(config);
    trainer(config, source).run(state, NEVER);
    assertEquals(3, state.bestEpoch());
    assertEquals(2.0, state.bestLoss());
    assertEquals(6, state.bestUpdates());
    assertEquals(-3f, state.best().get(0).data[0]);
    assertEquals(
        List.of(true, true, true),
        epochs.stream().map(TrainingListener.EpochReport::best).toList());
  }

  @Test
  void withoutValidationTheAverageIsKept() {
    Job config = config(2, "training.average-rounds=2");
    var source = new ScriptedSource(2, r -> sum(r, 1, 1, 1), null);
    TrainingState state = begin(config);
    trainer(config, source).run(state, NEVER);
    // -0.5, -1; -1.5, -2: the mean of the last two.
    assertEquals(-1.75f, state.best().get(0).data[0]);
    assertEquals(-2f, state.parameters().get(0).data[0]);
  }

  @Test
  void roundsAreReportedAfterTheyAreCommitted() {
    Job config =
        config(2, "training.optimizer.warm-up-rounds=3", "training.optimizer.schedule=cosine");
    var source = new ScriptedSource(2, r -> sum(r, 2, 3, 5), null);
    TrainingState state = begin(config);
    trainer(config, source).run(state, NEVER);
    Map<Integer, Double> rates = new LinkedHashMap<>();
    for (TrainingListener.RoundReport report : rounds) {
      rates.put((report.epoch() - 1) * 2 + report.round(), report.learningRate());
      assertEquals(2, report.epochs());
      assertEquals(2, report.rounds());
      assertEquals(2.5, report.trainLoss());
      assertEquals(1.5, report.gradientNorm());
      assertEquals(7, report.tokens());
      assertTrue(report.seconds() > 0);
    }
    assertEquals(Map.of(1, 0.125, 2, 0.25, 3, 0.375, 4, 0.5), rates);
    assertEquals(
        List.of(new RoundRequest(0, 0, 0), new RoundRequest(0, 1, 0)),
        source.requests.subList(0, 2));
  }

  @Test
  void anInterruptionIsAskedForBeforeEachRoundAndEachValidation() {
    Job config = config(2);
    for (int stop : IntStream.rangeClosed(0, 6).toArray()) {
      AtomicInteger asked = new AtomicInteger();
      var source = new ScriptedSource(2, r -> sum(r, 1, 1, 1), n -> evaluation(n));
      TrainingState state = begin(config);
      Outcome outcome = trainer(config, source).run(state, () -> asked.getAndIncrement() == stop);
      assertEquals(stop == 6 ? Outcome.FINISHED : Outcome.INTERRUPTED, outcome);
      assertEquals(stop / 3, state.epoch());
      assertEquals(stop % 3, state.round());
      assertEquals(2 * (stop / 3) + stop % 3, source.requests.size());
    }
  }

  @Test
  void clippingComesBeforeTheStep() {
    Job clipped = config(1, "training.clip-value=0.5");
    var source = new ScriptedSource(1, r -> sum(r, 1, 8, 1), null);
    TrainingState state = begin(clipped);
    trainer(clipped, source).run(state, NEVER);
    assertEquals(-0.25f, state.parameters().get(0).data[0]);
    Job free = config(1);
    TrainingState other = begin(free);
    trainer(free, new ScriptedSource(1, r -> sum(r, 1, 8, 1), null)).run(other, NEVER);
    assertEquals(-4f, other.parameters().get(0).data[0]);
    assertNotEquals(Bits.of(state), Bits.of(other));
  }

  private static final String[] STEPS = {
    "training.optimizer.schedule=step",
    "training.optimizer.drop-after=2",
    "training.optimizer.drop-factor=0.25"
  };

  @Test
  void stepsDropTheRateEverySoManyEpochs() {
    Job config = config(5, STEPS);
    var source = new ScriptedSource(2, r -> sum(r, 1, 1, 1), null);
    trainer(config, source).run(begin(config), NEVER);
    assertEquals(
        List.of(0.5, 0.5, 0.5, 0.5, 0.125, 0.125, 0.125, 0.125, 0.03125, 0.03125),
        rounds.stream().map(TrainingListener.RoundReport::learningRate).toList());
  }

  private static final String[] PLATEAU = {
    "training.optimizer.schedule=plateau",
    "training.optimizer.drop-after=2",
    "training.optimizer.drop-factor=0.5",
    "training.optimizer.final-learning-rate=0.2"
  };

  /** Bits after every possible interruption, each time from a copy, equal those without. */
  private void assertResumable(Job config, int rounds, double... losses) {
    TrainingState undisturbed = begin(config);
    trainer(config, scripted(rounds, losses)).run(undisturbed, NEVER);
    for (int stop = 0; ; stop++) {
      int at = stop;
      TrainingState stopped = begin(config);
      AtomicInteger asked = new AtomicInteger();
      ScriptedSource source = scripted(rounds, losses);
      Outcome outcome = trainer(config, source).run(stopped, () -> asked.getAndIncrement() == at);
      TrainingState resumed =
          TrainingState.of(
              Parameters.zeros(SPECS),
              Optimizer.of(config.training().optimizer()).slots(),
              stopped.tensors(),
              stopped.figures());
      assertEquals(Bits.of(stopped), Bits.of(resumed));
      trainer(config, source).run(resumed, NEVER);
      assertEquals(Bits.of(undisturbed), Bits.of(resumed), "stopped at " + stop);
      if (outcome == Outcome.FINISHED) {
        assertTrue(stop > 10, "stopped at many places");
        return;
      }
    }
  }

  private static ScriptedSource scripted(int rounds, double... losses) {
    return new ScriptedSource(
        rounds, r -> sum(r, 1, 1 + r.round() + 3f * r.epoch(), 1), n -> evaluation(losses[n - 1]));
  }

  @Test
  void aPlateauOfTheValidationLossDropsTheRate() {
    Job config = config(9, PLATEAU);
    double[] losses = {1, 2, 2, 2, 0.5, 0.6, 0.5, 2, 2};
    TrainingState state = begin(config);
    trainer(config, scripted(1, losses)).run(state, NEVER);
    assertEquals(
        List.of(0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125),
        rounds.stream().map(TrainingListener.RoundReport::learningRate).toList());
    assertEquals(3, state.rateDrops());
    assertResumable(config, 2, losses);
  }

  @Test
  void dropsEndAtTheFinalRate() {
    Job config = config(9, PLATEAU);
    double[] losses = {1, 2, 2, 2, 2, 2, 2, 2, 2};
    trainer(config, scripted(1, losses)).run(begin(config), NEVER);
    assertEquals(
        List.of(0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.1, 0.1),
        rounds.stream().map(TrainingListener.RoundReport::learningRate).toList());
  }

  @Test
  void validatesEverySoManyRoundsAndAtTheEnd() {
    Job config = config(3, "validation.every-rounds=4");
    double[] losses = {3, 1, 2};
    TrainingState state = begin(config);
    trainer(config, scripted(3, losses)).run(state, NEVER);
    // After rounds 4 and 8, in the midst of epochs 2 and 3, and after the last, the ninth.
    assertEquals(
        List.of("2.1", "3.2"), validations.stream().map(v -> v.epoch() + "." + v.round()).toList());
    assertEquals(List.of(true, true), validations.stream().map(v -> v.best()).toList());
    assertEquals(
        List.of(false, false, true), epochs.stream().map(e -> e.validation() != null).toList());
    assertEquals(3, state.bestEpoch());
    assertEquals(1, state.bestLoss());
    assertEquals(1, state.validationsWithoutGain());
    assertResumable(config, 3, losses);
  }

  @Test
  void validationInTheMidstOfAnEpochCanEndTraining() {
    Job config = config(3, "validation.every-rounds=1", "training.patience=2");
    TrainingState state = begin(config);
    var source = scripted(4, 3, 4, 5);
    assertEquals(Outcome.STOPPED_EARLY, trainer(config, source).run(state, NEVER));
    assertEquals(0, state.epoch());
    assertEquals(3, state.round());
  }

  @Test
  void theMeanOfTheLastRoundsIsValidatedAndKept() {
    Job config = config(3, "training.average-rounds=3");
    List<Float> validated = new ArrayList<>();
    double[] losses = {3, 2, 1};
    var source =
        new ScriptedSource(2, r -> sum(r, 1, 1 + r.round(), 1), n -> evaluation(losses[n - 1])) {
          @Override
          public Evaluation validate(Parameters parameters) {
            validated.add(parameters.get(0).data[0]);
            return super.validate(parameters);
          }
        };
    TrainingState state = begin(config);
    trainer(config, source).run(state, NEVER);
    // -0.5, -1.5; -2, -3; -3.5, -4.5: the average begins with the fourth.
    assertEquals(List.of(-1.5f, -3f, (float) (-11.0 / 3)), validated);
    assertEquals((float) (-11.0 / 3), state.best().get(0).data[0]);
    assertEquals(-4.5f, state.parameters().get(0).data[0]);
    assertEquals(3, state.average().count());
    assertResumable(config, 4, losses);
  }
}
