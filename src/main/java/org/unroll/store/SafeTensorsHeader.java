package org.unroll.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of a safetensors file, checked: the tensors fill the data without gap or overlap.
 *
 * @param metadata free texts
 * @param slots where each tensor is, in the order of the data
 */
record SafeTensorsHeader(Map<String, String> metadata, List<Slot> slots) {
  /** As deep as the format's own loader goes, in fields that neither of us knows. */
  private static final int DEPTH = 127;

  private static final Json.Limits LIMITS =
      new Json.Limits(SafeTensors.MAXIMUM_HEADER, DEPTH, 8_000_000);
  private static final Set<String> KEYS = Set.of("dtype", "shape", "data_offsets");

  /**
   * One tensor.
   *
   * @param begin offset of its first byte in the data
   * @param end offset behind its last byte
   */
  record Slot(String name, Tensor.ElementType type, long[] shape, long begin, long end) {
    int elements() {
      return Math.toIntExact((end - begin) / type.bytes());
    }
  }

  /**
   * Reads a header.
   *
   * @param json as in the file, padding included
   * @param dataLength bytes that follow it in the file
   * @param place the file, for errors
   * @throws StoreException if a rule of the format is broken
   */
  static SafeTensorsHeader parse(byte[] json, long dataLength, String place) {
    if (json[0] != '{') {
      throw StoreException.of(
          "safetensors header must begin with '{'",
          "byte " + (json[0] & 0xff),
          place,
          "this is not a safetensors file");
    }
    Map<String, Object> object = Json.parseObject(json, place + " header", LIMITS);
    Map<String, String> metadata = metadata(object.remove(SafeTensors.METADATA), place);
    var slots = new ArrayList<Slot>(object.size());
    for (Map.Entry<String, Object> entry : object.entrySet()) {
      slots.add(slot(entry.getKey(), entry.getValue(), place));
    }
    slots.sort(Comparator.comparingLong(Slot::begin).thenComparingLong(Slot::end));
    checkContiguous(slots, dataLength, place);
    return new SafeTensorsHeader(metadata, List.copyOf(slots));
  }

  private static Map<String, String> metadata(Object value, String place) {
    if (value == null) {
      return Map.of();
    }
    var metadata = new LinkedHashMap<String, String>();
    if (!(value instanceof Map<?, ?> map)) {
      throw broken("__metadata__ must be an object of strings", value, place);
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getValue() instanceof String text)) {
        throw broken(
            "__metadata__." + entry.getKey() + " must be a string", entry.getValue(), place);
      }
      metadata.put((String) entry.getKey(), text);
    }
    return Collections.unmodifiableMap(metadata);
  }

  private static Slot slot(String name, Object value, String place) {
    if (!(value instanceof Map<?, ?> map) || !map.keySet().containsAll(KEYS)) {
      throw broken("tensor " + name + " must have dtype, shape, data_offsets", value, place);
    }
    Tensor.ElementType type = type(name, map.get("dtype"), place);
    long[] shape = longs(name + " shape", map.get("shape"), place);
    long[] offsets = longs(name + " data_offsets", map.get("data_offsets"), place);
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw broken(
          "tensor " + name + " data_offsets must be [begin, end]", Arrays.toString(offsets), place);
    }
    checkSize(name, type, shape, offsets, place);
    return new Slot(name, type, shape, offsets[0], offsets[1]);
  }

  private static Tensor.ElementType type(String name, Object value, String place) {
    for (Tensor.ElementType type : Tensor.ElementType.values()) {
      if (type.name().equals(value)) {
        return type;
      }
    }
    throw StoreException.of(
        "tensor " + name + " dtype must be one of " + Arrays.toString(Tensor.ElementType.values()),
        value,
        place,
        "convert the model to F32");
  }

  private static long[] longs(String what, Object value, String place) {
    if (!(value instanceof List<?> list)) {
      throw broken("tensor " + what + " must be an array of integers", value, place);
    }
    long[] longs = new long[list.size()];
    for (int i = 0; i < longs.length; i++) {
      if (!(list.get(i) instanceof Long number) || number < 0) {
        throw broken("tensor " + what + " must hold integers of at least 0", list.get(i), place);
      }
      longs[i] = number;
    }
    return longs;
  }

  private static void checkSize(
      String name, Tensor.ElementType type, long[] shape, long[] offsets, String place) {
    long elements;
    long bytes;
    try {
      elements = Tensor.elements(shape);
      bytes = Math.multiplyExact(elements, type.bytes());
    } catch (ArithmeticException e) {
      throw broken("tensor " + name + " must fit into 64 bits", Arrays.toString(shape), place);
    }
    if (bytes != offsets[1] - offsets[0]) {
      throw broken(
          "tensor "
              + name
              + " of "
              + type
              + " "
              + Arrays.toString(shape)
              + " must have "
              + bytes
              + " bytes",
          offsets[1] - offsets[0],
          place);
    }
    if (elements > Integer.MAX_VALUE) {
      throw StoreException.of(
          "tensor " + name + " must have at most " + Integer.MAX_VALUE + " elements",
          elements,
          place,
          "split the tensor");
    }
  }

  private static void checkContiguous(List<Slot> slots, long dataLength, String place) {
    long expected = 0;
    for (Slot slot : slots) {
      if (slot.begin() != expected) {
        throw broken(
            "tensor " + slot.name() + " must begin where the one before ends, at " + expected,
            slot.begin(),
            place);
      }
      expected = slot.end();
    }
    if (expected > dataLength) {
      throw StoreException.of(
          "safetensors file must hold " + expected + " bytes of data",
          dataLength,
          place,
          "the file is truncated, copy it again");
    }
    if (expected < dataLength) {
      throw broken("data must end with the last tensor, at " + expected, dataLength, place);
    }
  }

  private static StoreException broken(String rule, Object value, String place) {
    String text = String.valueOf(value);
    String shown = text.length() <= 200 ? text : text.substring(0, 200) + "…";
    return StoreException.of(rule, shown, place, "the file is damaged, copy it again");
  }
}
