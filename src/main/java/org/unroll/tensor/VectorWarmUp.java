package org.unroll.tensor;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Has every vector kernel compiled by itself before anything calls it in earnest. Compiled as part
 * of a caller, a kernel can run out of inlining depth; its vectors are then allocated, and it runs
 * several times slower, in some launches and not in others. A kernel that has been compiled is
 * called instead. That a call allocates nothing is the sign that it has been.
 *
 * <p>The virtual machine compiles a method for good after some 200 calls and then 600 more with
 * 15,000 rounds of its loops; how far those loops ran decides how they are compiled, so the calls
 * are of realistic size.
 */
final class VectorWarmUp {
  /** Vectors per call: activations of 32 lanes × 64 units, or a product with 256 terms. */
  private static final int SIZE = 2048;

  private static final long DEADLINE_NANOS = 2_000_000_000L;

  private final float[] x = new float[10 * SIZE];
  private final float[] y = new float[10 * SIZE];
  private final float[] z = new float[10 * SIZE];
  private final float[] w = new float[10 * SIZE];
  private final int[] keys = new int[SIZE];
  private final List<Probe> probes = new ArrayList<>();

  /** A kernel and how to call it on an n-th of the realistic size. */
  private record Probe(String name, Call call) {}

  /** Calls a kernel with {@code units} from 1 to 64. */
  private interface Call {
    void run(int units);
  }

  private static final class Holder {
    static final WarmUp OUTCOME = new VectorWarmUp().run();
  }

  private VectorWarmUp() {
    products();
    cells();
    lanes();
    updates();
  }

  /** The outcome; the first caller does the work, others wait for it. */
  static WarmUp outcome() {
    return Holder.OUTCOME;
  }

  private void products() {
    int lanes = 2 * Simd.LENGTH;
    if (Products.FEW_REGISTERS) {
      add("tile 4×2", u -> Tiles.tile4x2(x, 0, 4 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
      add("rows 4×2", u -> Tiles.rows4x2(x, 0, 4 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
    } else {
      add("tile 8×2", u -> Tiles.tile8x2(x, 0, 4 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
      add("rows 8×2", u -> Tiles.rows8x2(x, 0, 4 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
      add("tile 8×1", u -> Tiles.tile8x1(x, 0, 4 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
    }
  }

  private void cells() {
    add("sigmoid", u -> Passes.sigmoid(x, 0, y, 0, 16 * u));
    add("tanh", u -> Passes.tanh(x, 0, y, 0, 16 * u));
    add("relu", u -> Passes.relu(x, 0, y, 0, 16 * u));
    add("add", u -> Passes.add(x, 0, y, 0, 16 * u));
    add("multiply", u -> Passes.multiply(x, 0, y, 0, z, 0, 16 * u));
    add("tanh back", u -> Passes.tanhBack(x, 0, y, 0, z, 0, 16 * u));
    add("relu back", u -> Passes.reluBack(x, 0, y, 0, z, 0, 16 * u));
    add("lstm", u -> Passes.lstmState(x, 0, SIZE, 2 * SIZE, y, 0, SIZE, 16 * u));
    add("lstm output", u -> Passes.lstmBackOutput(x, 0, y, 0, z, 0, w, 0, 16 * u));
    add("lstm back", u -> Passes.lstmBackGates(x, 0, SIZE, 2 * SIZE, y, 0, w, 0, 16 * u));
    add("gru", u -> Passes.gruState(x, 0, SIZE, y, 0, SIZE, 16 * u));
    add("gru back", u -> Passes.gruBack(x, 0, SIZE, y, 0, z, 0, SIZE, 16 * u));
    add("gru reset", u -> Passes.gruResetBeforeBack(x, 0, w, 0, y, 0, z, 0, 16 * u));
    add("gru after", u -> Passes.gruCandidateAfter(x, 0, SIZE, y, 0, 16 * u));
    add("gru after back", u -> Passes.gruResetAfterBack(x, 0, SIZE, w, 0, 16 * u));
  }

  private void lanes() {
    add("max", u -> Passes.max(x, 0, u, 32, 32, y));
    add("exp", u -> Passes.exp(x, 0, u, 32, 32, z, y));
    add("scale lanes", u -> Passes.scale(x, 0, u, 32, 32, z));
    add("dropout", u -> LanePasses.dropout(x, 0, u, 32, 32, keys, 1, 1 << 23, 1f));
    add("copy rows", u -> LanePasses.copyRows(x, 0, u, 32, 32, y, 0));
    add("row sums", u -> LanePasses.addLanes(x, 0, u, 32, 32, y));
  }

  private void updates() {
    add("adam", u -> Updates.adam(x, y, z, w, 16 * u, .1f, 1f, .1f, .1f, 1e-8f));
    add("decay and add", u -> Updates.momentum(x, y, 16 * u, .1f));
    add("add scaled", u -> Updates.addScaled(x, y, 16 * u, .1f));
    add("scale", u -> Updates.scale(x, 16 * u, .1f));
  }

  private void add(String name, Call call) {
    probes.add(new Probe(name, call));
  }

  private WarmUp run() {
    long start = System.nanoTime();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    boolean measured = threads.isThreadAllocatedMemorySupported();
    List<Probe> pending = new ArrayList<>(probes);
    // In turns: the place that calls them all must not see one of them only.
    for (int i = 0; i < 300; i++) {
      for (Probe probe : pending) {
        probe.call.run(1);
      }
    }
    for (Probe probe : pending) {
      call(probe, 620, 64);
    }
    while (!pending.isEmpty() && System.nanoTime() - start < DEADLINE_NANOS) {
      for (Probe probe : pending) {
        call(probe, 20, 64);
      }
      pending.removeIf(probe -> measured && allocated(threads, probe) == 0);
      pause();
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new WarmUp(probes.size(), seconds, pending.stream().map(Probe::name).toList());
  }

  /** Leaves the processor to the compiler's threads for a moment. */
  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void call(Probe probe, int times, int units) {
    for (int i = 0; i < times; i++) {
      probe.call.run(units);
    }
    // Products and sums would grow without bound, and infinities are no realistic input.
    for (float[] values : List.of(x, y, z, w)) {
      Arrays.fill(values, .01f);
    }
  }

  private static long allocated(ThreadMXBean threads, Probe probe) {
    long before = threads.getCurrentThreadAllocatedBytes();
    probe.call.run(64);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
