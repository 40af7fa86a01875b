"""Reference values for families of distributions, at 30 digits or more.

Run it from anywhere; it rewrites the four tables beside it (some minutes):

    python3 crates/kullback/tests/reference/families.py

- families.csv  P, Q, KL(P||Q), JS(P,Q), cross-entropy, entropy of P: by quadrature or summation of the densities as
                textbooks write them. No closed form and no trick of the Rust code is used.
- extremes.csv  P, Q, KL(P||Q), for large and for nearly equal parameters, by textbook formulas at 700 digits.
- multivariate.csv  P, Q, KL(P||Q), entropy of P and, of multinomials, JS(P,Q), by textbook formulas at 120 digits; those
                of Wishart and von Mises-Fisher distributions are checked by quadrature in one variable.
- special.csv   function, arguments, value.

A parameter is the exact value of its binary double. Needs mpmath.
"""

import csv
from ast import literal_eval
from multiprocessing import Pool
from pathlib import Path

from mpmath import (
    besseli, cos, digamma, erfc, exp, expm1, gamma, inf, isinf, ln, log1p, loggamma, mp, mpf,
    ncdf, nstr, pi, quad, sqrt, zeta,
)

mp.dps = 40

# --- densities -----------------------------------------------------------------------------------

LINE, HALF, UNIT = (-inf, inf), (0, inf), (0, 1)


class Continuous:
    """A log-density by (x, distance above low, distance below high), a support, and marks in the bulk."""

    def __init__(self, support, marks, ln_density):
        self.parts = [(mpf(1), support, ln_density)]
        self.marks = [mpf(m) for m in marks]

    def ln(self, x, anchor, offset):
        total = mpf(0)
        for weight, (low, high), f in self.parts:
            above = offset if anchor == low else x - low
            below = -offset if anchor == high else high - x
            if above > 0 and below > 0:
                total += weight * exp(f(x, above, below))
        return ln(total) if total else -inf

    def ends(self):
        return [mpf(e) for _, support, _ in self.parts for e in support]


class Discrete:
    def __init__(self, last, mass):
        self.last, self.mass = last, mass


def around(centre, spread):
    return [centre + k * spread for k in (-6, -2, 0, 2, 6)]


def normal(m, s):
    return Continuous(LINE, around(m, s), lambda x, a, b: -((x - m) / s) ** 2 / 2 - ln(s) - ln(2 * pi) / 2)


def log_normal(m, s):
    marks = [exp(y) for y in around(m, s)]
    return Continuous(HALF, marks, lambda x, a, b: -((ln(a) - m) / s) ** 2 / 2 - ln(s * a) - ln(2 * pi) / 2)


def logit_normal(m, s):
    marks = [1 / (1 + exp(-y)) for y in around(m, s)]
    return Continuous(
        UNIT, marks, lambda x, a, b: -((ln(a) - ln(b) - m) / s) ** 2 / 2 - ln(s * a * b) - ln(2 * pi) / 2
    )


def truncated_normal(m, s, low, high):
    z = ncdf((high - m) / s) - ncdf((low - m) / s)
    return Continuous(
        (low, high), [(low + high) / 2], lambda x, a, b: -((x - m) / s) ** 2 / 2 - ln(s * z) - ln(2 * pi) / 2
    )


def laplace(m, s):
    return Continuous(LINE, around(m, s), lambda x, a, b: -abs(x - m) / s - ln(2 * s))


def logistic(m, s):
    return Continuous(LINE, around(m, s), lambda x, a, b: -abs(x - m) / s - 2 * log1p(exp(-abs(x - m) / s)) - ln(s))


def cauchy(m, s):
    return student_t(mpf(1), m, s)


def student_t(v, m, s):
    c = loggamma((v + 1) / 2) - loggamma(v / 2) - ln(v * pi) / 2 - ln(s)
    return Continuous(LINE, around(m, s), lambda x, a, b: c - (v + 1) / 2 * log1p(((x - m) / s) ** 2 / v))


def uniform(low, high):
    return Continuous((low, high), [(low + high) / 2], lambda x, a, b: -ln(high - low))


def continuous_bernoulli(p):
    c = ln(2) if p == mpf("0.5") else ln(2 * mp.atanh(1 - 2 * p) / (1 - 2 * p))
    return Continuous(UNIT, [mpf(1) / 2], lambda x, a, b: c + x * ln(p) + b * ln(1 - p))


def beta_(p, q):
    c = loggamma(p + q) - loggamma(p) - loggamma(q)
    return Continuous(UNIT, [p / (p + q)], lambda x, a, b: c + (p - 1) * ln(a) + (q - 1) * ln(b))


def exponential(rate):
    return gamma_(mpf(1), rate)


def gamma_(k, rate):
    c = k * ln(rate) - loggamma(k)
    marks = [m for m in around(k / rate, sqrt(k) / rate) if m > 0]
    return Continuous(HALF, marks, lambda x, a, b: c + (k - 1) * ln(a) - rate * a)


def chi2(k):
    return gamma_(k / 2, mpf(1) / 2)


def chi(k):
    c = (1 - k / 2) * ln(2) - loggamma(k / 2)
    return Continuous(HALF, [sqrt(k)], lambda x, a, b: c + (k - 1) * ln(a) - a * a / 2)


