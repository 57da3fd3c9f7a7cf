#!/usr/bin/env bash
# JSON lines of small numbers (currents in ampere, lengths in metres) written by pandas, or by
# Hugging Face datasets, which writes JSON with pandas.
#
# Expected: numbers that read back as they were, or ten significant digits.
# Seen: ten digits after the point. Below 0.00000000005 all is 0.0, except that from 1e-16 downwards
# numbers are whole again: 1e-16 comes out greater than 4e-11. Lists in cells are rounded too.
# datasets passes double_precision on to pandas, which allows 15 at most: digits after the point
# as well.
#
# Versions: pandas 3.0.6, datasets 5.0.1.
# For Unroll: a feature of this size arrives as constant 0, which train and check tell; the file has
# to be written otherwise (json.dumps, polars.write_ndjson) or in a larger unit.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/lib/finding.sh"

python_with pandas==3.0.6 datasets==5.0.1
python_run HF_HUB_OFFLINE=1 <<'PROGRAM'
import datasets
import pandas

datasets.disable_progress_bars()
VALUES = [1e-9, 4e-11, 1e-15, 1e-16, 3e-20]
for name, write in {
    "pandas": pandas.DataFrame({"x": [VALUES]}).to_json,
    "datasets": datasets.Dataset.from_dict({"x": [VALUES]}).to_json,
}.items():
    write("rows.jsonl", orient="records", lines=True)
    print(f"{name}:", open("rows.jsonl").read().strip())
PROGRAM
expect <<'SEEN'
pandas: {"x":[0.000000001,0.0,0.0,1e-16,3e-20]}
datasets: {"x":[0.000000001,0.0,0.0,1e-16,3e-20]}
SEEN
