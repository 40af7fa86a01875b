"""Reference values of the estimators from counts and spacings, from their definitions, at 50 digits.

Run it from anywhere; it rewrites the table beside it (two minutes):

    python3 crates/kullback/tests/reference/estimators.py

- estimators.csv    quantity, estimator, counts, outcomes, value, deviation; for spacings the
                    values and the window stand for counts and outcomes

`counts` are separated by spaces, rows of a table or the two samples by semicolons. For entropies
zeros are added until there are `outcomes` of them. Sums that the crate replaces by digamma
functions, and integrals that it takes over a logarithm, are taken here as they are published.
Needs mpmath.
"""

import csv
import random
from pathlib import Path

from mpmath import (
    cos,
    diff,
    exp,
    inf,
    ln,
    loggamma,
    mp,
    mpf,
    nstr,
    pi,
    psi,
    sqrt,
)

mp.dps = 50


def digamma(x):
    return psi(0, x)


def h(p):
    return -sum(x * ln(x) for x in p if x > 0)


def priors(n, k):
    return {
        "laplace": mpf(1),
        "jeffreys": mpf(1) / 2,
        "perks": mpf(1) / k,
        "minimax": sqrt(n) / k,
    }


def legendre_nodes(n):
    """Roots of Legendre's polynomial by Newton's method, and the weights of the rule on them."""
    nodes = []
    for i in range(n):
        x = cos(pi * (i + mpf(3) / 4) / (n + mpf(1) / 2))
        for _ in range(9):
            before, value = mpf(1), x
            for j in range(2, n + 1):
                before, value = value, ((2 * j - 1) * x * value - (j - 1) * before) / j
            slope = n * (x * value - before) / (x * x - 1)
            x -= value / slope
        nodes.append((x, 2 / ((1 - x * x) * slope**2)))
    assert abs(sum(w for _, w in nodes) - 2) < mpf(10) ** -40
    return nodes


# --- entropy -------------------------------------------------------------------------------------


def plug_in(c):
    n = sum(c)
    p = [mpf(x) / n for x in c if x]
    value = h(p)
    return value, sqrt(abs(sum(x * ln(x) ** 2 for x in p) - value**2) / n)


def miller_madow(c):
    value, deviation = plug_in(c)
    return value + mpf(sum(x > 0 for x in c) - 1) / (2 * sum(c)), deviation


def grassberger_1988(c):
    n = sum(c)
    term = lambda x: ln(n) - digamma(x) - mpf((-1) ** x) / (x * (x + 1))
    return sum(mpf(x) / n * term(x) for x in c if x), None


def grassberger_2003(c):
    n = sum(c)
    g = lambda x: digamma(x) + (digamma(mpf(x + 1) / 2) - digamma(mpf(x) / 2)) * (-1) ** x / 2
    return ln(n) - sum(x * g(x) for x in c if x) / n, None


def chao_shen_2003(c):
    n, f1 = sum(c), sum(x == 1 for x in c)
    if f1 == n:
        f1 = n - 1
    p = [(1 - mpf(f1) / n) * x / n for x in c if x]
    return -sum(x * ln(x) / (1 - (1 - x) ** n) for x in p), None


def zhang_2012(c):
    """The telescoped product is left as it is published, where that is short enough."""
    n = sum(c)
    if n > 2000:
        return sum(mpf(x) / n * (digamma(n) - digamma(x)) for x in c if x), None
    total = mpf(0)
    for x in c:
        product, inner = mpf(1), mpf(0)
        for v in range(1, n - x + 1 if x else 0):
            product *= 1 - mpf(x - 1) / (n - v)
            inner += product / v
        total += mpf(x) / n * inner
    return total, None


