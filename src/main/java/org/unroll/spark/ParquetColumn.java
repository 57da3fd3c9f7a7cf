package org.unroll.spark;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.unroll.config.Problem;
import org.unroll.data.BadRowException;
import org.unroll.data.Content;
import org.unroll.data.DataException;
import org.unroll.data.Text;
import org.unroll.spark.ParquetValue.Kind;

/**
 * What stands in a column of the row that is being read: a value, a list, or a list of lists of
 * numbers. Lists may be written in any of the ways that the format has known.
 */
final class ParquetColumn {
  private final String name;
  private final String file;
  private final Type type;
  private final Converter converter;

  /** Whether null stands for missing numbers, which are read as NaN. */
  private final boolean nullable;

  /** 0 for a value, 1 for a list, 2 for a list of lists. */
  private int depth;

  /** Whether values are real numbers rather than texts. */
  private boolean reals;

  /** Whether texts are JSON. */
  private boolean json;

  private boolean numbers;
  private boolean present;
  private boolean hasNull;
  private BadRowException broken;
  private final List<String> texts = new ArrayList<>();
  private double[] values = new double[16];
  private int size;
  private int[] widths = new int[16];
  private int steps;

  /**
   * @param nullable whether it may be null, and have null in its lists, where it stands for missing
   *     numbers
   * @param file for messages
   * @throws DataException if the type is not read
   */
  ParquetColumn(Type type, boolean nullable, String file) {
    this.type = type;
    this.nullable = nullable;
    this.file = file;
    name = type.getName();
    converter = value(type, type.isRepetition(Type.Repetition.REPEATED) ? 1 : 0);
  }

  Converter converter() {
    return converter;
  }

  /** Forgets the row before. */
  void clear() {
    // Without a group around it, a list that is empty cannot be told from none.
    present = type.isRepetition(Type.Repetition.REPEATED);
    hasNull = false;
    broken = null;
    texts.clear();
    size = 0;
    steps = 0;
  }

  /** Whether there is nothing; JSON's null is no value either. */
  boolean isNull() throws BadRowException {
    if (broken != null) {
      throw broken;
    }
    return !present || json && depth == 0 && Content.ofJson(texts.get(0), name, nullable) == null;
  }

  /**
   * What was read.
   *
   * @throws BadRowException if there is nothing, or a null or text that is no UTF-8 among it
   */
  Content content() throws BadRowException {
    if (broken != null) {
      throw broken;
    }
    if (!present) {
      throw missing("null");
    }
    if (hasNull) {
      throw new BadRowException(
          "missing-field",
          "a list must have no null in it",
          "one in the column '" + name + "'",
          "mend the row");
    }
    double[] read = Arrays.copyOf(values, size);
    return switch (depth) {
      case 0 -> single(texts.get(0));
      case 1 -> reals ? new Content.Numbers(read) : new Content.Items(List.copyOf(texts), numbers);
      default -> new Content.Vectors(read, Arrays.copyOf(widths, steps));
    };
  }

  private Content single(String text) throws BadRowException {
    Content read = json ? Content.ofJson(text, name, nullable) : new Content.Text(text, numbers);
    if (read == null) {
      throw missing("JSON's null");
    }
    return read;
  }

  private BadRowException missing(String what) {
    return new BadRowException(
        "missing-field",
        "a row must have a value in the column '" + name + "'",
        what,
        "mend the row, or check the columns of the job");
  }

  private Converter value(Type value, int level) {
    if (value.isPrimitive()) {
      return leaf(value.asPrimitiveType(), level);
    }
    if (isList(value) && level < 2) {
      return list(value.asGroupType(), level + 1);
    }
    throw notRead();
  }

  private Converter leaf(PrimitiveType leaf, int level) {
    ParquetValue kind = ParquetValue.of(leaf);
    if (kind == null || level == 2 && !kind.isNumber() || level > 0 && kind.kind() == Kind.JSON) {
      throw notRead();
    }
    depth = level;
    numbers = kind.isNumber();
    json = kind.kind() == Kind.JSON;
    reals = level == 2 || level == 1 && kind.isReal();
    return new Leaf(kind);
  }

  private Converter list(GroupType list, int level) {
    Type repeated = list.getType(0);
    if (isElement(list, repeated)) {
      return new ListConverter(value(repeated, level), level);
    }
    Converter element = value(repeated.asGroupType().getType(0), level);
    return new ListConverter(new ElementConverter(element, level), level);
  }

