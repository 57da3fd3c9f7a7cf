package org.unroll.tensor;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.ejml.data.FMatrixRMaj;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of the kernels that training spends its own in, for blocks of 32 lanes × 32 steps. Several
 * forks, because compilation differs from launch to launch: that is what the spread shows.
 *
 * <p>A product of one step is 2 · 4·units · units · 32 operations.
 *
 * <pre>
 * mvn -P benchmarks test-compile -Dbenchmarks="KernelBenchmark -p units=256"
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class KernelBenchmark {
  private static final int LANES = 32;
  private static final int STEPS = 32;

  @Param({"vector"})
  String name;

  @Param({"128", "256", "512"})
  int units;

  private Kernels kernels;
  private Weight weight;
  private Steps gates;
  private Steps activations;
  private Steps states;
  private Steps tanhStates;
  private Steps gradient;
  private float[] stateGradient;
  private FMatrixRMaj weightGradient;
  private float[] inverse;
  private float[] partial;
  private float[] table;
  private int[] ids;

  /** Random values in the shapes of an LSTM. */
  @Setup
  public void fill() {
    kernels = Kernels.named(name).create();
    kernels.warmUp();
    int[] lengths = new int[LANES];
    Arrays.fill(lengths, STEPS);
    Timeline timeline = new Timeline();
    timeline.reshape(lengths, LANES);
    FMatrixRMaj matrix = new FMatrixRMaj(4 * units, units);
    matrix.setData(KernelsUnderTest.random(4 * units * units, 1));
    weight = new Weight(4 * units, units);
    weight.set(matrix, 0);
    kernels.prepare(weight);
    gates = KernelsUnderTest.randomSteps(timeline, 4 * units, 2);
    activations = KernelsUnderTest.randomSteps(timeline, units, 3);
    states = KernelsUnderTest.randomSteps(timeline, units, 4);
    tanhStates = KernelsUnderTest.randomSteps(timeline, units, 5);
    gradient = KernelsUnderTest.randomSteps(timeline, units, 6);
    stateGradient = new float[units * LANES];
    weightGradient = new FMatrixRMaj(4 * units, units);
    inverse = KernelsUnderTest.gates(LANES, 9);
    partial = new float[4 * units * Timeline.LANE_MULTIPLE];
    table = KernelsUnderTest.random(65 * 4 * units, 7);
    ids = new Random(8).ints(LANES, 0, 65).toArray();
  }

  /** The recurrent product of one step. */
  @Benchmark
  public void multiply() {
    kernels.multiply(
        weight,
        activations.data(),
        activations.offset(0),
        gates.data(),
        gates.offset(0),
        LANES,
        LANES);
  }

  /** Its way back. */
  @Benchmark
  public void multiplyTransposed() {
    kernels.multiplyTransposed(
        weight, gates.data(), gates.offset(1), gradient.data(), gradient.offset(0), LANES, LANES);
  }

  /** A product over all steps at once. */
  @Benchmark
  public void multiplySteps() {
    kernels.multiply(weight, activations, gates, 0);
  }

  /** The gradient of the recurrent weight over all steps. */
  @Benchmark
  public void outer() {
    kernels.outer(gates, 0, 4 * units, activations, -1, weightGradient, 0);
  }

  /** The LSTM's functions of one step. */
  @Benchmark
  public void lstm() {
    int n = units * LANES;
    int g = gates.offset(2);
    float[] values = gates.data();
    float[] c = states.data();
    float[] tanhC = tanhStates.data();
    int tco = tanhStates.offset(2);
    kernels.sigmoid(values, g, values, g, n);
    kernels.sigmoid(values, g + n, values, g + n, n);
    kernels.tanh(values, g + 2 * n, values, g + 2 * n, n);
    kernels.lstmState(values, g, g + n, g + 2 * n, c, states.offset(1), states.offset(2), n);
    kernels.sigmoid(values, g + 3 * n, values, g + 3 * n, n);
    kernels.tanh(c, states.offset(2), tanhC, tco, n);
    kernels.multiply(values, g + 3 * n, tanhC, tco, activations.data(), activations.offset(2), n);
  }

  /** Their way back. */
  @Benchmark
  public void lstmBack() {
    int n = units * LANES;
    int g = gates.offset(3);
    float[] values = gates.data();
    int tco = tanhStates.offset(3);
    int dao = gradient.offset(3);
    kernels.lstmBackOutput(
        values, g + 3 * n, tanhStates.data(), tco, gradient.data(), dao, stateGradient, 0, n);
    kernels.lstmBackGates(
        values, g, g + n, g + 2 * n, states.data(), states.offset(2), stateGradient, 0, n);
  }

  /** Layer normalisation of all gates of one step. */
  @Benchmark
  public void normalize() {
    int rows = 4 * units;
    int x = gates.offset(7);
    int y = gates.offset(8);
    float[] values = gates.data();
    kernels.normalize(values, x, table, 0, values, y, rows, LANES, LANES, inverse, 0);
  }

  /** Its way back. */
  @Benchmark
  public void normalizeBack() {
    int rows = 4 * units;
    int x = gates.offset(9);
    int dy = gates.offset(10);
    float[] values = gates.data();
    kernels.normalizeBack(values, dy, table, 0, values, x, rows, LANES, LANES, inverse, 0, partial);
  }

  /** The look-up that replaces the product with one-hot inputs, one step. */
  @Benchmark
  public void gatherColumns() {
    kernels.gatherColumns(
        table, ids, 0, gates.data(), gates.offset(4), 4 * units, LANES, LANES, LANES);
  }

  /** Its way back. */
  @Benchmark
  public void scatterAdd() {
    kernels.scatterAdd(gates.data(), gates.offset(4), 4 * units, LANES, LANES, ids, 0, table);
  }

  /** Packing the weight, once per update. */
  @Benchmark
  public void prepare() {
    kernels.prepare(weight);
  }

  /** The floor under everything else: copying the gates of a step. */
  @Benchmark
  public void copy() {
    int n = 4 * units * LANES;
    System.arraycopy(gates.data(), gates.offset(5), gates.data(), gates.offset(6), n);
  }
}
