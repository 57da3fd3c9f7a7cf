package org.unroll.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Reads a safetensors file from beginning to end, tensor by tensor, so that a file may be larger
 * than memory.
 *
 * <p>The header is checked against the length of the file before anything is allocated: a small
 * hostile file cannot ask for a large array.
 */
public final class SafeTensorsReader {
  private static final int CHUNK_BYTES = 1 << 16;

  /** What to do with an element that is NaN or infinite. */
  public enum NonFinite {
    /** A model that holds one answers nothing but NaN: refuse it. */
    REFUSE,
    ACCEPT
  }

  /** Takes the tensors in the order of their data. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param name the tensor's name in the header
     * @param tensor new, and the visitor's to keep
     */
    void visit(String name, Tensor tensor);
  }

  private final InputStream in;
  private final String place;
  private final NonFinite nonFinite;
  private final byte[] chunk = new byte[CHUNK_BYTES];

  private SafeTensorsReader(InputStream in, String place, NonFinite nonFinite) {
    this.in = in;
    this.place = place;
    this.nonFinite = nonFinite;
  }

  /**
   * Reads a whole stream.
   *
   * @param in not closed
   * @param length bytes that the stream holds
   * @param place where it is from, for errors
   * @param visitor takes the tensors
   * @return the header's metadata
   * @throws IOException if the stream fails
   * @throws StoreException if a rule of the format is broken
   */
  public static Map<String, String> read(
      InputStream in, long length, String place, NonFinite nonFinite, Visitor visitor)
      throws IOException {
    var reader = new SafeTensorsReader(in, place, nonFinite);
    SafeTensorsHeader header = reader.header(length);
    for (SafeTensorsHeader.Slot slot : header.slots()) {
      visitor.visit(slot.name(), reader.tensor(slot));
    }
    return header.metadata();
  }

  private SafeTensorsHeader header(long length) throws IOException {
    if (length < Long.BYTES + 2) {
      throw StoreException.of(
          "safetensors file must have at least 10 bytes", length, place, "copy the file again");
    }
    byte[] prefix = readFully(Long.BYTES);
    long headerLength = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerLength < 2 || headerLength > SafeTensors.MAXIMUM_HEADER) {
      throw StoreException.of(
          "safetensors header must have 2 to " + SafeTensors.MAXIMUM_HEADER + " bytes",
          Long.toUnsignedString(headerLength),
          place,
          "this is not a safetensors file");
    }
    if (headerLength > length - Long.BYTES) {
      throw StoreException.of(
          "safetensors header must end within the file of " + length + " bytes",
          "a header of " + headerLength,
          place,
          "the file is truncated, copy it again");
    }
    byte[] json = readFully((int) headerLength);
    return SafeTensorsHeader.parse(json, length - Long.BYTES - headerLength, place);
  }

  private byte[] readFully(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the file became shorter while it was read");
    }
    return bytes;
  }

  private Tensor tensor(SafeTensorsHeader.Slot slot) throws IOException {
    return switch (slot.type()) {
      case F32 -> new Tensor.Floats(slot.shape(), floats(slot));
      case F64 -> new Tensor.Doubles(slot.shape(), doubles(slot));
      case I64 -> new Tensor.Longs(slot.shape(), longs(slot));
    };
  }

  private float[] floats(SafeTensorsHeader.Slot slot) throws IOException {
    float[] data = new float[slot.elements()];
    for (int from = 0; from < data.length; ) {
      ByteBuffer bytes = next(data.length - from, Float.BYTES);
      int count = bytes.remaining() / Float.BYTES;
      bytes.asFloatBuffer().get(data, from, count);
      for (int i = from; i < from + count; i++) {
        if (!Float.isFinite(data[i])) {
          refuseNonFinite(slot, i, data[i]);
        }
      }
      from += count;
    }
    return data;
  }

  private double[] doubles(SafeTensorsHeader.Slot slot) throws IOException {
    double[] data = new double[slot.elements()];
    for (int from = 0; from < data.length; ) {
      ByteBuffer bytes = next(data.length - from, Double.BYTES);
      int count = bytes.remaining() / Double.BYTES;
      bytes.asDoubleBuffer().get(data, from, count);
      for (int i = from; i < from + count; i++) {
        if (!Double.isFinite(data[i])) {
          refuseNonFinite(slot, i, data[i]);
        }
      }
      from += count;
    }
    return data;
  }

  private long[] longs(SafeTensorsHeader.Slot slot) throws IOException {
    long[] data = new long[slot.elements()];
    for (int from = 0; from < data.length; ) {
      ByteBuffer bytes = next(data.length - from, Long.BYTES);
      int count = bytes.remaining() / Long.BYTES;
      bytes.asLongBuffer().get(data, from, count);
      from += count;
    }
    return data;
  }

  /** The next chunk: at most {@code elements} of {@code width} bytes each, and never none. */
  private ByteBuffer next(int elements, int width) throws IOException {
    int count = Math.min(elements, CHUNK_BYTES / width) * width;
    if (in.readNBytes(chunk, 0, count) < count) {
      throw new EOFException("the file became shorter while it was read");
    }
    return ByteBuffer.wrap(chunk, 0, count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void refuseNonFinite(SafeTensorsHeader.Slot slot, int index, double value) {
    if (nonFinite == NonFinite.REFUSE) {
      throw StoreException.of(
          "weights must be finite",
          value + " at " + slot.name() + "[" + index + "]",
          place,
          "take an earlier checkpoint, and train on with a lower learning rate or clip-norm");
    }
  }
}
