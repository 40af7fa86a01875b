"""Measure `kullback weights` beside the same sums in NumPy, on the same files, in one run.

    cargo build --release
    python3 bench/weights/run.py [--kullback PATH] [--parameters 268435456] [--rounds 5]

Every round runs kullback with one thread and with two, NumPy, and a plain read of both files, once each and in turn; one
round before the first warms the file cache and is not counted. Seconds are of whole processes, the least of the
rounds; a ratio is the median of the rounds' own ratios. The answers are compared before anything is printed.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEER = "NumPy"


def timed(command: list[str]) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True)
    return time.perf_counter() - start, done.stdout


def commands(kullback: str, files: list[str]) -> dict[str, list[str]]:
    weights = [kullback, "weights", *files, "--json", "--threads"]
    return {
        "kullback, 1 thread": [*weights, "1"],
        "kullback, 2 threads": [*weights, "2"],
        PEER: [sys.executable, str(HERE / "peer_numpy.py"), *files],
        "cat": ["sh", "-c", 'cat "$@" > /dev/null', "sh", *files],
    }


def check(answers: dict[str, str]) -> None:
    peer = json.loads(answers[PEER])
    for name, answer in answers.items():
        if name.startswith("kullback"):
            total = json.loads(answer)["total"]
            for key, value in peer.items():
                if not math.isclose(total[key], value, rel_tol=1e-9):
                    sys.exit(f"{name} says {key} = {total[key]}, and {PEER} {value}")


def section(kullback: str, files: list[str], rounds: int) -> str:
    tools = commands(kullback, files)
    seconds = {name: [] for name in tools}
    for i in range(rounds + 1):
        answers = {}
        for name, command in tools.items():
            wall, answers[name] = timed(command)
            if i > 0:
                seconds[name].append(wall)
        check(answers)
    size = sum(os.path.getsize(file) for file in files)
    lines = ["| tool | s | GB/s | NumPy ÷ it |", "|---|---:|---:|---:|"]
    for name, walls in seconds.items():
        ratio = statistics.median(peer / wall for peer, wall in zip(seconds[PEER], walls))
        lines.append(f"| {name} | {min(walls):.2f} | {size / min(walls) / 1e9:.2f} | {ratio:.1f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kullback", default=str(ROOT / "target" / "release" / "kullback"), help="the binary")
    parser.add_argument("--parameters", type=int, default=1 << 28)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()

    folder = ROOT / "bench" / "data" / f"weights-{asked.parameters}"
    if not (folder / "tuned-bf16.safetensors").exists():
        print(f"generating {asked.parameters:,} parameters", file=sys.stderr)
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(asked.parameters), str(folder)], check=True)
    print(f"{os.cpu_count()} cores, load before the run {os.getloadavg()[0]:.1f}")
    for kind in ("f32", "bf16"):
        files = [str(folder / f"{name}-{kind}.safetensors") for name in ("base", "tuned")]
        print(f"\n{kind}, {asked.parameters:,} parameters a side\n\n{section(asked.kullback, files, asked.rounds)}")


if __name__ == "__main__":
    main()
