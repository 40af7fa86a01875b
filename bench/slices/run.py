"""KL and JS of two slices and of two rows of logits: kullback beside SciPy and PyTorch, in one run.

    python3 bench/slices/run.py        # needs scipy and torch; takes some minutes

Runs kullback's own benches before and after the peers and takes the better of both, so that a change in the machine's
speed does not decide. A peer's time is the best of many calls too. One thread, but for rows of logits, where both use two.
Prints Markdown for bench/slices/results.md.
"""

import datetime
import os
import platform
import subprocess
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import scipy
import torch
import torch.nn.functional as F
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from scipy.stats import entropy

SIZES = [10, 1_000, 100_000, 1_000_000, 10_000_000]
VOCABULARIES = [65_536, 128_256]


def bench(name):
    command = ["cargo", "bench", "--quiet", "-p", "kullback", "--bench", name]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = [line.split() for line in lines if line.split()[0].replace(".", "").isdigit()]
    return [[float(word) for word in row] for row in rows]


def best(n, call):
    """Nanoseconds a cell."""
    repeats, least = max(1, 200_000 // n), float("inf")
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        least = min(least, (time.perf_counter() - start) / repeats)
    return least * 1e9 / n


def slices():
    for n in SIZES:
        random = np.random.default_rng(1)
        p, q = random.random(n), random.random(n)
        p, q = p / p.sum(), q / q.sum()
        tp, tq = torch.from_numpy(p), torch.from_numpy(q)
        sp, sq = tp.float(), tq.float()
        calls = (
            lambda: entropy(p, q),
            lambda: rel_entr(p, q).sum(),
            lambda: jensenshannon(p, q) ** 2,
            lambda: F.kl_div(tq.log(), tp, reduction="sum"),
            lambda: F.kl_div(sq.log(), sp, reduction="sum"),
        )
        yield [best(n, call) for call in calls]


def logits():
    """GB/s of log-softmax and KL of rows of f32 logits."""
    torch.set_num_threads(2)
    for size in VOCABULARIES:
        rows = (64 << 20) // 8 // size
        a = torch.randn(rows, size)
        b = a + 0.1 * torch.randn(rows, size)
        call = lambda: F.kl_div(b.log_softmax(-1), a.log_softmax(-1), log_target=True, reduction="none").sum(-1)
        yield 8 / best(a.numel(), call)
    torch.set_num_threads(1)


def cpu():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":")[1].strip() for line in info if line.startswith("model name")), platform.machine())


def main():
    torch.set_num_threads(1)
    before = bench("slices"), bench("logits")
    peers, peer_rows = list(slices()), list(logits())
    after = bench("slices"), bench("logits")

    print(f"{cpu()}, {os.cpu_count()} cores, {datetime.date.today()}; load {os.getloadavg()[0]:.1f} at the end.")
    print(f"SciPy {scipy.__version__}, NumPy {np.__version__}, PyTorch {torch.__version__}.\n")
    print("Nanoseconds a cell, one thread; `entropy` is scipy.stats', `kl_div` PyTorch's on probabilities.\n")
    print("| n | KL f64 | entropy | × | rel_entr | × | kl_div f64 | × | JS f64 | jensenshannon² | × | KL f32 | kl_div f32 | × |")
    print("|---:|" + "---:|" * 13)
    for n, one, two, (stats, special, spatial, double, single) in zip(SIZES, before[0], after[0], peers):
        _, kl, js, _, _, kl32, *_ = map(min, zip(one, two))
        print(
            f"| {n:,} | {kl:.2f} | {stats:.1f} | {stats / kl:.0f} | {special:.1f} | {special / kl:.0f}"
            f" | {double:.2f} | {double / kl:.1f} | {js:.2f} | {spatial:.1f} | {spatial / js:.0f}"
            f" | {kl32:.2f} | {single:.2f} | {single / kl32:.1f} |"
        )
    print("\nGB/s, one thread, beside a plain read of the same memory.\n")
    print("| n | KL f64 | read | share | KL f32 | read | share | KL f16 | KL f64, normalised |")
    print("|---:|" + "---:|" * 8)
    for n, one, two in zip(SIZES, before[0], after[0]):
        _, kl, _, _, read, kl32, read32, kl16, normalised = map(min, zip(one, two))
        print(
            f"| {n:,} | {16 / kl:.1f} | {16 / read:.1f} | {read / kl:.2f}"
            f" | {8 / kl32:.1f} | {8 / read32:.1f} | {read32 / kl32:.2f} | {4 / kl16:.1f} | {16 / normalised:.1f} |"
        )
    print("\nRows of f32 logits from memory, GB/s; `log_softmax` is PyTorch's KL of them in two threads.\n")
    print("| logits | apart by σ | threads | row | read | share | log_softmax | × |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for one, two in zip(before[1], after[1]):
        size, apart, threads, row, read = map(max, zip(one, two))
        peer = peer_rows[VOCABULARIES.index(int(size))]
        versus = f"{peer:.2f} | {row / peer:.0f}" if threads == 2 else "|"
        print(f"| {size:,.0f} | {apart:g} | {threads:.0f} | {row:.1f} | {read:.1f} | {row / read:.2f} | {versus} |")


if __name__ == "__main__":
    main()
