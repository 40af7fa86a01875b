"""KL divergence of points by nearest neighbours: kullback beside SciPy's cKDTree, in turn, in one run.

    python3 bench/knn/run.py [--rounds 15]      # needs bench/compare/requirements.txt; takes about a minute

Both build their trees from the same rows and return one number, in every round one after the other, so that a busy
moment of the machine hits both; the first round is not counted. A time is the least of the rounds, a ratio the median of
the rounds' own ratios. Prints a report in Markdown and writes it to bench/knn/results.md.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import scipy
from scipy.spatial import cKDTree
from scipy.special import digamma

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CORES = len(os.sched_getaffinity(0))
CASES = [(50_000, 4, 1), (50_000, 4, 4), (50_000, 2, 1), (10_000, 8, 1), (5_000, 4, 1)]


def program():
    build = ["cargo", "bench", "-p", "kullback", "--bench", "knn", "--no-run", "--message-format", "json"]
    lines = subprocess.run(build, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    built = (json.loads(line) for line in lines)
    return next(one["executable"] for one in built if one.get("target", {}).get("name") == "knn" and one["executable"])


class Kullback:
    def __init__(self, path, file, columns, k, threads):
        environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
        command = [path, file, str(columns), str(k)]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __call__(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        nanoseconds, value = self.process.stdout.readline().split()
        return int(nanoseconds) / 1e6, float(value)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def peer(p, q, k, workers):
    start = time.perf_counter()
    # In brackets, k asks for the k-th neighbour alone.
    own = cKDTree(p).query(p, k=[k + 1], workers=workers)[0]
    other = cKDTree(q).query(p, k=[k], workers=workers)[0]
    value = p.shape[1] * np.mean(np.log(other / own)) + digamma(len(q) + 1) - digamma(len(p))
    return (time.perf_counter() - start) * 1e3, value


def case(path, points, columns, k, rounds):
    random = np.random.default_rng(1)
    p, q = random.standard_normal((points, columns)), random.standard_normal((points, columns)) + 0.5
    with tempfile.NamedTemporaryFile() as file:
        file.write(p.tobytes() + q.tobytes())
        file.flush()
        ours = [Kullback(path, file.name, columns, k, threads) for threads in (1, CORES)]
        tools = [ours[0], lambda: peer(p, q, k, 1), ours[1], lambda: peer(p, q, k, CORES)]
        results = [[tool() for tool in tools] for _ in range(rounds + 1)][1:]
        for one in ours:
            one.end()
    values = [value for row in results for _, value in row]
    if max(values) - min(values) > 1e-9:
        sys.exit(f"the tools disagree: {min(values)} to {max(values)}")
    times = [[milliseconds for milliseconds, _ in row] for row in results]
    one, peer_one, all_, peer_all = (min(column) for column in zip(*times))

    def ratio(a, b):
        return statistics.median(row[a] / row[b] for row in times)

    return (
        f"| {points:,} | {columns} | {k} | {one:.1f} | {all_:.1f} | {peer_one:.1f} | {peer_all:.1f} "
        f"| {ratio(1, 0):.1f} | **{ratio(1, 2):.1f}** | {ratio(3, 2):.1f} |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    path = program()
    load = os.getloadavg()[0]
    rows = [case(path, *numbers, rounds) for numbers in CASES]
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    report = f"""# KL divergence of points beside SciPy

Written by `bench/knn/run.py`; what it measures and how is in [bench/README.md](../README.md).

- date: {date.today()}
- machine: {cpu}, {CORES} cores, Linux {platform.release()}; load before the run {load:.1f}
- versions: kullback at commit {commit.strip()}, Python {platform.python_version()}, SciPy {scipy.__version__}, \
NumPy {np.__version__}
- least of {rounds} rounds, in milliseconds; ratios are medians of the rounds' own. Both tools' values agree within 1e-9

| N = M | columns | k | kullback, 1 thread | {CORES} threads | cKDTree | workers={CORES} \
| 1 thread: × faster | as called: × faster | both with {CORES} threads: × faster |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{chr(10).join(rows)}

"As called" is what one gets without asking: kullback with all cores, cKDTree with one worker.
"""
    print(report)
    (HERE / "results.md").write_text(report)


if __name__ == "__main__":
    main()
