package org.unroll.nn.layer;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * Projection of embedded symbols where there are fewer symbols than steps in a block: {@code W_ih
 * E[v] + b} is computed once per symbol and update, and looked up per step. The way back sums the
 * gradient per symbol first; then two products over symbols instead of steps give dW_ih and dE.
 *
 * <p>In these products a symbol takes the place of a lane.
 */
final class TableProjection implements Projection {
  private final int rows;
  private final int symbols;
  private final Embedding embedding;
  private final Weight weight;
  private final Timeline perSymbol = new Timeline();
  private final Steps embedded = new Steps();
  private final Steps embeddedGradient = new Steps();
  private final Steps projected = new Steps();
  private final float[] table;
  private final float[] tableGradient;
  private Kernels kernels;
  private FMatrixRMaj weightGradient;
  private FMatrixRMaj biasGradient;

  /**
   * A projection.
   *
   * @param rows number of pre-activations
   * @param embedding the folded embedding in front; bound before this
   */
  TableProjection(int rows, Embedding embedding) {
    this.rows = rows;
    this.embedding = embedding;
    symbols = embedding.symbols();
    weight = new Weight(rows, embedding.outputRows());
    perSymbol.reshapeToOneStep(symbols);
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
    this.weight.set(weight, 0);
    kernels.prepare(this.weight);
    int size = embedding.outputRows();
    int lanes = perSymbol.lanes();
    embedded.reshape(perSymbol, size);
    embedded.clear();
    float[] e = embedding.weight().data;
    int eo = embedded.offset(0);
    for (int v = 0; v < symbols; v++) {
      for (int i = 0; i < size; i++) {
        embedded.data()[eo + i * lanes + v] = e[v * size + i];
      }
    }
    projected.reshape(perSymbol, rows);
    kernels.fillRows(bias, 0, rows, projected, 0);
    kernels.multiply(this.weight, embedded, projected, 0);
    int po = projected.offset(0);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < symbols; v++) {
        table[v * rows + r] = projected.data()[po + r * lanes + v];
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
    projected.clear();
    int po = projected.offset(0);
    int perRow = perSymbol.lanes();
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < symbols; v++) {
        projected.data()[po + r * perRow + v] = tableGradient[v * rows + r];
      }
    }
    kernels.outer(projected, 0, rows, embedded, 0, weightGradient, 0);
    kernels.rowSums(projected, 0, rows, biasGradient, 0);
    int size = embedding.outputRows();
    embeddedGradient.reshape(perSymbol, size);
    embeddedGradient.clear();
    kernels.multiplyTransposed(weight, projected, 0, embeddedGradient);
    float[] e = embedding.gradient().data;
    int eo = embeddedGradient.offset(0);
    for (int v = 0; v < symbols; v++) {
      for (int i = 0; i < size; i++) {
        e[v * size + i] += embeddedGradient.data()[eo + i * perRow + v];
      }
    }
  }
}
