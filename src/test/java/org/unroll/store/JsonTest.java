package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() {
    Object value = Json.parse("{\"b\": [1, -2.5, true, null, \"x\\u00e9\"], \"a\": {}}", "f");
    assertEquals("[b, a]", ((Map<?, ?>) value).keySet().toString());
    assertEquals(Arrays.asList(1L, -2.5, true, null, "xé"), ((Map<?, ?>) value).get("b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,% \"a\":2}|f:2:",
        "{\"a\":NaN}|f:1:",
        "{\"a\":1e999}|f:1:",
        "{\"a\":9223372036854775808}|f:1:",
        "{\"a\":1} x|f:1:",
        "{\"a\":1,}|f:1:",
        "{'a':1}|f:1:",
        "{\"a\":01}|f:1:",
        "[1, // no comments%2]|f:1:",
        "{\"a\":|f:1:",
      })
  void refusesWithLineAndColumn(String text, String place) {
    StoreException e =
        assertThrows(StoreException.class, () -> Json.parse(text.replace('%', '\n'), "f"));
    assertTrue(e.getMessage().contains(place), e.getMessage());
  }

  @Test
  void refusesNothingAtAll() {
    assertThrows(StoreException.class, () -> Json.parse("", "f"));
    assertThrows(StoreException.class, () -> Json.parse("  \n", "f"));
  }

  @Test
  void refusesDeepNesting() {
    String text = "[".repeat(20_000) + "]".repeat(20_000);
    StoreException e = assertThrows(StoreException.class, () -> Json.parse(text, "f"));
    assertTrue(e.getMessage().contains("limits"), e.getMessage());
  }

  @Test
  void refusesTooManyValues() {
    byte[] text = "{\"a\":[1,2,3,4,5,6,7,8,9]}".getBytes(StandardCharsets.UTF_8);
    assertEquals(1, Json.parseObject(text, "f", new Json.Limits(1000, 3, 11)).size());
    assertThrows(
        StoreException.class, () -> Json.parseObject(text, "f", new Json.Limits(1000, 3, 10)));
    assertThrows(
        StoreException.class, () -> Json.parseObject(text, "f", new Json.Limits(10, 3, 100)));
  }

  @Test
  void refusesInvalidUtf8() {
    byte[] bytes = {'{', '"', (byte) 0xc3, '"', ':', '1', '}'};
    StoreException e =
        assertThrows(StoreException.class, () -> Json.parseObject(bytes, "f", Json.Limits.DEFAULT));
    assertTrue(e.getMessage().contains("UTF-8"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "\"a\"", "null", "1"})
  void refusesWhatIsNoObject(String text) {
    assertThrows(StoreException.class, () -> Json.parseObject(text, "f"));
  }

  @Test
  void writesTheSameTextEverywhere() {
    var map = new LinkedHashMap<String, Object>();
    map.put("z", 0.003);
    map.put("float", 0.1f);
    map.put("a", List.of(1, 2L, "x"));
    map.put("shape", new long[] {2, 3});
    map.put("none", null);
    map.put("inner", new LinkedHashMap<>(Map.of("k", true)));
    map.put("empty", Map.of());
    assertEquals(
        "{\"z\":0.003,\"float\":0.1,\"a\":[1,2,\"x\"],\"shape\":[2,3],\"none\":null,"
            + "\"inner\":{\"k\":true},\"empty\":{}}",
        JsonText.line(map));
    assertEquals(
        """
        {
          "z": 0.003,
          "float": 0.1,
          "a": [1, 2, "x"],
          "shape": [2, 3],
          "none": null,
          "inner": {
            "k": true
          },
          "empty": {}
        }
        """,
        JsonText.pretty(map).replaceAll("\\[ ?([^\\]]*?) ?\\]", "[$1]"));
  }

  @Test
  void writesShortestDigitsOnEveryJdk() {
    // Double.toString of JDK 17 gives 1.9999999999999998E23 and 8.409999999999999E21.
    assertEquals("2.0E23", JsonText.line(2e23));
    assertEquals("8.41E21", JsonText.line(8.41e21));
    assertEquals("0.002", JsonText.line(0.002));
    assertEquals("100.0", JsonText.line(100.0));
  }

  @Test
  void refusesWhatJsonCannotSay() {
    assertThrows(IllegalArgumentException.class, () -> JsonText.line(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> JsonText.line(Float.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> JsonText.line(Map.of(1, 2)));
    assertThrows(IllegalArgumentException.class, () -> JsonText.line(new Object()));
  }

  @Test
  void readsBackWhatItWrites() {
    var random = new Random(7);
    for (int i = 0; i < 200; i++) {
      Object value = randomValue(random, 4);
      assertEquals(value, Json.parse(JsonText.line(value), "f"));
      assertEquals(value, Json.parse(JsonText.pretty(value), "f"));
    }
  }

  private static Object randomValue(Random random, int depth) {
    switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0:
        return random.nextLong();
      case 1:
        double number = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(number) ? number : 0.5;
      case 2:
        return random.nextBoolean();
      case 3:
        return null;
      case 4:
        return randomText(random);
      case 5:
        var list = new ArrayList<Object>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(randomValue(random, depth - 1));
        }
        return list;
      default:
        var map = new LinkedHashMap<String, Object>();
        for (int i = random.nextInt(4); i > 0; i--) {
          map.put(randomText(random), randomValue(random, depth - 1));
        }
        return map;
    }
  }

  private static String randomText(Random random) {
    return random
        .ints(random.nextInt(12), 0, 0x11000)
        .filter(c -> c < 0xd800 || c > 0xdfff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
