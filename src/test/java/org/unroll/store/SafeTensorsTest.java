package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.store.SafeTensorsReader.NonFinite;

class SafeTensorsTest {
  @TempDir Path folder;

  private static SafeTensors sample() {
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("z.weight", new Tensor.Floats(new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, -0f}));
    tensors.put("a.bias", new Tensor.Floats(new long[] {1}, new float[] {Float.MIN_VALUE}));
    tensors.put("scalar", new Tensor.Floats(new long[] {}, new float[] {7}));
    tensors.put("empty", new Tensor.Floats(new long[] {0, 5}, new float[0]));
    return new SafeTensors(Map.of("format", "unroll"), tensors);
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    byte[] bytes = bytes(sample());
    String header =
        "{\"__metadata__\":{\"format\":\"unroll\"},"
            + "\"z.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"a.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[24,28]},"
            + "\"scalar\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[28,32]},"
            + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,5],\"data_offsets\":[32,32]}}";
    int padded = (header.length() + 7) / 8 * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 32).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded).put(header.getBytes(StandardCharsets.UTF_8));
    while (expected.position() < 8 + padded) {
      expected.put((byte) ' ');
    }
    for (float value : new float[] {1, 2, 3, 4, 5, -0f, Float.MIN_VALUE, 7}) {
      expected.putFloat(value);
    }
    assertArrayEquals(expected.array(), bytes);
  }

  @Test
  void readsBackWhatItWrites() {
    sample().write(Directory.at(folder), "m.safetensors");
    SafeTensors read = SafeTensors.read(folder.resolve("m.safetensors"));
    assertEquals(sample(), read);
    assertEquals(List.copyOf(sample().tensors().keySet()), List.copyOf(read.tensors().keySet()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16383, 16384, 16385, 100_001})
  void readsBackEverySizeAndType(int size) throws IOException {
    var random = new Random(size);
    var floats = new float[size];
    var doubles = new double[size];
    var longs = new long[size];
    for (int i = 0; i < size; i++) {
      floats[i] = random.nextFloat();
      doubles[i] = random.nextGaussian();
      longs[i] = random.nextLong();
    }
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("f", new Tensor.Floats(new long[] {size}, floats));
    tensors.put("d", new Tensor.Doubles(new long[] {size}, doubles));
    tensors.put("l", new Tensor.Longs(new long[] {size, 1}, longs));
    byte[] bytes = bytes(new SafeTensors(Map.of(), tensors));
    assertEquals(tensors, read(bytes).tensors());
    // Eight-byte elements come first, so that all begin at multiples of their size.
    assertEquals(List.of("d", "l", "f"), List.copyOf(read(bytes).tensors().keySet()));
  }

  @Test
  void takesTensorsInTheOrderOfTheirData() throws IOException {
    byte[] file =
        file("{\"b\":" + slot("F32", "[1]", 4, 8) + ",\"a\":" + slot("F32", "[1]", 0, 4) + "}", 8);
    assertEquals(List.of("a", "b"), List.copyOf(read(file).tensors().keySet()));
  }

  /** As the format's own loader does. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "{\"y\":[[[1]]],\"z\":null}",
        "-1.5e3",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
      })
  void passesOverFieldsItDoesNotKnow(String value) throws IOException {
    String slot = slot("F32", "[1]", 0, 4).replace("}", ",\"x\":" + value + "}");
    assertEquals(Set.of("a"), read(file("{\"a\":" + slot + "}", 4)).tensors().keySet());
  }

  /** Every file that must be refused, and a part of the reason that must be given. */
  static Stream<Arguments> hostile() throws IOException {
    String one = slot("F32", "[1]", 0, 4);
    String two = slot("F32", "[1]", 4, 8);
    byte[] good = bytes(sample());
    return Stream.of(
        hostile("nothing", new byte[0], "at least 10 bytes"),
        hostile("only a length", Arrays.copyOf(good, 8), "at least 10 bytes"),
        hostile("header cut", Arrays.copyOf(good, 60), "header must end within the file"),
        hostile("data cut", Arrays.copyOf(good, good.length - 1), "truncated"),
        hostile("data too long", Arrays.copyOf(good, good.length + 1), "end with the last tensor"),
        hostile("header of 2^63", withLength(good, Long.MIN_VALUE), "9223372036854775808"),
        hostile("header of 2^64 - 1", withLength(good, -1), "18446744073709551615"),
        hostile("header over the limit", withLength(good, 100_000_001), "100000001"),
        hostile("header of 0", withLength(good, 0), "2 to 100000000"),
        hostile("not an object", file("[{\"a\":1}]", 0), "begin with '{'"),
        hostile("space first", file(" {\"a\":" + one + "}", 4), "begin with '{'"),
        hostile("duplicate", file("{\"a\":" + one + ",\"a\":" + two + "}", 8), "uplicate"),
        hostile("overlap", file(pair(slot("F32", "[2]", 0, 8), two), 8), "begin where"),
        hostile("same place", file(pair(one, one), 4), "begin where"),
        hostile("gap", file(pair(one, slot("F32", "[1]", 8, 12)), 12), "begin where"),
        hostile("gap first", file("{\"a\":" + two + "}", 8), "begin where"),
        hostile("beyond the end", file("{\"a\":" + slot("F32", "[9]", 0, 36) + "}", 4), "36 bytes"),
        hostile("backwards", file("{\"a\":" + slot("F32", "[1]", 4, 0) + "}", 4), "[begin, end]"),
        hostile("negative", file("{\"a\":" + slot("F32", "[-1]", 0, 4) + "}", 4), "at least 0"),
        hostile("shape too small", file("{\"a\":" + slot("F32", "[2]", 0, 4) + "}", 4), "8 bytes"),
        hostile(
            "shape overflow",
            file("{\"a\":" + slot("F32", "[4294967296,4294967297]", 0, 4) + "}", 4),
            "fit into 64 bits"),
        hostile(
            "bytes overflow",
            file("{\"a\":" + slot("F32", "[4611686018427387904]", 0, 0) + "}", 0),
            "fit into 64 bits"),
        hostile(
            "zero hides overflow",
            file("{\"a\":" + slot("F32", "[4294967296,4294967296,0]", 0, 0) + "}", 0),
            "fit into 64 bits"),
        hostile(
            "huge but consistent",
            file("{\"a\":" + slot("F32", "[4294967296]", 0, 17179869184L) + "}", 4),
            "at most 2147483647 elements"),
        hostile("fraction", file("{\"a\":" + slot("F32", "[1.0]", 0, 4) + "}", 4), "integers"),
        hostile("type", file("{\"a\":" + slot("BF16", "[2]", 0, 4) + "}", 4), "dtype must be one"),
        hostile("no type", file("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "must have"),
        hostile("no slot", file("{\"a\":7}", 0), "must have"),
        hostile(
            "twice", file("{\"a\":" + one.replace("}", ",\"dtype\":\"F32\"}") + "}", 4), "uplic"),
        hostile("deep", file("{\"a\":" + "[".repeat(9999) + "}", 0), "limits"),
        hostile("metadata", file("{\"__metadata__\":{\"a\":1}}", 0), "must be a string"),
        hostile("second value", file("{} {}", 0), "end after its value"),
        hostile("zero bytes as padding", file("{}\0\0\0", 0), "must be valid"),
        hostile("NaN", nonFinite(Float.NaN), "NaN at a[1]"),
        hostile("infinity", nonFinite(Float.NEGATIVE_INFINITY), "-Infinity at a[1]"));
  }

  private static Arguments hostile(String name, byte[] file, String reason) {
    return Arguments.of(name, file, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void refusesHostileFiles(String name, byte[] file, String reason) {
    StoreException e = assertThrows(StoreException.class, () -> read(file));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertTrue(e.getMessage().contains("hostile.safetensors"), e.getMessage());
    assertTrue(e.getMessage().length() < 1000, e.getMessage());
  }

  @Test
  void takesNonFiniteElementsWhenAsked() throws IOException {
    byte[] file = nonFinite(Float.NaN);
    SafeTensors read =
        SafeTensors.read(new ByteArrayInputStream(file), file.length, "f", NonFinite.ACCEPT);
    assertTrue(Float.isNaN(((Tensor.Floats) read.tensors().get("a")).data()[1]));
  }

  @Test
  void survivesRandomDamage() throws IOException {
    byte[] good = bytes(sample());
    var random = new Random(3);
    for (int i = 0; i < 3000; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        read(bad);
      } catch (StoreException e) {
        assertTrue(e.getMessage().contains("hostile.safetensors"), e.getMessage());
      }
    }
  }

  @Test
  void keepsTheOldFileWhenWritingFails() throws IOException {
    Directory directory = Directory.at(folder);
    sample().write(directory, "m.safetensors");
    assertThrows(
        StoreException.class,
        () ->
            directory.atomicWrite(
                "m.safetensors",
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("No space left on device");
                }));
    assertEquals(sample(), SafeTensors.read(directory, "m.safetensors"));
    assertEquals(1, directory.list().size());
  }

  @Test
  void readsAFileThatIsBehindALink() throws IOException {
    sample().write(Directory.at(folder), "m.safetensors");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("m.safetensors"));
    assertEquals(sample(), SafeTensors.read(link));
  }

  private static String slot(String type, String shape, long begin, long end) {
    return "{\"dtype\":\""
        + type
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":["
        + begin
        + ","
        + end
        + "]}";
  }

  private static String pair(String first, String second) {
    return "{\"a\":" + first + ",\"b\":" + second + "}";
  }

  private static byte[] file(String header, int dataLength) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataLength)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private static byte[] nonFinite(float value) {
    byte[] file = file("{\"a\":" + slot("F32", "[2]", 0, 8) + "}", 8);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putFloat(file.length - 4, value);
    return file;
  }

  private static byte[] withLength(byte[] file, long headerLength) {
    byte[] changed = file.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(headerLength);
    return changed;
  }

  private static byte[] bytes(SafeTensors tensors) throws IOException {
    var out = new ByteArrayOutputStream();
    tensors.write(out);
    return out.toByteArray();
  }

  private static SafeTensors read(byte[] file) throws IOException {
    return SafeTensors.read(
        new ByteArrayInputStream(file), file.length, "hostile.safetensors", NonFinite.REFUSE);
  }
}
