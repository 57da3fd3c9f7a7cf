package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.unroll.tensor.KernelsUnderTest.lengths;
import static org.unroll.tensor.KernelsUnderTest.random;
import static org.unroll.tensor.KernelsUnderTest.randomSteps;
import static org.unroll.tensor.KernelsUnderTest.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever takes a part: each is done once, none is lost, and no bit depends on it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CrewTest {
  private static final int OWNER = 0;

  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final AtomicBoolean done = new AtomicBoolean();
  private final List<Future<Long>> helpers = new ArrayList<>();
  private Kernels alone;

  @BeforeEach
  void needsVectorKernels() {
    alone = KernelsUnderTest.open("vector");
  }

  @AfterEach
  void close() {
    done.set(true);
    pool.shutdownNow();
  }

  /** A crew whose first thread is this one, and all others idle. */
  private Crew crewWithHelpers(int count) {
    Crew crew = new Crew(count + 1);
    crew.join(OWNER);
    for (int i = 1; i <= count; i++) {
      helpers.add(pool.submit(() -> crew.help(done::get)));
    }
    while (crew.idle() < count) {
      Thread.onSpinWait();
    }
    return crew;
  }

  /** Lets the helpers go; how many parts they took. */
  private long taken() throws Exception {
    done.set(true);
    long taken = 0;
    for (Future<Long> helper : helpers) {
      taken += helper.get();
    }
    helpers.clear();
    done.set(false);
    return taken;
  }

  /** Repeats a test until others have taken parts in it: on a busy machine they may come late. */
  private void withHelpers(int count, Consumer<Kernels> test) throws Exception {
    do {
      Kernels kernels = KernelsUnderTest.open("vector");
      kernels.join(crewWithHelpers(count), OWNER);
      test.accept(kernels);
    } while (taken() == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void everyPartIsDoneOnce(int helpers) throws Exception {
    do {
      everyPartIsDoneOnce(crewWithHelpers(helpers).join(OWNER));
    } while (taken() == 0);
  }

  private static void everyPartIsDoneOnce(SharedWork work) {
    Products own = new Products();
    int most = 17;
    AtomicIntegerArray counts = new AtomicIntegerArray(most);
    for (int n = 0; n < 20_000; n++) {
      int parts = 1 + n % most;
      work.run(
          own,
          (products, part, of) -> {
            assertEquals(parts, of);
            counts.incrementAndGet(part);
          },
          parts);
      // All are finished when run returns, not only taken.
      for (int p = 0; p < most; p++) {
        assertEquals(p < parts ? 1 : 0, counts.getAndSet(p, 0), "part " + p + " of " + parts);
      }
    }
  }

  @Test
  void aPartsFailureComesOutAsItselfAndTheCrewGoesOn() {
    Crew crew = crewWithHelpers(2);
    SharedWork work = crew.join(OWNER);
    Products own = new Products();
    AtomicIntegerArray counts = new AtomicIntegerArray(12);
    IllegalStateException failure = new IllegalStateException("part 5");
    SharedWork.Parts failing =
        (products, part, parts) -> {
          counts.incrementAndGet(part);
          if (part == 5) {
            throw failure;
          }
        };
    assertSame(
        failure, assertThrows(IllegalStateException.class, () -> work.run(own, failing, 12)));
    for (int p = 0; p < 12; p++) {
      assertEquals(1, counts.get(p));
    }
    work.run(own, (products, part, parts) -> counts.incrementAndGet(part), 12);
    assertEquals(2, counts.get(11));
  }

  /** Also a crew that nobody joined: kernels that cannot share. */
  @Test
  void whoHelpsLeavesWhenAllIsDone() {
    AtomicLong looks = new AtomicLong();
    assertEquals(0, new Crew(2).help(() -> looks.incrementAndGet() > 12_000));
    Crew crew = new Crew(2);
    crew.join(OWNER);
    assertEquals(0, crew.help(() -> looks.incrementAndGet() > 24_000));
    assertEquals(0, crew.idle());
  }

  // Enough multiplications for several parts, and edges in rows, terms and lanes.
  @ParameterizedTest
  @CsvSource({
    "1024,256,32,32,1",
    "1021,250,32,32,1",
    "1027,257,48,64,3",
    "65,2048,64,64,2",
    "9,9000,64,64,1"
  })
  void stepsAreSharedToTheLastBit(int m, int k, int width, int lanes, int helpers)
      throws Exception {
    FMatrixRMaj matrix = new FMatrixRMaj(m, k);
    matrix.setData(random(m * k, 1));
    withHelpers(helpers, kernels -> assertStepsAreSame(kernels, matrix, width, lanes));
  }

  private void assertStepsAreSame(Kernels kernels, FMatrixRMaj matrix, int width, int lanes) {
    int m = matrix.numRows;
    int k = matrix.numCols;
    for (int turn = 0; turn < 20; turn++) {
      float[] x = random(k * lanes, 2 + turn);
      float[] y = random(m * lanes, 30);
      float[] expected = y.clone();
      alone.multiply(prepared(alone, matrix), x, 0, expected, 0, lanes, width);
      kernels.multiply(prepared(kernels, matrix), x, 0, y, 0, lanes, width);
      assertArrayEquals(expected, y);
      float[] dx = random(k * lanes, 31);
      float[] expectedDx = dx.clone();
      alone.multiplyTransposed(prepared(alone, matrix), y, 0, expectedDx, 0, lanes, width);
      kernels.multiplyTransposed(prepared(kernels, matrix), y, 0, dx, 0, lanes, width);
      assertArrayEquals(expectedDx, dx);
    }
  }

  @ParameterizedTest
  @CsvSource({"65,256,40,50,1", "300,100,23,30,3", "5,700,64,100,2"})
  void productsOverAllStepsAreShared(int m, int k, int lanes, int steps, int helpers)
      throws Exception {
    FMatrixRMaj matrix = new FMatrixRMaj(m, k);
    matrix.setData(random(m * k, 1));
    Timeline timeline = timeline(lengths(lanes, steps));
    withHelpers(helpers, kernels -> assertAllStepsAreSame(kernels, matrix, timeline));
  }

  private void assertAllStepsAreSame(Kernels kernels, FMatrixRMaj matrix, Timeline timeline) {
    int m = matrix.numRows;
    int k = matrix.numCols;
    for (int turn = 0; turn < 5; turn++) {
      Steps x = randomSteps(timeline, k, 2 + turn);
      Steps y = randomSteps(timeline, m + 3, 3);
      Steps expected = randomSteps(timeline, m + 3, 3);
      alone.multiply(prepared(alone, matrix), x, expected, 2);
      kernels.multiply(prepared(kernels, matrix), x, y, 2);
      assertArrayEquals(expected.data(), y.data());

      Steps dx = randomSteps(timeline, k, 4);
      Steps expectedDx = randomSteps(timeline, k, 4);
      alone.multiplyTransposed(prepared(alone, matrix), y, 3, expectedDx);
      kernels.multiplyTransposed(prepared(kernels, matrix), y, 3, dx);
      assertArrayEquals(expectedDx.data(), dx.data());

      FMatrixRMaj dw = new FMatrixRMaj(m + 1, k);
      FMatrixRMaj expectedDw = new FMatrixRMaj(m + 1, k);
      for (int shift : new int[] {0, -1, 1}) {
        alone.outer(y, 2, m, x, shift, expectedDw, 1);
        kernels.outer(y, 2, m, x, shift, dw, 1);
        assertArrayEquals(expectedDw.data, dw.data);
      }
    }
  }

  /** Threads become idle in the middle of a product, not only before it. */
  @Test
  void helpersMayComeAndGoAtAnyTime() throws Exception {
    Crew crew = new Crew(2);
    Kernels kernels = KernelsUnderTest.open("vector");
    kernels.join(crew, OWNER);
    AtomicLong guestTook = new AtomicLong();
    Future<?> guest =
        pool.submit(
            () -> {
              while (!done.get()) {
                long leave = System.nanoTime() + 300_000;
                guestTook.addAndGet(crew.help(() -> System.nanoTime() > leave));
                LockSupport.parkNanos(200_000);
              }
            });
    Timeline timeline = timeline(lengths(32, 60));
    FMatrixRMaj matrix = new FMatrixRMaj(200, 90);
    matrix.setData(random(200 * 90, 1));
    Steps x = randomSteps(timeline, 90, 2);
    FMatrixRMaj expectedDw = new FMatrixRMaj(200, 90);
    Steps expected = randomSteps(timeline, 200, 3);
    alone.multiply(prepared(alone, matrix), x, expected, 0);
    alone.outer(expected, 0, 200, x, 0, expectedDw, 0);
    for (int turn = 0; turn < 100 || guestTook.get() == 0; turn++) {
      Steps y = randomSteps(timeline, 200, 3);
      kernels.multiply(prepared(kernels, matrix), x, y, 0);
      assertArrayEquals(expected.data(), y.data());
      FMatrixRMaj dw = new FMatrixRMaj(200, 90);
      kernels.outer(y, 0, 200, x, 0, dw, 0);
      assertArrayEquals(expectedDw.data, dw.data);
    }
    done.set(true);
    guest.get();
  }

  private static Weight prepared(Kernels kernels, FMatrixRMaj matrix) {
    Weight w = new Weight(matrix.numRows, matrix.numCols);
    w.set(matrix, 0);
    kernels.prepare(w);
    return w;
  }
}
