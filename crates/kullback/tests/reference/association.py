"""Reference values of two-way tables counted in two samples, from their definitions.

Run it from anywhere; it rewrites the table beside it (a minute):

    python3 crates/kullback/tests/reference/association.py

- association.csv   shape, counts of P, counts of Q, quantity, value

Quantities are the divergences of the smoothed shares, (count + 4/cells)/(rows + 4): `divergence`, `x` and `y` (of the
margins), `y|x`, and `dependence`, D(P‖Q*), with Q* by iterative proportional fitting of Q to P's margins at 30 digits;
and of the raw counts `chi_squared` and `degrees`, Pearson's X² against the model without three-factor interaction, and
`p_value`, the upper tail of χ² by the incomplete gamma function. Two rows of the shape `chi_squared` hold tails alone:
x and degrees in place of the counts. Needs mpmath.
"""

import csv
import random
from pathlib import Path

from mpmath import gammainc, ln, mp, mpf, nstr

mp.dps = 30
RANDOM = random.Random(1975)
PRIOR = mpf(4)


def tail(x, degrees):
    return gammainc(mpf(degrees) / 2, mpf(x) / 2, regularized=True)


def kl(p, q):
    return sum(a * ln(a / b) for a, b in zip(p, q, strict=True))


def margins(table, columns):
    rows = [sum(table[i : i + columns]) for i in range(0, len(table), columns)]
    return rows, [sum(table[j::columns]) for j in range(columns)]


def scaled(table, columns, to):
    """One round of Deming & Stephan: rows, then columns."""
    rows, _ = margins(table, columns)
    table = [x * to[0][i // columns] / rows[i // columns] for i, x in enumerate(table)]
    _, sums = margins(table, columns)
    return [x * to[1][i % columns] / sums[i % columns] for i, x in enumerate(table)]


def projection(q, columns, to):
    while True:
        new = scaled(q, columns, to)
        if max(abs(a - b) for a, b in zip(new, q, strict=True)) < mpf(10) ** -28:
            return new
        q = new


def same_association(counts, columns):
    fits = [[mpf(1)] * len(side) for side in counts]
    wanted = [margins(side, columns) for side in counts]
    while True:
        new = [scaled(fit, columns, to) for fit, to in zip(fits, wanted, strict=True)]
        for cell, both in enumerate(zip(*counts, strict=True)):
            scale = sum(both) / (new[0][cell] + new[1][cell])
            for fit in new:
                fit[cell] *= scale
        off = max(abs(a - b) for x, y in zip(new, fits, strict=True) for a, b in zip(x, y, strict=True))
        fits = new
        if off < mpf(10) ** -26:
            return fits


def quantities(shape, p, q):
    columns = shape[1]
    smooth = [[(n + PRIOR / len(side)) / (sum(side) + PRIOR) for n in side] for side in (p, q)]
    of_p, of_q = (margins(side, columns) for side in smooth)
    yield "divergence", kl(*smooth)
    yield "x", kl(of_p[0], of_q[0])
    yield "y", kl(of_p[1], of_q[1])
    yield "y|x", kl(*smooth) - kl(of_p[0], of_q[0])
    yield "dependence", kl(smooth[0], projection(smooth[1], columns, of_p))
    fits = same_association((p, q), columns)
    statistic = sum((n - e) ** 2 / e for x, y in zip((p, q), fits, strict=True) for n, e in zip(x, y, strict=True))
    degrees = (shape[0] - 1) * (columns - 1)
    yield "chi_squared", statistic
    yield "degrees", mpf(degrees)
    yield "p_value", tail(statistic, degrees)


def tables():
    yield (2, 2), [45, 5, 5, 45], [5, 45, 45, 5]
    yield (2, 2), [30, 70, 10, 90], [25, 75, 26, 74]
    yield (2, 3), [20, 30, 40, 50, 60, 70], [70, 60, 50, 40, 30, 20]
    for shape in [(3, 3), (2, 5), (4, 3), (8, 8)]:
        cells = shape[0] * shape[1]
        yield shape, *([RANDOM.randrange(20, 400) for _ in range(cells)] for _ in range(2))


def main():
    path = Path(__file__).with_name("association.csv")
    with path.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["shape", "p", "q", "quantity", "value"])
        for shape, p, q in tables():
            for name, value in quantities(shape, p, q):
                words = [" ".join(map(str, numbers)) for numbers in (shape, p, q)]
                out.writerow([*words, name, nstr(value, 18)])
        for x, degrees in [(0.001, 1), (3.84, 1), (6, 2), (66.5, 49), (500, 49), (900, 961), (1400, 1000), (1300, 2)]:
            out.writerow(["chi_squared", x, degrees, "p_value", nstr(tail(x, degrees), 18)])


main()
