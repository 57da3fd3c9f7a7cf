package org.unroll.nn.layer;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;

/**
 * Projection of symbols: {@code W x} with a one-hot x is a column of W, so the product becomes a
 * look-up in a table of {@code W[:, v] + b} by symbol, built once per update.
 */
final class SymbolProjection implements Projection {
  private final int rows;
  private final int symbols;
  private final float[] table;
  private final float[] tableGradient;
  private Kernels kernels;
  private FMatrixRMaj weightGradient;
  private FMatrixRMaj biasGradient;

  SymbolProjection(int rows, int symbols) {
    this.rows = rows;
    this.symbols = symbols;
    table = new float[Math.multiplyExact(rows, symbols)];
    tableGradient = new float[table.length];
  }

  @Override
  public void bind(
      Kernels kernels,
      FMatrixRMaj weight,
      FMatrixRMaj bias,
      FMatrixRMaj weightGradient,
      FMatrixRMaj biasGradient) {
    this.kernels = kernels;
    this.weightGradient = weightGradient;
    this.biasGradient = biasGradient;
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < symbols; v++) {
        table[v * rows + r] = weight.data[r * symbols + v] + bias.data[r];
      }
    }
  }

  @Override
  public void forward(Pass pass, Steps input, Steps gates) {
    Lookup.gather(kernels, table, pass, gates);
  }

  @Override
  public void backward(Pass pass, Steps input, Steps gateGradient, Steps inputGradient) {
    Arrays.fill(tableGradient, 0f);
    Lookup.scatterAdd(kernels, gateGradient, pass, tableGradient);
    for (int r = 0; r < rows; r++) {
      float sum = 0;
      for (int v = 0; v < symbols; v++) {
        float gradient = tableGradient[v * rows + r];
        weightGradient.data[r * symbols + v] += gradient;
        sum += gradient;
      }
      biasGradient.data[r] += sum;
    }
  }
}