def half_normal(s):
    return Continuous(HALF, [s], lambda x, a, b: ln(2 / pi) / 2 - ln(s) - (a / s) ** 2 / 2)


def inverse_gamma(k, s):
    c = k * ln(s) - loggamma(k)
    return Continuous(HALF, [s / (k + 1), s / k], lambda x, a, b: c - (k + 1) * ln(a) - s / a)


def inverse_gaussian(m, s):
    return Continuous(
        HALF, [m], lambda x, a, b: ln(s / (2 * pi)) / 2 - 3 * ln(a) / 2 - s * (x - m) ** 2 / (2 * m * m * a)
    )


def exp_gamma(k, rate):
    c = k * ln(rate) - loggamma(k)
    return Continuous(LINE, around(ln(k / rate), 1 / sqrt(k)), lambda x, a, b: c + k * x - rate * exp(x))


def exp_inverse_gamma(k, s):
    c = k * ln(s) - loggamma(k)
    return Continuous(LINE, around(ln(s / k), 1 / sqrt(k)), lambda x, a, b: c - k * x - s * exp(-x))


def gumbel(m, s):
    return Continuous(LINE, around(m, s), lambda x, a, b: -(x - m) / s - exp(-(x - m) / s) - ln(s))


def moyal(m, s):
    return Continuous(
        LINE, around(m, s), lambda x, a, b: -((x - m) / s + exp(-(x - m) / s)) / 2 - ln(s) - ln(2 * pi) / 2
    )


def pareto(k, s):
    return Continuous((s, inf), [2 * s], lambda x, a, b: ln(k) + k * ln(s) - (k + 1) * ln(s + a))


def von_mises(m, k):
    return Continuous((-mp.pi, mp.pi), [mpf(0)], lambda x, a, b: k * cos(x - m) - ln(2 * pi * besseli(0, k)))


def weibull(k, s):
    return Continuous(HALF, [s], lambda x, a, b: ln(k / s) + (k - 1) * ln(a / s) - (a / s) ** k)


def bernoulli(p):
    return Discrete(1, lambda k: p if k == 1 else 1 - p)


def probit_bernoulli(z):
    return Discrete(1, lambda k: ncdf(z) if k == 1 else ncdf(-z))


def binomial(n, p):
    return Discrete(int(n), lambda k: mp.binomial(n, k) * p**k * (1 - p) ** (n - k))


def categorical(*p):
    total = sum(p)
    return Discrete(len(p) - 1, lambda k: p[k] / total)


def ordered_logistic(location, *cuts):
    def survival(k):
        return mpf(1) if k < 0 else mpf(0) if k >= len(cuts) else 1 / (1 + exp(cuts[k] - location))

    return Discrete(len(cuts), lambda k: survival(k - 1) - survival(k))


def geometric(p):
    return Discrete(inf, lambda k: p * (1 - p) ** k)


def negative_binomial(r, p):
    return Discrete(inf, lambda k: exp(loggamma(k + r) - loggamma(k + 1) - loggamma(r)) * p**r * (1 - p) ** k)


def poisson(rate):
    return Discrete(inf, lambda k: exp(-rate) * rate**k / mp.factorial(k))


def mixture(text):
    parts = [part.split("*", 1) for part in text.split("+")]
    weights, components = [mpf(float(w)) for w, _ in parts], [read(f) for _, f in parts]
    if isinstance(components[0], Discrete):
        reach = lambda c, k: c.mass(k) if k <= c.last else mpf(0)
        return Discrete(
            max(c.last for c in components), lambda k: sum(w * reach(c, k) for w, c in zip(weights, components))
        )
    whole = Continuous(LINE, [], None)
    whole.parts = [(w, support, f) for w, c in zip(weights, components) for _, support, f in c.parts]
    whole.marks = [m for c in components for m in c.marks]
    return whole


def read(text):
    name, inside = text.strip().split("(", 1)
    if name == "mixture":
        return mixture(inside[:-1])
    build = {"beta": beta_, "gamma": gamma_}.get(name) or globals()[name]
    return build(*(mpf(float(x)) for x in inside[:-1].split(",")))


# --- integrals and sums --------------------------------------------------------------------------


def integrate(f, ends, marks):
    """The integral of f(x, anchor, offset), walked in the logarithm of the distance near ends and in tails."""
    ends = sorted(set(ends))
    total = mpf(0)
    for low, high in zip(ends, ends[1:]):
        inside = sorted({m for m in marks if low < m < high})
        if not inside:
            inside = [mpf(0) if isinf(low) and isinf(high) else high - 1 if isinf(low) else low + 1]
            if not isinf(low) and not isinf(high):
                inside = [(low + high) / 2]
        for a, b in zip(inside, inside[1:]):
            total += quad(lambda x: f(x, None, None), [a, b])
        for end, near, sign in [(low, inside[0], 1), (high, inside[-1], -1)]:
            if isinf(end):
                reach = max(inside[-1] - inside[0], mpf(1))
                # From the outermost mark one reach further, then by logarithms.
                step = near - sign * reach
                total += quad(lambda x: f(x, None, None), sorted([near, step]))
                total += outward(lambda t: exp(t) * f(near - sign * exp(t), None, None), ln(reach), 1)
            else:
                start = ln(abs(near - end))
                total += outward(
                    lambda t: exp(t) * f(end + sign * exp(t), end, sign * exp(t)), start, -1
                )
    return total


