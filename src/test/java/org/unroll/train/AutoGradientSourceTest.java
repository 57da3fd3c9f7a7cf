package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.unroll.batch.Rounds;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

class AutoGradientSourceTest {
  private static final List<ParameterSpec> SPECS =
      List.of(new ParameterSpec("w", ParameterRole.WEIGHT, 1, 1, (matrix, seed) -> {}));
  private static final Parameters NOTHING = Parameters.zeros(SPECS);
  private static final int ROUNDS = 10;

  private final List<String> calls = new ArrayList<>();
  private final List<String> decisions = new ArrayList<>();

  /** A source that takes its time. */
  private final class Engine implements GradientSource {
    private final String name;
    private final int millis;

    Engine(String name, int millis) {
      this.name = name;
      this.millis = millis;
    }

    @Override
    public Rounds rounds() {
      return Rounds.perEpoch(new int[] {ROUNDS}, 1, ROUNDS);
    }

    @Override
    public GradientSum gradient(Parameters parameters, RoundRequest request) {
      calls.add(name + " " + request.round());
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new GradientSum(SPECS, 1, request.level());
    }

    @Override
    public boolean canValidate() {
      return true;
    }

    @Override
    public Evaluation validate(Parameters parameters) {
      calls.add(name + " validates");
      return new Evaluation(new ClassMeasures(ClassNames.NONE));
    }

    @Override
    public void close() {
      calls.add(name + " closes");
    }
  }

  private void run(int sparkMillis, int driverMillis) {
    try (AutoGradientSource source =
        new AutoGradientSource(
            new Engine("spark", sparkMillis),
            () -> Optional.of(new Engine("driver", driverMillis)),
            decisions::add)) {
      for (int round = 0; round < ROUNDS; round++) {
        source.gradient(NOTHING, new RoundRequest(0, round, 0));
      }
      source.validate(NOTHING);
    }
  }

  @Test
  void staysWithTheDriverWhereItIsFaster() {
    run(60, 1);
    assertEquals(List.of("driver"), decisions);
    assertEquals(
        List.of(
            "spark 0",
            "spark 1",
            "spark 2",
            "driver 3",
            "driver 4",
            "driver 5",
            "driver 6",
            "driver 7",
            "driver 8",
            "driver 9",
            "driver validates",
            "driver closes",
            "spark closes"),
        calls);
  }

  @Test
  void goesBackToSparkWhereThatIsFaster() {
    run(1, 60);
    assertEquals(List.of("spark"), decisions);
    assertTrue(calls.contains("driver 5") && calls.contains("spark 6"), calls::toString);
    assertEquals("spark closes", calls.get(calls.size() - 1));
    assertEquals(1, calls.stream().filter("driver closes"::equals).count());
  }

  /** Where data may not be brought to the driver there is nothing to try. */
  @Test
  void staysOnSparkWhereThereIsNoOther() {
    try (AutoGradientSource source =
        new AutoGradientSource(new Engine("spark", 0), Optional::empty, decisions::add)) {
      for (int round = 0; round < ROUNDS; round++) {
        source.gradient(NOTHING, new RoundRequest(0, round, 0));
      }
    }
    assertEquals(List.of("spark"), decisions);
    assertEquals(ROUNDS + 1, calls.size(), calls::toString);
    assertTrue(calls.stream().allMatch(call -> call.startsWith("spark")), calls::toString);
  }
}
