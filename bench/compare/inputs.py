"""Write the hard inputs of COMPARE.md, each a pair of tables with one column `x`: NAME-p.csv and NAME-q.csv.

    python3 bench/compare/inputs.py [FOLDER]        (default bench/data/compare)
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROWS = 200_000


def pairs() -> dict[str, tuple]:
    random = np.random.default_rng(1)
    p, q = random.normal(0, 1, ROWS), random.normal(1, 1, ROWS)
    lognormal = random.lognormal(0, 0.7, ROWS), 1.5 * random.lognormal(0, 0.7, ROWS)
    share = 1 / np.arange(1, 1001)
    zipf = [np.char.add("v", random.choice(1000, 5000, p=share / share.sum()).astype(str)) for _ in "pq"]
    return {
        "normal": (p, q),
        "outlier": (p, np.append(q, 1e6)),
        "nulls": (p, np.where(random.random(ROWS) < 0.8, np.nan, p)),
        "lognormal": lognormal,
        "log": tuple(np.log(x) for x in lognormal),
        "same": tuple(zipf),
        "vanished": (["a"] * 50 + ["b"] * 25 + ["c"] * 25, ["a"] * 50 + ["b"] * 50),
        "disjoint": (["a"] * 100, ["b"] * 100),
        "direction": (["a"] * 50 + ["b"] * 50, ["a"] * 90 + ["b"] * 10),
    }


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "bench/data/compare")
    folder.mkdir(parents=True, exist_ok=True)
    for name, tables in pairs().items():
        for side, x in zip("pq", tables):
            # "NA" for a missing number: a table of one column would otherwise have empty lines, which readers skip
            pd.DataFrame({"x": x}).to_csv(folder / f"{name}-{side}.csv", index=False, na_rep="NA")


if __name__ == "__main__":
    main()
