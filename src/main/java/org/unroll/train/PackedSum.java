package org.unroll.train;

import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.unroll.tensor.Slice;

/**
 * A {@link GradientSum} as it travels, to the last bit. Its values are whole numbers of grid units;
 * each run of {@value #RUN} neighbours is written in as few bytes as its largest needs, so that the
 * rows of words that did not occur take next to nothing, and other values four to six bytes instead
 * of eight.
 */
public final class PackedSum implements Serializable {
  /** Bytes a value takes on the whole, where gradients are as usual. */
  public static final int USUAL_BYTES = 5;

  private static final long serialVersionUID = 1;

  private static final int RUN = 512;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * For each slice its runs: the number of bytes of a value, then the values. Behind the last one
   * there is room to read eight bytes. Empty if the figures say that the sum is not sound.
   */
  private final byte[][] packed;

  private final double grid;
  private final SumFigures figures;

  private PackedSum(byte[][] packed, double grid, SumFigures figures) {
    this.packed = packed;
    this.grid = grid;
    this.figures = figures;
  }

  static PackedSum of(double[][] sums, List<Slice> slices, double grid, SumFigures figures) {
    byte[][] packed = new byte[slices.size()][];
    long[] run = new long[RUN];
    byte[] buffer = new byte[0];
    for (int i = 0; i < packed.length; i++) {
      Slice slice = slices.get(i);
      int values = figures.isSound() ? slice.to() - slice.from() : 0;
      int room = values * Long.BYTES + values / RUN + 1 + Long.BYTES;
      buffer = buffer.length < room ? new byte[room] : buffer;
      int end = 0;
      for (int from = slice.from(), left = values; left > 0; from += RUN, left -= RUN) {
        int n = Math.min(RUN, left);
        end = pack(sums[slice.parameter()], from, n, 1 / grid, run, buffer, end);
      }
      packed[i] = Arrays.copyOf(buffer, end + Long.BYTES);
    }
    // A copy: what it is taken from may be filled anew before this has been sent.
    SumFigures own = new SumFigures();
    own.add(figures);
    return new PackedSum(packed, grid, own);
  }

  /** Packs a run to {@code out} from {@code o} on, and says where it ends. */
  private static int pack(
      double[] sum, int from, int n, double perGrid, long[] run, byte[] out, int o) {
    long any = 0;
    long magnitude = 0;
    for (int i = 0; i < n; i++) {
      // A power of two times a whole number of grid units: both steps are exact.
      long units = (long) (sum[from + i] * perGrid);
      run[i] = units;
      any |= units;
      magnitude |= units ^ (units >> 63);
    }
    // One bit more than the magnitude, for the sign.
    int bytes = any == 0 ? 0 : (Long.SIZE - Long.numberOfLeadingZeros(magnitude)) / 8 + 1;
    out[o++] = (byte) bytes;
    if (bytes > 0) {
      for (int i = 0; i < n; i++, o += bytes) {
        // Eight bytes, of which the next value overwrites those that are too many.
        LONG.set(out, o, run[i]);
      }
    }
    return o;
  }

  /** Adds the i-th slice to the sums of its parameter. */
  void addTo(double[] sum, Slice slice, int i) {
    byte[] in = packed[i];
    int o = 0;
    for (int from = slice.from(); from < slice.to(); from += RUN) {
      int to = Math.min(slice.to(), from + RUN);
      int bytes = in[o++];
      int unused = Long.SIZE - bytes * 8;
      for (int k = from; bytes > 0 && k < to; k++, o += bytes) {
        long units = ((long) LONG.get(in, o) << unused) >> unused;
        sum[k] += units * grid;
      }
    }
  }

  double grid() {
    return grid;
  }

  int slices() {
    return packed.length;
  }

  SumFigures figures() {
    return figures;
  }

  /** Bytes of the packed values. */
  public long bytes() {
    long bytes = 0;
    for (byte[] slice : packed) {
      bytes += slice.length;
    }
    return bytes;
  }
}
