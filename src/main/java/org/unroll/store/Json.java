package org.unroll.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Strict JSON (RFC 8259) to plain values and back.
 *
 * <p>An object is a {@link LinkedHashMap} in the order of the file, an array a {@link List}, a
 * number without point or exponent a {@link Long}, any other number a finite {@link Double}; then
 * {@link String}, {@link Boolean} and null. A key that occurs twice, a number out of range, invalid
 * UTF-8, anything after the value, and what exceeds the {@link Limits} is refused with line and
 * column. Values are written by {@link JsonText}.
 */
public final class Json {
  private final JsonParser parser;
  private final String place;
  private long valuesLeft;

  /**
   * How much a document may ask of the reader.
   *
   * @param bytes length of the document
   * @param depth nested objects and arrays
   * @param values objects, arrays, strings, numbers, literals
   */
  public record Limits(int bytes, int depth, long values) {
    /** For configuration and metrics: 64 MiB, 64 levels, 4 million values. */
    public static final Limits DEFAULT = new Limits(64 << 20, 64, 4_000_000);

    public Limits {
      if (bytes < 1 || depth < 1 || values < 1) {
        throw new IllegalArgumentException(
            "limits must be at least 1, got bytes "
                + bytes
                + ", depth "
                + depth
                + ", values "
                + values);
      }
    }
  }

  private Json(JsonParser parser, String place, Limits limits) {
    this.parser = parser;
    this.place = place;
    this.valuesLeft = limits.values();
  }

  /**
   * Reads one value.
   *
   * @param text the whole document
   * @param place where it is from, for errors
   * @throws StoreException if it is not strict JSON
   */
  public static Object parse(String text, String place) {
    return parse(text, place, Limits.DEFAULT);
  }

  /**
   * Reads one object.
   *
   * @throws StoreException if it is not strict JSON, or not an object
   */
  public static Map<String, Object> parseObject(String text, String place) {
    return asObject(parse(text, place, Limits.DEFAULT), place);
  }

  /**
   * Reads one object from UTF-8.
   *
   * @throws StoreException if it is not strict JSON, or not an object
   */
  public static Map<String, Object> parseObject(byte[] utf8, String place, Limits limits) {
    return asObject(parse(decode(utf8, place), place, limits), place);
  }

  /**
   * Reads a file that holds one object.
   *
   * @throws StoreException if it cannot be read, is not strict JSON, or not an object
   */
  public static Map<String, Object> readObject(Directory directory, String name) {
    byte[] bytes = directory.readBytes(name, Limits.DEFAULT.bytes());
    return parseObject(bytes, directory.location(name), Limits.DEFAULT);
  }

  /** Writes a file that holds one value, indented, whole or not at all. */
  public static void write(Directory directory, String name, Map<String, ?> object) {
    directory.writeText(name, JsonText.pretty(object));
  }

  private static Object parse(String text, String place, Limits limits) {
    if (text.length() > limits.bytes()) {
      throw StoreException.of(
          "JSON must have at most " + limits.bytes() + " bytes",
          text.length(),
          place,
          "it is not what its name says");
    }
    try (JsonParser parser = factory(limits).createParser(text)) {
      var json = new Json(parser, place, limits);
      parser.nextToken();
      Object value = json.value();
      if (parser.nextToken() != null) {
        throw json.error("JSON must end after its value", "more text");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw syntaxError(e, place);
    } catch (IOException e) {
      throw StoreException.io("read", place, e);
    }
  }

  private static JsonFactory factory(Limits limits) {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        // Interned names of hostile files would stay in memory for good.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(limits.depth())
                .maxStringLength(limits.bytes())
                .maxNameLength(limits.bytes())
                .maxNumberLength(100)
                .maxDocumentLength(limits.bytes())
                .build())
        .build();
  }

  private static String decode(byte[] utf8, String place) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new StoreException("JSON must be valid UTF-8 (" + place + "): write the file anew", e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asObject(Object value, String place) {
    if (value instanceof Map<?, ?>) {
      return (Map<String, Object>) value;
    }
    throw StoreException.of(
        "JSON must be an object", kind(value), place + ":1:1", "write it as { … }");
  }

  private static String kind(Object value) {
    return value instanceof List ? "an array" : String.valueOf(value);
  }

  /** The value that begins at the current token; afterwards its last token is current. */
  private Object value() throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw error("JSON must hold a value", "the end of the text");
    }
    if (--valuesLeft < 0) {
      throw error("JSON must hold fewer values than the limit", "one more");
    }
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> finite(parser.getDoubleValue());
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      case FIELD_NAME, END_OBJECT, END_ARRAY, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw error("JSON must hold a value", token);
    };
  }

  private Map<String, Object> object() throws IOException {
    var object = new LinkedHashMap<String, Object>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      object.put(key, value());
    }
    return object;
  }

  private List<Object> array() throws IOException {
    var array = new ArrayList<Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value());
    }
    return Collections.unmodifiableList(array);
  }

  private Double finite(double number) throws IOException {
    if (Double.isFinite(number)) {
      return number;
    }
    throw error("number must be within the range of a double", parser.getText());
  }

  private StoreException error(String rule, Object value) {
    JsonLocation location = parser.currentTokenLocation();
    return StoreException.of(rule, value, at(location, place), "correct the file");
  }

  private static StoreException syntaxError(JsonProcessingException e, String place) {
    String at = at(e.getLocation(), place);
    String reason = e.getOriginalMessage().lines().findFirst().orElse("syntax error");
    if (e instanceof InputCoercionException) {
      return new StoreException("integer must fit into 64 bits (" + at + "): " + reason, e);
    }
    if (e instanceof StreamConstraintsException) {
      return new StoreException("JSON must keep to the limits (" + at + "): " + reason, e);
    }
    return new StoreException("JSON must be valid (" + at + "): " + reason, e);
  }

  private static String at(JsonLocation location, String place) {
    return location == null
        ? place
        : place + ":" + location.getLineNr() + ":" + location.getColumnNr();
  }
}
