"""Frozen distributions of SciPy as families."""

from __future__ import annotations

from typing import Any, Callable

from ._native import Error, Family


def from_scipy(frozen: Any) -> Family:
    """Make the family of a frozen distribution, as ``scipy.stats.norm(0, 1)``."""
    dist = frozen.dist
    discrete = not hasattr(dist, "pdf")
    names = [name.strip() for name in (dist.shapes or "").split(",") if name.strip()]
    names += ["loc"] if discrete else ["loc", "scale"]
    given: dict[str, Any] = {"loc": 0.0, "scale": 1.0}
    given.update(zip(names, frozen.args))
    given.update(frozen.kwds)
    make = _FAMILIES.get(dist.name)
    if make is None:
        raise Error(
            f"scipy.stats.{dist.name} is none of the families that are known: {', '.join(sorted(_FAMILIES))}"
        )
    name, parameters, keeps_location = make(given)
    loc = float(given["loc"])
    if not keeps_location and loc != 0.0:
        raise Error(f"scipy.stats.{dist.name} with loc = {loc:g}: the family {name} begins at 0 and cannot be moved")
    return Family(f"{name}({', '.join(repr(float(parameter)) for parameter in parameters)})")


_Made = tuple[str, list[Any], bool]


def _located(name: str, *shapes: str) -> Callable[[dict[str, Any]], _Made]:
    """Of a family with location and scale, after its shapes."""
    return lambda given: (name, [given[shape] for shape in shapes] + [given["loc"], given["scale"]], True)


def _from_zero(name: str, parameters: Callable[[dict[str, Any]], list[Any]]) -> Callable[[dict[str, Any]], _Made]:
    """Of a family that cannot be moved."""
    return lambda given: (name, parameters(given), False)


def _beta(given: dict[str, Any]) -> _Made:
    if float(given["scale"]) != 1.0:
        raise Error(f"scipy.stats.beta with scale = {given['scale']}: the family beta lies on 0 to 1")
    return "beta", [given["a"], given["b"]], False


def _chi(name: str) -> Callable[[dict[str, Any]], _Made]:
    def made(given: dict[str, Any]) -> _Made:
        if float(given["scale"]) != 1.0:
            raise Error(f"scipy.stats.{name} with scale = {given['scale']}: the family {name} has none")
        return name, [given["df"]], False

    return made


def _lognorm(given: dict[str, Any]) -> _Made:
    from math import log

    return "log_normal", [log(given["scale"]), given["s"]], False


def _invgauss(given: dict[str, Any]) -> _Made:
    scale = given["scale"]
    return "inverse_gaussian", [given["mu"] * scale, scale], False


def _geom(given: dict[str, Any]) -> _Made:
    # SciPy counts trials, from 1; the family failures, from 0.
    if float(given["loc"]) != -1.0:
        raise Error("scipy.stats.geom counts trials from 1, the family geometric failures from 0: say geom(p, loc=-1)")
    return "geometric", [given["p"]], True


def _vonmises(given: dict[str, Any]) -> _Made:
    if float(given["scale"]) != 1.0:
        raise Error(f"scipy.stats.vonmises with scale = {given['scale']}: the family von_mises has none")
    return "von_mises", [given["loc"], given["kappa"]], True


def _truncnorm(given: dict[str, Any]) -> _Made:
    loc, scale = given["loc"], given["scale"]
    return "truncated_normal", [loc, scale, loc + given["a"] * scale, loc + given["b"] * scale], True


_FAMILIES: dict[str, Callable[[dict[str, Any]], _Made]] = {
    "bernoulli": _from_zero("bernoulli", lambda g: [g["p"]]),
    "beta": _beta,
    "binom": _from_zero("binomial", lambda g: [g["n"], g["p"]]),
    "cauchy": _located("cauchy"),
    "chi": _chi("chi"),
    "chi2": _chi("chi2"),
    "expon": _from_zero("exponential", lambda g: [1 / g["scale"]]),
    "gamma": _from_zero("gamma", lambda g: [g["a"], 1 / g["scale"]]),
    "geom": _geom,
    "gumbel_r": _located("gumbel"),
    "halfnorm": _from_zero("half_normal", lambda g: [g["scale"]]),
    "invgamma": _from_zero("inverse_gamma", lambda g: [g["a"], g["scale"]]),
    "invgauss": _invgauss,
    "laplace": _located("laplace"),
    "logistic": _located("logistic"),
    "lognorm": _lognorm,
    "moyal": _located("moyal"),
    "nbinom": _from_zero("negative_binomial", lambda g: [g["n"], g["p"]]),
    "norm": _located("normal"),
    "pareto": _from_zero("pareto", lambda g: [g["b"], g["scale"]]),
    "poisson": _from_zero("poisson", lambda g: [g["mu"]]),
    "t": _located("student_t", "df"),
    "truncnorm": _truncnorm,
    "uniform": lambda g: ("uniform", [g["loc"], g["loc"] + g["scale"]], True),
    "vonmises": _vonmises,
    "weibull_min": _from_zero("weibull", lambda g: [g["c"], g["scale"]]),
}
