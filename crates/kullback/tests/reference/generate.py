"""Reference values of every measure, from their definitions, at 100 digits.

Run it from anywhere; it rewrites the tables beside it:

    python3 crates/kullback/tests/reference/generate.py

- pairs.csv     case, policy, masses of P, masses of Q
- measures.csv  case, measure, value
- mixtures.csv  policy, weights, distributions, Jensen-Shannon divergence of all of them
- those of joint.py and line.py, which say what they hold

Conventions, the same as the crate's: a mass is the exact value of its binary double. `strict` and
`unnormalised` take masses as they are, `normalise` and `counts` divide them by their exact sum.
f-divergences are in the form that is zero or above for any masses: KL is sum p ln(p/q) - p + q.
Renyi's divergence, and those that come from it, divide both sides by their sum. Needs mpmath.
"""

import csv
import math
import random
from pathlib import Path

import joint
import line
from mpmath import exp, inf, ln, mp, mpf, nstr, sqrt

mp.dps = 100


# --- definitions ---------------------------------------------------------------------------------


def p_ln_ratio(p, q):
    if p == 0:
        return mpf(0)
    return inf if q == 0 else p * ln(p / q)


def kl(p, q):
    return sum(p_ln_ratio(a, b) - a + b for a, b in zip(p, q))


def entropy(p):
    return -sum(x * ln(x) for x in p if x > 0)


def cross_entropy(p, q):
    return sum(p_ln_ratio(a, b) for a, b in zip(p, q)) + entropy(p)


def js(p, q):
    return js_of([p, q], [mpf(1) / 2, mpf(1) / 2])


def js_of(distributions, weights):
    total = sum(weights)
    weights = [w / total for w in weights]
    mixture = [sum(w * x for w, x in zip(weights, column)) for column in zip(*distributions)]
    return sum(
        w * p_ln_ratio(x, m) for w, p in zip(weights, distributions) for x, m in zip(p, mixture)
    )


def power_mass(p, q, alpha):
    """p^alpha q^(1-alpha), with its limits at zero."""
    if p == 0 or q == 0:
        vanishes = (alpha > 0 if p == 0 else alpha < 1) or p == q
        return mpf(0) if vanishes else inf
    return p**alpha * q ** (1 - alpha)


def power(p, q, alpha):
    if alpha == 0:
        return kl(q, p)
    if alpha == 1:
        return kl(p, q)
    mass = sum(power_mass(a, b, alpha) for a, b in zip(p, q))
    return (mass - alpha * sum(p) - (1 - alpha) * sum(q)) / (alpha * (alpha - 1))


def renyi(p, q, alpha):
    p, q = [x / sum(p) for x in p], [x / sum(q) for x in q]
    if alpha == 1:
        return kl(p, q)
    mass = sum(power_mass(a, b, alpha) for a, b in zip(p, q))
    return inf if mass == 0 else ln(mass) / (alpha - 1)


def chi2(p, q):
    return sum((a - b) ** 2 / b if b else (inf if a else mpf(0)) for a, b in zip(p, q))


def bhattacharyya(p, q):
    return renyi(p, q, mpf(1) / 2) / 2


def chernoff(p, q):
    """The least of a convex function of alpha, found by halving where its slope changes sign."""
    p, q = [x / sum(p) for x in p], [x / sum(q) for x in q]
    both = [(a, b, ln(a / b)) for a, b in zip(p, q) if a > 0 and b > 0]
    if not both:
        return inf

    def slope(alpha):
        return sum(b * exp(alpha * x) * x for _, b, x in both)

    low, high = mpf(0), mpf(1)
    if slope(low) >= 0:
        high = low
    elif slope(high) <= 0:
        low = high
    else:
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return -ln(sum(b * exp(low * x) for _, b, x in both))


def triangular(p, q):
    return sum((a - b) ** 2 / (a + b) for a, b in zip(p, q) if a + b > 0)


def itakura_saito(p, q):
    if any((a > 0) != (b > 0) for a, b in zip(p, q)):
        return inf
    return sum(a / b - ln(a / b) - 1 for a, b in zip(p, q) if a > 0)


def skew_kl(p, q, alpha):
    return kl(p, [(1 - alpha) * a + alpha * b for a, b in zip(p, q)])


def weighted_js(p, q, w):
    return js_of([p, q], [w, 1 - w])


