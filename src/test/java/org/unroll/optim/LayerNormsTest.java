package org.unroll.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

/** The length of each layer's part of the gradient. */
class LayerNormsTest {
  private static final Kernels KERNELS = new EjmlKernels();

  private static Parameters parameters(long seed) {
    Parameters parameters =
        Parameters.zeros(
            List.of(
                // Longer than a slice, so that several slices belong to one layer.
                spec("embedding.weight", 700, 60),
                spec("embedding.kind.weight", 3, 2),
                spec("layers.0.weight_ih", 40, 60),
                spec("layers.0.weight_ih_reverse", 40, 60),
                spec("layers.1.bias_ih", 5, 1),
                spec("output.weight", 9, 5),
                spec("output.bias", 9, 1)));
    Random random = new Random(seed);
    for (int p = 0; p < parameters.count(); p++) {
      for (int i = 0; i < parameters.size(p); i++) {
        parameters.get(p).data[i] = (float) random.nextGaussian();
      }
    }
    return parameters;
  }

  private static ParameterSpec spec(String name, int rows, int columns) {
    return new ParameterSpec(name, ParameterRole.WEIGHT, rows, columns, (matrix, seed) -> {});
  }

  private static double norm(Parameters gradient, String... names) {
    double sum = 0;
    for (String name : names) {
      for (float g : gradient.get(name).data) {
        sum += (double) g * g;
      }
    }
    return Math.sqrt(sum);
  }

  @Test
  void aLayerHasTheNormOfAllItsParametersBeforeClipping() {
    Parameters gradient = parameters(1);
    gradient.get("layers.1.bias_ih").zero();
    Parameters theta = parameters(2);
    Optimizer optimizer = Optimizer.of(Updates.config("kind=sgd"));
    Update update = Updates.clipped(KERNELS, 0.5, optimizer, theta);
    OptimizerState state = OptimizerState.initial(optimizer, theta);
    double total = update.apply(Updates.given(gradient), theta, state, 0.1, 1);
    Map<String, Double> norms = update.layerNorms();
    assertEquals(
        "[embedding, embedding.kind, layers.0, layers.1, output]", norms.keySet().toString());
    assertEquals(norm(gradient, "embedding.weight"), norms.get("embedding"), 1e-9);
    assertEquals(norm(gradient, "embedding.kind.weight"), norms.get("embedding.kind"), 1e-12);
    assertEquals(
        norm(gradient, "layers.0.weight_ih", "layers.0.weight_ih_reverse"),
        norms.get("layers.0"),
        1e-9);
    assertEquals(0, norms.get("layers.1"));
    assertEquals(norm(gradient, "output.weight", "output.bias"), norms.get("output"), 1e-12);
    double squares = norms.values().stream().mapToDouble(norm -> norm * norm).sum();
    assertEquals(total, Math.sqrt(squares), 1e-9);
  }

  @Test
  void aNameWithoutAPartIsALayerOfItsOwn() {
    assertEquals("w", ParameterSpec.layerOf("w"));
    assertEquals("layers.0", ParameterSpec.layerOf("layers.0.weight_hh_reverse"));
  }
}
