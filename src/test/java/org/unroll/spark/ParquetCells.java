package org.unroll.spark;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Numbers as Spark wants them for a column of some type. */
final class ParquetCells {
  private ParquetCells() {}

  /** A single number. */
  static Object scalar(double value, DataType type) {
    if (type.equals(DataTypes.IntegerType)) {
      return (int) value;
    }
    if (type.equals(DataTypes.LongType)) {
      return (long) value;
    }
    if (type.equals(DataTypes.FloatType)) {
      return (float) value;
    }
    if (type.equals(DataTypes.DoubleType)) {
      return value;
    }
    return type.equals(DataTypes.StringType)
        ? Long.toString((long) value)
        : (Object) BigDecimal.valueOf(value);
  }

  /** Frames as lists of lists (2), one list (1) or text (0). */
  static Object frames(double[][] frames, int depth, DataType type) {
    if (depth == 0) {
      return Arrays.stream(frames)
          .flatMapToDouble(Arrays::stream)
          .mapToObj(Double::toString)
          .collect(Collectors.joining(" "));
    }
    DataType inner = ((ArrayType) type).elementType();
    if (depth == 1) {
      return list(Arrays.stream(frames).flatMapToDouble(Arrays::stream), v -> scalar(v, inner));
    }
    DataType innermost = ((ArrayType) inner).elementType();
    return Arrays.stream(frames)
        .map(frame -> list(Arrays.stream(frame), v -> scalar(v, innermost)))
        .toArray();
  }

  private static Object[] list(DoubleStream values, DoubleFunction<Object> as) {
    List<Object> all = values.mapToObj(as).toList();
    return all.toArray();
  }
}