MEASURES = {
    "entropy_p": lambda p, q: entropy(p),
    "entropy_q": lambda p, q: entropy(q),
    "cross_entropy": cross_entropy,
    "kl": kl,
    "reverse_kl": lambda p, q: kl(q, p),
    "jeffreys": lambda p, q: kl(p, q) + kl(q, p),
    "js": js,
    "js_distance": lambda p, q: sqrt(js(p, q)),
    "tv": lambda p, q: sum(abs(a - b) for a, b in zip(p, q)) / 2,
    "hellinger": lambda p, q: sqrt(sum((sqrt(a) - sqrt(b)) ** 2 for a, b in zip(p, q)) / 2),
    "chi2": chi2,
    "neyman_chi2": lambda p, q: chi2(q, p),
    "triangular": triangular,
    "bhattacharyya": bhattacharyya,
    "chernoff": chernoff,
    "squared_euclidean": lambda p, q: sum((a - b) ** 2 for a, b in zip(p, q)),
    "itakura_saito": itakura_saito,
}
FAMILIES = {
    "skew_kl": (skew_kl, [0.001, 0.25, 0.5, 0.99, 1 - 2**-40, 1.0]),
    "weighted_js": (weighted_js, [0.001, 0.25, 0.5, 0.9, 1 - 2**-40]),
    "renyi": (renyi, [0.01, 0.5, 0.99, 1.0, 1.0000001, 2.0, 3.0, 20.0]),
    "tsallis": (lambda p, q, a: a * power(p, q, a), [0.01, 0.5, 1.0, 2.0, 3.0]),
    "power": (power, [-3.0, -1.0, -0.5, 0.0, 1e-9, 0.3, 0.5, 1.0, 1.0000001, 1.5, 2.0, 5.0]),
    "cressie_read": (
        lambda p, q, a: power(p, q, a + 1),
        [-2.0, -0.5, 0.0, 1e-9, 2 / 3, 1.0],
    ),
    "amari": (lambda p, q, a: power(p, q, (1 - a) / 2), [-3.0, -1.0, 0.0, 0.5, 1.0, 3.0]),
}


def measures():
    yield from MEASURES.items()
    for name, (value, parameters) in FAMILIES.items():
        for alpha in parameters:
            yield f"{name}:{alpha!r}", lambda p, q, v=value, a=mpf(alpha): v(p, q, a)


# --- inputs --------------------------------------------------------------------------------------

RANDOM = random.Random(1951)


def distribution(size, spread):
    masses = [math.exp(RANDOM.gauss(0, spread)) for _ in range(size)]
    return [x / math.fsum(masses) for x in masses]


def moved(p, by):
    """p with each mass changed by a relative amount of about `by`, still summing to 1."""
    signs = [RANDOM.uniform(-1, 1) for _ in p]
    mean = math.fsum(s * x for s, x in zip(signs, p))
    return [x * (1 + by * (s - mean)) for s, x in zip(signs, p)]


def ratio_pair(log_ratio):
    """Two outcomes, the first with ln(p/q) close to `log_ratio`."""
    p = 0.3 if log_ratio > 0 else 0.3 * math.exp(log_ratio)
    q = p / math.exp(log_ratio)
    return [p, 1 - p], [q, 1 - q]


def pairs():
    yield "halves", "strict", [0.5, 0.5], [0.25, 0.75]
    yield "thirds", "strict", [0.5, 0.25, 0.25], [0.4, 0.4, 0.2]
    yield "equal", "strict", [0.1, 0.2, 0.7], [0.1, 0.2, 0.7]
    yield "one outcome", "strict", [1.0], [1.0]
    yield "q lacks an outcome", "strict", [0.5, 0.25, 0.25], [0.5, 0.5, 0.0]
    yield "p lacks an outcome", "strict", [0.5, 0.5, 0.0], [0.5, 0.25, 0.25]
    yield "both lack an outcome", "strict", [0.5, 0.5, 0.0], [0.25, 0.75, 0.0]
    yield "each lacks an outcome", "strict", [0.5, 0.5, 0.0], [0.0, 0.5, 0.5]
    yield "disjoint", "strict", [1.0, 0.0, 0.0], [0.0, 0.25, 0.75]
    yield "certain", "strict", [1.0, 0.0], [0.999, 0.001]

    for exponent in [2, 4, 6, 8, 10, 12, 14]:
        p = distribution(12, 2.0)
        yield f"moved by 1e-{exponent}", "strict", p, moved(p, 10.0**-exponent)
    p = [0.25] * 4
    q = [math.nextafter(0.25, 1), math.nextafter(0.25, 0), 0.25, 0.25]
    yield "an ulp apart", "strict", p, q
    yield "sums off by rounding", "strict", [0.1] * 10, moved([0.1] * 10, 1e-9)
    yield "sums off by the tolerance", "strict", [0.5, 0.5 + 9e-10], [0.6, 0.4 - 9e-10]

    for log_ratio in [0.24, 0.26, 0.49, 0.51, 0.99, 1.01, 3.0, 30.0, 300.0]:
        yield f"ratio e^{log_ratio}", "strict", *ratio_pair(log_ratio)
        yield f"ratio e^-{log_ratio}", "strict", *ratio_pair(-log_ratio)
    yield "ratios of 1e300", "strict", [1e-300, 1.0], [1.0, 1e-300]
    yield "ratio of 1e300 one way", "strict", [0.5, 0.5], [1e-300, 1.0]
    yield "subnormal q", "strict", [0.5, 0.5], [5e-324, 1.0]
    yield "subnormal p", "strict", [5e-324, 1.0], [0.5, 0.5]
    yield "subnormals on both sides", "strict", [2e-320, 0.5, 0.5], [5e-324, 0.25, 0.75]
    yield "nearly disjoint", "strict", [1.0, 1e-12], [1e-12, 1.0]

    yield "random 8", "strict", distribution(8, 1.0), distribution(8, 1.0)
    yield "random 64", "strict", distribution(64, 3.0), distribution(64, 3.0)
    zipf = [1 / k for k in range(1, 51)]
    zipf = [x / math.fsum(zipf) for x in zipf]
    yield "zipf moved by 1e-5", "strict", zipf, moved(zipf, 1e-5)

    yield "normalise percentages", "normalise", [20.0, 30.0, 50.0], [25.0, 25.0, 50.0]
    p = [7 * x for x in distribution(10, 1.0)]
    yield "normalise nearly proportional", "normalise", p, [x / 2.1 for x in moved(p, 1e-12)]
    yield "normalise thirds", "normalise", [1.0, 1.0, 1.0], [1.0, 1.0, math.nextafter(1, 2)]
    yield "normalise huge and tiny", "normalise", [1e308, 1.5e308], [3e-320, 1e-320]
    yield "unnormalised", "unnormalised", [2.0, 0.5, 1.0], [0.3, 0.3, 4.0]
    yield "unnormalised p below q", "unnormalised", [0.1, 0.2], [0.3, 0.9]
    yield "unnormalised nearly equal", "unnormalised", [3.0, 7.0], [3.0 + 3e-9, 7.0 - 1e-9]

    yield "unnormalised and tiny", "unnormalised", [1e-200, 2e-200], [2e-200, 1.5e-200]

    yield "counts", "counts", [30, 50, 20], [45, 100, 55]
    yield "counts with zeros", "counts", [3, 0, 1, 0], [4, 2, 0, 0]
    yield "counts proportional", "counts", [1, 2, 3], [3, 6, 9]
    yield "counts a millionth apart", "counts", [500_000, 300_000, 200_000], [1_000_001, 599_999, 400_000]
    big = 10**18
    yield "counts one in 1e18", "counts", [big + 1, big], [big, big]
    yield "counts near the limit", "counts", [2**63, 2**62 + 3, 5], [2**62, 2**61 + 1, 7]


