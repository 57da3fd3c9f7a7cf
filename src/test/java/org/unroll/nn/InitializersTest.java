package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.data.InputShape;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;

/** What each way to start does to each kind of parameter. */
class InitializersTest {
  private static final int SYMBOLS = 40;

  /** Four gates of 7 units, more or fewer than what they read. */
  @ParameterizedTest
  @CsvSource({"7, 7", "7, 19", "7, 3", "1, 5", "5, 1"})
  void eachGateIsOrthogonal(int units, int inputs) {
    FMatrixRMaj weight = new FMatrixRMaj(4 * units, inputs);
    Initializers.orthogonal(units).fill(weight, 3);
    for (int gate = 0; gate < 4; gate++) {
      FMatrixRMaj block =
          CommonOps_FDRM.extract(weight, gate * units, (gate + 1) * units, 0, inputs);
      boolean wide = units < inputs;
      int n = Math.min(units, inputs);
      FMatrixRMaj product = new FMatrixRMaj(n, n);
      if (wide) {
        CommonOps_FDRM.multTransB(block, block, product);
      } else {
        CommonOps_FDRM.multTransA(block, block, product);
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          assertEquals(i == j ? 1 : 0, product.get(i, j), 1e-5);
        }
      }
      if (gate > 0) {
        assertNotEquals(weight.get(0, 0), block.get(0, 0));
      }
    }
  }

  private static Parameters start(Initialization initialization) {
    String name = initialization.name().toLowerCase(Locale.ROOT);
    Job job =
        JobReader.read(
            """
            data { format = lines, train = unused }
            model {
              topology = many-to-many, embedding = 12
              layers = [ { cell = lstm, units = 25 }, { cell = gru, units = 16 } ]
              dense = [ { units = 9 } ]
            }
            training.epochs = 1
            """,
            "test.conf",
            List.of("model.initialization=" + name));
    Network network =
        new Network(
            job.model(), InputShape.ofSymbols(SYMBOLS), SoftmaxSpec.of(SYMBOLS), new EjmlKernels());
    return Parameters.initial(network.parameters(), 5);
  }

  private static void assertUniform(FMatrixRMaj matrix, double limit, String name) {
    double largest = CommonOps_FDRM.elementMaxAbs(matrix);
    assertTrue(largest <= limit && largest > 0.8 * limit, name + " reaches " + largest);
  }

  private static double norm(FMatrixRMaj matrix, int row) {
    double sum = 0;
    for (int j = 0; j < matrix.numCols; j++) {
      sum += matrix.get(row, j) * matrix.get(row, j);
    }
    return Math.sqrt(sum);
  }

  @Test
  void glorot() {
    Parameters p = start(Initialization.GLOROT);
    assertUniform(p.get("layers.0.weight_ih"), Math.sqrt(6.0 / (12 + 25)), "input weights");
    assertEquals(1, norm(p.get("layers.0.weight_hh"), 30), 1e-5);
    assertUniform(p.get("dense.0.weight"), Math.sqrt(6.0 / (16 + 9)), "dense weights");
    assertUniform(p.get("output.weight"), Math.sqrt(6.0 / (9 + SYMBOLS)), "output weights");
    assertUniform(p.get("embedding.weight"), Math.sqrt(3.0 / 12), "embedding");
    assertForgetBiasOnly(p);
  }

  @Test
  void orthogonal() {
    Parameters p = start(Initialization.ORTHOGONAL);
    // 25 units read 12 numbers: columns are orthonormal; 16 units read 25: rows are.
    FMatrixRMaj gate = CommonOps_FDRM.extract(p.get("layers.0.weight_ih"), 25, 50, 0, 12);
    assertEquals(Math.sqrt(12), norm(gate), 1e-4);
    assertEquals(1, norm(p.get("layers.1.weight_ih"), 17), 1e-5);
    assertEquals(1, norm(p.get("layers.0.weight_hh"), 30), 1e-5);
    assertEquals(1, norm(p.get("dense.0.weight"), 3), 1e-5);
    assertEquals(3, norm(p.get("output.weight")), 1e-4);
    assertUniform(p.get("embedding.weight"), Math.sqrt(3.0 / 12), "embedding");
    assertForgetBiasOnly(p);
  }

  private static double norm(FMatrixRMaj matrix) {
    double sum = 0;
    for (int i = 0; i < matrix.getNumElements(); i++) {
      sum += matrix.data[i] * matrix.data[i];
    }
    return Math.sqrt(sum);
  }

  private static void assertForgetBiasOnly(Parameters p) {
    for (String name : p.names()) {
      if (name.contains("bias")) {
        FMatrixRMaj bias = p.get(name);
        for (int i = 0; i < bias.numRows; i++) {
          boolean forget = name.equals("layers.0.bias_ih") && i >= 25 && i < 50;
          assertEquals(forget ? 1f : 0f, bias.get(i, 0), name);
        }
      }
    }
  }

  @Test
  void pytorch() {
    Parameters p = start(Initialization.PYTORCH);
    assertUniform(p.get("layers.0.weight_ih"), 0.2, "input weights");
    assertUniform(p.get("layers.0.weight_hh"), 0.2, "recurrent weights");
    assertUniform(p.get("layers.0.bias_ih"), 0.2, "bias");
    assertUniform(p.get("layers.1.weight_hh"), 0.25, "recurrent weights");
    assertUniform(p.get("output.weight"), 1.0 / 3, "output weights");
    assertUniform(p.get("output.bias"), 1.0 / 3, "output bias");
    assertUniform(p.get("embedding.weight"), Math.sqrt(3), "embedding");
    assertEquals(0, CommonOps_FDRM.elementMaxAbs(p.get("layers.1.bias_hh")));
  }

  @ParameterizedTest
  @EnumSource
  void startsWithTheSeed(Initialization initialization) {
    assertEquals(
        start(initialization).get("layers.1.weight_ih").get(3, 4),
        start(initialization).get("layers.1.weight_ih").get(3, 4));
  }
}
