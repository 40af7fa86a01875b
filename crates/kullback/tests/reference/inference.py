"""Reference values of the laws behind intervals and p-values, at 50 digits.

Run it from anywhere; it rewrites the table beside it (a minute):

    python3 crates/kullback/tests/reference/inference.py

- inference.csv    function, degrees of freedom, noncentrality, x, value

`ln_survival` is of the central χ² law, `noncentral_cdf` the Poisson mixture of central laws. Needs mpmath.
"""

import csv
from pathlib import Path

from mpmath import exp, factorial, gammainc, ln, mp, mpf, nstr

mp.dps = 50


def cdf(nu, x):
    return gammainc(nu / 2, 0, x / 2, regularized=True)


def ln_survival(nu, x):
    return ln(gammainc(nu / 2, x / 2, regularized=True))


def noncentral_cdf(nu, noncentrality, x):
    mean = noncentrality / 2
    terms = range(int(mean + 30 * (mean**0.5 + 1)) + 30)
    return sum(exp(-mean) * mean**j / factorial(j) * cdf(nu + 2 * j, x) for j in terms)


with (Path(__file__).parent / "inference.csv").open("w", newline="") as file:
    table = csv.writer(file, lineterminator="\n")
    for nu in ["0.3", "1", "7.5", "99", "12345"]:
        for at in ["0.1", "0.9", "1", "1.3", "4", "30"]:
            x = mpf(nu) * mpf(at)
            table.writerow(["ln_survival", nu, 0, nstr(x, 17), nstr(ln_survival(mpf(nu), mpf(nstr(x, 17))), 20)])
    for nu in ["0.7", "1", "9", "99"]:
        for noncentrality in ["0.1", "3", "50", "300"]:
            for at in ["0.3", "0.8", "1", "1.5"]:
                x = nstr((mpf(nu) + mpf(noncentrality)) * mpf(at), 17)
                value = noncentral_cdf(mpf(nu), mpf(noncentrality), mpf(x))
                table.writerow(["noncentral_cdf", nu, noncentrality, x, nstr(value, 20)])