def exact(policy, masses):
    masses = [mpf(x) for x in masses]
    if policy in ("normalise", "counts"):
        total = sum(masses)
        masses = [x / total for x in masses]
    return masses


def mixtures():
    yield "strict", [1, 1, 1], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    yield "strict", [0.9, 0.1], [[0.5, 0.5], [0.25, 0.75]]
    yield "strict", [0.2, 0.3, 0.5], [distribution(6, 1.0) for _ in range(3)]
    yield "strict", [1, 0, 1], [[0.5, 0.5], [0.9, 0.1], [0.25, 0.75]]
    yield "strict", [1e-9, 1.0], [[1.0, 0.0], [0.0, 1.0]]
    # Two that nearly agree, and one far away whose weight is too small to hide their difference.
    p = distribution(6, 1.0)
    for weight in [0, 1e-20]:
        yield "strict", [weight, 0.5, 0.5], [distribution(6, 1.0), p, moved(p, 1e-9)]
    yield "strict", [2, 1], [[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]
    yield "normalise", [1, 2, 1], [[20.0, 80.0], [3.0, 5.0], [1.0, 0.0]]
    for exponent in [4, 8, 12, 14]:
        p = distribution(10, 1.0)
        yield "strict", [0.5, 0.3, 0.2], [p, moved(p, 10.0**-exponent), moved(p, 10.0**-exponent)]
        yield "normalise", [0.1, 0.9], [[3 * x for x in p], moved(p, 10.0**-exponent)]


# --- tables --------------------------------------------------------------------------------------


def text(x, scale=mpf(1)):
    """25 digits; rounding noise of the 100 is 0, since no case has a true value that small."""
    if x == inf:
        return "inf"
    return nstr(x if abs(x) > scale * mpf("1e-80") else mpf(0), 25)


def vector(masses):
    return " ".join(repr(x) for x in masses)


def table(name, header, rows):
    with open(Path(__file__).with_name(name), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    cases = list(pairs())
    table(
        "pairs.csv",
        ["case", "policy", "p", "q"],
        ([case, policy, vector(p), vector(q)] for case, policy, p, q in cases),
    )
    table(
        "measures.csv",
        ["case", "measure", "value"],
        (
            [case, name, text(value(exact(policy, p), exact(policy, q)), max(exact(policy, p)))]
            for case, policy, p, q in cases
            for name, value in measures()
        ),
    )
    table(
        "mixtures.csv",
        ["policy", "weights", "distributions", "js"],
        (
            [
                policy,
                vector(weights),
                "; ".join(vector(p) for p in distributions),
                text(js_of([exact(policy, p) for p in distributions], [mpf(w) for w in weights])),
            ]
            for policy, weights, distributions in mixtures()
        ),
    )
    joint.write(table, vector, text)
    line.write(table, vector, text, exact)


if __name__ == "__main__":
    main()