def chao_wang_jost_2013(c):
    n, f1, f2 = sum(c), sum(x == 1 for x in c), sum(x == 2 for x in c)
    value = zhang_2012(c)[0]
    if f1 == 0:
        return value, None
    if f2:
        a = mpf(2 * f2) / ((n - 1) * f1 + 2 * f2)
    else:
        a = mpf(2) / ((n - 1) * (f1 - 1) + 2)
    if a == 1:
        return value, None
    rest = -ln(a) - sum((1 - a) ** r / r for r in range(1, n))
    return value + mpf(f1) / n * (1 - a) ** (1 - n) * rest, None


def james_stein(c):
    n, k = sum(c), len(c)
    p = [mpf(x) / n for x in c]
    distance = (n - 1) * sum((mpf(1) / k - x) ** 2 for x in p)
    shrinkage = min(mpf(1), (1 - sum(x * x for x in p)) / distance) if distance else mpf(1)
    return h([shrinkage / k + (1 - shrinkage) * x for x in p]), None


def pseudocount(c, a):
    total = sum(c) + len(c) * a
    return h([(x + a) / total for x in c]), None


def power_moment(a, i, j):
    """E[p_i^s p_j^t] under Dirichlet(a) as a function of s and t; entropy moments are its slopes."""
    total = sum(a)
    if i == j:
        return lambda s: exp(
            loggamma(a[i] + s) - loggamma(a[i]) - loggamma(total + s) + loggamma(total)
        )
    return lambda s, t: exp(
        loggamma(a[i] + s) - loggamma(a[i]) + loggamma(a[j] + t) - loggamma(a[j])
        - loggamma(total + s + t) + loggamma(total)
    )


def posterior_mean(a):
    total = sum(a)
    return digamma(total + 1) - sum(x / total * digamma(x + 1) for x in a)


def posterior_square(a):
    """E[H^2] (Wolpert & Wolf 1995)."""
    total = sum(a)
    apart = [digamma(x + 1) - digamma(total + 2) for x in a]
    linear = sum(x * d for x, d in zip(a, apart))
    different = linear**2 - sum((x * d) ** 2 for x, d in zip(a, apart))
    different -= psi(1, total + 2) * (total**2 - sum(x * x for x in a))
    same = sum(
        x * (x + 1) * ((digamma(x + 2) - digamma(total + 2)) ** 2 + psi(1, x + 2) - psi(1, total + 2))
        for x in a
    )
    return (different + same) / (total * (total + 1))


def check_posterior():
    """The closed forms against derivatives of the moments, which are the definition."""
    a = [mpf(3) / 2, mpf(4), mpf(1) / 3]
    mean = -sum(diff(power_moment(a, i, i), 1) for i in range(3))
    assert abs(mean - posterior_mean(a)) < 1e-15
    square = sum(diff(power_moment(a, i, i), 2, 2) for i in range(3))
    square += sum(
        diff(power_moment(a, i, j), (1, 1), (1, 1)) for i in range(3) for j in range(3) if i != j
    )
    assert abs(square - posterior_square(a)) < 1e-15


def dirichlet(c, prior):
    a = [x + prior for x in c]
    mean = posterior_mean(a)
    return mean, sqrt(abs(posterior_square(a) - mean**2))


def ln_rising(b, n):
    """ln of Gamma(b + n)/Gamma(b), as the product that it is where that is short enough."""
    if n > 3000:
        return loggamma(b + n) - loggamma(b)
    product = mpf(1)
    for i in range(n):
        product *= b + i
    return ln(product)


