package org.unroll.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Model files in the safetensors format: eight bytes of header length (little-endian), a header in
 * JSON, then the elements of all tensors without gaps.
 *
 * <p>The same tensors give the same bytes. Reading is strict ({@link SafeTensorsReader}): these
 * files come from other people.
 *
 * @param metadata free texts of the header's {@code __metadata__}
 * @param tensors by name, in the order of their data
 */
public record SafeTensors(Map<String, String> metadata, Map<String, Tensor> tensors) {
  /** The key of the header that is no tensor. */
  static final String METADATA = "__metadata__";

  /** The longest header the reference implementation reads. */
  static final int MAXIMUM_HEADER = 100_000_000;

  private static final int CHUNK_BYTES = 1 << 16;

  public SafeTensors {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException("tensor must not be named " + METADATA);
    }
  }

  /**
   * Reads a whole file.
   *
   * @throws StoreException if it cannot be read or breaks a rule of the format, or an element is
   *     NaN or infinite
   */
  public static SafeTensors read(Directory directory, String name) {
    return read(directory, name, SafeTensorsReader.NonFinite.REFUSE);
  }

  /** As {@link #read(Directory, String)}, with a choice about NaN and infinities. */
  public static SafeTensors read(
      Directory directory, String name, SafeTensorsReader.NonFinite nonFinite) {
    String place = directory.location(name);
    long length = directory.length(name);
    try (InputStream in = directory.open(name)) {
      return read(in, length, place, nonFinite);
    } catch (IOException e) {
      throw StoreException.io("read", place, e);
    }
  }

  /** As {@link #read(Directory, String)}. */
  public static SafeTensors read(java.nio.file.Path file) {
    java.nio.file.Path absolute = file.toAbsolutePath();
    return read(Directory.at(absolute.getParent()), absolute.getFileName().toString());
  }

  /**
   * Reads a whole stream.
   *
   * @param in not closed
   * @param length bytes that the stream holds
   * @param place where it is from, for errors
   * @throws IOException if the stream fails
   * @throws StoreException as {@link #read(Directory, String)}
   */
  public static SafeTensors read(
      InputStream in, long length, String place, SafeTensorsReader.NonFinite nonFinite)
      throws IOException {
    var tensors = new LinkedHashMap<String, Tensor>();
    Map<String, String> metadata =
        SafeTensorsReader.read(in, length, place, nonFinite, tensors::put);
    return new SafeTensors(metadata, tensors);
  }

  /**
   * Writes a file whole or not at all.
   *
   * @return the SHA-256 of the file
   * @throws StoreException if it cannot be written
   */
  public String write(Directory directory, String name) {
    return Sha256.write(directory, name, this::write);
  }

  /**
   * Writes everything to a stream.
   *
   * <p>Elements of eight bytes come first, so that every tensor is aligned as readers that map the
   * file want it; otherwise the order is that of {@link #tensors()}.
   */
  public void write(OutputStream out) throws IOException {
    List<Map.Entry<String, Tensor>> ordered = new ArrayList<>(tensors.entrySet());
    // Stable: keeps the given order within each size.
    ordered.sort((a, b) -> Integer.compare(width(b), width(a)));
    byte[] header = header(ordered);
    out.write(buffer(Long.BYTES).putLong(header.length).array());
    out.write(header);
    for (Map.Entry<String, Tensor> entry : ordered) {
      writeElements(entry.getValue(), out);
    }
  }

  private static int width(Map.Entry<String, Tensor> entry) {
    return entry.getValue().type().bytes();
  }

  private byte[] header(List<Map.Entry<String, Tensor>> ordered) {
    var object = new LinkedHashMap<String, Object>();
    if (!metadata.isEmpty()) {
      object.put(METADATA, metadata);
    }
    long begin = 0;
    for (Map.Entry<String, Tensor> entry : ordered) {
      Tensor tensor = entry.getValue();
      long end = Math.addExact(begin, (long) tensor.size() * tensor.type().bytes());
      var description = new LinkedHashMap<String, Object>();
      description.put("dtype", tensor.type().name());
      description.put("shape", tensor.shape());
      description.put("data_offsets", new long[] {begin, end});
      object.put(entry.getKey(), description);
      begin = end;
    }
    byte[] json = JsonText.line(object).getBytes(StandardCharsets.UTF_8);
    int padding = (Long.BYTES - json.length % Long.BYTES) % Long.BYTES;
    if (json.length + padding > MAXIMUM_HEADER) {
      throw new IllegalArgumentException(
          "safetensors header must have at most " + MAXIMUM_HEADER + " bytes, got " + json.length);
    }
    byte[] header = Arrays.copyOf(json, json.length + padding);
    Arrays.fill(header, json.length, header.length, (byte) ' ');
    return header;
  }

  private static void writeElements(Tensor tensor, OutputStream out) throws IOException {
    ByteBuffer chunk = buffer(CHUNK_BYTES);
    int perChunk = CHUNK_BYTES / tensor.type().bytes();
    for (int from = 0; from < tensor.size(); ) {
      int count = Math.min(perChunk, tensor.size() - from);
      if (tensor instanceof Tensor.Floats floats) {
        chunk.asFloatBuffer().put(floats.data(), from, count);
      } else if (tensor instanceof Tensor.Doubles doubles) {
        chunk.asDoubleBuffer().put(doubles.data(), from, count);
      } else if (tensor instanceof Tensor.Longs longs) {
        chunk.asLongBuffer().put(longs.data(), from, count);
      }
      out.write(chunk.array(), 0, count * tensor.type().bytes());
      from += count;
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
