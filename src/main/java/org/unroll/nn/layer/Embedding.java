package org.unroll.nn.layer;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.tensor.Initializer;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;

/** The first layer on symbols: the step's values are a row of the embedding table (V × E). */
public final class Embedding implements Layer {
  private final ParameterSpec spec;
  private final int field;
  private final boolean folded;
  private final Steps output = new Steps();
  private Kernels kernels;
  private FMatrixRMaj weight;
  private FMatrixRMaj gradient;

  /**
   * An embedding of the only field of symbols.
   *
   * @param symbols size of the vocabulary, V
   * @param size numbers per symbol, E
   * @param folded whether the layer above does the look-up itself, see {@link TableProjection};
   *     this one then only holds the table
   */
  public Embedding(int symbols, int size, Initializer start, boolean folded) {
    this("embedding.weight", 0, symbols, size, start, folded);
  }

  private Embedding(
      String name, int field, int symbols, int size, Initializer start, boolean folded) {
    this.field = field;
    this.folded = folded;
    spec = new ParameterSpec(name, ParameterRole.EMBEDDING, symbols, size, start);
  }

  /**
   * An embedding beside others.
   *
   * @param name of the field, empty for the first one
   * @param field its number among the symbols of a step
   */
  static Embedding ofField(String name, int field, int symbols, int size, Initializer start) {
    String prefix = name.isEmpty() ? "embedding." : "embedding." + name + ".";
    return new Embedding(prefix + "weight", field, symbols, size, start, false);
  }

  /** An embedding of characters. */
  static Embedding ofCharacters(int characters, int size, Initializer start) {
    return new Embedding("characters.embedding.weight", 0, characters, size, start, false);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(spec);
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    weight = values.get(spec.name());
    this.gradient = gradient.get(spec.name());
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
    gather(pass, output, 0);
    return output;
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    if (folded) {
      return null;
    }
    scatterAdd(pass, outputGradient, 0);
    return null;
  }

  /** Writes the numbers of each step's symbol into the rows from {@code firstRow} on. */
  void gather(Pass pass, Steps values, int firstRow) {
    Lookup.gather(kernels, weight.data, pass, field, values, firstRow, spec.columns());
  }

  /** Adds the gradient in the rows from {@code firstRow} on to that of the table. */
  void scatterAdd(Pass pass, Steps valuesGradient, int firstRow) {
    Lookup.scatterAdd(
        kernels, valuesGradient, firstRow, spec.columns(), pass, field, gradient.data);
  }
}
