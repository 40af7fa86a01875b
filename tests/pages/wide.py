"""Writes two wide tables, p.csv and q.csv: numbers and texts, of which every tenth column drifts.

    python3 tests/pages/wide.py COLUMNS ROWS FOLDER
"""

import random
import sys
from pathlib import Path


def write(path: Path, columns: int, rows: int, drifts: bool) -> None:
    draw = random.Random(str(path.name))

    def value(column: int) -> str:
        shift = 1.0 if drifts and column % 10 == 0 else 0.0
        match column % 4:
            case 0 | 1:
                return f"{draw.gauss(shift, 1 + column % 3):.4f}"
            case 2:
                return f"{draw.lognormvariate(shift, 1):.4f}"
            case _:
                return "level " + "abcdefghijkl"[min(11, int(draw.expovariate(0.5)))]

    with path.open("w") as file:
        print(",".join(f"column_{i:04}" for i in range(columns)), file=file)
        for _ in range(rows):
            print(",".join(value(i) for i in range(columns)), file=file)


if __name__ == "__main__":
    folder = Path(sys.argv[3])
    for name in ["p.csv", "q.csv"]:
        write(folder / name, int(sys.argv[1]), int(sys.argv[2]), drifts=name == "q.csv")
