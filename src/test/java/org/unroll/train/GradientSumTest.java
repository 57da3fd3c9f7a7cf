package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

class GradientSumTest {
  private static final List<ParameterSpec> SPECS =
      List.of(
          new ParameterSpec("w", ParameterRole.WEIGHT, 3, 7, (matrix, seed) -> {}),
          new ParameterSpec("b", ParameterRole.BIAS, 5, 1, (matrix, seed) -> {}));
  private static final Kernels KERNELS = new EjmlKernels();

  /** The gradient of one block. */
  private record Contribution(Parameters gradient, Tally tally, String name) {
    void addTo(GradientSum sum) {
      sum.add(gradient, tally, KERNELS.updates(), name);
    }
  }

  private static Contribution contribution(String name, double weight, double loss) {
    Tally tally = new Tally();
    tally.add(loss, weight);
    tally.addTokens(3);
    return new Contribution(Parameters.zeros(SPECS), tally, name);
  }

  /** Blocks of weights 1 to 8 whose values reach from far below the grid up to the bound. */
  private static List<Contribution> contributions(Random random, int n) {
    List<Contribution> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double weight = 1 + random.nextInt(8);
      Contribution each = contribution("block " + i, weight, random.nextDouble() * weight);
      for (int p = 0; p < each.gradient().count(); p++) {
        float[] g = each.gradient().get(p).data;
        for (int j = 0; j < each.gradient().size(p); j++) {
          float share = 2 * random.nextFloat() - 1;
          g[j] = (float) (weight * Math.scalb(share, 10 - random.nextInt(60)));
        }
      }
      all.add(each);
    }
    return all;
  }

  private static double weight(List<Contribution> contributions) {
    return contributions.stream().mapToDouble(c -> c.tally().weight()).sum();
  }

  private static GradientSum sum(List<Contribution> contributions, double bound, int level) {
    GradientSum sum = new GradientSum(SPECS, bound, level);
    contributions.forEach(c -> c.addTo(sum));
    return sum;
  }

  /** All that a sum holds, the doubles' last bits included. */
  private static byte[] bytes(GradientSum sum) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sum.pack());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static float[] mean(GradientSum sum, String name) {
    Parameters mean = Parameters.zeros(SPECS);
    Bits.mean(sum, mean);
    return mean.get(name).data;
  }

  @Test
  void anyOrderAndGroupingGivesTheSameBits() {
    Random random = new Random(3);
    List<Contribution> all = contributions(random, 60);
    double bound = weight(all);
    byte[] expected = bytes(sum(all, bound, 0));
    assertFalse(sum(all, bound, 0).overflown());
    for (int trial = 0; trial < 50; trial++) {
      Collections.shuffle(all, random);
      List<GradientSum> parts = new ArrayList<>();
      for (int from = 0; from < all.size(); ) {
        int to = Math.min(all.size(), from + random.nextInt(9));
        parts.add(sum(all.subList(from, to), bound, 0));
        from = to;
      }
      while (parts.size() > 1) {
        GradientSum part = parts.remove(random.nextInt(parts.size()));
        parts.get(random.nextInt(parts.size())).add(part);
      }
      assertArrayEquals(expected, bytes(parts.get(0)), "trial " + trial);
    }
  }

  @Test
  void mergingWithTheEmptySumChangesNothing() {
    List<Contribution> all = contributions(new Random(4), 5);
    double bound = weight(all);
    byte[] expected = bytes(sum(all, bound, 1));
    GradientSum left = new GradientSum(SPECS, bound, 1);
    left.add(sum(all, bound, 1));
    GradientSum right = sum(all, bound, 1);
    right.add(new GradientSum(SPECS, bound, 1));
    assertArrayEquals(expected, bytes(left));
    assertArrayEquals(expected, bytes(right));
  }

  @Test
  void mergingTwoEmptySumsGivesAnEmptyOne() {
    GradientSum empty = new GradientSum(SPECS, 10, 0);
    empty.add(new GradientSum(SPECS, 10, 0));
    assertArrayEquals(bytes(new GradientSum(SPECS, 10, 0)), bytes(empty));
    assertEquals(0, empty.blocks());
    assertEquals(0, empty.weight().value());
  }

  /** Wherever the sum comes to lie within the bound, no addition may round. */
  @Test
  void isExactWhereEveryBlockReachesItsBound() {
    int blocks = 1000;
    Contribution each = contribution("each", 1, 0);
    float reach = 1024;
    each.gradient().get("b").data[0] = reach;
    each.gradient().get("b").data[1] = Math.nextDown(reach);
    each.gradient().get("b").data[2] = -reach;
    GradientSum sum = sum(Collections.nCopies(blocks, each), blocks, 0);
    assertFalse(sum.overflown());
    float[] mean = mean(sum, "b");
    assertEquals(reach, mean[0]);
    assertEquals(Math.nextDown(reach), mean[1]);
    assertEquals(-reach, mean[2]);
    assertEquals(0, mean[3]);
  }

  static Stream<Arguments> boundedLevels() {
    return IntStream.range(0, GradientSum.COARSEST)
        .boxed()
        .flatMap(level -> Stream.of(Arguments.of(level, 1.0), Arguments.of(level, 3.0)));
  }

  @ParameterizedTest
  @MethodSource("boundedLevels")
  void overflowIsFlaggedExactlyBeyondTheBound(int level, double weight) {
    float bound = (float) (weight * Math.scalb(1.0, 10 + 24 * level));
    for (float sign : new float[] {1, -1}) {
      Contribution at = contribution("at", weight, 1);
      at.gradient().get("w").data[20] = sign * bound;
      assertFalse(sum(List.of(at), 100, level).overflown());
      Contribution beyond = contribution("beyond", weight, 1);
      beyond.gradient().get("w").data[20] = sign * Math.nextUp(bound);
      assertTrue(sum(List.of(beyond), 100, level).overflown());
    }
  }

  @Test
  void overflowSurvivesMerging() {
    Contribution beyond = contribution("beyond", 1, 1);
    beyond.gradient().get("b").data[4] = 1025;
    GradientSum left = sum(List.of(contribution("a", 1, 1)), 2, 0);
    left.add(sum(List.of(beyond), 2, 0));
    assertTrue(left.overflown());
    GradientSum right = sum(List.of(beyond), 2, 0);
    right.add(sum(List.of(contribution("a", 1, 1)), 2, 0));
    assertTrue(right.overflown());
    assertNull(right.notFinite());
  }

  /** The bound is that of each block: a heavy block's room is not a light one's. */
  @Test
  void theBoundIsThatOfEachBlock() {
    Contribution heavy = contribution("heavy", 100, 1);
    Contribution light = contribution("light", 1, 1);
    light.gradient().get("w").data[0] = 2000;
    assertTrue(sum(List.of(heavy, light), 101, 0).overflown());
    assertTrue(sum(List.of(light, heavy), 101, 0).overflown());
  }

  @Test
  void whatIsNotFiniteIsNamed() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Contribution each = contribution("block 2 of shard 7", 1, 1);
      each.gradient().get("b").data[3] = bad;
      assertEquals(
          "the gradient of b is not finite in block 2 of shard 7",
          sum(List.of(each), 9, 0).notFinite());
    }
    assertEquals(
        "the loss is not finite in block 5",
        sum(List.of(contribution("block 5", 1, Double.NaN)), 9, 0).notFinite());
    assertNull(sum(contributions(new Random(1), 4), 100, 0).notFinite());
  }

  @Test
  void theNameDoesNotDependOnTheOrder() {
    List<Contribution> all = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      all.add(contribution("block " + i, 1, i % 2 == 0 ? Double.NaN : 1));
    }
    for (int trial = 0; trial < 10; trial++) {
      Collections.shuffle(all, new Random(trial));
      GradientSum sum = sum(all.subList(0, 3), 6, 0);
      sum.add(sum(all.subList(3, 6), 6, 0));
      assertEquals("the loss is not finite in block 2", sum.notFinite());
    }
  }

  @Test
  void sumsOnDifferentGridsAreNotAdded() {
    GradientSum sum = new GradientSum(SPECS, 100, 0);
    for (GradientSum other :
        List.of(
            new GradientSum(SPECS, 100, 1),
            new GradientSum(SPECS, 1000, 0),
            new GradientSum(SPECS.subList(0, 1), 100, 0))) {
      assertThrows(IllegalArgumentException.class, () -> sum.add(other));
    }
  }

  @Test
  void theMeanIsDividedOnce() {
    Contribution a = contribution("a", 2, 4);
    Contribution b = contribution("b", 5, 3);
    a.gradient().get("w").data[2] = 1;
    b.gradient().get("w").data[2] = 1.5f;
    b.gradient().get("b").data[4] = -7;
    GradientSum sum = sum(List.of(a, b), 7, 0);
    assertEquals((float) (2.5 / 7), mean(sum, "w")[2]);
    assertEquals(-1, mean(sum, "b")[4]);
    assertEquals(7, sum.loss().value());
    assertEquals(7, sum.weight().value());
    assertEquals(6, sum.tokens());
    assertEquals(2, sum.blocks());
  }

  /**
   * Against exact sums. Values are kept so small that the mean, a float, still holds every bit of
   * the sum, and the weight is a power of two.
   */
  @ParameterizedTest
  @MethodSource("levels")
  void roundingCostsAtMostHalfAGridUnitPerBlock(int level) {
    int blocks = 16;
    double grid = Math.scalb(1.0, 5 - 41 + 24 * level);
    Random random = new Random(level);
    List<Contribution> all = new ArrayList<>();
    BigDecimal[] exact = new BigDecimal[21];
    java.util.Arrays.fill(exact, BigDecimal.ZERO);
    for (int i = 0; i < blocks; i++) {
      Contribution each = contribution("block " + i, 1, 0);
      float[] g = each.gradient().get("w").data;
      for (int j = 0; j < g.length; j++) {
        g[j] = (float) (grid * Math.scalb(random.nextGaussian(), random.nextInt(24) - 8));
        exact[j] = exact[j].add(new BigDecimal(g[j]));
      }
      all.add(each);
    }
    float[] mean = mean(sum(all, blocks, level), "w");
    double worst = 0;
    for (int j = 0; j < exact.length; j++) {
      double sum = (double) mean[j] * blocks;
      assertEquals(Math.rint(sum / grid), sum / grid, "the sum lies on the grid");
      double error = new BigDecimal(sum).subtract(exact[j]).abs().doubleValue();
      worst = Math.max(worst, error / grid);
    }
    assertTrue(worst <= 0.5 * blocks, "error of " + worst + " grid units");
    // A test of rounding in which nothing was rounded would show nothing.
    assertTrue(worst > 0, "nothing was rounded");
  }

  static IntStream levels() {
    return IntStream.rangeClosed(0, GradientSum.COARSEST);
  }

  /** What one level must leave to the next, the next holds to single precision. */
  @ParameterizedTest
  @MethodSource("levels")
  void everyLevelGoesOnWhereTheFinerOneEnds(int level) {
    double least = level == 0 ? 1.0 / 1024 : Math.scalb(1.0, 10 + 24 * (level - 1));
    double most = Math.min(Float.MAX_VALUE, Math.scalb(1.0, 10 + 24 * level));
    for (double value = Math.nextUp((float) least); value <= most; value *= 1.9) {
      Contribution each = contribution("each", 1, 0);
      each.gradient().get("w").data[0] = (float) value;
      GradientSum sum = sum(List.of(each), 1, level);
      assertFalse(sum.overflown(), "at " + value);
      assertEquals((float) value, mean(sum, "w")[0], value * 0x1p-23, "at " + value);
    }
  }

  @Test
  void theCoarsestLevelHoldsTheLargestFloat() {
    Contribution each = contribution("each", 1, 0);
    each.gradient().get("w").data[0] = Float.MAX_VALUE;
    each.gradient().get("w").data[1] = -Float.MAX_VALUE;
    GradientSum sum = sum(Collections.nCopies(3, each), 1000, GradientSum.COARSEST);
    assertFalse(sum.overflown());
    assertEquals(Float.MAX_VALUE, mean(sum, "w")[0], Float.MAX_VALUE * 1e-6);
    assertEquals(-Float.MAX_VALUE, mean(sum, "w")[1], Float.MAX_VALUE * 1e-6);
    assertTrue(Float.isFinite(mean(sum, "w")[0]));
    assertTrue(sum(List.of(each), 1000, GradientSum.COARSEST - 1).overflown());
  }

  /**
   * Packing loses nothing, whatever the widths of the runs: values reach from nothing to bounds.
   */
  @ParameterizedTest
  @MethodSource("levels")
  void packingKeepsEveryBit(int level) {
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec("w", ParameterRole.WEIGHT, 300, 100, (matrix, seed) -> {}),
            new ParameterSpec("b", ParameterRole.BIAS, 5, 1, (matrix, seed) -> {}));
    Random random = new Random(level);
    GradientSum left = new GradientSum(specs, 100, level);
    GradientSum plain = new GradientSum(specs, 100, level);
    for (int block = 0; block < 3; block++) {
      Parameters gradient = Parameters.zeros(specs);
      float[] w = gradient.get("w").data;
      for (int run = 0; run < 50; run++) {
        // Some runs are all zero, some hold −1 units of the grid only, some the largest there are.
        int bits = random.nextInt(54) - 3;
        for (int i = run * 600; i < (run + 1) * 600 && bits >= 0; i++) {
          double share = bits == 0 ? -1 : 2 * random.nextDouble() - 1;
          float value = (float) Math.scalb(share, bits - 45 + 24 * level);
          w[i] = Math.max(-1e38f, Math.min(1e38f, value));
        }
      }
      Tally tally = new Tally();
      tally.add(1, 33);
      GradientSum part = new GradientSum(specs, 100, level);
      part.add(gradient, tally, KERNELS.updates(), "a block");
      plain.add(gradient, tally, KERNELS.updates(), "a block");
      PackedSum packed = part.pack();
      part.reset(100, level);
      left.add(packed);
    }
    assertFalse(plain.overflown());
    assertNull(plain.notFinite());
    Parameters like = Parameters.zeros(specs);
    assertTrue(Bits.of(plain, like).equals(Bits.of(left, like)), "some bit is lost");
  }

  @Test
  void packingIsCompact() {
    List<ParameterSpec> specs =
        List.of(
            new ParameterSpec(
                "embedding", ParameterRole.EMBEDDING, 10_000, 100, (matrix, seed) -> {}));
    GradientSum sum = new GradientSum(specs, 100, 0);
    Parameters gradient = Parameters.zeros(specs);
    for (int i = 0; i < 64 * 100; i++) {
      gradient.get(0).data[i] = (float) Math.sin(i);
    }
    Tally tally = new Tally();
    tally.add(1, 64);
    sum.add(gradient, tally, KERNELS.updates(), "a block");
    // 64 rows of words that occurred take five bytes a value, the others next to nothing.
    assertTrue(sum.pack().bytes() < 64 * 100 * 5 + 6000, sum.pack().bytes() + " bytes");
  }

  @Test
  void whatIsNotSoundTravelsWithoutItsValues() {
    Contribution bad = contribution("block 2", 1, Double.NaN);
    GradientSum sum = sum(List.of(contribution("block 1", 1, 1)), 9, 0);
    sum.add(sum(List.of(bad), 9, 0).pack());
    assertEquals("the loss is not finite in block 2", sum.notFinite());
    assertEquals(2, sum.blocks());
  }

  @Test
  void anEmptiedSumIsAsANewOne() {
    List<Contribution> all = contributions(new Random(5), 6);
    GradientSum sum = sum(all, 500, 2);
    sum.reset(100, 0);
    all.forEach(each -> each.addTo(sum));
    assertArrayEquals(bytes(sum(all, 100, 0)), bytes(sum));
  }
}
