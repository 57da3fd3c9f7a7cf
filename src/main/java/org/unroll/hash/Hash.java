package org.unroll.hash;

import java.nio.charset.StandardCharsets;

/**
 * A 64-bit hash of a few numbers or of text; stable across machines, JDKs and releases, because the
 * place of a sequence, the order of an epoch and every dropout mask are made of it.
 *
 * <p>Each word is folded in with the finaliser of SplitMix64 (Steele, Lea, Flood 2014), which is a
 * bijection with full avalanche.
 */
public final class Hash {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Hash() {}

  /**
   * The SplitMix64 finaliser: a bijection of 64 bits in which every input bit reaches every output
   * bit.
   */
  public static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Folds one more word into a hash. */
  public static long with(long hash, long word) {
    return mix(hash * GOLDEN + GOLDEN + word);
  }

  public static long of(long a) {
    return with(0, a);
  }

  public static long of(long a, long b) {
    return with(of(a), b);
  }

  public static long of(long a, long b, long c) {
    return with(of(a, b), c);
  }

  public static long of(long a, long b, long c, long d) {
    return with(of(a, b, c), d);
  }

  /** Hash of text by its UTF-8 bytes. */
  public static long of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return of(bytes, 0, bytes.length);
  }

  /**
   * Hash of {@code length} bytes from {@code offset}; eight at a time, little-endian, then the
   * length.
   */
  public static long of(byte[] bytes, int offset, int length) {
    long hash = 0;
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      long word = 0;
      for (int b = 7; b >= 0; b--) {
        word = word << 8 | (bytes[offset + i + b] & 0xFF);
      }
      hash = with(hash, word);
    }
    long rest = 0;
    for (int b = length - 1; b >= i; b--) {
      rest = rest << 8 | (bytes[offset + b] & 0xFF);
    }
    return with(with(hash, rest), length);
  }

  /** A number in [0, 1) from the upper 53 bits of a hash. */
  public static double unit(long hash) {
    return (hash >>> 11) * 0x1p-53;
  }
}
