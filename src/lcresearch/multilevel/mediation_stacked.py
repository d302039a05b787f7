"""Mediation as one model of stacked rows: slopes that go together, and latent group means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.fitting import fit_lmm
from lcresearch.multilevel.mediation_equations import Equations, equation, of_fit, terms_of
from lcresearch.multilevel.mediation_result import COVARIANCE
from lcresearch.multilevel.mediation_rows import MediationRows
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.stacked_outcomes import StackedFit, fit_stacked

RESPONSE = "response"
CAUSE, MEDIATOR, OUTCOME = "in_cause", "in_mediator", "in_outcome"
_NOTHING = 1e-3
_STEP = 1e-30


@dataclass(frozen=True)
class Response:
    """What the rows hold once: a response, its predictors by path, and covariates.

    Attributes
    ----------
    indicator : str
        Column that is 1 for these rows and 0 for others.
    values : Series
    paths : mapping of str to Series
    covariates : tuple of str
    """

    indicator: str
    values: pd.Series[float]
    paths: Mapping[str, pd.Series[float]]
    covariates: tuple[str, ...]


def stacked_rows(frame: pd.DataFrame, responses: Sequence[Response]) -> pd.DataFrame:
    """The rows once for each response; a predictor is zero for the other responses.

    Responses are about their means, so that only intercepts differ.
    """
    parts = []
    for one in responses:
        indicators = {other.indicator: float(other.indicator == one.indicator) for other in responses}
        own = {RESPONSE: one.values - one.values.mean(), **one.paths}
        parts.append(frame.assign(**own).assign(**indicators))
    zero = {path: 0.0 for one in responses for path in one.paths}
    return pd.concat(parts, ignore_index=True).fillna(zero)


def fixed_part(responses: Sequence[Response]) -> str:
    """An intercept, paths and covariates a response."""
    terms = [one.indicator for one in responses] + [path for one in responses for path in one.paths]
    terms += [f"{one.indicator}:`{name}`" for one in responses for name in one.covariates]
    return f"{RESPONSE} ~ 0 + {' + '.join(terms)}"


def responses_with_slopes(rows: MediationRows) -> list[Response]:
    """Mediator and outcome, on what varies within groups and on group means."""
    frame, roles = rows.frame, rows.roles
    both = zip(
        (MEDIATOR, OUTCOME),
        (roles.mediator, roles.outcome),
        terms_of(rows),
        (rows.mediator_covariates, rows.outcome_covariates),
        strict=True,
    )
    return [
        Response(indicator, frame[name], {path: frame[column] for path, column in paths.items()}, covariates)
        for indicator, name, paths, covariates in both
    ]


def formula_with_slopes(rows: MediationRows, slopes: Sequence[str]) -> str:
    """Random intercepts of all groups, a response each, and slopes of the innermost that may go together."""
    nesting = "/".join(f"`{name}`" for name in rows.nesting)
    inner = ":".join(f"`{name}`" for name in rows.roles.group)
    varying = " + ".join(f"{slope}_within" for slope in slopes)
    random = f"(0 + {MEDIATOR} | {nesting}) + (0 + {OUTCOME} | {nesting}) + (0 + {varying} | {inner})"
    return f"{fixed_part(responses_with_slopes(rows))} + {random}"


def with_slopes(rows: MediationRows, slopes: Sequence[str], ddf: str) -> Equations:
    """Both equations as one model, with the covariance of the slopes of a and b (Bauer, Preacher & Gil 2006)."""
    responses = responses_with_slopes(rows)
    ratios = _first_ratios(rows, slopes)
    found = fit_stacked(formula_with_slopes(rows, slopes), stacked_rows(rows.frame, responses), [OUTCOME], ratios)
    paths = [path for one in responses for path in one.paths]
    own = of_fit(found.fit, {path: path for path in paths}, ddf, "both")
    places = [list(found.fit.fixed_effects.index).index(path) for path in paths]

    def values(fixed: Array, parameters: Array) -> Array:
        lower = found.last_factor(parameters)
        return np.concatenate([fixed[places], [lower[0, 0] * lower[1, 0]]])

    estimates, covariance = _delta(found, values)
    k = len(paths)
    covariance[:k, :k] += own.covariance - found.fit.covariance("none").to_numpy()[np.ix_(places, places)]
    df = np.append(own.coefficients["df"].to_numpy(), np.inf)
    return _equations([*paths, COVARIANCE], estimates, covariance, df, found)


def responses_with_latent_means(rows: MediationRows) -> list[Response]:
    """Cause (where it varies within groups), mediator and outcome, on values of persons."""
    frame, roles = rows.frame, rows.roles
    covariates = tuple(dict.fromkeys((*rows.mediator_covariates, *rows.outcome_covariates)))
    cause = frame[roles.cause] - frame[roles.cause].mean()
    mediator = frame[roles.mediator] - frame[roles.mediator].mean()
    a, direct = ("a_within", "direct_within") if rows.design == "1-1-1" else ("a_between", "direct")
    found = [
        Response(MEDIATOR, frame[roles.mediator], {a: cause}, covariates),
        Response(OUTCOME, frame[roles.outcome], {"b_within": mediator, direct: cause}, covariates),
    ]
    first = Response(CAUSE, frame[roles.cause], {}, covariates)
    return [first, *found] if rows.design == "1-1-1" else found


def with_latent_means(rows: MediationRows, *, reml: bool = False) -> Equations:
    """Effects between latent group means (Preacher, Zyphur & Zhang 2010), from intercepts that go together."""
    responses = responses_with_latent_means(rows)
    indicators = [one.indicator for one in responses]
    group = ":".join(f"`{name}`" for name in rows.roles.group)
    formula = f"{fixed_part(responses)} + (0 + {' + '.join(indicators)} | {group})"
    variances = [float(one.values.groupby(_keys(rows)).var().mean()) for one in responses]
    ratios = [variances[0] / variance for variance in variances[1:]]
    found = fit_stacked(formula, stacked_rows(rows.frame, responses), indicators[1:], ratios, reml=reml)
    lower = np.diagonal(found.last_factor(found.parameters))[:-1]
    if np.any(np.abs(lower) < _NOTHING * found.sigmas[:-1]):
        raise MultilevelError("L089", name="group_means", found="latent")
    names = list(found.fit.fixed_effects.index)
    between = _between_three if rows.design == "1-1-1" else _between_two
    terms = ["a_within", "b_within", "direct_within"] if rows.design == "1-1-1" else ["b_within"]

    def values(fixed: Array, parameters: Array) -> Array:
        own = dict(zip(names, fixed, strict=True))
        factor = found.last_factor(parameters)
        return np.array([*(own[term] for term in terms), *between(own, factor @ factor.T)])

    estimates, covariance = _delta(found, values)
    terms = [*terms, "a_between", "b_between", "direct_between"]
    return _equations(terms, estimates, covariance, np.full(len(terms), np.inf), found)


def _between_two(own: Mapping[str, Array], intercepts: Array) -> tuple[Array, Array, Array]:
    """Paths between groups for a cause of groups, from the covariance matrix of the intercepts of mediator, outcome.

    With persons' values as predictors the intercepts of the outcome hold (b_between - b_within) times the mean of the
    mediator, of which the cause makes a part.
    """
    more = intercepts[1, 0] / intercepts[0, 0]
    return own["a_between"], own["b_within"] + more, own["direct"] - more * own["a_between"]


def _between_three(own: Mapping[str, Array], intercepts: Array) -> tuple[Array, Array, Array]:
    """As :func:`_between_two` for a cause of persons, whose intercepts come first."""
    means = np.eye(3, dtype=intercepts.dtype)
    means[1, 0] = own["a_within"]
    whole = means @ intercepts @ means.T
    more = np.linalg.solve(whole[:2, :2], whole[:2, 2])
    a = own["a_within"] + intercepts[1, 0] / intercepts[0, 0]
    return a, own["b_within"] + more[1], own["direct_within"] + more[0]


def _delta(found: StackedFit, values: Callable[[Array, Array], Array]) -> tuple[Array, Array]:
    """Functions of fixed effects and variance parameters, with their covariance matrix by the delta method."""
    p = len(found.fixed)
    at = np.concatenate([found.fixed, found.parameters])
    estimates = values(found.fixed, found.parameters)
    gradient = np.empty((len(estimates), len(at)))
    for place in range(len(at)):
        moved = at.astype(complex)
        moved[place] += 1j * _STEP
        gradient[:, place] = values(moved[:p], moved[p:]).imag / _STEP
    return estimates, gradient @ found.covariance @ gradient.T


def _equations(terms: Sequence[str], estimates: Array, covariance: Array, df: Array, found: StackedFit) -> Equations:
    errors = np.sqrt(np.maximum(np.diagonal(covariance), 0))
    table = pd.DataFrame({"term": list(terms), "estimate": estimates, "std_error": errors, "df": df})
    return Equations(table, covariance, {"both": found.fit})


def _keys(rows: MediationRows) -> list[pd.Series[float]]:
    return [rows.frame[name] for name in rows.roles.group]


def _first_ratios(rows: MediationRows, slopes: Sequence[str]) -> list[float]:
    """The ratio of residual variances of the two equations on their own."""
    to_mediator, to_outcome = terms_of(rows)
    first = fit_lmm(equation(rows, rows.roles.mediator, to_mediator, rows.mediator_covariates, slopes), rows.frame)
    second = fit_lmm(equation(rows, rows.roles.outcome, to_outcome, rows.outcome_covariates, slopes), rows.frame)
    return [first.estimates.sigma2 / second.estimates.sigma2]
