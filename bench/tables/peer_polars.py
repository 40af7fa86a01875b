"""KL(ref‖cur) of every column with Polars and NumPy, written as one would by hand.

    python3 bench/tables/peer_polars.py REF CUR THREADS

Numbers in 30 equal-mass bins of the reference, categories by value; nulls left out; half a count added to every
cell. Prints one JSON object, column to KL in nats.
"""

import json
import os
import sys

ref_file, cur_file, threads = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402


def read(file: str) -> pl.DataFrame:
    return pl.read_parquet(file) if file.endswith(".parquet") else pl.read_csv(file)


ref, cur = read(ref_file), read(cur_file)
found = {}
for name in ref.columns:
    a, b = ref[name].drop_nulls(), cur[name].drop_nulls()
    if a.dtype.is_numeric():
        a, b = a.drop_nans().to_numpy(), b.drop_nans().to_numpy()
        edges = np.unique(np.quantile(a, np.linspace(0, 1, 31)))[1:-1]
        x = np.bincount(np.searchsorted(edges, a, side="right"), minlength=len(edges) + 1)
        y = np.bincount(np.searchsorted(edges, b, side="right"), minlength=len(edges) + 1)
    else:
        counts = a.value_counts(name="x").join(b.value_counts(name="y"), on=name, how="full", coalesce=True)
        x, y = (counts[side].fill_null(0).to_numpy() for side in "xy")
    p, q = (x + 0.5) / (x + 0.5).sum(), (y + 0.5) / (y + 0.5).sum()
    found[name] = float((p * np.log(p / q)).sum())
print(json.dumps(found))
