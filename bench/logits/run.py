"""`kullback logits` beside PyTorch's KL on the same rows, in one run.

    cargo build --release
    python3 bench/logits/run.py [--kullback PATH] [--rows 512] [--rounds 5]     # needs bench/logits/requirements.txt

Rows of logits over 65,536 and 128,256 tokens, as f32 .npy and as .kld. kullback is the whole process, from the command to
its JSON, files in the page cache: KL both ways, JS, TV, entropies, top tokens, and what is made of them. PyTorch is
F.kl_div(log_softmax(b), log_softmax(a), log_target=True), forward KL alone, on tensors already in memory, timed inside
its process. `--like-llama` is llama.cpp's arithmetic in kullback, for the order of magnitude; llama.cpp's own loop took
13.9 ns a logit and thread on a machine of this kind. Tools take turns, one round before the first is not counted, and
each figure is the best of its rounds. Prints a table in Markdown and writes it to bench/logits/results.md.
"""

import argparse
import json
import os
import platform
import struct
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CONTEXT = 130  # tokens of a chunk, of which 64 are scored
SCORED = CONTEXT - 1 - CONTEXT // 2

PEER = """
import json, sys, time
import numpy as np, torch
import torch.nn.functional as F
a, b, threads = np.load(sys.argv[1]), np.load(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
a, b = torch.from_numpy(a), torch.from_numpy(b)
def kl():
    total = 0.0
    for i in range(0, len(a), 16):
        p, q = F.log_softmax(a[i:i + 16], -1), F.log_softmax(b[i:i + 16], -1)
        total += F.kl_div(q, p, log_target=True, reduction="sum").item()
    return total / len(a)
kl()
start = time.perf_counter()
mean = kl()
print(json.dumps({"seconds": time.perf_counter() - start, "mean": mean}))
"""


def encode(row: np.ndarray) -> bytes:
    """A row as llama.cpp writes it."""
    top = row.max()
    low = max(row.min(), np.float32(top - np.float32(16)))
    total = np.float32(np.log(np.exp(row - top).astype("f8").sum()))
    scale = np.float32((top - low) / np.float32(65535))
    codes = np.where(row > low, np.rint((np.float32(1) / scale) * (row - low)), 0).astype("<u2")
    return struct.pack("<ff", scale, np.float32(low - top) - total) + codes.tobytes()


def files(vocabulary: int, rows: int) -> dict[str, list[str]]:
    folder = ROOT / "bench" / "data" / "logits" / f"{vocabulary}x{rows}"
    names = {kind: [str(folder / f"{side}.{kind}") for side in "ab"] for kind in ("npy", "kld")}
    if folder.exists():
        return names
    print(f"generating {rows} rows of {vocabulary}", file=sys.stderr)
    folder.mkdir(parents=True)
    random = np.random.default_rng(1)
    chunks = rows // SCORED
    tokens = random.integers(0, vocabulary, chunks * CONTEXT).astype("<i4").tobytes()
    base = (random.standard_normal((rows, vocabulary), dtype="f4") * np.float32(3)).astype("f4")
    other = base + random.standard_normal((rows, vocabulary), dtype="f4") * np.float32(0.1)
    for side, logits in zip("ab", (base, other)):
        np.save(folder / f"{side}.npy", logits)
        with open(folder / f"{side}.kld", "wb") as file:
            file.write(b"_logits_" + struct.pack("<iii", CONTEXT, vocabulary, chunks) + tokens)
            for row in logits:
                file.write(encode(row))
    return names


def read_from_disk(path: str) -> None:
    """Read a file into the page cache as files come there that others wrote: by readahead, in large pieces. What was written
    row by row a moment ago lies there in small ones, which take three times as long to map."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while file.read(1 << 24):
            pass


def run(command: list[str]) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return time.perf_counter() - start, done.stdout


def kullback(binary: str, pair: list[str], threads: int, *more: str):
    def call():
        seconds, out = run([binary, "logits", *pair, "--threads", str(threads), *more])
        return seconds, None if "--like-llama" in more else json.loads(out)["candidates"][0]["scores"]["kl"]["mean"]

    return call


def torch(pair: list[str], threads: int):
    def call():
        said = json.loads(run([sys.executable, "-c", PEER, *pair, str(threads)])[1])
        return said["seconds"], said["mean"]

    return call


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kullback", default=str(ROOT / "target" / "release" / "kullback"), help="the binary")
    parser.add_argument("--rows", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=HERE / "results.md")
    asked = parser.parse_args()
    rows = asked.rows // SCORED * SCORED

    commit = run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"])[1].strip()
    lines = [
        "# `kullback logits` beside PyTorch",
        "",
        "Written by `bench/logits/run.py`, which says what is measured.",
        "",
        f"- date: {date.today()}, commit {commit}",
        f"- machine: {platform.machine()}, {os.cpu_count()} cores, load before the run {os.getloadavg()[0]:.1f}",
        f"- {rows} rows; the best of {asked.rounds} rounds",
        "",
    ]
    for vocabulary in (65_536, 128_256):
        made = files(vocabulary, rows)
        npy, kld = made["npy"], made["kld"]
        for path in npy + kld:
            read_from_disk(path)
        binary = asked.kullback
        tools = {
            "PyTorch, f32, 2 threads": (torch(npy, 2), 2, 4),
            "kullback, f32 .npy, double, 2 threads": (kullback(binary, npy, 2, "--json"), 2, 4),
            "kullback, f32 .npy, single, 2 threads": (
                kullback(binary, npy, 2, "--json", "--precision", "single"), 2, 4),
            "kullback, f32 .npy, single, 1 thread": (
                kullback(binary, npy, 1, "--json", "--precision", "single"), 1, 4),
            "kullback, .kld, 2 threads": (kullback(binary, kld, 2, "--json"), 2, 2),
            "kullback, .kld, 1 thread": (kullback(binary, kld, 1, "--json"), 1, 2),
            "kullback, .kld, --like-llama, 1 thread": (kullback(binary, kld, 1, "--like-llama"), 1, 2),
        }
        best, means = dict.fromkeys(tools, float("inf")), {}
        for i in range(asked.rounds + 1):
            for name, (call, _, _) in tools.items():
                seconds, means[name] = call()
                if i > 0:
                    best[name] = min(best[name], seconds)
        peer = best["PyTorch, f32, 2 threads"]
        lines += [
            f"## {vocabulary:,} tokens",
            "",
            "| tool | ms | GB/s of rows read | ns a logit and thread | × PyTorch | mean KL |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for name, (_, threads, width) in tools.items():
            seconds, cells = best[name], rows * vocabulary
            mean = "" if means[name] is None else f"{means[name]:.9f}"
            lines.append(
                f"| {name} | {seconds * 1e3:.0f} | {2 * width * cells / seconds / 1e9:.1f} "
                f"| {seconds * threads / cells * 1e9:.2f} | {peer / seconds:.1f} | {mean} |"
            )
        lines.append("")
    text = "\n".join(lines)
    print(text)
    asked.out.write_text(text)


if __name__ == "__main__":
    main()
