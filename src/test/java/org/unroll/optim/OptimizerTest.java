package org.unroll.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.OptimizerConfig;
import org.unroll.store.Json;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

/** Against plain loops in double precision that follow PyTorch's documentation line by line. */
class OptimizerTest {
  private static final List<ParameterSpec> SPECS =
      List.of(
          new ParameterSpec("w", ParameterRole.WEIGHT, 5, 7, (matrix, seed) -> {}),
          new ParameterSpec("b", ParameterRole.BIAS, 3, 1, (matrix, seed) -> {}));
  private static final int SIZE = 38;
  private static final int STEPS = 25;

  private static Kernels kernels(String name) {
    assumeTrue(
        name.equals(KernelChoice.EJML) || Kernels.choose().name().equals(name),
        "no " + name + " kernels here");
    return Kernels.named(name).create();
  }

  private static String[] adam(double beta1, double beta2, double epsilon) {
    return new String[] {"beta1=" + beta1, "beta2=" + beta2, "epsilon=" + epsilon};
  }

  private static String[] sgd(double momentum) {
    return new String[] {"kind=sgd", "momentum=" + momentum};
  }

  /** The rule for one step of one number, with what it remembers. */
  private interface Rule {
    double step(double theta, double[] memory, double g, int t, double rate);
  }

