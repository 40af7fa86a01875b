"""Reference values for the rows of the fixture, from their definitions, at 50 digits.

Run it from anywhere; it rewrites logits.csv beside it:

    python3 crates/kullback-model/tests/reference/logits.py

Rows are those of the second half of each chunk (32 positions: 16 to 30) of tests/fixture/base_logits.npy and
cand_logits.npy, f32 [8, 32, 37]; a logit is the exact value of its float. Needs mpmath.
"""

import ast
import csv
import struct
from pathlib import Path

from mpmath import exp, inf, ln, mp, mpf, nstr

mp.dps = 50
HERE = Path(__file__).resolve().parent


def rows(name):
    data = (HERE.parent / "fixture" / name).read_bytes()
    length = struct.unpack_from("<H", data, 8)[0]
    header = ast.literal_eval(data[10 : 10 + length].decode())
    assert header["descr"] == "<f4" and not header["fortran_order"]
    chunks, positions, vocabulary = header["shape"]
    numbers = struct.unpack_from(f"<{chunks * positions * vocabulary}f", data, 10 + length)
    for chunk in range(chunks):
        for position in range(positions // 2, positions - 1):
            start = (chunk * positions + position) * vocabulary
            yield [mpf(x) for x in numbers[start : start + vocabulary]]


def softmax(logits):
    weights = [exp(x) for x in logits]
    total = sum(weights)
    return [weight / total for weight in weights]


def kl(p, q):
    return sum(inf if b == 0 else a * ln(a / b) for a, b in zip(p, q) if a > 0)


def entropy(p):
    return -sum(a * ln(a) for a in p if a > 0)


def values(p, q):
    mixture = [(a + b) / 2 for a, b in zip(p, q)]
    return {
        "kl": kl(p, q),
        "reverse_kl": kl(q, p),
        "js": (kl(p, mixture) + kl(q, mixture)) / 2,
        "tv": sum(abs(a - b) for a, b in zip(p, q)) / 2,
        "entropy_p": entropy(p),
        "entropy_q": entropy(q),
        "cross_entropy": entropy(p) + kl(p, q),
    }


with open(HERE / "logits.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    for i, (a, b) in enumerate(zip(rows("base_logits.npy"), rows("cand_logits.npy"))):
        row = values(softmax(a), softmax(b))
        if i == 0:
            writer.writerow(["row", *row])
        writer.writerow([i, *(nstr(value, 20) for value in row.values())])
