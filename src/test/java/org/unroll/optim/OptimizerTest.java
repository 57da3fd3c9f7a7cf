package org.unroll.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.config.OptimizerConfig;
import org.unroll.config.OptimizerConfig.Kind;
import org.unroll.config.OptimizerConfig.Schedule;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

/** Against plain loops in double precision that follow PyTorch's documentation line by line. */
class OptimizerTest {
  private static final List<ParameterSpec> SPECS =
      List.of(
          new ParameterSpec("w", 5, 7, (matrix, seed) -> {}),
          new ParameterSpec("b", 3, 1, (matrix, seed) -> {}));
  private static final int SIZE = 38;
  private static final int STEPS = 25;

  private static Kernels kernels(String name) {
    assumeTrue(
        name.equals(KernelChoice.EJML) || Kernels.choose().name().equals(name),
        "no " + name + " kernels here");
    return Kernels.named(name).create();
  }

  private static OptimizerConfig adam(double beta1, double beta2, double epsilon) {
    return new OptimizerConfig(Kind.ADAM, 0.01, 0, beta1, beta2, epsilon, Schedule.CONSTANT, 0, 0);
  }

  private static OptimizerConfig sgd(double momentum) {
    return new OptimizerConfig(Kind.SGD, 0.01, momentum, 0.9, 0.999, 1e-8, Schedule.CONSTANT, 0, 0);
  }

  /** The rule for one step of one number, with what it remembers. */
  private interface Rule {
    double step(double theta, double[] memory, double g, int t, double rate);
  }

  private static void fill(Parameters parameters, double[] values) {
    for (int p = 0, i = 0; p < parameters.count(); p++) {
      for (int j = 0; j < parameters.size(p); j++, i++) {
        parameters.get(p).data[j] = (float) values[i];
      }
    }
  }

  private static double[] gaussian(Random random, double scale) {
    double[] values = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  private static void compare(String kernelName, OptimizerConfig config, Rule rule) {
    Kernels kernels = kernels(kernelName);
    Optimizer optimizer = Optimizer.of(config);
    Random random = new Random(5);
    Parameters theta = Parameters.zeros(SPECS);
    Parameters gradient = Parameters.zeros(SPECS);
    double[] expected = gaussian(random, 1);
    fill(theta, expected);
    OptimizerState state = OptimizerState.initial(optimizer, theta);
    double[][] memory = new double[SIZE][2];
    for (int t = 1; t <= STEPS; t++) {
      double rate = 0.02 / t;
      double[] g = gaussian(random, Math.pow(10, random.nextInt(7) - 4));
      fill(gradient, g);
      Updates.step(kernels, optimizer, theta, gradient, state, rate);
      for (int i = 0; i < SIZE; i++) {
        expected[i] = rule.step(expected[i], memory[i], g[i], t, rate);
      }
    }
    double distance = 0;
    double length = 0;
    for (int p = 0, i = 0; p < theta.count(); p++) {
      for (int j = 0; j < theta.size(p); j++, i++) {
        distance += Math.pow(theta.get(p).data[j] - expected[i], 2);
        length += expected[i] * expected[i];
      }
    }
    assertTrue(Math.sqrt(distance / length) < 2e-6, "off by " + Math.sqrt(distance / length));
    assertEquals(STEPS, state.updates());
  }

  @ParameterizedTest
  @CsvSource({
    "ejml, 0.9, 0.999, 1e-8",
    "vector, 0.9, 0.999, 1e-8",
    "ejml, 0.5, 0.9, 0.01",
    "vector, 0, 0.99, 0.1"
  })
  void adamIsThatOfPyTorch(String kernels, double beta1, double beta2, double epsilon) {
    compare(
        kernels,
        adam(beta1, beta2, epsilon),
        (theta, memory, g, t, rate) -> {
          memory[0] = beta1 * memory[0] + (1 - beta1) * g;
          memory[1] = beta2 * memory[1] + (1 - beta2) * g * g;
          double first = memory[0] / (1 - Math.pow(beta1, t));
          double second = memory[1] / (1 - Math.pow(beta2, t));
          return theta - rate * first / (Math.sqrt(second) + epsilon);
        });
  }

  /** Where ε stands shows when the gradient is as small as ε: inside the root it would vanish. */
  @ParameterizedTest
  @CsvSource({"ejml", "vector"})
  void adamAddsEpsilonBehindTheRoot(String name) {
    Optimizer optimizer = Optimizer.of(adam(0.9, 0.999, 1e-8));
    Parameters theta = Parameters.zeros(SPECS);
    Parameters gradient = Parameters.zeros(SPECS);
    gradient.get("w").data[3] = 1e-8f;
    gradient.get("w").data[4] = -1e6f;
    OptimizerState state = OptimizerState.initial(optimizer, theta);
    Updates.step(kernels(name), optimizer, theta, gradient, state, 0.01);
    assertEquals(-0.005, theta.get("w").data[3], 1e-7);
    assertEquals(0.01, theta.get("w").data[4], 1e-7);
    assertEquals(0f, theta.get("w").data[5]);
    assertEquals(List.of("first-moment", "second-moment"), optimizer.slots());
  }

  @ParameterizedTest
  @CsvSource({"ejml, 0", "vector, 0", "ejml, 0.9", "vector, 0.9"})
  void sgdIsThatOfPyTorch(String kernels, double momentum) {
    compare(
        kernels,
        sgd(momentum),
        (theta, memory, g, t, rate) -> {
          // No dampening, and the rate is outside: it acts on old velocity too.
          memory[0] = momentum * memory[0] + g;
          return theta - rate * memory[0];
        });
  }

  @Test
  void onlyMomentumNeedsAMemory() {
    assertEquals(List.of(), Optimizer.of(sgd(0)).slots());
    assertEquals(List.of("velocity"), Optimizer.of(sgd(0.5)).slots());
  }

  @Test
  void theGradientIsNotModified() {
    for (OptimizerConfig config : List.of(sgd(0.9), adam(0.9, 0.999, 1e-8))) {
      Parameters gradient = Parameters.zeros(SPECS);
      fill(gradient, gaussian(new Random(1), 1));
      Parameters before = gradient.copy();
      Parameters theta = Parameters.zeros(SPECS);
      Optimizer optimizer = Optimizer.of(config);
      OptimizerState state = OptimizerState.initial(optimizer, theta);
      Updates.step(new EjmlKernels(), optimizer, theta, gradient, state, 0.1);
      for (int p = 0; p < before.count(); p++) {
        assertEquals(
            java.util.Arrays.toString(before.get(p).data),
            java.util.Arrays.toString(gradient.get(p).data));
      }
    }
  }
}
