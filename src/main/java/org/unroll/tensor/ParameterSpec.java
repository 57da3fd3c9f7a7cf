package org.unroll.tensor;

/**
 * Name, shape and start of one parameter.
 *
 * @param name the name in the model file, as PyTorch would call it
 * @param rows number of rows
 * @param columns number of columns; 1 for a bias, which is stored as a vector
 * @param start how it is initialised
 */
public record ParameterSpec(String name, int rows, int columns, Initializer start) {
  /** How the names of running moments begin, within their layer. */
  private static final String MOMENT = "running_";

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
   * Whether a parameter of this name holds running moments of batch normalisation: what rounds have
   * measured, not what they learn. Its gradient is zero; no optimiser, decay or average changes it.
   */
  public static boolean isMoment(String name) {
    return name.startsWith(MOMENT, name.lastIndexOf('.') + 1);
  }

  /**
   * The layer that a parameter belongs to: its name up to the last dot, such as {@code embedding},
   * {@code layers.0} (both directions) or {@code output}.
   */
  public static String layerOf(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** Number of values. */
  public int size() {
    return rows * columns;
  }
}
