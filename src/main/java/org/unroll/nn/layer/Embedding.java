package org.unroll.nn.layer;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.tensor.Initializer;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;

/** The first layer on symbols: the step's values are a row of the embedding table (V × E). */
public final class Embedding implements Layer {
  private static final String NAME = "embedding.weight";

  private final ParameterSpec spec;
  private final boolean folded;
  private final Steps output = new Steps();
  private Kernels kernels;
  private FMatrixRMaj weight;
  private FMatrixRMaj gradient;

  /**
   * An embedding.
   *
   * @param symbols size of the vocabulary, V
   * @param size numbers per symbol, E
   * @param folded whether the layer above does the look-up itself, see {@link TableProjection};
   *     this one then only holds the table
   */
  public Embedding(int symbols, int size, Initializer start, boolean folded) {
    this.folded = folded;
    spec = new ParameterSpec(NAME, symbols, size, start);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(spec);
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    weight = values.get(NAME);
    this.gradient = gradient.get(NAME);
  }

  @Override
  public int outputRows() {
    return spec.columns();
  }

  int symbols() {
    return spec.rows();
  }

  FMatrixRMaj weight() {
    return weight;
  }

  FMatrixRMaj gradient() {
    return gradient;
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    if (folded) {
      return null;
    }
    output.reshape(pass.block().timeline(), spec.columns());
    Lookup.gather(kernels, weight.data, pass, output);
    return output;
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    if (folded) {
      return null;
    }
    Lookup.scatterAdd(kernels, outputGradient, pass, gradient.data);
    return null;
  }
}
