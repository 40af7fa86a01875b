"""Write parameters.csv: what two lists of numbers differ by, in exact fractions and then 40 digits.

    python3 crates/kullback/tests/reference/parameters.py

A list is given by a formula that tests/parameters.rs has as well: numbers of 53 bits at the most, so that both have the
same ones to the bit.
"""

from fractions import Fraction
from pathlib import Path

import mpmath

mpmath.mp.dps = 40

# name, length, and for each side: seed, scale (a power of two), offset
CASES = [
    ("unit", 1000, (1, 0, 0.0), (2, 0, 0.0)),
    ("near", 5000, (3, 0, 0.0), None),
    ("far_from_zero", 3000, (4, -10, 1.0), (5, -10, 1.0)),
    ("tiny", 2049, (6, -200, 0.0), (7, -200, 0.0)),
    ("huge", 1025, (8, 300, 0.0), (9, 300, 0.0)),
    ("unequal", 4096, (10, 40, 0.0), (11, -40, 0.0)),
    ("single", 1, (12, 0, 0.0), (13, 0, 0.0)),
]


def numbers(length: int, seed: int, scale: int, offset: float) -> list[float]:
    state, values = seed, []
    for _ in range(length):
        state = state * 48271 % 2147483647
        values.append((state / 2147483648 - 0.5) * 2.0**scale + offset)
    return values


def near(values: list[float]) -> list[float]:
    """Every third number changes, by one part in 2²⁰ about."""
    return [x + x * 2.0**-20 if i % 3 == 0 else x for i, x in enumerate(values)]


def real(x: Fraction):
    return mpmath.mpf(x.numerator) / mpmath.mpf(x.denominator)


def main() -> None:
    lines = ["case,l1,l2,l_inf,cosine,a_l1,a_l2,a_mean,a_variance,b_l2,b_variance,changed"]
    for name, length, a_of, b_of in CASES:
        a = numbers(length, *a_of)
        b = near(a) if b_of is None else numbers(length, *b_of)
        fa, fb = [list(map(Fraction, side)) for side in (a, b)]
        gaps = [abs(x - y) for x, y in zip(fa, fb)]
        squares = [sum(x * x for x in side) for side in (fa, fb)]
        dot = sum(x * y for x, y in zip(fa, fb))
        means = [sum(side) / length for side in (fa, fb)]
        variances = [sum((x - mean) ** 2 for x in side) / length for side, mean in zip((fa, fb), means)]
        row = [
            real(sum(gaps)),
            mpmath.sqrt(real(sum(gap * gap for gap in gaps))),
            real(max(gaps)),
            real(dot) / mpmath.sqrt(real(squares[0]) * real(squares[1])),
            real(sum(map(abs, fa))),
            mpmath.sqrt(real(squares[0])),
            real(means[0]),
            real(variances[0]),
            mpmath.sqrt(real(squares[1])),
            real(variances[1]),
        ]
        changed = sum(x != y for x, y in zip(a, b))
        lines.append(",".join([name, *(mpmath.nstr(x, 25, min_fixed=0, max_fixed=0) for x in row), str(changed)]))
    text = "\n".join(lines) + "\n"
    Path(__file__).with_name("parameters.csv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
