package org.unroll.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.FMatrixRMaj;
import org.unroll.hash.Hash;

/**
 * Named matrices in a fixed order: the parameters of a network, a gradient with respect to them, or
 * a slot of an optimiser.
 */
public final class Parameters {
  private static final long INITIALIZATION = 0x494E4954L;

  private final List<ParameterSpec> specs;
  private final List<String> names;
  private final FMatrixRMaj[] matrices;
  private final Map<String, FMatrixRMaj> byName = new LinkedHashMap<>();

  /**
   * These matrices as these parameters; shared, not copied.
   *
   * @param specs names and roles of the parameters, one for each matrix
   */
  public Parameters(List<ParameterSpec> specs, List<FMatrixRMaj> matrices) {
    this.specs = List.copyOf(specs);
    names = specs.stream().map(ParameterSpec::name).toList();
    this.matrices = matrices.toArray(FMatrixRMaj[]::new);
    for (int i = 0; i < this.matrices.length; i++) {
      if (byName.put(names.get(i), this.matrices[i]) != null) {
        throw new IllegalArgumentException("two parameters are called " + names.get(i));
      }
    }
  }

  /** Zeros of the shapes of these specifications. */
  public static Parameters zeros(List<ParameterSpec> specs) {
    return new Parameters(
        specs, specs.stream().map(s -> new FMatrixRMaj(s.rows(), s.columns())).toList());
  }

  /** First values: each parameter's randomness is a function of seed and name. */
  public static Parameters initial(List<ParameterSpec> specs, long seed) {
    Parameters parameters = zeros(specs);
    for (int i = 0; i < specs.size(); i++) {
      ParameterSpec spec = specs.get(i);
      spec.start()
          .fill(parameters.matrices[i], Hash.of(INITIALIZATION, seed, Hash.of(spec.name())));
    }
    return parameters;
  }

  /** Zeros of the same names and shapes. */
  public Parameters like() {
    return new Parameters(
        specs, List.of(matrices).stream().map(m -> new FMatrixRMaj(m.numRows, m.numCols)).toList());
  }

  /** A copy that shares nothing. */
  public Parameters copy() {
    Parameters copy = like();
    copy.set(this);
    return copy;
  }

  /** Takes over the values of parameters of the same shapes. */
  public void set(Parameters other) {
    for (int i = 0; i < matrices.length; i++) {
      System.arraycopy(other.matrices[i].data, 0, matrices[i].data, 0, size(i));
    }
  }

  /** Sets every value to zero. */
  public void zero() {
    for (FMatrixRMaj matrix : matrices) {
      matrix.zero();
    }
  }

  /** Number of parameters (matrices). */
  public int count() {
    return matrices.length;
  }

  /** Number of values in all. */
  public long size() {
    long size = 0;
    for (int i = 0; i < matrices.length; i++) {
      size += size(i);
    }
    return size;
  }

  /** Number of values of the i-th parameter. */
  public int size(int i) {
    return matrices[i].numRows * matrices[i].numCols;
  }

  /** Number of values of each parameter. */
  public int[] sizes() {
    int[] sizes = new int[matrices.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size(i);
    }
    return sizes;
  }

  /** The i-th matrix; shared. */
  public FMatrixRMaj get(int i) {
    return matrices[i];
  }

  /** The matrix of a name; shared. */
  public FMatrixRMaj get(String name) {
    FMatrixRMaj matrix = byName.get(name);
    if (matrix == null) {
      throw new IllegalArgumentException("no parameter is called " + name + "; there are " + names);
    }
    return matrix;
  }

  /** What the parameters are, in order. */
  public List<ParameterSpec> specs() {
    return specs;
  }

  /** Whether the i-th parameter is measured, not learned: a running moment. */
  public boolean isMoment(int i) {
    return specs.get(i).role() == ParameterRole.MOMENT;
  }

  /** The names in order. */
  public List<String> names() {
    return names;
  }
}
