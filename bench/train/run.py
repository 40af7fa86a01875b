"""Losses and steps of training: kullback-learn beside Burn's own losses and PyTorch, in one run.

    python3 bench/train/run.py        # needs torch (bench/train/requirements.txt); some two minutes

kullback's bench runs before and after PyTorch, which runs with one thread and with two; of each figure the best median is taken,
so that neither a change in the machine's speed nor the wrong number of threads decides. Prints Markdown for bench/train/results.md.
"""

import datetime
import os
import pathlib
import platform
import subprocess
import sys

import torch

HERE = pathlib.Path(__file__).parent


def figures(command):
    """The median of each measurement, by name."""
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = [line.split("\t") for line in lines if line.count("\t") == 2]
    return {name: float(median) for name, median, _ in rows}


def best(*runs):
    return {name: min(run[name] for run in runs) for name in runs[0]}


def cpu():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":")[1].strip() for line in info if line.startswith("model name")), platform.machine())


def main():
    ours = ["cargo", "bench", "--quiet", "-p", "kullback-learn", "--bench", "train"]
    peer = lambda threads: figures([sys.executable, HERE / "peer_torch.py", str(threads)])
    before = figures(ours)
    one, two = peer(1), peer(2)
    kullback, peers = best(before, figures(ours)), best(one, two)

    print(f"{cpu()}, {os.cpu_count()} cores, {datetime.date.today()}; load {os.getloadavg()[0]:.1f} at the end.")
    print(f"PyTorch {torch.__version__}, Burn 0.22.1 with its default features.\n")
    print("Loss of [256, 32000] f32 logits, forward and backward, milliseconds:\n")
    print("| loss | kullback | Burn, composed | × | PyTorch | × |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in "cross-entropy", "KL":
        a, b, c = kullback[name], kullback[f"{name}, composed"], peers[name]
        print(f"| {name} | {a:.1f} | {b:.1f} | {b / a:.1f} | {c:.1f} | {c / a:.1f} |")
    a, b, c = (run[name] for run, name in (
        (kullback, "cross-entropy, MB"), (kullback, "cross-entropy, composed, MB"), (peers, "cross-entropy, MB")))
    print(f"\nMemory of cross-entropy beyond the logits' 32.8 MB: {a:.1f} MB; composed {b:.1f}, PyTorch {c:.1f}.\n")
    print("Step of training, 64 labelled and 2 × 128 unlabelled rows of 8 × 8, milliseconds:\n")
    print("| model | kullback | PyTorch | × | 1 thread | 2 threads |")
    print("|---|---:|---:|---:|---:|---:|")
    for name in "mlp:128,128", "cnn:16,32":
        key = f"step of {name}"
        a, c = kullback[key], peers[key]
        print(f"| `{name}` | {a:.3f} | {c:.3f} | {c / a:.2f} | {one[key]:.3f} | {two[key]:.3f} |")


if __name__ == "__main__":
    main()
