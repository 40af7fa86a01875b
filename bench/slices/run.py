"""KL and JS of two slices: kullback beside SciPy, in one run, in one thread, nanoseconds a cell.

    python3 bench/slices/run.py        # needs bench/compare/requirements.txt; takes about a minute

Runs `cargo bench -p kullback --bench slices` before and after SciPy and takes the better of both, so that a change in
the machine's speed does not decide. SciPy's time is the best of many calls too.
"""

import os
import subprocess
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import scipy
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from scipy.stats import entropy

SIZES = [10, 1_000, 100_000, 1_000_000]


def kullback():
    command = ["cargo", "bench", "--quiet", "-p", "kullback", "--bench", "slices"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[1:]
    rows = [[float(word) for word in line.split()] for line in lines]
    return {int(n): (kl, js) for n, kl, js, *_ in rows}


def best(n, call):
    repeats, least = max(1, 200_000 // n), float("inf")
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        least = min(least, (time.perf_counter() - start) / repeats)
    return least * 1e9 / n


def main():
    before = kullback()
    peers = {}
    for n in SIZES:
        random = np.random.default_rng(1)
        p, q = random.random(n), random.random(n)
        p, q = p / p.sum(), q / q.sum()
        calls = (lambda: entropy(p, q), lambda: rel_entr(p, q).sum(), lambda: jensenshannon(p, q) ** 2)
        peers[n] = [best(n, call) for call in calls]
    after = kullback()
    print(f"SciPy {scipy.__version__}, NumPy {np.__version__}; nanoseconds a cell, f64, one thread\n")
    print("| n | kullback KL | scipy.stats.entropy | × | rel_entr().sum() | × | kullback JS | jensenshannon² | × |")
    print("|---:|" + "---:|" * 8)
    for n in SIZES:
        kl, js = (min(pair) for pair in zip(before[n], after[n]))
        stats, special, spatial = peers[n]
        print(
            f"| {n:,} | {kl:.2f} | {stats:.1f} | {stats / kl:.0f} | {special:.1f} | {special / kl:.0f}"
            f" | {js:.2f} | {spatial:.1f} | {spatial / js:.0f} |"
        )


if __name__ == "__main__":
    main()
