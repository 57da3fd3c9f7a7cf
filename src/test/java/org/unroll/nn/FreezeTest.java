package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.Parameters;

/**
 * Parts that are not trained have no gradient; that of the others is the same, bit for bit. By
 * default in networks with every pair of options ({@link Models#cases}), with {@code -Psoak} in all
 * 602.
 */
class FreezeTest {
  private static final int SYMBOLS = 12;
  private static final int CLASSES = 5;

  static Stream<Arguments> models() {
    Map<String, ModelConfig> models = new LinkedHashMap<>(Models.twoLayers(0.25));
    models.putAll(Models.poolings(0.25));
    models.putAll(Models.residuals(0.25));
    return Models.cases(models);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theOthersLearnAsBefore(Kernels kernels, ModelConfig model) {
    boolean each = model.topology() == Topology.MANY_TO_MANY;
    List<Example> examples =
        TestBlocks.sequences(6, SYMBOLS, CLASSES, each, TestBlocks.ragged(9, 6, 4));
    InputShape input = InputShape.ofSymbols(SYMBOLS);
    Parameters whole =
        TestNetwork.initial(model, input, CLASSES, 3, kernels).train(examples).gradient();
    TreeSet<String> parts = new TreeSet<>();
    for (String name : whole.names()) {
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        parts.add(name.substring(0, dot));
      }
      parts.add(name);
    }
    for (String part : parts) {
      ModelConfig frozen = Models.freeze(model, part);
      Parameters gradient =
          TestNetwork.initial(frozen, input, CLASSES, 3, kernels).train(examples).gradient();
      int zeros = 0;
      for (int p = 0; p < whole.count(); p++) {
        String name = whole.names().get(p);
        boolean still = name.equals(part) || name.startsWith(part + ".");
        float[] expected = still ? new float[whole.size(p)] : whole.get(p).data;
        // Frozen running moments take the place of the block's, and all gradients are others.
        boolean others = !still && model.hasBatchNormalization() && freezesMoments(whole, frozen);
        if (!others) {
          assertArrayEquals(expected, gradient.get(p).data, part + " frozen: " + name);
        }
        zeros += still ? 1 : 0;
      }
      assertTrue(zeros > 0, part);
    }
  }

  private static boolean freezesMoments(Parameters whole, ModelConfig frozen) {
    return whole.specs().stream()
        .filter(spec -> spec.role() == ParameterRole.MOMENT)
        .anyMatch(spec -> frozen.isFrozen(spec.name()));
  }

  @Test
  void namesAreMatchedByWholeParts() {
    ModelConfig model = Models.freeze(Models.singleLayers().values().iterator().next(), "layers.1");
    assertTrue(model.isFrozen("layers.1.weight_ih"));
    assertTrue(model.isFrozen("layers.1"));
    assertEquals(false, model.isFrozen("layers.10.weight_ih"));
    assertEquals(false, model.isFrozen("layers"));
  }
}
