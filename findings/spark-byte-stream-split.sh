#!/usr/bin/env bash
# Parquet has an encoding for real numbers, BYTE_STREAM_SPLIT, which makes features compress well.
# DuckDB takes it for all real columns of its newer files (PARQUET_VERSION v2), pyarrow on request,
# and so does Spark (option parquet.enable.bytestreamsplit).
#
# Expected: Spark reads what Spark writes.
# Seen: it writes such a file without a word and fails to read it, as it fails on DuckDB's; only
# a cause deep in the trace says "Unsupported encoding". Its slower reader
# (spark.sql.parquet.enableVectorizedReader=false) reads all of them.
#
# Versions: Spark 4.2.0, duckdb 1.5.6.
# For Unroll: it reads Parquet with parquet-java's record reader, not with Spark's, so such files
# are read.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

python_with duckdb==1.5.6
python_run <<'PROGRAM'
import duckdb

rows = "select [(i * 0.5)::float, (i * 0.25)::float] as x from range(4) t(i)"
duckdb.sql(f"copy ({rows}) to 'duckdb.parquet' (parquet_version v2)")
encodings = duckdb.sql("select encodings from parquet_metadata('duckdb.parquet')").fetchone()[0]
print("DuckDB writes", encodings)
PROGRAM

java_with org.apache.spark:spark-sql_2.13:4.2.0
java_run <<'PROGRAM'
import org.apache.spark.sql.SparkSession;

public class Finding {
  public static void main(String[] arguments) {
    var spark =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate();
    spark
        .sql("select array(1.5f, 2.5f) as x")
        .write()
        .option("parquet.enable.bytestreamsplit", true)
        .option("parquet.enable.dictionary", false)
        .parquet("spark.parquet");
    for (boolean vectorized : new boolean[] {true, false}) {
      spark.conf().set("spark.sql.parquet.enableVectorizedReader", vectorized);
      for (String file : new String[] {"spark.parquet", "duckdb.parquet"}) {
        System.out.println(
            file + (vectorized ? ", as Spark is: " : ", vectorized reader off: ") + read(spark, file));
      }
    }
    spark.stop();
  }

  private static String read(SparkSession spark, String file) {
    try {
      return spark.read().parquet(file).collectAsList().size() + " rows";
    } catch (Exception e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return cause.getMessage();
    }
  }
}
PROGRAM
expect <<'SEEN'
DuckDB writes BYTE_STREAM_SPLIT
spark.parquet, as Spark is: Unsupported encoding: BYTE_STREAM_SPLIT
duckdb.parquet, as Spark is: Unsupported encoding: BYTE_STREAM_SPLIT
spark.parquet, vectorized reader off: 1 rows
duckdb.parquet, vectorized reader off: 4 rows
SEEN