def outward(f, start, direction):
    total, at, width = mpf(0), start, mpf(1)
    while True:
        to = at + direction * width
        piece = quad(f, sorted([at, to]))
        total += piece
        if abs(piece) < mpf(10) ** -35 and abs(at - start) > 4:
            return total
        assert abs(to) < 10**5, "this tail is too heavy for a reference value"
        at, width = to, min(width * mpf("1.5"), 60)


def discrete(p, q):
    """KL, JS, cross-entropy and entropy of P."""
    pairs, k, reach = [], 0, max(p.last, q.last)
    while k <= reach:
        a = p.mass(k) if k <= p.last else mpf(0)
        b = q.mass(k) if k <= q.last else mpf(0)
        pairs.append((a, b))
        if isinf(reach) and k > 30 and a < mpf(10) ** -45 and b < mpf(10) ** -45:
            break
        k += 1
    return tuple(sum(term(a, b) for a, b in pairs) for term in (kl_of, js_of, cross_of, own_of))


def continuous(p, q):
    """KL, JS, cross-entropy and entropy of P."""
    seen = {}

    def logs(x, anchor, offset):
        key = (x, anchor, offset)
        if key not in seen:
            seen[key] = p.ln(x, anchor, offset), q.ln(x, anchor, offset)
        return seen[key]

    ends, marks = p.ends() + q.ends(), p.marks + q.marks
    where = lambda term: integrate(lambda *at: term(*logs(*at)), ends, marks)
    js = where(lambda la, lb: js_of(exp(la), exp(lb)))
    own = where(lambda la, lb: -exp(la) * la if exp(la) else mpf(0))
    cross = where(lambda la, lb: -exp(la) * lb if exp(la) else mpf(0))
    return cross - own, js, cross, own


def kl_of(a, b):
    return mpf(0) if a == 0 else inf if b == 0 else a * ln(a / b)


def cross_of(a, b):
    return mpf(0) if a == 0 else inf if b == 0 else -a * ln(b)


def own_of(a, b):
    return -a * ln(a) if a else mpf(0)


def js_of(a, b):
    m = (a + b) / 2
    return (kl_of(a, m) + kl_of(b, m)) / 2


def row(pair):
    p, q = (read(text) for text in pair)
    values = discrete(p, q) if isinstance(p, Discrete) else continuous(p, q)
    return [*pair, *(nstr(v, 25) for v in values)]


SAME = """
bernoulli(0.3)|bernoulli(0.7); beta(2,3)|beta(4,1.5); beta(0.5,0.5)|beta(1,2); binomial(10,0.3)|binomial(10,0.6)
categorical(0.2,0.3,0.5)|categorical(0.5,0.25,0.25); cauchy(0,1)|cauchy(2,3); chi(3)|chi(5.5); chi2(3)|chi2(7)
continuous_bernoulli(0.25)|continuous_bernoulli(0.9); continuous_bernoulli(0.5)|continuous_bernoulli(0.45)
exp_gamma(2,1)|exp_gamma(3,2.5); exp_inverse_gamma(2,1)|exp_inverse_gamma(3,2.5); exponential(1)|exponential(3)
gamma(2,3)|gamma(5,1); gamma(0.5,1)|gamma(0.75,2); geometric(0.3)|geometric(0.6); gumbel(0,1)|gumbel(1,2)
gumbel(1,2)|gumbel(0,1.5); half_normal(1)|half_normal(2.5); inverse_gamma(3,2)|inverse_gamma(2,4)
inverse_gaussian(1,2)|inverse_gaussian(2,1); laplace(0,1)|laplace(1.5,2); logistic(0,1)|logistic(1,2)
log_normal(0,1)|log_normal(1,0.75); logit_normal(0,1)|logit_normal(1,2); moyal(0,1)|moyal(1,1.5)
negative_binomial(2.5,0.4)|negative_binomial(2.5,0.7); negative_binomial(2.5,0.4)|negative_binomial(4,0.5)
normal(0,1)|normal(1,2); ordered_logistic(0,-1,1)|ordered_logistic(0.5,-2,0.25); pareto(3,2)|pareto(2,1)
poisson(3)|poisson(7.5); probit_bernoulli(-0.5)|probit_bernoulli(1); student_t(3,0,1)|student_t(5,1,2)
truncated_normal(0,1,-1,2)|truncated_normal(0.5,2,-1.5,2); uniform(0,1)|uniform(-1,3)
von_mises(0.5,2)|von_mises(-1,3.5); von_mises(0,0)|von_mises(1,5); weibull(1.5,2)|weibull(2.5,1.5)
"""

