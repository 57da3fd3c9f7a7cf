package org.unroll.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** The wanted fields of a line that holds a JSON object; the others may hold anything. */
final class JsonRow {
  private static final String MEND = "mend the row";
  private static final String NAN = "NaN";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Python writes NaN; the message about a value that is not finite says more.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          // A line is no longer than data.read.max-line-bytes; what is not wanted may be anything.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;

  /** The field whose values may be null, which is read as NaN; or null. */
  private final String nullable;

  private JsonRow(JsonParser parser, String nullable) {
    this.parser = parser;
    this.nullable = nullable;
  }

  /**
   * Reads a line.
   *
   * @param names of the wanted fields
   * @param nullable number of the field that may be null, and have null in its lists, where it
   *     stands for missing numbers: an empty text, and NaN; -1 for none
   * @return what they hold, in the order of {@code names}
   * @throws BadRowException if the line is no object, or has not all of them
   */
  static Content[] parse(String line, List<String> names, int nullable) throws BadRowException {
    try (JsonParser parser = FACTORY.createParser(line)) {
      return new JsonRow(parser, nullable < 0 ? null : names.get(nullable)).object(names, nullable);
    } catch (IOException e) {
      throw invalid(said(e), MEND);
    }
  }

  /**
   * Reads a text that holds a single value, not an object.
   *
   * @param name of what it is the value of, for messages
   * @param nullable whether a list may have null in it, for a number that is missing
   * @return null for JSON's null
   * @throws BadRowException if it is no JSON, or a value that is not read
   */
  static Content value(String text, String name, boolean nullable) throws BadRowException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw invalidValue(name, "nothing");
      }
      Content value = new JsonRow(parser, nullable ? name : null).cell(name);
      if (parser.nextToken() != null) {
        throw invalidValue(name, "more behind it");
      }
      return value;
    } catch (IOException e) {
      throw invalidValue(name, said(e));
    }
  }

  private static BadRowException invalidValue(String name, String value) {
    return new BadRowException(
        "invalid-json",
        "a value of '" + name + "', a column of JSON, must be one value of JSON",
        value,
        MEND,
        "write the column as text if it is no JSON");
  }

  private static String said(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }

  private static BadRowException invalid(String value, String fix) {
    return new BadRowException("invalid-json", "a line must be one JSON object", value, fix);
  }

  private Content[] object(List<String> names, int nullable) throws IOException, BadRowException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw invalid(
          parser.currentToken() == null ? "nothing" : shown(parser.currentToken()),
          "write one object per line, such as {\"x\": [0.5, 1], \"y\": \"yes\"}");
    }
    Content[] cells = new Content[names.size()];
    boolean[] found = new boolean[names.size()];
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      int place = names.indexOf(name);
      parser.nextToken();
      if (place < 0) {
        parser.skipChildren();
        continue;
      }
      if (found[place]) {
        throw invalid("the field '" + name + "' twice", MEND);
      }
      found[place] = true;
      cells[place] = cell(name);
    }
    if (parser.nextToken() != null) {
      throw invalid("more behind it", MEND);
    }
    for (int i = 0; i < cells.length; i++) {
      // A column may be used by several fields.
      int first = names.indexOf(names.get(i));
      cells[i] = cells[first];
      if (cells[i] == null && found[first] && i == nullable) {
        cells[i] = Content.MISSING;
      } else if (cells[i] == null) {
        throw new BadRowException(
            "missing-field",
            "a row must have the field '" + names.get(i) + "'",
            found[first] ? "null" : "none",
            "mend the row, or check the columns of the job");
      }
    }
    return cells;
  }

  private Content cell(String name) throws IOException, BadRowException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token.isScalarValue()) {
      return new Content.Text(text(() -> "'" + name + "'"), token.isNumeric());
    }
    if (token == JsonToken.START_OBJECT) {
      throw wrong(name, token);
    }
    int nulls = 0;
    token = parser.nextToken();
    for (; token == JsonToken.VALUE_NULL && name.equals(nullable); token = parser.nextToken()) {
      nulls++;
    }
    return token == JsonToken.START_ARRAY ? vectors(name, nulls) : items(name, nulls, token);
  }

  /**
   * The values of a list.
   *
   * @param nulls null values before the next one
   */
  private Content items(String name, int nulls, JsonToken next)
      throws IOException, BadRowException {
    List<String> items = new ArrayList<>(Collections.nCopies(nulls, NAN));
    BitSet texts = new BitSet();
    BitSet numbers = new BitSet();
    JsonToken token = next;
    for (; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      int item = items.size();
      if (token == JsonToken.VALUE_NULL && name.equals(nullable)) {
        items.add(NAN);
        continue;
      }
      if (token == JsonToken.VALUE_NULL || !token.isScalarValue()) {
        throw wrong("item " + (item + 1) + " of " + name, token);
      }
      (token.isNumeric() ? numbers : texts).set(item);
      items.add(text(() -> "item " + (item + 1) + " of '" + name + "'"));
    }
    if (!texts.isEmpty()) {
      // Beside texts, a number is a name.
      for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
        items.set(i, NumberNames.of(items.get(i)));
      }
    }
    return new Content.Items(items, texts.isEmpty());
  }

  /** The text of a single value, which escapes may have made half a character of. */
  private String text(Supplier<String> where) throws IOException, BadRowException {
    String text = parser.getText();
    return parser.currentToken() == JsonToken.VALUE_STRING ? Text.requireWhole(text, where) : text;
  }

  /**
   * A list of lists of numbers, empty where there is null.
   *
   * @param nulls null values before the next one
   */
  private Content vectors(String name, int nulls) throws IOException, BadRowException {
    double[] values = new double[64];
    int[] widths = new int[16 + nulls];
    int size = 0;
    int steps = nulls;
    for (; parser.currentToken() != JsonToken.END_ARRAY; parser.nextToken(), steps++) {
      if (steps == widths.length) {
        widths = Arrays.copyOf(widths, 2 * steps);
      }
      if (parser.currentToken() == JsonToken.VALUE_NULL && name.equals(nullable)) {
        continue;
      }
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw wrong("step " + (steps + 1) + " of " + name, parser.currentToken());
      }
      int begin = size;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        boolean missing = parser.currentToken() == JsonToken.VALUE_NULL && name.equals(nullable);
        if (!missing && !parser.currentToken().isNumeric()) {
          throw wrong(
              "feature " + (size - begin + 1) + " of step " + (steps + 1) + " of " + name,
              parser.currentToken());
        }
        if (size == values.length) {
          values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = missing ? Double.NaN : Double.parseDouble(parser.getText());
      }
      widths[steps] = size - begin;
    }
    return new Content.Vectors(Arrays.copyOf(values, size), Arrays.copyOf(widths, steps));
  }

  private BadRowException wrong(String what, JsonToken token) throws IOException {
    return new BadRowException(
        "wrong-type",
        "a field must hold text, a number, a list of these, or a list of lists of numbers",
        shown(token) + " as " + what,
        MEND,
        "data of this structure is not supported; name another field, or convert this one");
  }

  private String shown(JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "the text '" + Text.whole(parser.getText()) + "'";
      default -> parser.getText();
    };
  }
}
