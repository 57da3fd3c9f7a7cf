package org.unroll.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the value of a key is read, described and rendered; one per Java type of a component. */
enum ValueType {
  INTEGER {
    @Override
    Object convert(Raw raw, Class<?> type) {
      if (raw.number() instanceof Number number) {
        double real = number.doubleValue();
        boolean isLong = type == long.class;
        if (real != Math.rint(real)) {
          throw new Mismatch("must be a whole number");
        }
        // 2^63 itself is a double but not a long.
        boolean fits =
            isLong ? number instanceof Long || Math.abs(real) < 0x1p63 : real == (int) real;
        if (!fits) {
          throw new Mismatch("must fit into " + (isLong ? 64 : 32) + " bits");
        }
        return isLong ? (Object) number.longValue() : (Object) number.intValue();
      }
      // The parser leaves a number as text when it is quoted or does not fit into a long.
      boolean isNumber = raw.value() instanceof String text && text.matches("-?\\d+");
      throw new Mismatch(
          isNumber ? "must be a number of 64 bits without quotes" : "must be a whole number");
    }

    @Override
    Object absent(Class<?> type) {
      return type == long.class ? (Object) 0L : (Object) 0;
    }

    @Override
    String describe(Class<?> type) {
      return "whole number";
    }
  },

  REAL {
    @Override
    Object convert(Raw raw, Class<?> type) {
      if (raw.number() instanceof Number number && Double.isFinite(number.doubleValue())) {
        return number.doubleValue() + 0.0; // turns -0.0 into 0.0, which renders as 0
      }
      throw new Mismatch("must be a number");
    }

    @Override
    Object absent(Class<?> type) {
      return 0.0;
    }

    @Override
    String describe(Class<?> type) {
      return "number";
    }
  },

  SWITCH {
    @Override
    Object convert(Raw raw, Class<?> type) {
      if (raw.value() instanceof Boolean) {
        return raw.value();
      }
      throw new Mismatch("must be true or false");
    }

    @Override
    Object absent(Class<?> type) {
      return false;
    }

    @Override
    String describe(Class<?> type) {
      return "true or false";
    }
  },

  CHOICE {
    @Override
    Object convert(Raw raw, Class<?> type) {
      for (Object constant : type.getEnumConstants()) {
        if (enumText((Enum<?>) constant).equals(raw.text())) {
          return constant;
        }
      }
      List<String> names = choices(type);
      throw new Mismatch(
          "must be " + describe(type), Suggestions.nearest(String.valueOf(raw.text()), names));
    }

    @Override
    Object absent(Class<?> type) {
      return type.getEnumConstants()[0];
    }

    @Override
    String describe(Class<?> type) {
      return Suggestions.join(choices(type), "or");
    }
  },

  TEXT {
    @Override
    Object convert(Raw raw, Class<?> type) {
      if (raw.text() == null) {
        throw new Mismatch("must be text");
      }
      if (raw.text().isBlank()) {
        throw new Mismatch("must not be empty");
      }
      return raw.text();
    }

    @Override
    Object absent(Class<?> type) {
      return "";
    }

    @Override
    String describe(Class<?> type) {
      return "text";
    }
  },

  TEXTS {
    @Override
    Object convert(Raw raw, Class<?> type) {
      if (!(raw.value() instanceof List<?> list)) {
        throw new Mismatch("must be a list of texts, as in [\"a\", \"b\"]");
      }
      for (Object element : list) {
        if (!(element instanceof String text) || text.isBlank()) {
          throw new Mismatch("must be a list of texts that are not empty");
        }
      }
      return List.copyOf(list);
    }

    @Override
    Object absent(Class<?> type) {
      return List.of();
    }

    @Override
    String describe(Class<?> type) {
      return "list of texts";
    }
  },

  INTEGERS {
    @Override
    Object convert(Raw raw, Class<?> type) {
      List<Integer> integers = new ArrayList<>();
      for (Object element : raw.value() instanceof List<?> list ? list : List.of("")) {
        if (!(element instanceof Integer integer)) {
          throw new Mismatch("must be a list of whole numbers, as in [10, 20]");
        }
        integers.add(integer);
      }
      return List.copyOf(integers);
    }

    @Override
    Object absent(Class<?> type) {
      return List.of();
    }

    @Override
    String describe(Class<?> type) {
      return "list of whole numbers";
    }
  },