CROSS = """
bernoulli(0.3)|poisson(0.5); beta(2,3)|continuous_bernoulli(0.3); beta(2,3)|exponential(1.5); beta(2,3)|gamma(2,4)
beta(2,3)|normal(0.5,0.25); beta(2,3)|uniform(0,1); beta(2,3)|uniform(-1,2); continuous_bernoulli(0.25)|exponential(2)
continuous_bernoulli(0.25)|normal(0.5,0.5); continuous_bernoulli(0.25)|uniform(0,1)
continuous_bernoulli(0.25)|uniform(-0.5,1.5); exponential(2)|gamma(1.5,1); exponential(2)|gumbel(0,1)
exponential(2)|normal(0,1); gamma(2,3)|exponential(1); gamma(2,3)|gumbel(0.5,1); gamma(2,3)|normal(1,1)
gumbel(0,1)|normal(0.5,2); laplace(0,1)|normal(0.5,1.5); normal(0,1)|gumbel(0.5,1.5); normal(0,1)|laplace(0,1.5)
pareto(3,1)|exponential(1); pareto(3,1)|gamma(2,1); pareto(3,1)|normal(1,2); uniform(0,1)|beta(2,3)
uniform(0.25,0.75)|beta(2,3); uniform(0,1)|continuous_bernoulli(0.25); uniform(0,1)|exponential(1.5)
uniform(0.5,2)|gamma(2,3); uniform(-1,1)|gumbel(0,1); uniform(-1,1)|normal(0,1); uniform(2,3)|pareto(1.5,1)
chi2(3)|gamma(2,1); gamma(2,1)|chi2(3); weibull(1.5,2)|gamma(2,1)
"""

OTHER = """
normal(0,1)|cauchy(0,1); normal(0,1)|student_t(3,0,1); student_t(3,0,1)|normal(0,1); student_t(5,0,1)|logistic(0,1)
student_t(2.5,0,1)|laplace(0,2); cauchy(0,1)|student_t(0.5,1,2); student_t(0.5,0,1)|cauchy(1,1)
student_t(30,0,1)|normal(0,1); logistic(0,1)|normal(0,2); laplace(0,1)|cauchy(1,1); gumbel(0,1)|moyal(0,1)
laplace(0,0.5)|gumbel(0,1); logistic(0,0.5)|moyal(0,1); normal(0,1)|exp_gamma(1,1); exp_gamma(2,1)|logistic(0,1)
gamma(2,1)|log_normal(0.5,1); log_normal(0,0.5)|gamma(3,2.5); log_normal(0,1)|inverse_gaussian(1,1)
inverse_gaussian(1,2)|gamma(2,2); inverse_gamma(3,2)|gamma(2,1); gamma(3,1)|inverse_gamma(2,1)
weibull(0.5,1)|log_normal(0,2); weibull(0.75,1)|weibull(1.5,2); half_normal(1)|exponential(1); chi(3)|weibull(2,2)
pareto(1.5,1)|log_normal(0,1); pareto(0.75,2)|cauchy(0,1); log_normal(0,2)|cauchy(0,1)
half_normal(2)|normal(0,1); uniform(0,1)|logit_normal(0,1); beta(2,2)|logit_normal(0,1); logit_normal(0,1)|beta(2,2)
logit_normal(0.5,0.5)|truncated_normal(0.5,0.25,0,1); truncated_normal(0,1,-2,2)|normal(0,1)
truncated_normal(3,1,0,1)|beta(2,1); von_mises(0,2)|uniform(-4,4); von_mises(0.5,2)|normal(0.5,0.8)
exponential(1)|laplace(0,1); inverse_gaussian(1,1)|exponential(0.5)
mixture(0.3*normal(0,1)+0.7*normal(4,1))|normal(2.8,2); normal(2.8,2)|mixture(0.3*normal(0,1)+0.7*normal(4,1))
mixture(0.5*normal(0,1)+0.5*normal(8,0.25))|mixture(0.25*normal(0,1)+0.75*student_t(3,8,1))
mixture(0.5*uniform(0,1)+0.5*uniform(2,3))|uniform(0,3); mixture(0.5*uniform(0,1)+0.5*uniform(2,3))|gamma(2,1)
mixture(0.9*normal(0,1)+0.1*normal(0,10))|cauchy(0,1)
binomial(10,0.3)|binomial(12,0.4); binomial(10,0.3)|poisson(3); bernoulli(0.25)|binomial(3,0.5)
poisson(3)|negative_binomial(3,0.5); negative_binomial(3,0.5)|poisson(3); poisson(3)|geometric(0.25)
geometric(0.25)|poisson(3); bernoulli(0.3)|probit_bernoulli(0.25); categorical(0.2,0.3,0.5)|poisson(1)
ordered_logistic(0,-1,1)|categorical(0.2,0.3,0.5); negative_binomial(0.5,0.2)|geometric(0.3); poisson(40)|poisson(90)
mixture(0.5*poisson(2)+0.5*poisson(20))|poisson(11); poisson(200)|negative_binomial(50,0.2)
"""


def pairs(text):
    for pair in text.replace("\n", ";").split(";"):
        if pair.strip():
            yield tuple(pair.strip().split("|"))


# --- textbook formulas, for parameters that quadrature cannot reach -------------------------------


def kl_gamma(a, r, b, s):
    return (a - b) * digamma(a) - loggamma(a) + loggamma(b) + b * ln(r / s) + a * (s - r) / r


def kl_beta(a, b, c, d):
    ln_b = lambda x, y: loggamma(x) + loggamma(y) - loggamma(x + y)
    return (
        ln_b(c, d) - ln_b(a, b) + (a - c) * digamma(a) + (b - d) * digamma(b) + (c - a + d - b) * digamma(a + b)
    )


def kl_normal(m, s, n, t):
    return ln(t / s) + (s * s + (m - n) ** 2) / (2 * t * t) - mpf(1) / 2


