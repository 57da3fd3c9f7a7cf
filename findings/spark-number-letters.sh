#!/usr/bin/env bash
# Spark looks for the types of columns: of CSV with inferSchema, of directories named column=value
# without being asked.
#
# Expected: values such as 2D and 12F (dimensions, seats, grades, notes) are text.
# Seen: they are numbers, because Java's own parser takes a closing d or f as a mark of type. A column
# whose values all end so is double: 12D and 12F become the same 12.0, and the directories label=2D and
# label=3F give labels 2.0 and 3.0. One value more, such as 12A, and the column is text again, so
# it depends on the rows in the file. CAST refuses a letter for whole numbers, not for double.
#
# Versions: Spark 4.2.0.
# For Unroll: it reads labels and tokens from the file as text and keeps them apart, but not after
# Spark has written them as Parquet with inferred types: give Spark a schema, and set
# spark.sql.sources.partitionColumnTypeInference.enabled=false.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

printf '%s\n' seat 12D 12F 2d >seats.csv
printf '%s\n' seat 12D 12F 12A >more.csv
mkdir -p parts/label=2D parts/label=3F
echo text | tee parts/label=2D/rows.txt >parts/label=3F/rows.txt

java_with org.apache.spark:spark-sql_2.13:4.2.0
java_run <<'PROGRAM'
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

public class Finding {
  public static void main(String[] arguments) {
    var spark =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate();
    for (String file : new String[] {"seats.csv", "more.csv"}) {
      show(file, spark.read().option("header", true).option("inferSchema", true).csv(file));
    }
    show("directories", spark.read().text("parts").select("label"));
    show("as double", spark.sql("select cast('2D' as double)"));
    show("as int", spark.sql("select try_cast('2D' as int)"));
    spark.stop();
  }

  private static void show(String what, Dataset<Row> rows) {
    var values =
        rows.collectAsList().stream().map(row -> String.valueOf(row.get(0))).sorted().toList();
    System.out.println(what + ": " + rows.schema().apply(0).dataType().typeName() + " " + values);
  }
}
PROGRAM
expect <<'SEEN'
seats.csv: double [12.0, 12.0, 2.0]
more.csv: string [12A, 12D, 12F]
directories: double [2.0, 3.0]
as double: double [2.0]
as int: integer [null]
SEEN
