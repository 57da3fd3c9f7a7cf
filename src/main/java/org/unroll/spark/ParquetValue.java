package org.unroll.spark;

import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/**
 * How a value of a Parquet file is read.
 *
 * @param isReal whether it is a floating-point number
 * @param scale digits behind a decimal's point, -1 for anything else
 */
record ParquetValue(boolean isNumber, boolean isReal, boolean isUnsigned, int scale) {
  private static final ParquetValue TEXT = new ParquetValue(false, false, false, -1);
  private static final ParquetValue WHOLE = new ParquetValue(true, false, false, -1);
  private static final ParquetValue UNSIGNED = new ParquetValue(true, false, true, -1);
  private static final ParquetValue REAL = new ParquetValue(true, true, false, -1);

  /** How values of a type are read, null for dates, times and others that are not. */
  static ParquetValue of(PrimitiveType type) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
      return new ParquetValue(true, false, false, decimal.getScale());
    }
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> TEXT;
      case INT32, INT64 ->
          meaning == null
              ? WHOLE
              : meaning instanceof IntLogicalTypeAnnotation whole
                  ? whole.isSigned() ? WHOLE : UNSIGNED
                  : null;
      case FLOAT, DOUBLE -> REAL;
      case BINARY ->
          // Old writers do not say that bytes are text.
          meaning == null
                  || meaning instanceof StringLogicalTypeAnnotation
                  || meaning instanceof EnumLogicalTypeAnnotation
                  || meaning instanceof JsonLogicalTypeAnnotation
              ? TEXT
              : null;
      case INT96, FIXED_LEN_BYTE_ARRAY -> null;
    };
  }

  boolean isDecimal() {
    return scale >= 0;
  }
}
