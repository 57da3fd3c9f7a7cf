#!/usr/bin/env bash
# Sequences of vectors as tensors of Arrow in Parquet: one array of (steps, features) per row, as
# FixedShapeTensorArray.from_numpy_ndarray writes it. Arrays of speech or sensors often lie in memory
# as (features, steps) and are turned with numpy's transpose, which copies nothing.
#
# Expected: lists of lists in the file, or at least the values step by step.
# Seen: one flat list per row, in the order of memory. For a turned array the first feature of all
# steps comes first, and the right order is known only to a note in the Arrow schema that other
# readers do not look at: Polars, DuckDB and Spark give the values in the wrong order, and so does
# to_pylist of pyarrow itself. Only to_numpy_ndarray puts them right.
#
# Versions: pyarrow 25.0.1, polars 1.44.2, duckdb 1.5.6, numpy 2.4.6.
# For Unroll: a list of numbers is taken as the steps' values one after the other
# (data.input.width), which these are not. Write numpy.ascontiguousarray(array), or lists of lists.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

python_with pyarrow==25.0.1 polars==1.44.2 duckdb==1.5.6 numpy==2.4.6
python_run POLARS_UNKNOWN_EXTENSION_TYPE_BEHAVIOR=load_as_storage <<'PROGRAM'
import duckdb
import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq

by_feature = np.array([[[10, 11, 12], [20, 21, 22]]], np.float32)  # one row, 2 features, 3 steps
by_step = by_feature.transpose(0, 2, 1)
for name, array in {"turned": by_step, "copied": np.ascontiguousarray(by_step)}.items():
    tensors = pa.FixedShapeTensorArray.from_numpy_ndarray(array)
    pq.write_table(pa.table({"x": tensors}), "x.parquet")
    read = pq.read_table("x.parquet")["x"].combine_chunks()
    print(f"{name}, by step: {array[0].astype(int).tolist()}")
    for reader, row in {
        "polars": polars.read_parquet("x.parquet")["x"].to_list()[0],
        "DuckDB": duckdb.sql("from 'x.parquet'").fetchone()[0],
        "pyarrow, to_pylist": read.to_pylist()[0],
        "pyarrow, to_numpy_ndarray": read.to_numpy_ndarray()[0],
    }.items():
        print(f"  {reader}: {np.asarray(row).astype(int).tolist()}")
PROGRAM
expect <<'SEEN'
turned, by step: [[10, 20], [11, 21], [12, 22]]
  polars: [10, 11, 12, 20, 21, 22]
  DuckDB: [10, 11, 12, 20, 21, 22]
  pyarrow, to_pylist: [10, 11, 12, 20, 21, 22]
  pyarrow, to_numpy_ndarray: [[10, 20], [11, 21], [12, 22]]
copied, by step: [[10, 20], [11, 21], [12, 22]]
  polars: [10, 20, 11, 21, 12, 22]
  DuckDB: [10, 20, 11, 21, 12, 22]
  pyarrow, to_pylist: [10, 20, 11, 21, 12, 22]
  pyarrow, to_numpy_ndarray: [[10, 20], [11, 21], [12, 22]]
SEEN
