package org.unroll.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

/** Parameters of a network as the tensors of a model file, with PyTorch's names and shapes. */
public final class ModelTensors {
  private ModelTensors() {}

  /** Parameters as a model file. */
  public static SafeTensors of(Parameters parameters) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < parameters.count(); i++) {
      String name = parameters.names().get(i);
      tensors.put(name, tensor(name, parameters.get(i)));
    }
    return new SafeTensors(Map.of("format", "pt"), tensors);
  }

  /** A parameter as a tensor: biases and gains become vectors as in PyTorch, a weight never. */
  public static Tensor tensor(String name, FMatrixRMaj matrix) {
    int size = matrix.numRows * matrix.numCols;
    float[] data = matrix.data.length == size ? matrix.data : Arrays.copyOf(matrix.data, size);
    boolean weight = name.substring(name.lastIndexOf('.') + 1).startsWith("weight");
    long[] shape =
        !weight && matrix.numCols == 1
            ? new long[] {matrix.numRows}
            : new long[] {matrix.numRows, matrix.numCols};
    return new Tensor.Floats(shape, data);
  }

  /**
   * A tensor of one or two dimensions as a matrix.
   *
   * @throws StoreException if it is not of single precision, has more dimensions, or no elements
   */
  public static FMatrixRMaj matrix(String name, Tensor tensor, String place) {
    if (!(tensor instanceof Tensor.Floats floats)
        || floats.shape().length < 1
        || floats.shape().length > 2
        || floats.size() == 0) {
      throw StoreException.of(
          "tensor " + name + " must be F32 with one or two dimensions of at least 1",
          tensor,
          place,
          "it was not written by this program");
    }
    int rows = Math.toIntExact(floats.shape()[0]);
    return FMatrixRMaj.wrap(rows, floats.size() / rows, floats.data());
  }

  /**
   * Parameters of these specifications out of a model file.
   *
   * @throws StoreException if one is missing, too many, or of another shape
   */
  public static Parameters parameters(
      List<ParameterSpec> specs, Map<String, Tensor> tensors, String place) {
    List<FMatrixRMaj> matrices = new ArrayList<>();
    for (ParameterSpec spec : specs) {
      Tensor tensor = tensors.get(spec.name());
      String shape = spec.rows() + " × " + spec.columns();
      String fix =
          "the weights belong to another network than " + ModelDirectory.CONFIG + " describes";
      if (tensor == null) {
        throw StoreException.of(
            "tensor " + spec.name() + " of " + shape + " must be there",
            tensors.keySet(),
            place,
            fix);
      }
      FMatrixRMaj matrix = matrix(spec.name(), tensor, place);
      if (matrix.numRows != spec.rows() || matrix.numCols != spec.columns()) {
        throw StoreException.of(
            "tensor " + spec.name() + " must be " + shape,
            matrix.numRows + " × " + matrix.numCols,
            place,
            fix);
      }
      matrices.add(matrix);
    }
    if (tensors.size() != specs.size()) {
      List<String> extra = new ArrayList<>(tensors.keySet());
      specs.forEach(spec -> extra.remove(spec.name()));
      throw StoreException.of(
          "a model file must hold the network's " + specs.size() + " tensors and no others",
          extra,
          place,
          "the weights belong to another network than " + ModelDirectory.CONFIG + " describes");
    }
    return new Parameters(specs, matrices);
  }
}
