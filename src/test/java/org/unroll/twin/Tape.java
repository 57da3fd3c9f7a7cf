package org.unroll.twin;

import java.util.Arrays;

/**
 * Reverse-mode automatic differentiation of scalars (Wengert list). A node is a number: its place
 * on the tape. Each has at most two parents and the partial derivatives with respect to them, fixed
 * when it is written, so that the way back is one multiplication per edge.
 *
 * <p>A tape of values only has no way back: finite differences ask for thousands of losses, and for
 * nothing else.
 */
final class Tape {
  private static final int NONE = -1;

  private final boolean valuesOnly;
  private double[] value = new double[1024];
  private int[] first;
  private int[] second;
  private double[] partialFirst;
  private double[] partialSecond;
  private int size;

  private Tape(boolean valuesOnly) {
    this.valuesOnly = valuesOnly;
    int capacity = valuesOnly ? 0 : value.length;
    first = new int[capacity];
    second = new int[capacity];
    partialFirst = new double[capacity];
    partialSecond = new double[capacity];
  }

  /** With a way back. */
  Tape() {
    this(false);
  }

  static Tape ofValues() {
    return new Tape(true);
  }

  /** A node without parents: a parameter, an input or a constant. */
  int leaf(double v) {
    return push(v, NONE, 0, NONE, 0);
  }

  /** The value of a node as a constant: no derivative passes. */
  int detach(int a) {
    return leaf(value[a]);
  }

  int add(int a, int b) {
    return push(value[a] + value[b], a, 1, b, 1);
  }

  int subtract(int a, int b) {
    return push(value[a] - value[b], a, 1, b, -1);
  }

  int multiply(int a, int b) {
    return push(value[a] * value[b], a, value[b], b, value[a]);
  }

  /** {@code factor · a}, the factor a constant. */
  int scale(int a, double factor) {
    return push(factor * value[a], a, factor, NONE, 0);
  }

  /** {@code 1 - a}. */
  int oneMinus(int a) {
    return push(1 - value[a], a, -1, NONE, 0);
  }

  int tanh(int a) {
    double y = Math.tanh(value[a]);
    return push(y, a, 1 - y * y, NONE, 0);
  }

  /** The logistic function. */
  int sigmoid(int a) {
    double y = 1 / (1 + Math.exp(-value[a]));
    return push(y, a, y * (1 - y), NONE, 0);
  }

  /** {@code max(0, a)}; the derivative at 0 is 0. */
  int relu(int a) {
    boolean on = value[a] > 0;
    return push(on ? value[a] : 0, a, on ? 1 : 0, NONE, 0);
  }

  int exp(int a) {
    double y = Math.exp(value[a]);
    return push(y, a, y, NONE, 0);
  }

  int log(int a) {
    return push(Math.log(value[a]), a, 1 / value[a], NONE, 0);
  }

  /** The value of a node. */
  double value(int a) {
    return value[a];
  }

  /** Number of nodes. */
  int size() {
    return size;
  }

  /** The derivative of a node with respect to every node of the tape. */
  double[] derivatives(int of) {
    if (valuesOnly) {
      throw new IllegalStateException("a tape of values has no derivatives");
    }
    double[] adjoint = new double[size];
    adjoint[of] = 1;
    for (int i = of; i >= 0; i--) {
      if (first[i] != NONE) {
        adjoint[first[i]] += adjoint[i] * partialFirst[i];
      }
      if (second[i] != NONE) {
        adjoint[second[i]] += adjoint[i] * partialSecond[i];
      }
    }
    return adjoint;
  }

  private int push(double v, int a, double partialA, int b, double partialB) {
    if (size == value.length) {
      value = Arrays.copyOf(value, 2 * size);
    }
    value[size] = v;
    if (valuesOnly) {
      return size++;
    }
    if (size == first.length) {
      int capacity = value.length;
      first = Arrays.copyOf(first, capacity);
      second = Arrays.copyOf(second, capacity);
      partialFirst = Arrays.copyOf(partialFirst, capacity);
      partialSecond = Arrays.copyOf(partialSecond, capacity);
    }
    first[size] = a;
    second[size] = b;
    partialFirst[size] = partialA;
    partialSecond[size] = partialB;
    return size++;
  }
}