  /** The mean loss before an update, from 1; it rises and falls. */
  private static double loss(int t) {
    return 2 + Math.sin(1.7 * t);
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

  private static void compare(String kernelName, String[] settings, Rule rule) {
    Kernels kernels = kernels(kernelName);
    Job config = Updates.job(settings);
    Optimizer optimizer = Optimizer.of(config.training().optimizer());
    Random random = new Random(5);
    Parameters theta = Parameters.zeros(SPECS);
    Parameters gradient = Parameters.zeros(SPECS);
    double[] expected = gaussian(random, 1);
    fill(theta, expected);
    OptimizerState state = OptimizerState.initial(optimizer, theta);
    Update update = Update.of(config, kernels.updates(), theta, true);
    double[][] memory = new double[SIZE][3];
    for (int t = 1; t <= STEPS; t++) {
      double rate = 0.02 / t;
      double[] g = gaussian(random, Math.pow(10, random.nextInt(7) - 4));
      fill(gradient, g);
      update.apply(Updates.given(gradient), theta, state, rate, loss(t));
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
    Optimizer optimizer = Optimizer.of(Updates.config());
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
    assertEquals(List.of(), Optimizer.of(Updates.config(sgd(0))).slots());
    assertEquals(List.of("velocity"), Optimizer.of(Updates.config(sgd(0.5))).slots());
  }

  /** As the paper prints it, with the moves kept. */
  @ParameterizedTest
  @CsvSource({"ejml", "vector"})
  void irpropPlusIsThatOfThePaper(String kernels) {
    int[] undone = new int[1];
    compare(
        kernels,
        new String[] {"kind=irprop-plus", "learning-rate=0.1", "max-step=0.3", "min-step=0.03"},
        (theta, memory, g, t, rate) -> {
          double last = memory[0];
          double size = t == 1 ? 0.1f : memory[1];
          double move = memory[2];
          double next = theta;
          if (last * g > 0) {
            size = Math.min(size * 1.2, 0.3);
            move = -Math.signum(g) * size;
            next += move;
          } else if (last * g < 0) {
            size = Math.max(size * 0.5, 0.03);
            if (loss(t) > loss(t - 1)) {
              next -= move;
              undone[0]++;
            }
            g = 0;
          } else {
            move = -Math.signum(g) * size;
            next += move;
          }
          memory[0] = g;
          memory[1] = size;
          memory[2] = move;
          return next;
        });
    assertTrue(undone[0] > 20, "moves were taken back");
  }

  /** A product of gradients this small would vanish, and with it the sign. */
  @ParameterizedTest
  @CsvSource({"ejml", "vector"})
  void irpropSeesSignsOfTheSmallestGradients(String name) {
    Optimizer optimizer = Optimizer.of(Updates.config("kind=irprop-minus", "learning-rate=0.1"));
    Parameters theta = Parameters.zeros(SPECS);
    Parameters gradient = Parameters.zeros(SPECS);
    OptimizerState state = OptimizerState.initial(optimizer, theta);
    for (float g : new float[] {Float.MIN_VALUE, 1e-40f, -Float.MIN_VALUE, 3e38f}) {
      gradient.get("w").fill(g);
      Updates.step(kernels(name), optimizer, theta, gradient, state, 0.1);
    }
    // -0.1, -0.12, a turn, then +0.06 the other way… of the second gradient's sign no more.
    for (int i = 0; i < 35; i++) {
      assertEquals(-0.1f - 0.12f - 0.06f, theta.get("w").data[i], 1e-6);
      assertEquals(0.06f, state.slot("step-size").get("w").data[i], 1e-7);
    }
  }

  /** The penalty's gradient is added behind clipping, as PyTorch users have it. */
  @Test
  void decayIsNotClipped() {
    Job config =
        JobReader.read(
            """
            data { format = lines, train = unused }
            model { topology = many-to-many, layers = [ { cell = rnn, units = 2 } ] }
            training { epochs = 1, clip-norm = 1 }
            training.optimizer { kind = sgd, weight-decay = 10, learning-rate = 0.5 }
            """,
            "test.conf",
            List.of());
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec("a.weight", ParameterRole.WEIGHT, 1, 1, (matrix, seed) -> {}),
            new ParameterSpec("a.bias", ParameterRole.BIAS, 1, 1, (matrix, seed) -> {}));
    Parameters theta = Parameters.zeros(specs);
    theta.get(0).data[0] = 3;
    theta.get(1).data[0] = 3;
    Optimizer optimizer = Optimizer.of(config.training().optimizer());
    OptimizerState state = OptimizerState.initial(optimizer, theta);
    Update update = Update.of(config, new EjmlKernels().updates(), theta, true);
    double norm = update.apply(Updates.given(Parameters.zeros(specs)), theta, state, 0.5, 1);
    assertEquals(0, norm);
    assertEquals(3 - 0.5f * 30, theta.get(0).data[0]);
    assertEquals(3f, theta.get(1).data[0]);
  }

  static Stream<Arguments> pytorch() throws IOException {
    Map<String, Object> file = pytorchFile();
    return ((List<?>) file.get("cases"))
        .stream()
            .flatMap(
                each ->
                    Stream.of("ejml", "vector")
                        .map(name -> Arguments.of(name, ((Map<?, ?>) each).get("settings"), each)));
  }

  private static Map<String, Object> pytorchFile() throws IOException {
    try (InputStream in = OptimizerTest.class.getResourceAsStream("/learning/optimizers.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Json.parseObject(text, "optimizers.json");
    }
  }

  private static double[] numbers(Object list) {
    return ((List<?>) list).stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
  }

  /** Step by step against what PyTorch computes in double precision. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("pytorch")
  void stepsAreThoseOfPyTorch(String name, String settings, Map<String, Object> found)
      throws IOException {
    Kernels kernels = kernels(name);
    Job config = Updates.job(settings.split(","));
    Map<String, Object> file = pytorchFile();
    double[] start = numbers(file.get("start"));
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec(
                "output.weight", ParameterRole.WEIGHT, start.length, 1, (matrix, seed) -> {}));
    Parameters theta = Parameters.zeros(specs);
    Parameters gradient = Parameters.zeros(specs);
    fill(theta, start);
    Optimizer optimizer = Optimizer.of(config.training().optimizer());
    OptimizerState state = OptimizerState.initial(optimizer, theta);
    Update update = Update.of(config, kernels.updates(), theta, true);
    List<?> gradients = (List<?>) file.get("gradients");
    for (int t = 0; t < gradients.size(); t++) {
      fill(gradient, numbers(gradients.get(t)));
      double rate = config.training().optimizer().learningRate();
      update.apply(Updates.given(gradient), theta, state, rate, 1);
      double[] expected = numbers(((List<?>) found.get("after")).get(t));
      double distance = 0;
      double length = 0;
      for (int i = 0; i < expected.length; i++) {
        distance += Math.pow(theta.get(0).data[i] - expected[i], 2);
        length += expected[i] * expected[i];
      }
      assertTrue(distance < 1e-12 * length, "step " + t + " off by " + Math.sqrt(distance));
    }
  }

  @Test
  void theGradientIsNotModified() {
    for (OptimizerConfig.Kind kind : OptimizerConfig.Kind.values()) {
      OptimizerConfig config =
          Updates.config("kind=" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
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
