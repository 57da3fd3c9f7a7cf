package org.unroll.tensor;

/**
 * Name, role, shape and start of one parameter.
 *
 * @param name the name in the model file, as PyTorch would call it
 * @param role what it does in its layer
 * @param rows number of rows
 * @param columns number of columns; 1 for a bias, which is stored as a vector
 * @param start how it is initialised
 */
public record ParameterSpec(
    String name, ParameterRole role, int rows, int columns, Initializer start) {
  public ParameterSpec {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "parameter " + name + " must have rows and columns, got " + rows + " × " + columns);
    }
    if ((long) rows * columns > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "parameter " + name + " of " + rows + " × " + columns + " exceeds one array");
    }
  }

  /**
   * The layer that a parameter belongs to: its name up to the last dot, such as {@code embedding},
   * {@code layers.0} (both directions) or {@code output}.
   */
  public static String layerOf(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** The same parameter under another name. */
  public ParameterSpec named(String other) {
    return new ParameterSpec(other, role, rows, columns, start);
  }

  /** Number of values. */
  public int size() {
    return rows * columns;
  }
}
