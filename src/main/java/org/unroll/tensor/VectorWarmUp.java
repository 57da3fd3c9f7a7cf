package org.unroll.tensor;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Has vector kernels compiled by themselves before anything calls them in earnest. Compiled as part
 * of a caller, a kernel can run out of inlining depth; its vectors are then allocated, and it runs
 * several times slower, in some launches and not in others. A kernel that has been compiled is
 * called instead. That a call allocates nothing is the sign that it has been.
 *
 * <p>The virtual machine compiles a method with profiling after 200 calls, and for good after 600
 * more with 15,000 rounds of its loops; after 40,000 rounds it would compile the loop a second time
 * for the call that is under way. The numbers of calls here lie between.
 */
final class VectorWarmUp {
  private static final int FIRST_CALLS = 210;
  private static final int CALLS = 610;

  /** Size of a call: with it, {@link #CALLS} are 15,860 rounds of a loop over vectors. */
  private static final int UNITS = 26;

  /**
   * Compiling all kernels takes 1.2 s on two idle cores and 2 s on one; where the processor is
   * shared with many, it waits its turn.
   */
  private static final long DEADLINE_NANOS = 6_000_000_000L;

  /** A kernel that was compiled badly stays so: nobody waits for it when no other is ready. */
  private static final long STANDSTILL_NANOS = 1_500_000_000L;

  /** After so long, kernels that are still not compiled are called again. */
  private static final long PATIENCE_NANOS = 50_000_000L;

  private static final Map<KernelGroup, WarmUp> DONE = new EnumMap<>(KernelGroup.class);

  private final float[] x = new float[8192];
  private final float[] y = new float[8192];
  private final float[] z = new float[8192];
  private final float[] w = new float[8192];
  private final double[] sum = new double[1024];
  private final int[] keys = new int[64];
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final List<Probe> probes = new ArrayList<>();

  /** A kernel, and how it is called. */
  private record Probe(String name, Call call) {}

  /** Calls a kernel for {@code units} vectors, or so many rows. */
  private interface Call {
    void run(int units);
  }

  private VectorWarmUp() {}

  /** Warms up those of the groups that are not yet; other threads that need them wait. */
  static synchronized WarmUp of(Set<KernelGroup> groups) {
    VectorWarmUp missing = new VectorWarmUp();
    Set<KernelGroup> wanted = new TreeSet<>(groups);
    wanted.removeAll(DONE.keySet());
    wanted.forEach(missing::add);
    if (!wanted.isEmpty()) {
      WarmUp outcome = missing.run();
      wanted.forEach(group -> DONE.put(group, outcome));
    }
    return groups.stream().map(DONE::get).distinct().reduce(WarmUp.NONE, WarmUp::and);
  }

  /** Lets the next call warm up again what was not compiled in time. */
  static synchronized void forgetAllocating() {
    DONE.values().removeIf(outcome -> !outcome.allocating().isEmpty());
  }

  private void add(KernelGroup group) {
    switch (group) {
      case COMMON -> {
        tiles();
        functions();
        lanes();
      }
      case RNN -> add("tanh back", u -> Passes.tanhBack(x, 0, y, 0, z, 0, 16 * u));
      case RELU -> {
        add("relu", u -> Passes.relu(x, 0, y, 0, 16 * u));
        add("relu back", u -> Passes.reluBack(x, 0, y, 0, z, 0, 16 * u));
      }
      case GRU -> gru();
      case LSTM -> lstm();
      case DIAGONAL -> {
        add("scaled rows", u -> Passes.addScaledRows(x, 0, y, 0, z, 0, u, 16, 16));
        add("row products", u -> Passes.addRowProducts(x, 0, y, 0, u, 16, 16, z, 0));
      }
      case NORMALIZATION -> normalization();
      case BATCH_NORMALIZATION -> batchNormalization();
      case POOLING -> pooling();
      case DROPOUT ->
          add("dropout", u -> LanePasses.dropout(x, 0, u, 16, 16, keys, 1, 1 << 23, 1f));
      case UPDATE -> updates();
    }
  }

