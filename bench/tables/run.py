"""Measure `kullback compare` beside Polars and DuckDB on the same files, in one run.

    cargo build --release
    python3 bench/tables/run.py [--kullback PATH] [--rows 200000 1000000] [--formats parquet csv] [--rounds 7]

Every round runs every tool once, in turn, so that a busy moment of the machine hits all of them; one round before
the first is not counted. CPU (user + system), wall time and peak memory are those of the whole process, start-up
included, as the kernel reports them when it ends. The figures are medians over the rounds; a ratio is the median of
the rounds' own ratios. Prints a report in Markdown and writes it to bench/tables/results.md.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
THREADS = "2"
PEERS = ["Polars", "DuckDB"]


class Cost(NamedTuple):
    cpu: float  # seconds
    wall: float  # seconds
    memory: float  # MB, at the peak


def measure(command: list[str]) -> Cost:
    start = time.perf_counter()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with {child.returncode}:\n{errors.decode(errors='replace')}")
    kib = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return Cost(usage.ru_utime + usage.ru_stime, wall, kib * 1024 / 1e6)


def commands(kullback: str, folder: Path, kind: str) -> dict[str, list[str]]:
    files = [str(folder / f"{name}.{kind}") for name in ("ref", "cur")]
    return {
        "kullback": [kullback, "compare", *files, "--json"],
        f"kullback --threads {THREADS}": [kullback, "compare", *files, "--json", "--threads", THREADS],
        "kullback --joint": [kullback, "compare", *files, "--json", "--joint"],
        "Polars": [sys.executable, str(HERE / "peer_polars.py"), *files, THREADS],
        "DuckDB": [sys.executable, str(HERE / "peer_duckdb.py"), *files, THREADS],
    }


def data(rows: int) -> Path:
    folder = ROOT / "bench" / "data" / str(rows)
    if not all((folder / f"{name}.{kind}").exists() for name in ("ref", "cur") for kind in ("parquet", "csv")):
        print(f"generating {rows:,} rows", file=sys.stderr)
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(rows), str(folder)], check=True)
    return folder


def rounds(tools: dict[str, list[str]], count: int) -> dict[str, list[Cost]]:
    costs = {name: [] for name in tools}
    for i in range(count + 1):
        for name, command in tools.items():
            cost = measure(command)
            if i > 0:
                costs[name].append(cost)
    return costs


def median(values) -> float:
    return statistics.median(values)


def section(rows: int, kind: str, costs: dict[str, list[Cost]]) -> str:
    def ratio(a: str, b: str, field: str) -> str:
        pairs = zip(costs[a], costs[b])
        return f"{median(getattr(x, field) / max(getattr(y, field), 1e-9) for x, y in pairs):.2f}"

    lines = [
        f"## {rows:,} rows, {'Parquet' if kind == 'parquet' else 'CSV'}",
        "",
        "| tool | CPU s | wall s | peak MB | kullback ÷ it: CPU | wall | memory |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, costs_of in costs.items():
        cells = [
            f"{median(c.cpu for c in costs_of):.2f}",
            f"{median(c.wall for c in costs_of):.2f}",
            f"{median(c.memory for c in costs_of):.0f}",
        ]
        cells += [ratio("kullback", name, field) if name in PEERS else "" for field in Cost._fields]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    fastest = min(PEERS, key=lambda name: median(c.cpu for c in costs[name]))
    lines += ["", f"CPU time of kullback ÷ that of the faster peer ({fastest}): **{ratio('kullback', fastest, 'cpu')}**", ""]
    return "\n".join(lines)


def machine() -> str:
    name = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        name = names[0] if names else name
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def kullback_version(kullback: str) -> str:
    said = subprocess.run([kullback, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout
    return f"{(said.splitlines() or ['kullback'])[0]} (commit {commit.strip() or 'unknown'})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kullback", default=str(ROOT / "target" / "release" / "kullback"), help="the binary")
    parser.add_argument("--rows", type=int, nargs="+", default=[200_000, 1_000_000])
    parser.add_argument("--formats", nargs="+", choices=["parquet", "csv"], default=["parquet", "csv"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, default=HERE / "results.md")
    asked = parser.parse_args()

    versions = [kullback_version(asked.kullback), f"Python {platform.python_version()}"]
    versions += [f"{name} {version(name)}" for name in ("polars", "duckdb", "numpy")]
    floor = measure(["true"]).memory
    load = os.getloadavg()[0]
    report = [
        "# `kullback compare` beside Polars and DuckDB",
        "",
        "Written by `bench/tables/run.py`; what it measures and how is in [bench/README.md](../README.md).",
        "",
        f"- date: {date.today()}",
        f"- machine: {machine()}; load before the run {load:.1f}",
        f"- versions: {', '.join(versions)}",
        f"- medians of {asked.rounds} rounds; peers with {THREADS} threads; peak memory reads {floor:.0f} MB for `true`",
        "",
    ]
    for rows in asked.rows:
        folder = data(rows)
        for kind in asked.formats:
            print(f"{rows:,} rows, {kind}", file=sys.stderr)
            report.append(section(rows, kind, rounds(commands(asked.kullback, folder, kind), asked.rounds)))
    text = "\n".join(report)
    print(text)
    asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