def kl_bernoulli(p, q):
    return p * ln(p / q) + (1 - p) * ln((1 - p) / (1 - q))


def kl_weibull(k, s, l, t):
    g = mp.euler
    return ln(k / s**k) - ln(l / t**l) + (k - l) * (ln(s) - g / k) + (s / t) ** l * gamma(l / k + 1) - 1


def kl_gumbel(m, s, n, t):
    return kl_weibull(1 / s, exp(-m), 1 / t, exp(-n))


def kl_continuous_bernoulli(p, q):
    eta = lambda x: ln(x / (1 - x))
    cumulant = lambda e: ln(expm1(e) / e)
    a, b = eta(p), eta(q)
    return cumulant(b) - cumulant(a) - (b - a) * (1 / (1 - exp(-a)) - 1 / a)


def kl_von_mises(m, k, n, l):
    return ln(besseli(0, l) / besseli(0, k)) + besseli(1, k) / besseli(0, k) * (k - l * cos(m - n))


def kl_laplace(m, s, n, t):
    return ln(t / s) + abs(m - n) / t + s / t * exp(-abs(m - n) / s) - 1


def kl_cauchy(m, s, n, t):
    return ln(((s + t) ** 2 + (m - n) ** 2) / (4 * s * t))


def kl_poisson(a, b):
    return a * ln(a / b) - a + b


def kl_binomial(n, p, m, q):
    return n * kl_bernoulli(p, q)


def kl_geometric(p, q):
    return kl_bernoulli(p, q) / p


def kl_uniform(a, b, c, d):
    return ln((d - c) / (b - a))


def kl_pareto(a, m, b, n):
    return ln(a / b) + b / a - 1 + b * ln(m / n)


def kl_inverse_gaussian(m, s, n, t):
    return (ln(s / t) + t / s - 1 + t * (m - n) ** 2 / (m * n * n)) / 2


EXTREMES = """
normal(0.00009999999747378752,1)|normal(0,1); normal(1e-8,1)|normal(0,1); normal(0,1)|normal(0,1.00000001)
normal(1e8,1)|normal(100000001,1); normal(0,1e-150)|normal(0,2e-150); normal(0,1e100)|normal(0,1)
gamma(1e8,1)|gamma(100000001,1); gamma(1e8,1)|gamma(1e8,1.0000001); gamma(1e8,1e8)|gamma(50000000,100000000)
gamma(2,3)|gamma(2.00000002,3); gamma(2,3)|gamma(2.00000002,3.00000003); gamma(1e-8,1)|gamma(2e-8,1)
gamma(1e-3,1)|gamma(1e3,2); gamma(1e3,2)|gamma(1e-3,1); gamma(30,1)|gamma(90,3); gamma(1e8,1)|gamma(1,1)
beta(1e8,1e8)|beta(100000001,1e8); beta(1e8,1e8)|beta(2e8,2e8); beta(1e8,1)|beta(2e8,1); beta(1e4,2e4)|beta(1.0001e4,2e4)
beta(2,3)|beta(2.00000002,3); beta(1e-6,1e-6)|beta(2e-6,1e-6); beta(1e8,2)|beta(1,1); beta(1e8,1e-3)|beta(1e8,2e-3)
poisson(1e8)|poisson(100000001); poisson(1e12)|poisson(1000000000001); poisson(1e-12)|poisson(2e-12)
poisson(1)|poisson(1e300); binomial(1e9,0.5)|binomial(1e9,0.50000001); geometric(1e-9)|geometric(2e-9)
bernoulli(1e-300)|bernoulli(2e-300); bernoulli(0.5)|bernoulli(0.500000001); geometric(0.3)|geometric(0.30000001)
laplace(0,1)|laplace(1e-8,1); laplace(0,1)|laplace(0,1.00000001); cauchy(0,1)|cauchy(1e-8,1); cauchy(0,1e-9)|cauchy(1,1e9)
weibull(1.5,2)|weibull(1.50000001,2); weibull(1.5,2)|weibull(1.5,2.00000001); weibull(10,1)|weibull(0.5,3)
gumbel(0,1)|gumbel(1e-8,1); gumbel(0,1)|gumbel(0,1.00000001); gumbel(0,1)|gumbel(3,0.125)
continuous_bernoulli(0.25)|continuous_bernoulli(0.25000001); continuous_bernoulli(0.499)|continuous_bernoulli(0.501)
continuous_bernoulli(1e-9)|continuous_bernoulli(0.75); continuous_bernoulli(0.75)|continuous_bernoulli(1e-200)
von_mises(0,1)|von_mises(1e-8,1); von_mises(0,1)|von_mises(0,1.00000001); von_mises(0,39)|von_mises(0.1,41)
von_mises(0,1e6)|von_mises(0.001,2e6); von_mises(0,1e4)|von_mises(0,10000.0001); von_mises(0,1e-8)|von_mises(0,30)
von_mises(0,39.5)|von_mises(0,39.500001); uniform(0,1)|uniform(0,1.00000001); pareto(3,1)|pareto(3.00000003,1)
pareto(3,2)|pareto(3,1.99999999); inverse_gaussian(1,2)|inverse_gaussian(1.00000001,2)
inverse_gaussian(1,2)|inverse_gaussian(1,2.00000002); inverse_gaussian(1e-6,1)|inverse_gaussian(1e6,1e-3)
"""