def nsb_2002(c):
    """The defining integral over beta by Gauss and Legendre's rule, in pieces of ln beta."""
    n, k = sum(c), len(c)
    if k == 1:
        return mpf(0), mpf(0)
    groups = {x: c.count(x) for x in set(c)}

    def ln_weight(t):
        b = exp(t)
        likelihood = sum(m * ln_rising(b, x) for x, m in groups.items()) - ln_rising(k * b, n)
        return likelihood + ln(k * psi(1, k * b + 1) - psi(1, b + 1)) + t

    def moments(b):
        total = n + k * b
        psi_2, psi_1_2 = digamma(total + 2), psi(1, total + 2)
        mean, linear, own, spread = digamma(total + 1), mpf(0), mpf(0), mpf(0)
        for x, m in groups.items():
            a = x + b
            psi_a, psi_1_a = digamma(a + 1), psi(1, a + 1)
            mean -= m * a / total * psi_a
            linear += m * a * (psi_a - psi_2)
            own += m * a * a * ((psi_a - psi_2) ** 2 - psi_1_2)
            # psi(a + 2) and its derivative, by their recurrences.
            one = psi_a + 1 / (a + 1) - psi_2
            spread += m * a * (a + 1) * (one**2 + psi_1_a - 1 / (a + 1) ** 2 - psi_1_2)
        square = linear**2 - psi_1_2 * total**2 - own + spread
        return mean, square / (total * (total + 1))

    coarse = [(ln_weight(mpf(t)), t) for t in range(-60, 61)]
    peak = max(coarse)[0]
    kept = [t for w, t in coarse if w > peak - 40]
    low, high = min(kept) - 1, max(kept) + 1
    sums = [mpf(0)] * 3
    for piece in range(low, high):
        for x, w in NODES:
            t = piece + (1 + x) / 2
            weight = w * exp(ln_weight(t) - peak)
            mean, square = moments(exp(t))
            sums = [s + weight * f for s, f in zip(sums, (1, mean, square))]
    mean, square = sums[1] / sums[0], sums[2] / sums[0]
    return mean, sqrt(square - mean**2)


# Where the weight falls by e within a piece or more, 24 nodes leave nothing in the 20th digit.
NODES = [(x, w) for x, w in legendre_nodes(24)]


ENTROPIES = [
    plug_in,
    miller_madow,
    grassberger_1988,
    grassberger_2003,
    chao_shen_2003,
    chao_wang_jost_2013,
    zhang_2012,
    james_stein,
]


def entropies(counts, outcomes, nsb=True):
    c = counts + [0] * (outcomes - len(counts))
    for estimator in ENTROPIES:
        yield (estimator.__name__, *estimator(c))
    for name, a in priors(sum(c), len(c)).items():
        yield (f"pseudocount_{name}", *pseudocount(c, a))
        yield (f"dirichlet_{name}", *dirichlet(c, a))
    if nsb:
        yield ("nsb_2002", *nsb_2002(c))


def entropy_cases():
    random.seed(1948)
    zipf = [int(400 / i) + random.randrange(2) for i in range(1, 61)]
    return [
        ([4, 2, 3, 1], 4),
        ([1], 1),
        ([1], 3),
        ([5], 5),
        ([7], 1),
        ([1, 1], 2),
        ([1, 1, 1, 1, 1], 20),
        ([3, 3, 3], 3),
        ([2, 1, 1, 3, 2, 2], 12),
        ([70, 30], 2),
        # The R package entropy's example.
        ([4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1], 11),
        # The first example of ndd's README.
        ([12, 4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2], 100),
        ([4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2], 100),
        (zipf, 300),
        ([1000, 999, 1001, 1], 4),
        ([6000, 3999, 1], 3),
    ]


# --- two samples ---------------------------------------------------------------------------------


def kl_of(p, q):
    if any(x and not y for x, y in zip(p, q)):
        return inf
    return sum(x * ln(x / y) for x, y in zip(p, q) if x)


def shares(c):
    return [mpf(x) / sum(c) for x in c]


