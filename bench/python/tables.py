"""What `kullback.compare` costs on frames, beside the command on the same rows without their decoding.

    python3 bench/python/tables.py [--rows 1000000] [--rounds 7]

Needs polars, pyarrow and numpy, the release builds of the package (importable) and of the command (target/release). Prints the
table of tables.md.

Two tables of 30 columns (`bench/tables/generate.py`) lie as Polars frames in this process, and as uncompressed Arrow IPC files of the
same batches in the file cache. In each round, in turn: the package compares the frames and writes its JSON; the package compares
the files in this process; the command compares the files, and then one column of them. For one column it decodes all of them too,
so that the difference of both is what the command takes for 29 columns without start and decoding; 30/29 of it is what the
frames are held against. Ratios are medians of the rounds' own.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars

import kullback

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench" / "tables"))
from generate import table  # noqa: E402

COMMAND = ROOT / "target" / "release" / "kullback"


def seconds(work):
    """Wall seconds of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def frames(rows, categorical):
    made = [polars.from_arrow(table(rows, seed, drifted=seed == 2)) for seed in (1, 2)]
    if categorical:
        made = [frame.with_columns(polars.col(polars.String).cast(polars.Categorical)) for frame in made]
    return [frame.rechunk() for frame in made]


def measure(rows, rounds, categorical):
    p, q = frames(rows, categorical)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.arrow" for name in "pq"]
        for frame, path in zip((p, q), paths):
            frame.write_ipc(path, compression="uncompressed", record_batch_size=1 << 16)
        tools = {
            "frames, in Python": lambda: kullback.compare(p, q, progress=False).to_json(),
            "files, in Python": lambda: kullback.compare(*paths, progress=False).to_json(),
            "the command": lambda: subprocess.run(
                [COMMAND, "compare", *paths, "--json"], check=True, stdout=subprocess.DEVNULL
            ),
            "one column of them": lambda: subprocess.run(
                [COMMAND, "compare", *paths, "--json", "--columns", "num_07"], check=True, stdout=subprocess.DEVNULL
            ),
        }
        for work in tools.values():
            work()
        taken = {name: [] for name in tools}
        for _ in range(rounds):
            for name, work in tools.items():
                taken[name].append(seconds(work))
    return taken


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=7)
    given = arguments.parse_args()
    print("| categories as | frames, in Python | files, in Python | the command | the command, one column | frames / command | frames / command without decoding |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for categorical in (False, True):
        taken = measure(given.rows, given.rounds, categorical)
        middle = [f"{statistics.median(times):.2f} s" for times in taken.values()]
        turns = list(zip(*taken.values()))
        whole = statistics.median(frames / command for frames, _, command, _ in turns)
        without = statistics.median(frames / ((command - one) * 30 / 29) for frames, _, command, one in turns)
        kind = "Categorical" if categorical else "String"
        print(f"| {kind} | {' | '.join(middle)} | {whole:.2f} | {without:.2f} |")


if __name__ == "__main__":
    main()
