package org.unroll.spark;

import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UnknownLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * How a value of a Parquet file is read.
 *
 * @param scale digits behind a decimal's point, 0 for anything else
 */
record ParquetValue(Kind kind, int scale) {
  /** What the stored value stands for. */
  enum Kind {
    /** Text, or a truth value. */
    TEXT,
    /** Text of JSON. */
    JSON,
    /** A whole number. */
    WHOLE,
    /** A whole number without a sign. */
    UNSIGNED,
    /** A decimal number. */
    DECIMAL,
    /** A number of single or double precision. */
    REAL,
    /** A number of half precision, in two bytes. */
    HALF
  }

  /** How values of a type are read, null for dates, times and others that are not. */
  static ParquetValue of(PrimitiveType type) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
      return new ParquetValue(Kind.DECIMAL, decimal.getScale());
    }
    if (meaning instanceof UnknownLogicalTypeAnnotation) {
      // Every value is null, and has no type.
      return new ParquetValue(Kind.WHOLE, 0);
    }
    Kind kind = kind(type.getPrimitiveTypeName(), meaning);
    return kind == null ? null : new ParquetValue(kind, 0);
  }

  private static Kind kind(PrimitiveTypeName stored, LogicalTypeAnnotation meaning) {
    return switch (stored) {
      case BOOLEAN -> Kind.TEXT;
      case INT32, INT64 ->
          meaning == null
              ? Kind.WHOLE
              : meaning instanceof IntLogicalTypeAnnotation whole
                  ? whole.isSigned() ? Kind.WHOLE : Kind.UNSIGNED
                  : null;
      case FLOAT, DOUBLE -> Kind.REAL;
      case BINARY ->
          meaning instanceof JsonLogicalTypeAnnotation
              ? Kind.JSON
              // Old writers do not say that bytes are text.
              : meaning == null
                      || meaning instanceof StringLogicalTypeAnnotation
                      || meaning instanceof EnumLogicalTypeAnnotation
                  ? Kind.TEXT
                  : null;
      case FIXED_LEN_BYTE_ARRAY ->
          meaning instanceof Float16LogicalTypeAnnotation ? Kind.HALF : null;
      case INT96 -> null;
    };
  }

  boolean isNumber() {
    return switch (kind) {
      case TEXT, JSON -> false;
      case WHOLE, UNSIGNED, DECIMAL, REAL, HALF -> true;
    };
  }

  boolean isUnsigned() {
    return kind == Kind.UNSIGNED;
  }

  /** Whether it is a floating-point number. */
  boolean isReal() {
    return kind == Kind.REAL || kind == Kind.HALF;
  }

  /** The value of a number of half precision, which single precision holds exactly. */
  static float half(byte[] littleEndian) {
    int bits = (littleEndian[1] & 0xFF) << 8 | littleEndian[0] & 0xFF;
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    float size =
        exponent == 0x1F
            ? fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN
            : Math.scalb(
                (float) (exponent == 0 ? fraction : fraction + 0x400), Math.max(exponent, 1) - 25);
    return (bits & 0x8000) == 0 ? size : -size;
  }
}