def kl(x, y):
    """Plug-in, corrected, Zhang and Grabchak's double sum as published, and their deviation."""
    n, m, p, q = sum(x), sum(y), shares(x), shares(y)
    value = kl_of(p, q)
    corrected, deviation = value, None
    if value < inf:
        chi = sum(a * a / b for a, b in zip(p, q) if a) - 1
        ratios = sum(a / b for a, b in zip(p, q) if a) - 1
        corrected -= mpf(sum(a > 0 for a in x) - 1) / (2 * n) + ratios / (2 * m)
        spread = sum(a * ln(a / b) ** 2 for a, b in zip(p, q) if a) - value**2
        deviation = sqrt(abs(spread) / n + abs(chi) / m)
    total = mpf(0)
    for a, b in zip(x, y):
        if not a:
            continue
        product, inner = mpf(1), mpf(0)
        for v in range(1, m - b + 1):
            product *= 1 - mpf(b) / (m - v + 1)
            inner += product / v
        product = mpf(1)
        for v in range(1, n - a + 1):
            product *= 1 - mpf(a - 1) / (n - v)
            inner -= product / v
        total += mpf(a) / n * inner
    a, b = [c + mpf(1) / 2 for c in x], [c + mpf(1) / 2 for c in y]
    mean = posterior_kl(a, b)
    return [
        ("plug_in", value, deviation),
        ("bias_corrected", corrected, deviation),
        ("zhang_grabchak_2014", total, deviation),
        ("posterior_jeffreys", mean, None),
    ]


def posterior_kl(a, b):
    """E[p ln p] and E[p] E[ln q], from the moments' derivatives."""
    total = mpf(0)
    for i in range(len(a)):
        share = a[i] / sum(a)
        total += diff(power_moment(a, i, i), 1) - share * diff(power_moment(b, i, i), 0)
    return total


def js(x, y):
    n, m, p, q = sum(x), sum(y), shares(x), shares(y)
    mix = [(a + b) / 2 for a, b in zip(p, q)]
    value = (kl_of(p, mix) + kl_of(q, mix)) / 2
    # The bias of H(mix) - H(p)/2 - H(q)/2 by the second derivative of each entropy, -1/p.
    noise = [(a * (1 - a) / n, b * (1 - b) / m) for a, b in zip(p, q)]
    bias = -sum((u + v) / 4 / c / 2 for (u, v), c in zip(noise, mix) if c)
    bias += sum(u / a / 4 for (u, _), a in zip(noise, p) if a)
    bias += sum(v / b / 4 for (_, v), b in zip(noise, q) if b)

    def spread(side):
        logs = [(a, ln(a / c)) for a, c in zip(side, mix) if a]
        mean = sum(a * l for a, l in logs)
        return abs(sum(a * (l - mean) ** 2 for a, l in logs))

    deviation = sqrt(spread(p) / n + spread(q) / m) / 2
    return [("plug_in", value, deviation), ("bias_corrected", value - bias, deviation)]


def information(table):
    """By entropies of the table and of its margins."""
    n = sum(map(sum, table))
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table)]
    cells = [x for row in table for x in row]

    def by(estimator):
        return estimator(rows)[0] + estimator(columns)[0] - estimator(cells)[0]

    value = by(plug_in)
    logs = [
        (mpf(x) / n, ln(mpf(x) * n / (rows[i] * columns[j])))
        for i, row in enumerate(table)
        for j, x in enumerate(row)
        if x
    ]
    deviation = sqrt(sum(p * (l - value) ** 2 for p, l in logs) / n)
    a = [[x + mpf(1) / 2 for x in row] for row in table]
    mean = posterior_mean([sum(row) for row in a]) + posterior_mean([sum(c) for c in zip(*a)])
    mean -= posterior_mean([x for row in a for x in row])
    return [
        ("plug_in", value, deviation),
        ("bias_corrected", by(miller_madow), deviation),
        ("zhang_grabchak_2014", by(zhang_2012), deviation),
        ("posterior_jeffreys", mean, None),
    ]