  private void tiles() {
    int lanes = 2 * Simd.LENGTH;
    if (Products.FEW_REGISTERS) {
      add("tile 4×2", u -> Tiles.tile4x2(x, 0, 4 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
      add("rows 4×2", u -> Tiles.rows4x2(x, 0, 4 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
    } else {
      add("tile 8×2", u -> Tiles.tile8x2(x, 0, 2 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
      add("rows 8×2", u -> Tiles.rows8x2(x, 0, 2 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
      add("tile 8×1", u -> Tiles.tile8x1(x, 0, 2 * u, y, 0, lanes, z, 0, lanes, 0, lanes));
    }
    add("columns", u -> Tiles.columns8(x, 0, 512, y, 0, z, 0, 16 * u));
  }

  private void functions() {
    add("sigmoid", u -> Passes.sigmoid(x, 0, y, 0, 16 * u));
    add("logistic", u -> Passes.logistic(x, 0, y, 0, 16 * u));
    add("tanh", u -> Passes.tanh(x, 0, y, 0, 16 * u));
    add("add", u -> Passes.add(x, 0, y, 0, 16 * u));
    add("multiply", u -> Passes.multiply(x, 0, y, 0, z, 0, 16 * u));
  }

  private void lanes() {
    add("max", u -> Passes.max(x, 0, u, 16, 16, y));
    add("exp", u -> Passes.exp(x, 0, u, 16, 16, z, y));
    add("scale lanes", u -> Passes.scale(x, 0, u, 16, 16, z));
    add("weighted sums", u -> LanePasses.weightedSums(x, 0, u, 16, 16, z, y));
    add("subtract outer", u -> LanePasses.subtractOuter(x, 0, u, 16, 16, z, y));
    add("copy rows", u -> LanePasses.copyRows(x, 0, u, 16, 16, y, 0));
    add("add rounded", u -> UpdateLoops.addRounded(sum, x, 16 * u, 1, keys));
    add("row sums", u -> LanePasses.addLanes(x, 0, u, 16, 16, y));
  }

  private void lstm() {
    add("lstm", u -> Passes.lstmState(x, 0, 512, 1024, y, 0, 512, 16 * u));
    add("lstm output", u -> Passes.lstmBackOutput(x, 0, y, 0, z, 0, w, 0, 16 * u));
    add("lstm identity", u -> Passes.lstmBackIdentity(x, 0, y, 0, z, 0, w, 0, 16 * u));
    add("lstm back", u -> Passes.lstmBackGates(x, 0, 512, 1024, y, 0, w, 0, 16 * u));
  }

  private void gru() {
    add("gru", u -> Passes.gruState(x, 0, 512, y, 0, 512, 16 * u));
    add("gru back", u -> Passes.gruBack(x, 0, 512, y, 0, z, 0, 512, 16 * u));
    add("gru reset", u -> Passes.gruResetBeforeBack(x, 0, w, 0, y, 0, z, 0, 16 * u));
    add("gru after", u -> Passes.gruCandidateAfter(x, 0, 512, y, 0, 16 * u));
    add("gru after back", u -> Passes.gruResetAfterBack(x, 0, 512, w, 0, 16 * u));
  }

  private void normalization() {
    // With remainders: the compiler leaves out what it has never seen.
    add("rows", u -> Passes.addRows(x, 0, 4 * u + 3, 16, 16, y));
    add("squares", u -> Passes.addSquares(x, 0, 4 * u + 3, 16, 16, y));
    add("standardize", u -> Passes.standardize(x, 0, u, 16, 16, y));
    add("gradients", u -> Passes.addGradients(x, 0, y, 0, z, 0, 2 * u + 1, 16, 16, w));
    add("standardize back", u -> Passes.standardizeBack(x, 0, y, 0, z, 0, u, 16, 16, w));
  }

  private void batchNormalization() {
    add("deviations", u -> Passes.addSquaredDeviations(x, 0, y, u, 16, 16, z));
    add("scale deviations", u -> Passes.scaleDeviations(x, 0, y, z, 0, u, 16, 16));
    add("deviation products", u -> Passes.addDeviationProducts(x, 0, y, 0, z, u, 16, 16, w));
    add("scale back", u -> Passes.scaleDeviationsBack(x, 0, y, 0, z, u, 16, 16));
  }

  private void pooling() {
    VectorPooling pooling = new VectorPooling();
    add("max of steps", u -> pooling.max(x, 0, y, 0, u, 16, 16, z));
    add("max back", u -> pooling.maxBack(x, 0, y, 0, z, 0, w, 0, u, 16, 16, x));
    add("scaled lanes", u -> pooling.addScaled(x, 0, y, 0, z, 0, u, 16, 16));
    add("lane products", u -> pooling.products(x, 0, y, 0, z, 0, u, 16, 16));
  }

  private void updates() {
    add("mean", u -> UpdateLoops.mean(sum, 3, x, 0, 16 * u));
    add("adam", u -> UpdateLoops.adam(x, y, z, w, 0, 16 * u, .1f, 1f, .1f, .1f, 1e-8f));
    add("rmsprop", u -> UpdateLoops.rmsprop(x, y, w, 0, 16 * u, .1f, .1f, 1e-8f));
    add("rmsprop momentum", u -> UpdateLoops.rmsprop(x, y, z, w, 0, 16 * u, .1f, .1f, .9f, 1e-8f));
    add("moments", u -> UpdateLoops.moments(x, y, z, 0, 16 * u, .1f));
    add(
        "rmsprop centred",
        u -> UpdateLoops.rmspropCentred(x, y, z, w, w, 0, 16 * u, .1f, .9f, 1e-8f));
    add("rprop", u -> UpdateLoops.rprop(x, y, z, w, 0, 16 * u, .2f, .5f, 1e-6f, 50f, 1f));
    add("decay and add", u -> UpdateLoops.momentum(x, y, 0, 16 * u, .1f));
    add("add scaled", u -> UpdateLoops.addScaled(x, y, 0, 16 * u, .1f));
    add("add keeping rest", u -> UpdateLoops.addKeepingRest(x, y, z, 0, 16 * u));
    add("scale", u -> UpdateLoops.scale(x, 0, 16 * u, .1f));
  }

  private void add(String name, Call call) {
    probes.add(new Probe(name, call));
  }

  private WarmUp run() {
    long start = System.nanoTime();
    // In turns: the place that calls all loops must not see one of them only.
    for (int i = 0; i < FIRST_CALLS; i++) {
      probes.forEach(probe -> probe.call.run(1));
    }
    probes.forEach(probe -> call(probe, CALLS, UNITS));
    List<Probe> pending = new ArrayList<>(probes);
    long retry = System.nanoTime() + PATIENCE_NANOS;
    long progress = System.nanoTime();
    while (!pending.isEmpty()
        && System.nanoTime() - start < DEADLINE_NANOS
        && System.nanoTime() - progress < STANDSTILL_NANOS) {
      pause();
      if (pending.removeIf(this::allocatesNothing)) {
        progress = System.nanoTime();
      }
      if (System.nanoTime() > retry) {
        pending.forEach(probe -> call(probe, CALLS / 2, UNITS));
        retry += PATIENCE_NANOS;
      }
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new WarmUp(probes.size(), seconds, pending.stream().map(Probe::name).toList());
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

  private boolean allocatesNothing(Probe probe) {
    long before = threads.getCurrentThreadAllocatedBytes();
    probe.call.run(1);
    return threads.getCurrentThreadAllocatedBytes() == before;
  }

  /** Leaves the processor to the compiler's threads for a moment. */
  private static void pause() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
