#!/usr/bin/env bash
# Text that was cut to a length by a program whose characters are UTF-16 units (Java, JavaScript) can
# end in half a surrogate pair. Their JSON writers escape it, so the file is plain ASCII and follows
# the grammar of JSON: {"text": "cut here \ud83d"}.
#
# Expected: readers of JSON lines refuse the row, or all read the same text.
# Seen: eight readers, five answers. pyarrow, orjson and DuckDB refuse; Python's json and Jackson keep
# a half that cannot be written as UTF-8; Spark says '?', so that texts that end in different halves
# become equal; Polars says U+0000; pandas drops it.
#
# Versions: polars 1.44.2, pandas 3.0.6, pyarrow 25.0.1, orjson 3.12.0, duckdb 1.5.6; Spark 4.2.0 with
# Jackson 2.21.2.
# For Unroll: such a row is decided while it is read (data.bad-rows), not when the vocabulary is
# written at the end; what went through Spark or Polars before has lost the trace.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

printf '%s\n' '{"text":"a\ud83d"}' >rows.jsonl

python_with polars==1.44.2 pandas==3.0.6 pyarrow==25.0.1 orjson==3.12.0 duckdb==1.5.6
python_run <<'PROGRAM'
import json

import duckdb
import orjson
import pandas
import polars
import pyarrow.json

PATH = "rows.jsonl"
for name, read in {
    "pyarrow": lambda: pyarrow.json.read_json(PATH)["text"][0].as_py(),
    "orjson": lambda: orjson.loads(open(PATH).read())["text"],
    "DuckDB": lambda: duckdb.sql(f"from read_json('{PATH}')").fetchone()[0],
    "Python": lambda: json.loads(open(PATH).read())["text"],
    "Polars": lambda: polars.read_ndjson(PATH)["text"][0],
    "pandas": lambda: pandas.read_json(PATH, lines=True)["text"][0],
}.items():
    try:
        text = read()
    except Exception as refusal:
        if "surrogate" not in str(refusal):
            raise
        text = None
    print(f"{name}:", "refused" if text is None else json.dumps(text))
PROGRAM

java_with org.apache.spark:spark-sql_2.13:4.2.0
java_run <<'PROGRAM'
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.File;
import org.apache.spark.sql.SparkSession;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    try (JsonParser parser = new JsonFactory().createParser(new File("rows.jsonl"))) {
      while (!parser.nextToken().isScalarValue()) {}
      System.out.println("Jackson: " + escaped(parser.getText()));
    }
    var spark =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate();
    var rows = spark.read().schema("text string").json("rows.jsonl");
    System.out.println("Spark: " + escaped(rows.first().getString(0)));
    spark.stop();
  }

  private static String escaped(String text) {
    var result = new StringBuilder("\"");
    text.chars().forEach(c -> result.append(c < 128 ? "" + (char) c : String.format("\\u%04x", c)));
    return result.append('"').toString();
  }
}
PROGRAM
expect <<'SEEN'
pyarrow: refused
orjson: refused
DuckDB: refused
Python: "a\ud83d"
Polars: "a\u0000"
pandas: "a"
Jackson: "a\ud83d"
Spark: "a?"
SEEN
