"""Reference values of line measures, from their definitions; generate.py runs it.

- line.csv         case, policy, points, masses of P, masses of Q
- line_values.csv  case, measure, value

Wasserstein goes through the quantile functions, energy through the mean distances between points,
and neither through the gap of the distribution functions, as the crate does.
"""

import math
import random

from mpmath import mpf, sqrt

RANDOM = random.Random(1933)


# --- definitions ---------------------------------------------------------------------------------


def merged(points, p, q):
    """Ascending distinct points with the mass of each side."""
    sums = {}
    for x, a, b in zip(points, p, q, strict=True):
        before = sums.get(mpf(x), (mpf(0), mpf(0)))
        sums[mpf(x)] = (before[0] + a, before[1] + b)
    return [(x, *sums[x]) for x in sorted(sums)]


def functions(line):
    """F and G at each point."""
    f = g = mpf(0)
    for _, a, b in line:
        f, g = f + a, g + b
        yield f, g


def wasserstein(line, power):
    """Both quantile functions are constant between neighbouring levels of F and G together."""
    levels = list(functions(line))
    cuts = sorted({f for f, _ in levels} | {g for _, g in levels})
    total, low, i, j = mpf(0), mpf(0), 0, 0
    for high in cuts:
        while levels[i][0] <= low and i + 1 < len(line):
            i += 1
        while levels[j][1] <= low and j + 1 < len(line):
            j += 1
        total += (high - low) * abs(line[i][0] - line[j][0]) ** power
        low = high
    return total ** (1 / mpf(power))


def gaps(line):
    return [f - g for f, g in functions(line)]


def cramer_von_mises(line):
    return sum((f - g) ** 2 * (a + b) / 2 for (f, g), (_, a, b) in zip(functions(line), line))


def anderson_darling(line):
    total = mpf(0)
    for (f, g), (_, a, b) in zip(functions(line), line[:-1]):
        h = (f + g) / 2
        if 0 < h < 1:
            total += (f - g) ** 2 * (a + b) / 2 / (h * (1 - h))
    return total


def energy(line):
    def mean(left, right):
        return sum(s[left] * t[right] * abs(s[0] - t[0]) for s in line for t in line)

    return sqrt(abs(2 * mean(1, 2) - mean(1, 1) - mean(2, 2)))


MEASURES = {
    "ks": lambda line: max(abs(gap) for gap in gaps(line)),
    "kuiper": lambda line: max(gaps(line) + [0]) - min(gaps(line) + [0]),
    "cramer_von_mises": cramer_von_mises,
    "anderson_darling": anderson_darling,
    "energy": energy,
} | {f"wasserstein:{p!r}": lambda line, p=p: wasserstein(line, p) for p in [1, 1.5, 2, 3, 100]}


# --- inputs --------------------------------------------------------------------------------------


def distribution(size, spread=1.0):
    masses = [math.exp(RANDOM.gauss(0, spread)) for _ in range(size)]
    return [x / math.fsum(masses) for x in masses]


def moved(masses, by):
    return [x * (1 + by * RANDOM.uniform(-1, 1)) for x in masses]


def points(size, spread=1.0):
    return [RANDOM.gauss(0, spread) for _ in range(size)]


def cases():
    yield "halves", "normalise", [0.0, 1.0], [0.5, 0.5], [0.25, 0.75]
    yield "equal", "normalise", [0.0, 1.0, 5.0], [0.25, 0.25, 0.5], [0.25, 0.25, 0.5]
    yield "one point", "normalise", [3.0], [1.0], [1.0]
    yield "apart", "normalise", [0.0, 1.0, 2.0, 7.0], [0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.75, 0.25]
    yield "inside", "normalise", [0.0, 1.0, 2.0, 3.0], [0.0, 0.5, 0.5, 0.0], [0.5, 0.0, 0.0, 0.5]
    yield "alternating", "normalise", [1.0, 2.0, 3.0, 4.0], [0.5, 0.0, 0.5, 0.0], [0.0, 0.5, 0.0, 0.5]
    yield "unsorted with ties", "normalise", [2.0, -1.0, 2.0, 0.0], [0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]
    yield "absent ends", "normalise", [-9.0, 0.0, 1.0, 9.0], [0.0, 0.5, 0.5, 0.0], [0.0, 0.25, 0.75, 0.0]
    yield "samples", "counts", points(40), [1] * 25 + [0] * 15, [0] * 25 + [1] * 15
    yield "counts", "counts", [1, 2, 3, 4, 5], [5, 20, 40, 25, 10], [10, 20, 30, 25, 16]
    yield "random 8", "normalise", points(8), distribution(8), distribution(8)
    yield "random 40", "normalise", points(40, 100.0), distribution(40, 2.0), distribution(40, 2.0)
    for exponent in [2, 5, 8, 11, 14]:
        p = distribution(12)
        yield f"moved by 1e-{exponent}", "normalise", points(12), p, moved(p, 10.0**-exponent)
    p = distribution(6)
    yield "an ulp apart", "normalise", points(6), p, [math.nextafter(p[0], 1)] + p[1:]
    far = [0.0, 1.0, 1e30]
    yield "far upper tail", "normalise", far, [0.5, 0.5 - 1e-18, 1e-18], [0.25, 0.75, 2e-18]
    yield "far lower tail", "normalise", [-x for x in far], [0.5, 0.5, 1e-18], [0.25, 0.75, 2e-18]
    rest = [0.0, 3 - 2.0**-51, 2.0**-51]
    yield "all but a rest served", "normalise", far, [3.0, 0.0, 0.0], rest
    yield "tiny distances", "normalise", [1e-300, 2e-300, 5e-300], [0.2, 0.3, 0.5], [0.5, 0.25, 0.25]
    yield "huge distances", "normalise", [-8e307, 0.0, 8e307], [0.2, 0.3, 0.5], [0.5, 0.25, 0.25]
    yield "one count in 1e18", "counts", [0.0, 1.0, 3.0], [10**18, 10**18, 10**18 + 1], [10**18] * 3


def write(table, vector, text, exact):
    lines = list(cases())
    table(
        "line.csv",
        ["case", "policy", "points", "p", "q"],
        ([case, policy, *map(vector, parts)] for case, policy, *parts in lines),
    )
    values = []
    for case, policy, at, p, q in lines:
        line = merged(at, exact(policy, p), exact(policy, q))
        size = line[-1][0] - line[0][0]
        for name, value in MEASURES.items():
            scale = size if name[0] == "w" else sqrt(size) if name == "energy" else mpf(1)
            values.append([case, name, text(value(line), scale or mpf(1))])
    table("line_values.csv", ["case", "measure", "value"], values)
