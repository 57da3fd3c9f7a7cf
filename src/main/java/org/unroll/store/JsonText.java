package org.unroll.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Plain values as JSON text: the same text for the same values, whatever the platform.
 *
 * <p>Values are as {@link Json} reads them; also any {@link Number} that is an integer of at most
 * 64 bits, {@link Float}, enums (by name) and arrays of primitives are written.
 */
public final class JsonText {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Jackson's own shortest digits: those of Double.toString differ between JDK 17 and 19.
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();

  private JsonText() {}

  /**
   * On one line, without a line feed at the end.
   *
   * @throws IllegalArgumentException if a value has no form in JSON, NaN and infinities included
   */
  public static String line(Object value) {
    return text(value, false);
  }

  /**
   * Indented by two spaces, with a line feed at the end; arrays stay on one line.
   *
   * @throws IllegalArgumentException if a value has no form in JSON, NaN and infinities included
   */
  public static String pretty(Object value) {
    return text(value, true) + "\n";
  }

  private static String text(Object value, boolean indented) {
    var writer = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(writer)) {
      if (indented) {
        generator.setPrettyPrinter(printer());
      }
      write(generator, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toString();
  }

  private static DefaultPrettyPrinter printer() {
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");
    var printer = new DefaultPrettyPrinter(separators);
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    return printer;
  }

  private static void write(JsonGenerator generator, Object value) throws IOException {
    if (value == null) {
      generator.writeNull();
    } else if (value instanceof Map<?, ?> map) {
      writeObject(generator, map);
    } else if (value instanceof List<?> list) {
      generator.writeStartArray();
      for (Object element : list) {
        write(generator, element);
      }
      generator.writeEndArray();
    } else if (value instanceof String text) {
      generator.writeString(text);
    } else if (value instanceof Boolean truth) {
      generator.writeBoolean(truth);
    } else if (value instanceof Number number) {
      writeNumber(generator, number);
    } else if (value instanceof Enum<?> constant) {
      generator.writeString(constant.name());
    } else {
      writeArray(generator, value);
    }
  }

  private static void writeObject(JsonGenerator generator, Map<?, ?> map) throws IOException {
    generator.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new IllegalArgumentException("JSON key must be a string, got " + entry.getKey());
      }
      generator.writeFieldName(key);
      write(generator, entry.getValue());
    }
    generator.writeEndObject();
  }

  private static void writeNumber(JsonGenerator generator, Number number) throws IOException {
    if (number instanceof Double || number instanceof Float) {
      if (!Double.isFinite(number.doubleValue())) {
        throw new IllegalArgumentException("JSON number must be finite, got " + number);
      }
      if (number instanceof Float) {
        generator.writeNumber(number.floatValue());
      } else {
        generator.writeNumber(number.doubleValue());
      }
    } else if (number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte) {
      generator.writeNumber(number.longValue());
    } else {
      throw new IllegalArgumentException(
          "JSON number must be an integer of 64 bits, a float or a double, got "
              + number.getClass().getName());
    }
  }

  private static void writeArray(JsonGenerator generator, Object value) throws IOException {
    if (value instanceof long[] longs) {
      generator.writeArray(longs, 0, longs.length);
    } else if (value instanceof int[] ints) {
      generator.writeArray(ints, 0, ints.length);
    } else if (value instanceof double[] doubles) {
      generator.writeStartArray();
      for (double number : doubles) {
        writeNumber(generator, number);
      }
      generator.writeEndArray();
    } else {
      throw new IllegalArgumentException(
          "JSON has no form for " + value.getClass().getName() + ": " + value);
    }
  }
}