def extreme(pair):
    mp.dps = 700
    name = pair[0].split("(")[0]
    numbers = [mpf(float(x)) for text in pair for x in text.split("(")[1][:-1].split(",")]
    return [*pair, nstr(globals()["kl_" + name](*numbers), 25)]


# --- several variables ---------------------------------------------------------------------------

# P, Q: divergences and entropies at 120 digits by textbook formulas; where the parameters are ordinary, also by
# quadrature of densities of one variable (Wishart, von Mises-Fisher) or outcome by outcome (multinomial).
SEVERAL = """
dirichlet(1,2,3)|dirichlet(1,1,1); dirichlet(1e8,2e8,3e8)|dirichlet(1e8,2e8,300000001)
dirichlet(0.5,1e-6,3)|dirichlet(0.5,2e-6,3.00000001); dirichlet(1e-3,1e8)|dirichlet(1e3,1e8)
dirichlet(2,3)|dirichlet(2,3.00000002); dirichlet(0.3,0.3,0.3,0.3)|dirichlet(9,1,1,2)
mvn([0,1,2],[[2,0.5,0.25],[0.5,1,-0.25],[0.25,-0.25,3]])|mvn([1,1,1.5],[[1,0.25,0],[0.25,2,0.5],[0,0.5,1.5]])
mvn([0,1,2],[[2,0.5,0.25],[0.5,1,-0.25],[0.25,-0.25,3]])|mvn([0,1.00000001,2],[[2.00000001,0.5,0.25],[0.5,1,-0.25],[0.25,-0.25,3.00000002]])
mvn([0,0],[[1,0.999999],[0.999999,1]])|mvn([0,0],[[1,0],[0,1]])
mvn([0,0],[[1e-8,0],[0,1e8]])|mvn([1e-4,1e4],[[2e-8,0.5],[0.5,2e8]]); mvn([3],[[4]])|mvn([2],[[9]])
low_rank_normal([0,1,2],[[1],[0.5],[-2]],[1,2,0.5])|low_rank_normal([0.5,1,1],[[0.5],[1],[1]],[2,1,0.75])
low_rank_normal([0,1,2],[[1,0],[0.5,1],[-2,3]],[1,2,0.5])|low_rank_normal([0.5,1,1],[[0.5],[1],[1]],[2,1,0.75])
low_rank_normal([0,0,0,0],[[1],[2],[3],[4]],[1,1,1,1])|low_rank_normal([0,0,0,0],[[1],[2],[3],[4.00000004]],[1,1,1,1])
low_rank_normal([0,0,0,0],[[1],[2],[3],[4]],[1,1,1,1])|low_rank_normal([0,0,1e-8,0],[[1],[2],[3],[4]],[1,1.00000001,1,1])
low_rank_normal([1,2],[[30],[40]],[1,1])|low_rank_normal([1,2],[[31],[40]],[1,1])
low_rank_normal([0,1],[[1],[0.5]],[1,2])|mvn([0,0],[[2,0.25],[0.25,3]]); mvn([0,0],[[2,0.25],[0.25,3]])|low_rank_normal([0,1],[[1],[0.5]],[1,2])
matrix_normal([[0,1,2],[1,0,0]],[[2,0.5],[0.5,1]],[[1,0.25,0],[0.25,2,0.5],[0,0.5,1.5]])|matrix_normal([[0,0,0],[0,0,0]],[[1,0],[0,1]],[[1,0,0],[0,1,0],[0,0,1]])
matrix_normal([[0,1]],[[2]],[[1,0.5],[0.5,1]])|matrix_normal([[0,1]],[[2.00000001]],[[1,0.5],[0.5,1.00000002]])
wishart(5,[[1,0],[0,1]])|wishart(4.5,[[2,0.5],[0.5,1]]); wishart(2.5,[[2,0.5,0.25],[0.5,1,-0.25],[0.25,-0.25,3]])|wishart(7,[[1,0.25,0],[0.25,2,0.5],[0,0.5,1.5]])
wishart(3,[[2]])|wishart(4,[[1]]); wishart(1.25,[[1,0],[0,1]])|wishart(1.5,[[1,0],[0,1]])
wishart(1e8,[[1,0.5],[0.5,1]])|wishart(100000001,[[1,0.5],[0.5,1]]); wishart(1e8,[[1,0],[0,1]])|wishart(100000001,[[0.99999999,0],[0,0.99999999]])
wishart(9,[[1,0.5],[0.5,1]])|wishart(9.00000001,[[1,0.5],[0.5,1.00000001]])
von_mises_fisher([1,0,0],10)|von_mises_fisher([0,0.6,0.8],3); von_mises_fisher([0.6,0.8],2)|von_mises_fisher([1,0],5)
von_mises_fisher([0,1,0,0,0],30)|von_mises_fisher([0,1,0,0,0],0); von_mises_fisher([1,0,0],0)|von_mises_fisher([1,0,0],4)
von_mises_fisher([1,0,0,0,0,0,0,0,0,0],50)|von_mises_fisher([0.8,0.6,0,0,0,0,0,0,0,0],1.5)
von_mises_fisher([1,0,0],1e6)|von_mises_fisher([1,0,0],1000001); von_mises_fisher([1,0,0],1e8)|von_mises_fisher([1,0,0],1)
von_mises_fisher([1,0,0,0],2)|von_mises_fisher([1,0,0,0],2.00000001); von_mises_fisher([1,0,0,0],1e-4)|von_mises_fisher([0,1,0,0],1e-4)
multinomial(6,0.2,0.3,0.5)|multinomial(6,0.4,0.4,0.2); multinomial(1,0.2,0.3,0.5)|multinomial(1,0.25,0.25,0.5)
multinomial(30,0.5,0.5)|multinomial(30,0.4999,0.5001); multinomial(9,0.1,0,0.2,0.7)|multinomial(9,0.2,0.1,0.3,0.4)
"""


