"""Write the benchmark's two tables: `ref` and `cur`, each as Parquet and as CSV.

    python3 bench/tables/generate.py ROWS FOLDER

30 columns: 20 of numbers (normal, lognormal, gamma, a mixture of two normals), 10 of categories (2 to 1,000
values, Zipf). `cur` drifts mildly in num_00 to num_04, cat_00 and cat_01; num_19 has 1 % of nulls on both sides.
The seeds are fixed: the same rows on every run.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

LEVELS = [2, 3, 5, 8, 12, 20, 50, 100, 500, 1000]


def table(rows: int, seed: int, drifted: bool) -> pa.Table:
    random = np.random.default_rng(seed)
    columns = {}
    for i in range(20):
        match i % 4:
            case 0:
                x = random.normal(0, 1, rows)
            case 1:
                x = random.lognormal(0, 0.7, rows)
            case 2:
                x = random.gamma(2.0, 2.0, rows)
            case _:
                x = np.where(random.random(rows) < 0.3, random.normal(-2, 0.5, rows), random.normal(1, 1, rows))
        if drifted and i < 5:
            x = x * 1.05 + 0.15 * np.std(x)
        null = random.random(rows) < 0.01 if i == 19 else None
        columns[f"num_{i:02}"] = pa.array(x, mask=null)
    for i, levels in enumerate(LEVELS):
        share = 1 / np.arange(1, levels + 1)
        if drifted and i < 2:
            share *= np.linspace(1, 1.5, levels)
        values = np.array([f"v{k}" for k in range(levels)])
        columns[f"cat_{i:02}"] = pa.array(values[random.choice(levels, rows, p=share / share.sum())])
    return pa.table(columns)


def main() -> None:
    rows, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, seed in [("ref", 1), ("cur", 2)]:
        made = table(rows, seed, drifted=name == "cur")
        parquet.write_table(made, folder / f"{name}.parquet")
        csv.write_csv(made, folder / f"{name}.csv", csv.WriteOptions(quoting_style="none"))


if __name__ == "__main__":
    main()