  private static boolean isList(Type group) {
    return group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && group.asGroupType().getFieldCount() == 1;
  }

  /** The format's rules for lists written without a group around each element. */
  private static boolean isElement(GroupType list, Type repeated) {
    return repeated.isPrimitive()
        || isList(repeated)
        || repeated.asGroupType().getFieldCount() > 1
        || repeated.getName().equals("array")
        || repeated.getName().equals(list.getName() + "_tuple");
  }

  private DataException notRead() {
    return new DataException(
        new Problem(
            "a column must hold text, numbers, lists of these, or lists of lists of numbers",
            type.toString().replaceAll("\\s+", " "),
            file,
            "write the column '" + name + "' with another type, or use another one"));
  }

  private int count(int level) {
    return level < depth ? steps : reals ? size : texts.size();
  }

  private void add(String text) {
    present |= depth == 0;
    texts.add(text);
  }

  private void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  private void addStep(int width) {
    if (steps == widths.length) {
      widths = Arrays.copyOf(widths, 2 * steps);
    }
    widths[steps++] = width;
  }

  /** A value; those of lists are called one after the other. */
  private final class Leaf extends PrimitiveConverter {
    private final ParquetValue kind;

    Leaf(ParquetValue kind) {
      this.kind = kind;
    }

    private void add(long value) {
      if (kind.kind() == Kind.DECIMAL) {
        add(BigDecimal.valueOf(value, kind.scale()));
      } else if (reals) {
        ParquetColumn.this.add(
            value < 0 && kind.isUnsigned()
                ? Double.parseDouble(Long.toUnsignedString(value))
                : value);
      } else {
        ParquetColumn.this.add(
            kind.isUnsigned() ? Long.toUnsignedString(value) : Long.toString(value));
      }
    }

    private void add(BigDecimal value) {
      if (reals) {
        ParquetColumn.this.add(value.doubleValue());
      } else {
        ParquetColumn.this.add(value.toPlainString());
      }
    }

    @Override
    public void addInt(int value) {
      add(kind.isUnsigned() ? Integer.toUnsignedLong(value) : value);
    }

    @Override
    public void addLong(long value) {
      add(value);
    }

    @Override
    public void addBoolean(boolean value) {
      ParquetColumn.this.add(Boolean.toString(value));
    }

    @Override
    public void addFloat(float value) {
      if (reals) {
        ParquetColumn.this.add(value);
      } else {
        ParquetColumn.this.add(Float.toString(value));
      }
    }

    @Override
    public void addDouble(double value) {
      if (reals) {
        ParquetColumn.this.add(value);
      } else {
        ParquetColumn.this.add(Double.toString(value));
      }
    }

    @Override
    public void addBinary(Binary value) {
      if (kind.kind() == Kind.DECIMAL) {
        add(new BigDecimal(new BigInteger(value.getBytes()), kind.scale()));
        return;
      }
      if (kind.kind() == Kind.HALF) {
        addFloat(ParquetValue.half(value.getBytes()));
        return;
      }
      String text = "";
      try {
        text = Text.decode(value.getBytes());
      } catch (BadRowException e) {
        broken = broken == null ? e : broken;
      }
      ParquetColumn.this.add(text);
    }
  }

  /** A list, which may be empty. */
  private final class ListConverter extends GroupConverter {
    private final Converter inner;
    private final int level;
    private int begin;

    ListConverter(Converter inner, int level) {
      this.inner = inner;
      this.level = level;
    }

    @Override
    public Converter getConverter(int field) {
      return inner;
    }

    @Override
    public void start() {
      present = true;
      begin = size;
    }

    @Override
    public void end() {
      if (level == 2) {
        addStep(size - begin);
      }
    }
  }

  /** The group around an element, which stays empty where the element is null. */
  private final class ElementConverter extends GroupConverter {
    private final Converter inner;
    private final int level;
    private int before;

    ElementConverter(Converter inner, int level) {
      this.inner = inner;
      this.level = level;
    }

    @Override
    public Converter getConverter(int field) {
      return inner;
    }

    @Override
    public void start() {
      before = count(level);
    }

    @Override
    public void end() {
      if (count(level) > before) {
        return;
      }
      if (!nullable) {
        hasNull = true;
      } else if (level < depth) {
        addStep(0);
      } else if (reals) {
        add(Double.NaN);
      } else {
        add("NaN");
      }
    }
  }
}
