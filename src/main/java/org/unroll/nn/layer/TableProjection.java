package org.unroll.nn.layer;

import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.nn.cell.CellParameters;
import org.unroll.nn.norm.BatchNorm;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Projection of embedded symbols where there are fewer symbols than steps in a block: {@code W_ih
 * E[v] + b} is computed once per symbol and update, and looked up per step. The way back sums the
 * gradient per symbol first; then two products over symbols instead of steps give dW_ih and dE.
 * Whatever a projection does with each column by itself may be done once per symbol, so this one
 * stands in front of any such projection.
 *
 * <p>What depends on the block, as batch normalisation does, is done for the symbols of each.
 *
 * <p>In its products a symbol takes the place of a lane.
 */
final class TableProjection implements Projection {
  private final int rows;
  private final int symbols;
  private final Embedding embedding;
  private final Projection perSymbol;
  private final Timeline timeline = new Timeline();
  private final Steps embedded = new Steps();
  private final Steps embeddedGradient = new Steps();
  private final Steps projected = new Steps();
  private final float[] table;
  private final float[] tableGradient;
  private Kernels kernels;
  private boolean hasTable;
  private boolean isUsedUp;

  /**
   * A projection.
   *
   * @param rows number of pre-activations
   * @param embedding the folded embedding in front; bound before this
   * @param perSymbol what is computed once per symbol, from its row of the embedding
   */
  TableProjection(int rows, Embedding embedding, Projection perSymbol) {
    this.rows = rows;
    this.embedding = embedding;
    symbols = embedding.symbols();
    this.perSymbol = perSymbol.ofSymbols(symbols);
    timeline.reshapeToOneStep(symbols);
    table = new float[Math.multiplyExact(rows, symbols)];
    tableGradient = new float[table.length];
  }

  @Override
  public List<ParameterSpec> parameters() {
    return perSymbol.parameters();
  }

  @Override
  public BatchNorm batchNorm() {
    return perSymbol.batchNorm();
  }

  @Override
  public void bindOwn(Kernels kernels, CellParameters values, CellParameters gradients) {
    perSymbol.bindOwn(kernels, values, gradients);
  }

  @Override
  public void bind(
      Kernels kernels,
      FMatrixRMaj weight,
      FMatrixRMaj bias,
      FMatrixRMaj weightGradient,
      FMatrixRMaj biasGradient) {
    this.kernels = kernels;
    perSymbol.bind(kernels, weight, bias, weightGradient, biasGradient);
    hasTable = false;
  }

  @Override
  public void forward(Pass pass, Steps input, Steps gates) {
    boolean ofThisBlock = perSymbol.dependsOnBlock(pass);
    if (!hasTable || ofThisBlock) {
      makeTable(pass);
      hasTable = !ofThisBlock;
    }
    Lookup.gather(kernels, table, pass, gates);
  }

  private void makeTable(Pass pass) {
    int size = embedding.outputRows();
    int lanes = timeline.lanes();
    embedded.reshape(timeline, size);
    embedded.clear();
    float[] e = embedding.weight().data;
    int eo = embedded.offset(0);
    for (int v = 0; v < symbols; v++) {
      for (int i = 0; i < size; i++) {
        embedded.data()[eo + i * lanes + v] = e[v * size + i];
      }
    }
    project(pass);
    int po = projected.offset(0);
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < symbols; v++) {
        table[v * rows + r] = projected.data()[po + r * lanes + v];
      }
    }
  }

  private void project(Pass pass) {
    projected.reshape(timeline, rows);
    perSymbol.forward(pass, embedded, projected);
    isUsedUp = false;
  }

  @Override
  public void backward(Pass pass, Steps input, Steps gateGradient, Steps inputGradient) {
    if (isUsedUp) {
      // By another block of the same update.
      project(pass);
    }
    Arrays.fill(tableGradient, 0f);
    Lookup.scatterAdd(kernels, gateGradient, pass, tableGradient);
    projected.clear();
    int po = projected.offset(0);
    int perRow = timeline.lanes();
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < symbols; v++) {
        projected.data()[po + r * perRow + v] = tableGradient[v * rows + r];
      }
    }
    int size = embedding.outputRows();
    embeddedGradient.reshape(timeline, size);
    embeddedGradient.clear();
    perSymbol.backward(pass, embedded, projected, embeddedGradient);
    isUsedUp = perSymbol.backwardUsesUp();
    float[] e = embedding.gradient().data;
    int eo = embeddedGradient.offset(0);
    for (int v = 0; v < symbols; v++) {
      for (int i = 0; i < size; i++) {
        e[v * size + i] += embeddedGradient.data()[eo + i * perRow + v];
      }
    }
  }
}