def exact(x):
    return [exact(y) for y in x] if isinstance(x, (list, tuple)) else mpf(float(x))


def parameters(text):
    name, inside = text[:-1].split("(", 1)
    return name, exact(literal_eval(f"({inside},)"))


def normal_of(text):
    """Mean and covariance of anything normal, with all entries in one vector."""
    name, given = parameters(text)
    if name == "mvn":
        return mp.matrix(given[0]), mp.matrix(given[1])
    if name == "low_rank_normal":
        factor = mp.matrix(given[1])
        return mp.matrix(given[0]), factor * factor.T + mp.diag(given[2])
    mean, rows, columns = given
    pairs_ = [(i, j) for i in range(len(rows)) for j in range(len(columns))]
    kronecker = [[rows[i][k] * columns[j][l] for k, l in pairs_] for i, j in pairs_]
    return mp.matrix([mean[i][j] for i, j in pairs_]), mp.matrix(kronecker)


def of_normals(p, q):
    (m, s), (n, t) = normal_of(p), normal_of(q)
    product = t**-1 * s
    trace = sum(product[i, i] for i in range(s.rows))
    kl = (trace - s.rows + ((m - n).T * t**-1 * (m - n))[0] - ln(mp.det(product))) / 2
    return kl, (s.rows * (1 + ln(2 * pi)) + ln(mp.det(s))) / 2


of_mvn = of_low_rank_normal = of_matrix_normal = of_normals


def of_dirichlet(p, q):
    (_, a), (_, b) = parameters(p), parameters(q)
    ln_beta = sum(map(loggamma, a)) - loggamma(sum(a))
    mean_logs = [digamma(x) - digamma(sum(a)) for x in a]
    cross = sum(map(loggamma, b)) - loggamma(sum(b)) - sum((y - 1) * m for y, m in zip(b, mean_logs))
    entropy = ln_beta - sum((x - 1) * m for x, m in zip(a, mean_logs))
    return cross - entropy, entropy


def of_wishart(p, q):
    (_, (nu, v)), (_, (mu, w)) = parameters(p), parameters(q)
    v, w, d, a, b = mp.matrix(v), mp.matrix(w), len(v), nu / 2, mu / 2
    ln_gamma = lambda x: mpf(d * (d - 1)) / 4 * ln(pi) + sum(loggamma(x - mpf(i) / 2) for i in range(d))
    mean_log = sum(digamma(a - mpf(i) / 2) for i in range(d)) + d * ln(2) + ln(mp.det(v))
    trace = lambda m: sum(m[i, i] for i in range(d))

    def cross(b, w):
        normaliser = b * d * ln(2) + b * ln(mp.det(w)) + ln_gamma(b)
        return normaliser - (b - mpf(d + 1) / 2) * mean_log + a * trace(w**-1 * v)

    kl, entropy = cross(b, w) - cross(a, v), cross(a, v)
    if max(nu, mu) < 100:
        assert abs(kl - wishart_by_quadrature(nu, v, mu, w)) < mpf(10) ** -28 * max(1, kl), (p, q)
    return kl, entropy


def wishart_by_quadrature(nu, v, mu, w):
    """In the triangle of Bartlett's decomposition, with V = I and W diagonal, all entries are independent."""
    mp.dps = 40
    root = mp.cholesky(w)
    scales = [1 / x for x in mp.eigsy(root**-1 * v * (root**-1).T, eigvals_only=True)]
    total = mpf(0)
    for i, scale in enumerate(scales):
        total += continuous(gamma_((nu - i) / 2, mpf(1) / 2), gamma_((mu - i) / 2, 1 / (2 * scale)))[0]
        total += i * continuous(normal(mpf(0), mpf(1)), normal(mpf(0), sqrt(scale)))[0]
    mp.dps = 120
    return total


def of_von_mises_fisher(p, q):
    (_, (m, k)), (_, (n, l)) = parameters(p), parameters(q)
    unit = lambda x: [y / sqrt(sum(z * z for z in x)) for y in x]
    cosine, d = sum(x * y for x, y in zip(unit(m), unit(n))), len(m)
    order = mpf(d) / 2 - 1
    surface = 2 * pi ** (mpf(d) / 2) / gamma(mpf(d) / 2)
    ln_c = lambda k: order * ln(k) - mpf(d) / 2 * ln(2 * pi) - ln(besseli(order, k)) if k else -ln(surface)
    mean = besseli(order + 1, k) / besseli(order, k) if k else mpf(0)
    kl, entropy = ln_c(k) - ln_c(l) + mean * (k - l * cosine), -ln_c(k) - k * mean
    if max(k, l) < 100:
        by_cosine = cosine_quadrature(d, k, l, cosine)
        assert abs(kl - by_cosine) < mpf(10) ** -28 * max(1, kl), (p, q, kl, by_cosine)
    return kl, entropy