SAMPLES = [
    ([30, 50, 20], [25, 60, 15]),
    ([3, 1, 0, 7], [2, 2, 5, 1]),
    ([9, 1], [10, 0]),
    ([1, 0], [0, 1]),
    ([5, 5, 5], [50, 50, 50]),
    ([400, 300, 200, 100, 1], [40, 33, 21, 12, 2]),
    ([12, 0, 3, 1, 1, 1, 8], [0, 4, 9, 1, 2, 1, 30]),
]
TABLES = [
    [[30, 10], [10, 30]],
    [[5, 0, 0], [0, 5, 0], [0, 0, 5]],
    [[12, 3, 1], [4, 20, 0]],
    [[1, 2, 3, 4], [2, 4, 6, 8], [0, 0, 0, 0]],
    [[100, 90, 80], [95, 96, 70], [90, 84, 83]],
]


# --- spacings ------------------------------------------------------------------------------------


def spacings(values, m):
    x = sorted(map(mpf, values))
    n = len(x)

    def at(j):
        return x[min(max(j, 0), n - 1)]

    gaps = [at(i + m) - at(i - m) for i in range(n)]
    yield "vasicek", sum(ln(n * gap / (2 * m)) for gap in gaps) / n
    weights = [min(1 + mpf(i) / m, mpf(2), 1 + mpf(n - 1 - i) / m) for i in range(n)]
    yield "ebrahimi", sum(ln(n * gap / (c * m)) for c, gap in zip(weights, gaps)) / n
    forward = sum(ln((x[i + m] - x[i]) * (n + 1) / m) for i in range(n - m)) / (n - m)
    yield "van_es", forward + sum(mpf(1) / k for k in range(m, n + 1)) + ln(mpf(m) / (n + 1))
    total = mpf(0)
    for i in range(n):
        window = range(i - m, i + m + 1)
        mean = sum(map(at, window)) / (2 * m + 1)
        slope = sum((at(j) - mean) * (j - i) for j in window)
        total -= ln(slope / (n * sum((at(j) - mean) ** 2 for j in window)))
    yield "correa", total / n


def spacing_cases():
    source = random.Random(1995)
    for n, m in (3, 1), (10, 2), (11, 5), (60, 7):
        yield [round(source.gauss(0, 1), 6) for _ in range(n)], m
    yield [1e6 + 0.125 * i * i for i in range(20)], 3


# --- out -----------------------------------------------------------------------------------------


def text(x):
    if x is None:
        return ""
    return "inf" if x == inf else nstr(x, 20)


def listed_rows(rows):
    return ";".join(" ".join(map(str, row)) for row in rows)


def special():
    for x in map(mpf, (1e-3, 0.5, 1, 7.25, 40, 1e9)):
        yield "digamma", [x], psi(0, x)
        yield "trigamma", [x], psi(1, x)
        yield "trigamma_shortfall", [x], 1 / x - psi(1, x + 1)
    for x, n in (1e-9, 5), (0.5, 1), (0.5, 2.5), (3, 1000), (100, 7), (1e6, 1e6):
        x, n = mpf(x), mpf(n)
        yield "ln_rising", [x, n], loggamma(x + n) - loggamma(x)


def rows():
    for name, arguments, value in special():
        yield "special", name, " ".join(repr(float(x)) for x in arguments), "", text(value), ""
    for counts, outcomes in entropy_cases():
        listed = " ".join(map(str, counts))
        for name, value, deviation in entropies(counts, outcomes):
            yield "entropy", name, listed, outcomes, text(value), text(deviation)
    for quantity, estimators in ("kl", kl), ("js", js):
        for pair in SAMPLES:
            for name, value, deviation in estimators(*pair):
                yield quantity, name, listed_rows(pair), len(pair[0]), text(value), text(deviation)
    for values, window in spacing_cases():
        for name, value in spacings(values, window):
            yield "spacing", name, " ".join(map(repr, values)), window, text(value), ""
    for table in TABLES:
        for name, value, deviation in information(table):
            columns = len(table[0])
            yield "information", name, listed_rows(table), columns, text(value), text(deviation)


def main():
    check_posterior()
    with open(Path(__file__).parent / "estimators.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["quantity", "estimator", "counts", "outcomes", "value", "deviation"])
        out.writerows(rows())


if __name__ == "__main__":
    main()
