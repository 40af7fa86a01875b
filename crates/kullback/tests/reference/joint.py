"""Reference values of joint tables, from their definitions; generate.py runs it.

- joint.csv         case, kind, shape, masses of P, masses of Q (the last axis fastest)
- joint_values.csv  case, quantity, value

A quantity is `h y|x` (conditional entropy of axes y given axes x, which may be none), `i x;y|z`
(conditional mutual information), `c` (total correlation), or `d y|x` (conditional divergence of P
from Q; without a condition, the divergence of the marginals). Axes are digits.
"""

import itertools
import math
import random

from mpmath import inf, ln, mpf

RANDOM = random.Random(1954)


# --- definitions ---------------------------------------------------------------------------------


def cells(shape, masses):
    """The probability of each combination of values, zeros included."""
    total = sum(mpf(x) for x in masses)
    index = itertools.product(*(range(n) for n in shape))
    return {at: mpf(x) / total for at, x in zip(index, masses, strict=True)}


def marginal(table, axes):
    sums = {}
    for at, mass in table.items():
        key = tuple(at[axis] for axis in axes)
        sums[key] = sums.get(key, mpf(0)) + mass
    return sums


def of(table, at, axes):
    return marginal_of(table, axes)[tuple(at[axis] for axis in axes)]


CACHE = {}


def marginal_of(table, axes):
    key = (id(table), axes)
    if key not in CACHE:
        CACHE[key] = marginal(table, axes)
    return CACHE[key]


def expectation(p, axes, value):
    """The mean under P of a function of the given axes' values."""
    first = {}
    for at in p:
        first.setdefault(tuple(at[axis] for axis in axes), at)
    return sum(of(p, at, axes) * value(at) for at in first.values() if of(p, at, axes) > 0)


def conditional_entropy(p, y, x):
    return expectation(p, x + y, lambda at: ln(of(p, at, x) / of(p, at, x + y)))


def information(p, x, y, z):
    def value(at):
        above = of(p, at, x + y + z) * of(p, at, z)
        return ln(above / (of(p, at, x + z) * of(p, at, y + z)))

    return expectation(p, x + y + z, value)


def total_correlation(p, axes):
    def value(at):
        product = mpf(1)
        for axis in axes:
            product *= of(p, at, (axis,))
        return ln(of(p, at, axes) / product)

    return expectation(p, axes, value)


def divergence(p, q, y, x):
    def value(at):
        if of(q, at, x + y) == 0:
            return inf
        ours = of(p, at, x + y) / of(p, at, x)
        return ln(ours / (of(q, at, x + y) / of(q, at, x)))

    return expectation(p, x + y, value)


# --- inputs --------------------------------------------------------------------------------------


def weights(shape, spread=1.0):
    return [math.exp(RANDOM.gauss(0, spread)) for _ in range(math.prod(shape))]


def product(*margins):
    return [math.prod(cell) for cell in itertools.product(*margins)]


def moved(masses, by):
    return [x * (1 + by * RANDOM.uniform(-1, 1)) for x in masses]


def cases():
    yield "two by two", "counts", [2, 2], [30, 10, 20, 40], [10, 20, 30, 40]
    yield "empty cells", "counts", [2, 3], [5, 0, 3, 0, 0, 2], [1, 1, 1, 0, 1, 1]
    yield "empty row", "counts", [3, 2], [5, 2, 0, 0, 3, 1], [1, 1, 2, 3, 1, 1]
    yield "row that q lacks", "counts", [2, 2], [5, 2, 1, 1], [1, 1, 0, 0]
    yield "cell that q lacks", "counts", [2, 2], [5, 2, 1, 1], [1, 1, 0, 3]
    yield "determined", "counts", [3, 3], [5, 0, 0, 0, 7, 0, 0, 0, 1], [1] * 9
    yield "nearly determined", "weights", [2, 2], [1.0, 1e-14, 1e-15, 2.0], [1.0, 1e-13, 1e-15, 1.0]
    yield "xor", "counts", [2, 2, 2], [1, 0, 0, 1, 0, 1, 1, 0], [1] * 8
    yield "random 4 by 5", "weights", [4, 5], weights([4, 5]), weights([4, 5])
    yield "random 3 by 2 by 4", "weights", [3, 2, 4], weights([3, 2, 4], 2.0), weights([3, 2, 4])
    yield "random 2 by 3 by 2 by 2", "weights", [2, 3, 2, 2], weights([24]), weights([24])
    for exponent in [3, 6, 9, 12, 14]:
        p = product(weights([3]), weights([4]))
        near = moved(p, 10.0**-exponent)
        yield f"independent but for 1e-{exponent}", "weights", [3, 4], near, moved(near, 10.0**-exponent)
        p = product(weights([2]), weights([3]), weights([2]))
        near = moved(p, 10.0**-exponent)
        yield f"three independent but for 1e-{exponent}", "weights", [2, 3, 2], near, moved(near, 10.0**-exponent)
    big = 10**9
    counts = [2 * big, 3 * big + 1, 4 * big, 6 * big]
    yield "one count in 1e10", "counts", [2, 2], counts, counts[::-1]
    counts = [10**18, 10**18, 10**18, 10**18 + 1]
    yield "one count in 1e18", "counts", [2, 2], counts, [10**18] * 4
    yield "huge weights", "weights", [2, 2], [1e300, 3e300, 2e300, 1e299], [1e-300, 3e-300, 2e-300, 1e-300]


def quantities(p, q, axes):
    first, second, rest = axes[:1], axes[1:2], axes[2:]
    name = lambda group: "".join(str(axis) for axis in group)
    yield f"h {name(axes)}|", conditional_entropy(p, axes, ())
    yield f"h {name(second)}|{name(first)}", conditional_entropy(p, second, first)
    yield f"h {name(first)}|{name(axes[1:])}", conditional_entropy(p, first, axes[1:])
    yield f"i {name(first)};{name(second)}|", information(p, first, second, ())
    if rest:
        yield f"i {name(first)};{name(axes[1:])}|", information(p, first, axes[1:], ())
        yield f"i {name(first)};{name(second)}|{name(rest)}", information(p, first, second, rest)
        yield f"d {name(rest)}|{name(axes[:2])}", divergence(p, q, rest, axes[:2])
    yield "c", total_correlation(p, axes)
    yield f"d {name(axes)}|", divergence(p, q, axes, ())
    yield f"d {name(first)}|", divergence(p, q, first, ())
    yield f"d {name(axes[1:])}|{name(first)}", divergence(p, q, axes[1:], first)


def write(table, vector, text):
    tables = [(case, kind, shape, p, q) for case, kind, shape, p, q in cases()]
    table(
        "joint.csv",
        ["case", "kind", "shape", "p", "q"],
        ([case, kind, vector(shape), vector(p), vector(q)] for case, kind, shape, p, q in tables),
    )
    values = []
    for case, _, shape, p, q in tables:
        CACHE.clear()
        p, q = cells(shape, p), cells(shape, q)
        for name, value in quantities(p, q, tuple(range(len(shape)))):
            values.append([case, name, text(value)])
    table("joint_values.csv", ["case", "quantity", "value"], values)
