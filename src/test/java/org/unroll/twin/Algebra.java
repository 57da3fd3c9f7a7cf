package org.unroll.twin;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/** Vectors and matrices of nodes of a tape. A matrix is an array of rows. */
final class Algebra {
  final Tape tape;

  Algebra(Tape tape) {
    this.tape = tape;
  }

  /** Constants. */
  int[] constants(double... values) {
    return Arrays.stream(values).mapToInt(tape::leaf).toArray();
  }

  /** {@code length} constant zeros. */
  int[] zeros(int length) {
    return constants(new double[length]);
  }

  /** The values of a vector. */
  double[] values(int[] x) {
    return Arrays.stream(x).mapToDouble(tape::value).toArray();
  }

  /** {@code W x}: W (rows × columns), x (columns). */
  int[] product(int[][] weight, int[] x) {
    int[] y = new int[weight.length];
    for (int i = 0; i < y.length; i++) {
      if (weight[i].length != x.length) {
        throw new IllegalArgumentException(
            "a row of " + weight[i].length + " weights cannot meet " + x.length + " values");
      }
      int sum = tape.leaf(0);
      for (int j = 0; j < x.length; j++) {
        sum = tape.add(sum, tape.multiply(weight[i][j], x[j]));
      }
      y[i] = sum;
    }
    return y;
  }

  /** The j-th column of a matrix. */
  int[] column(int[][] matrix, int j) {
    return Arrays.stream(matrix).mapToInt(row -> row[j]).toArray();
  }

  /** Element-wise operation of several vectors of equal length, from left to right. */
  int[] each(IntBinaryOperator operation, int[] x, int[]... more) {
    int[] y = x.clone();
    for (int[] other : more) {
      if (other.length != y.length) {
        throw new IllegalArgumentException(
            "vectors of " + y.length + " and " + other.length + " values do not meet");
      }
      for (int i = 0; i < y.length; i++) {
        y[i] = operation.applyAsInt(y[i], other[i]);
      }
    }
    return y;
  }

  /** Element-wise function. */
  int[] map(IntUnaryOperator function, int[] x) {
    return Arrays.stream(x).map(function).toArray();
  }

  /** Sum of vectors. */
  int[] add(int[] x, int[]... more) {
    return each(tape::add, x, more);
  }

  /** Element-wise product of vectors. */
  int[] multiply(int[] x, int[] y) {
    return each(tape::multiply, x, y);
  }

  int[] sigmoid(int[] x) {
    return map(tape::sigmoid, x);
  }

  int[] tanh(int[] x) {
    return map(tape::tanh, x);
  }

  /** {@code [p, q]}: p stacked on q. */
  static int[] stack(int[] p, int[] q) {
    int[] y = Arrays.copyOf(p, p.length + q.length);
    System.arraycopy(q, 0, y, p.length, q.length);
    return y;
  }

  /** The g-th gate's part of stacked gates, each of {@code units} values. */
  static int[] gate(int[] stacked, int g, int units) {
    return Arrays.copyOfRange(stacked, g * units, (g + 1) * units);
  }

  /** The g-th gate's rows of a matrix of stacked gates. */
  static int[][] gate(int[][] stacked, int g, int units) {
    return Arrays.copyOfRange(stacked, g * units, (g + 1) * units);
  }

  /** What the nodes are on. */
  Tape tape() {
    return tape;
  }

  /** {@code -log softmax(logits)[target]}. */
  int crossEntropy(int[] logits, int target) {
    return tape.subtract(logSum(logits), logits[target]);
  }

  /** {@code log Σ exp(x)}, with the largest taken out first. */
  int logSum(int[] x) {
    double largest = Arrays.stream(x).mapToDouble(tape::value).max().orElseThrow();
    int shift = tape.leaf(largest);
    int sum = tape.leaf(0);
    for (int each : x) {
      sum = tape.add(sum, tape.exp(tape.subtract(each, shift)));
    }
    return tape.add(tape.log(sum), shift);
  }
}
