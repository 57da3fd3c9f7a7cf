package org.unroll.store;

import java.util.Arrays;

/**
 * A named array of a model file: its shape and its elements in row-major order.
 *
 * <p>The arrays are handed over, not copied: a model's weights exist once.
 */
public sealed interface Tensor {
  /** Sizes of the dimensions, outermost first; empty for a scalar. */
  long[] shape();

  /** Elements. */
  int size();

  /** The kind of its elements. */
  ElementType type();

  /** What elements a file may hold, with the names the format gives them. */
  enum ElementType {
    F32(4),
    F64(8),
    I64(8);

    private final int bytes;

    ElementType(int bytes) {
      this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
      return bytes;
    }
  }

  /** Single precision. */
  record Floats(long[] shape, float[] data) implements Tensor {
    public Floats {
      checkSize(shape, data.length);
    }

    @Override
    public int size() {
      return data.length;
    }

    @Override
    public ElementType type() {
      return ElementType.F32;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Floats floats
          && Arrays.equals(shape, floats.shape)
          && Arrays.equals(data, floats.data);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
      return "F32 " + Arrays.toString(shape);
    }
  }

  /** Double precision. */
  record Doubles(long[] shape, double[] data) implements Tensor {
    public Doubles {
      checkSize(shape, data.length);
    }

    @Override
    public int size() {
      return data.length;
    }

    @Override
    public ElementType type() {
      return ElementType.F64;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Doubles doubles
          && Arrays.equals(shape, doubles.shape)
          && Arrays.equals(data, doubles.data);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
      return "F64 " + Arrays.toString(shape);
    }
  }

  /** Integers of 64 bits. */
  record Longs(long[] shape, long[] data) implements Tensor {
    public Longs {
      checkSize(shape, data.length);
    }

    @Override
    public int size() {
      return data.length;
    }

    @Override
    public ElementType type() {
      return ElementType.I64;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Longs longs
          && Arrays.equals(shape, longs.shape)
          && Arrays.equals(data, longs.data);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
      return "I64 " + Arrays.toString(shape);
    }
  }

  /**
   * The number of elements of a shape.
   *
   * @throws ArithmeticException if it exceeds 64 bits
   * @throws IllegalArgumentException if a dimension is negative
   */
  static long elements(long[] shape) {
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("dimension must not be negative, got " + dimension);
      }
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }

  private static void checkSize(long[] shape, int length) {
    long elements = elements(shape);
    if (elements != length) {
      throw new IllegalArgumentException(
          "shape must hold as many elements as the data, got "
              + Arrays.toString(shape)
              + " = "
              + elements
              + " for "
              + length);
    }
  }
}