def cosine_quadrature(d, k, l, cosine):
    mp.dps = 40
    over = lambda f: quad(lambda t: mp.sin(t) ** (d - 2) * f(cos(t)), mp.linspace(0, mp.pi, 9))
    z, w = over(lambda t: exp(k * t)), over(lambda t: exp(l * t))
    kl = ln(w / z) + over(lambda t: exp(k * t) * (k - l * cosine) * t) / z
    mp.dps = 120
    return kl


def of_multinomial(p, q):
    (_, (n, *a)), (_, (m, *b)) = parameters(p), parameters(q)
    assert n == m
    a, b = [x / sum(a) for x in a], [x / sum(b) for x in b]
    values = [mpf(0)] * 3
    for counts in splits(int(n), len(a)):
        ways = mp.factorial(n) / mp.fprod(mp.factorial(k) for k in counts)
        x, y = (ways * mp.fprod(s**k for s, k in zip(side, counts)) for side in (a, b))
        values = [v + f for v, f in zip(values, (kl_of(x, y), own_of(x, y), js_of(x, y)))]
    return tuple(values)


def splits(n, parts):
    if parts == 1:
        yield [n]
        return
    for k in range(n + 1):
        for rest in splits(n - k, parts - 1):
            yield [k, *rest]


def several():
    mp.dps = 120
    for p, q in pairs(SEVERAL):
        found = globals()["of_" + p.split("(")[0]](p, q)
        yield [p, q, *(nstr(x, 25) for x in found), *[""] * (3 - len(found))]


# --- special functions ---------------------------------------------------------------------------


def special():
    mp.dps = 60
    binet = lambda x: loggamma(x) - (x - mpf(1) / 2) * ln(x) + x - ln(2 * pi) / 2
    mean = lambda v, k: besseli(v + 1, k) / besseli(v, k)
    bessel = [(v, k) for v in (0, 0.5, 3, 99, 383) for k in ("1e-3", 1, 15, 300, 2e4, 1e6)]
    functions = {
        "cumulant": (lambda v, k: ln(gamma(v + 1) * (2 / k) ** v * besseli(v, k)) - k, bessel),
        "cumulant_mean": (mean, bessel),
        "cumulant_variance": (lambda v, k: 1 - mean(v, k) ** 2 - (2 * v + 1) / k * mean(v, k), bessel),
        "ln_gamma": (loggamma, ["1e-9", 0.1, 0.5, 0.9, 1.1, 1.5, 2.5, 5, 9.5, 20.25, 1000.5, 1e8]),
        "digamma": (digamma, ["1e-9", 0.1, 0.5, 1, 2, 5.5, 9.5, 20.25, 1000.5, 1e8]),
        "binet": (binet, ["1e-9", 0.1, 0.5, 0.75, 1, 2, 5.5, 11.99, 12, 20.25, 1000.5, 1e8]),
        "binet_second": (
            lambda x: zeta(2, x) - 1 / x - 1 / (2 * x * x),
            ["1e-9", 0.1, 0.5, 0.75, 1, 2, 5.5, 11.99, 12, 20.25, 1000.5, 1e8],
        ),
        "bregman": (
            lambda b, a: loggamma(b) - loggamma(a) - (b - a) * digamma(a),
            [(1, 2), (2, 1), (2, 2.00000001), (100000001, 1e8), (1e8, 1), (1e-8, 2e-8), (1e-8, 1), (3, 7), (0.5, 0.6)],
        ),
        "ln_beta": (
            lambda a, b: loggamma(a) + loggamma(b) - loggamma(a + b),
            [(1, 2), (0.5, 0.5), (1e8, 1e8), (1e8, 0.5), (1e-8, 1e-8), (1e-8, 1e8), (3, 7), (20, 0.1)],
        ),
        "erfc_scaled": (lambda x: exp(x * x) * erfc(x), [0, 0.1, 1, 3.3, 5.9, 6, 6.1, 10, 26, 100, 1e8]),
        "ln_phi": (lambda x: ln(erfc(-x / sqrt(2)) / 2), [-1000, -40, -9, -8, -3, -1, 0, 0.5, 1, 3, 8]),
    }
    for name, (f, cases) in functions.items():
        for case in cases:
            case = case if isinstance(case, tuple) else (case,)
            numbers = [float(x) for x in case]
            yield [name, *(repr(x) for x in numbers), nstr(f(*(mpf(x) for x in numbers)), 25)]


def write(name, header, rows):
    with open(Path(__file__).parent / name, "w", newline="") as file:
        out = csv.writer(file, delimiter="," if name == "special.csv" else ";", lineterminator="\n")
        if header:
            out.writerow(header)
        out.writerows(rows)


if __name__ == "__main__":
    write("special.csv", None, special())
    write("extremes.csv", ["p", "q", "kl"], [extreme(pair) for pair in pairs(EXTREMES)])
    write("multivariate.csv", ["p", "q", "kl", "entropy", "js"], several())
    mp.dps = 40
    with Pool() as pool:
        found = pool.map(row, list(pairs(SAME + CROSS + OTHER)), chunksize=1)
    write("families.csv", ["p", "q", "kl", "js", "cross_entropy", "entropy"], found)
