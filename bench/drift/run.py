"""Put `kullback compare` before tables whose truth is known, and count what it says.

    cargo build --release
    python3 bench/drift/run.py [--kullback PATH] [--seeds 20] [--rows 200000]

Every question is asked of fresh tables for each seed. Prints a report in Markdown and writes it to
bench/drift/results.md. Needs bench/requirements.txt.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "tables"))
import generate  # noqa: E402

DRIFTED = {f"num_{i:02}" for i in range(5)} | {"cat_00", "cat_01"}


class Command:
    def __init__(self, path: str, folder: Path):
        self.path, self.folder = path, folder

    def compare(self, p: pa.Table, q: pa.Table, *flags: str) -> dict:
        files = []
        for name, table in [("p", p), ("q", q)]:
            files.append(str(self.folder / f"{name}.parquet"))
            parquet.write_table(table, files[-1])
        done = subprocess.run([self.path, "compare", *files, "--json", *flags], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{done.args} ended with {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)

    def column(self, p, q, *flags: str) -> dict:
        return self.compare(pa.table({"x": p}), pa.table({"x": q}), *flags)["columns"][0]


def estimate(column: dict) -> str:
    kl = column["estimates"][0]
    return f"{kl['estimate']:.4g} ({kl['interval']['low']:.4g} … {kl['interval']['high']:.4g})"


def table_of_thirty(kullback: Command, seeds: int, rows: int) -> list[str]:
    lines = [
        "## 30 columns, of which 7 drift",
        "",
        f"{seeds} seeds for each number of rows; the benchmark's tables (`bench/tables/generate.py`).",
        "",
        "| rows | drifted columns called drifted | undecided | stable | clean columns called drifted | undecided | stable |",
        "|---|---|---|---|---|---|---|",
    ]
    for n in [rows // 100, rows // 10, rows]:
        said = {True: Counter(), False: Counter()}
        for seed in range(seeds):
            tables = [generate.table(n, 1000 + 2 * seed + side, drifted=side == 1) for side in (0, 1)]
            for column in kullback.compare(*tables)["columns"]:
                said[column["name"] in DRIFTED][column["verdict"]] += 1
        cells = [f"{said[truth][verdict]}" for truth in (True, False) for verdict in ("drifted", "undecided", "stable")]
        cells[0] += f" of {7 * seeds}"
        cells[3] += f" of {23 * seeds}"
        lines.append(f"| {n:,} | {' | '.join(cells)} |")
    return lines


def clean(kullback: Command, seeds: int) -> list[str]:
    flagged = tables = 0
    verdicts = Counter()
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        p, q = ({f"x{i}": random.normal(size=1000) for i in range(100)} for _ in range(2))
        columns = kullback.compare(pa.table(p), pa.table(q))["columns"]
        significant = sum(column["test"]["p_adjusted"] < 0.05 for column in columns)
        flagged += significant
        tables += significant > 0
        verdicts.update(column["verdict"] for column in columns)
    lines = [
        "## Nothing drifts",
        "",
        f"- 100 normal columns, n = m = 1,000, {seeds} seeds: {verdicts['drifted']} of {100 * seeds} columns called "
        f"drifted, {verdicts['undecided']} undecided, {verdicts['stable']} stable; {flagged} have an adjusted p-value "
        f"below 0.05, in {tables} of {seeds} tables.",
    ]
    share = 1 / np.arange(1, 1001)
    share /= share.sum()
    said, values, plug_in = Counter(), [], []
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        p, q = (np.char.add("v", random.choice(1000, 5000, p=share).astype(str)) for _ in range(2))
        column = kullback.column(p, q)
        said[column["verdict"]] += 1
        values.append(column["estimates"][0]["estimate"])
        plug_in.append(float(column["estimates"][0]["plug_in"]))
    lines.append(
        f"- A category of 1,000 values (Zipf), n = m = 5,000, {seeds} seeds: {dict(said)}; the estimate is "
        f"{np.mean(values):.4f} on average (from {min(values):.4f} to {max(values):.4f}); the plug-in is "
        f"{'∞' if math.isinf(max(plug_in)) else f'{np.mean(plug_in):.3f}'}."
    )
    return lines


def probes(kullback: Command, seeds: int, rows: int) -> list[str]:
    lines = [
        "## Known truths",
        "",
        f"KL in nats; n = m = {rows:,} and {seeds} seeds unless said. Numbers are compared in bins, and merging values "
        "never raises KL: what is estimated, and held by the intervals, lies a little below the truth of the densities.",
        "",
        "| question | truth | answer | verdict |",
        "|---|---|---|---|",
    ]

    def many(question: str, truth: float, make) -> None:
        columns = [kullback.column(*make(np.random.default_rng(seed))) for seed in range(seeds)]
        first = [column["estimates"][0] for column in columns]
        held = sum(one["interval"]["low"] <= truth <= one["interval"]["high"] for one in first)
        mean = np.mean([one["estimate"] for one in first])
        verdicts = dict(Counter(column["verdict"] for column in columns))
        answer = f"{mean:.4f} on average; {held} of {seeds} intervals hold the truth"
        lines.append(f"| {question} | {truth:.4f} | {answer} | {verdicts} |")

    def outlier(q: np.ndarray) -> np.ndarray:
        q[0] = 1e6
        return q

    many("N(0,1) against N(1,1)", 0.5, lambda r: (r.normal(0, 1, rows), r.normal(1, 1, rows)))
    many("the same with one value of 10⁶ in Q", 0.5, lambda r: (r.normal(0, 1, rows), outlier(r.normal(1, 1, rows))))
    truth = math.log(1.5) ** 2 / 2
    many("lognormal(0,1) against 1.5 times it", truth, lambda r: (r.lognormal(0, 1, rows), 1.5 * r.lognormal(0, 1, rows)))
    many("their logarithms", truth, lambda r: (np.log(r.lognormal(0, 1, rows)), np.log(1.5 * r.lognormal(0, 1, rows))))

    random = np.random.default_rng(7)

    def row(question: str, truth: str, column: dict) -> None:
        lines.append(f"| {question} | {truth} | {estimate(column)} | {column['verdict']} |")

    common = np.full(1_000_000, "a")
    common[:500_000] = "b"
    rare, vanished = common.copy(), common.copy()
    rare[:3] = "rare"
    vanished[:30_000] = "c"
    row("3 rows of 1,000,000 have a value that Q lacks", "not to be decided by it", kullback.column(rare, common))
    row("3 % of 1,000,000 rows have a value that Q lacks", "drifted", kullback.column(vanished, common))

    tables = [generate.table(rows // 10, seed, drifted=seed == 2) for seed in (1, 2)]
    nulls = tables[1]["num_09"].to_numpy().copy()
    tables[1] = tables[1].set_column(
        tables[1].column_names.index("num_09"), "num_09", pa.array(nulls, mask=random.random(len(nulls)) < 0.8)
    )
    first = kullback.compare(*tables)["columns"][0]
    row(f"30 columns, 7 drift, num_09 has 80 % new nulls: the first is `{first['name']}`", "num_09 first", first)

    correlation = 0.9
    base = [random.normal(size=(rows, 2)) for _ in range(2)]
    for side, sign in enumerate((1, -1)):
        base[side][:, 1] = sign * correlation * base[side][:, 0] + math.sqrt(1 - correlation**2) * base[side][:, 1]
    flipped = kullback.compare(*(pa.table({"x": side[:, 0], "y": side[:, 1]}) for side in base), "--joint")
    for column in flipped["columns"]:
        row(f"correlation +0.9 → −0.9: column `{column['name']}` alone", "0", column)
    pair = flipped["joint"]["pairs"][0]
    found = pair["dependence"]
    answer = f"{found['dependence']['value']:.2f}, a lower bound over {found['levels'][0]} × {found['levels'][1]} levels"
    verdict = "changed" if found["changed"] else "not changed"
    lines.append(f"| the same: the dependence of the pair | 8.53 | {answer} | {verdict} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kullback", default=str(ROOT / "target" / "release" / "kullback"))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rows", type=int, default=200_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kullback = Command(asked.kullback, Path(folder))
        lines = [
            "# What `kullback compare` says of tables whose truth is known",
            "",
            f"`just drift`, {date.today()}.",
            "",
            *table_of_thirty(kullback, asked.seeds, asked.rows),
            "",
            *clean(kullback, asked.seeds),
            "",
            *probes(kullback, asked.seeds, asked.rows),
        ]
    text = "\n".join(lines) + "\n"
    (HERE / "results.md").write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