  REALS {
    @Override
    Object convert(Raw raw, Class<?> type) {
      List<Double> reals = new ArrayList<>();
      for (Object element : raw.value() instanceof List<?> list ? list : List.of("")) {
        if (!(element instanceof Number number) || !Double.isFinite(number.doubleValue())) {
          throw new Mismatch("must be a list of numbers, as in [0.1, 0.5, 0.9]");
        }
        reals.add(number.doubleValue());
      }
      return List.copyOf(reals);
    }

    @Override
    Object absent(Class<?> type) {
      return List.of();
    }

    @Override
    String describe(Class<?> type) {
      return "list of numbers";
    }
  },

  COLUMN {
    @Override
    Object convert(Raw raw, Class<?> type) {
      if (raw.value() instanceof Number) {
        return new Column.Index((int) INTEGER.convert(raw, int.class));
      }
      if (raw.text() != null && !raw.text().isBlank()) {
        return new Column.Name(raw.text());
      }
      throw new Mismatch("must be a number from 0 or a column's name");
    }

    @Override
    Object absent(Class<?> type) {
      return new Column.None();
    }

    @Override
    String describe(Class<?> type) {
      return "whole number ≥ 0 or text";
    }
  },

  VALID_SOURCE {
    @Override
    Object convert(Raw raw, Class<?> type) {
      if (raw.text() == null || raw.value() instanceof Boolean) {
        throw new Mismatch("must be a path, a fraction, tail:FRACTION or rows:A-B");
      }
      return ValidSource.parse(raw.text());
    }

    @Override
    Object absent(Class<?> type) {
      return new ValidSource.None();
    }

    @Override
    String describe(Class<?> type) {
      return "text or number in (0, 1)";
    }
  };

  /**
   * A value as found in the job.
   *
   * @param value Boolean, Number or String; anything else is a section or a list
   * @param text the value as written, or null if it is a section or a list
   */
  record Raw(Object value, String text) {
    /** The value where a number is wanted: HOCON takes .25 for a text. */
    Object number() {
      return value instanceof String text && text.matches("-?\\..*") ? ofText(text).value() : value;
    }

    /** Reads text as a number or a truth value where it is one. */
    static Raw ofText(String text) {
      if (text.equals("true") || text.equals("false")) {
        return new Raw(Boolean.valueOf(text), text);
      }
      if (!ValidSource.Syntax.NUMBER.matcher(text).matches()) {
        return new Raw(text, text);
      }
      try {
        return new Raw(Long.valueOf(text), text);
      } catch (NumberFormatException notLong) {
        return new Raw(Double.valueOf(text), text);
      }
    }
  }

  /** A value that does not have the type; the message says what it must be. */
  static final class Mismatch extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String suggestion;

    Mismatch(String rule) {
      this(rule, "");
    }

    Mismatch(String rule, String suggestion) {
      super(rule);
      this.suggestion = suggestion;
    }

    String suggestion() {
      return suggestion;
    }
  }

  /**
   * Converts a value to the component's type.
   *
   * @throws Mismatch if it does not have the type
   * @throws IllegalArgumentException with a complete message if the text is malformed
   */
  abstract Object convert(Raw raw, Class<?> type);

  /** The component's value where an optional key is not given. */
  abstract Object absent(Class<?> type);

  /** The type in words. */
  abstract String describe(Class<?> type);

  /** Whether values are lists. */
  boolean isList() {
    return this == TEXTS || this == INTEGERS || this == REALS;
  }

  /** Whether {@code --set} takes the text as it is, even where it looks like a number. */
  boolean isVerbatim() {
    return this == TEXT;
  }

  /** The leaf that {@link JobText} writes for a value. */
  static Object render(Object value) {
    if (value instanceof Column.Index column) {
      return column.index();
    }
    if (value instanceof ValidSource.Fraction fraction) {
      return fraction.fraction();
    }
    if (value instanceof Column || value instanceof ValidSource) {
      return value.toString();
    }
    return value;
  }

  /** The type of a component. */
  static ValueType of(Class<?> type) {
    if (type == int.class || type == long.class) {
      return INTEGER;
    }
    if (type == double.class) {
      return REAL;
    }
    if (type == boolean.class) {
      return SWITCH;
    }
    if (type == String.class) {
      return TEXT;
    }
    if (type == List.class) {
      return TEXTS;
    }
    if (type == Column.class) {
      return COLUMN;
    }
    if (type == ValidSource.class) {
      return VALID_SOURCE;
    }
    if (type.isEnum()) {
      return CHOICE;
    }
    throw new IllegalArgumentException("no key can have the type " + type.getName());
  }

  /** An enum constant as written in a job file: lower case, with dashes. */
  static String enumText(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> choices(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> enumText((Enum<?>) constant))
        .collect(Collectors.toUnmodifiableList());
  }
}
