"""The two equations of a mediation analysis, each on its own: mediator on cause, outcome on mediator and cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.design import build
from lcresearch.multilevel.fitting import fit_lmm
from lcresearch.multilevel.formula import parse
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.multilevel.mediation_rows import MediationRows, varies_within
from lcresearch.multilevel.small_matrices import Array


@dataclass(frozen=True)
class Equations:
    """Paths with their covariance matrix, and the fits from which they come.

    Attributes
    ----------
    coefficients : DataFrame
        ``term, estimate, std_error, df``.
    covariance : array, shape (k, k)
    fits : mapping of str to LinearMixedModel
    """

    coefficients: pd.DataFrame
    covariance: Array
    fits: Mapping[str, LinearMixedModel]


def terms_of(rows: MediationRows) -> tuple[dict[str, str], dict[str, str]]:
    """Path -> column, for the equation of the mediator and that of the outcome."""
    first, second, _ = rows.design.split("-")
    cause, mediator = rows.roles.cause, rows.roles.mediator
    parts = [("within", f"{cause}_within"), ("between", f"{cause}_between")] if first == "1" else [("between", cause)]
    middle = [("within", f"{mediator}_within"), ("between", f"{mediator}_between")]
    to_mediator = {f"a_{level}": column for level, column in parts}
    to_outcome = {f"b_{level}": column for level, column in (middle if second == "1" else [("between", mediator)])}
    return to_mediator, to_outcome | {f"direct_{level}": column for level, column in parts}


def most_df(rows: MediationRows) -> dict[str, float]:
    """The degrees of freedom that groups can give to each path between them: groups less coefficients between groups.

    Where a variance between groups is estimated as zero, persons would seem to count as groups.
    """
    n_groups = float((~rows.frame.duplicated(list(rows.roles.group))).sum())
    found: dict[str, float] = {}
    for paths, covariates in zip(terms_of(rows), (rows.mediator_covariates, rows.outcome_covariates), strict=True):
        own = [name for name in covariates if not varies_within(rows.frame, name, rows.roles.group)]
        numbers = [pd.api.types.is_numeric_dtype(rows.frame[name].dtype) for name in own]
        used = sum(1 if number else rows.frame[name].nunique() - 1 for name, number in zip(own, numbers, strict=True))
        between = [path for path in paths if path.endswith("_between")]
        found |= dict.fromkeys(between, max(n_groups - 1 - len(between) - used, 1.0))
    return found


def apart(rows: MediationRows, slopes: Sequence[str], ddf: str) -> Equations:
    """Each equation on its own: their estimates are independent."""
    to_mediator, to_outcome = terms_of(rows)
    roles = rows.roles
    first = _of_mediator(rows, to_mediator, slopes, ddf)
    formula = equation(rows, roles.outcome, to_outcome, rows.outcome_covariates, slopes)
    second = of_fit(fit_lmm(formula, rows.frame), to_outcome, ddf, "outcome")
    zero = np.zeros((len(first.covariance), len(second.covariance)))
    covariance = np.block([[first.covariance, zero], [zero.T, second.covariance]])
    coefficients = pd.concat([first.coefficients, second.coefficients], ignore_index=True)
    return Equations(coefficients, covariance, {**first.fits, **second.fits})


def _of_mediator(rows: MediationRows, paths: Mapping[str, str], slopes: Sequence[str], ddf: str) -> Equations:
    mediator, group = rows.roles.mediator, rows.roles.group
    if rows.design != "2-2-1":
        formula = equation(rows, mediator, paths, rows.mediator_covariates, slopes)
        return of_fit(fit_lmm(formula, rows.frame), paths, ddf, "mediator")
    one = rows.frame.drop_duplicates(list(group))
    used = [name for name in rows.mediator_covariates if not varies_within(rows.frame, name, group)]
    fixed = f"`{mediator}` ~ " + " + ".join(f"`{name}`" for name in [*paths.values(), *used])
    if len(group) == 1:
        return _least_squares(fixed, one, paths)
    upper = "/".join(f"`{name}`" for name in group[:-1])
    return of_fit(fit_lmm(f"{fixed} + (1 | {upper})", one), paths, ddf, "mediator")


def equation(
    rows: MediationRows, response: str, paths: Mapping[str, str], covariates: Sequence[str], slopes: Sequence[str]
) -> str:
    """One equation: random intercepts of all groups, and slopes of the innermost that are independent of these."""
    fixed = " + ".join(f"`{name}`" for name in [*paths.values(), *covariates])
    nesting = "/".join(f"`{name}`" for name in rows.nesting)
    varying = [f"`{paths[f'{slope}_within']}`" for slope in slopes if f"{slope}_within" in paths]
    formula = f"`{response}` ~ {fixed} + (1 | {nesting})"
    inner = ":".join(f"`{name}`" for name in rows.roles.group)
    return f"{formula} + (0 + {' + '.join(varying)} | {inner})" if varying else formula


def of_fit(fit: LinearMixedModel, paths: Mapping[str, str], ddf: str, name: str) -> Equations:
    """Paths of a fit: path -> term, both without backticks."""
    terms = [term.strip("`") for term in fit.fixed_effects.index]
    places = [terms.index(column) for column in paths.values()]
    table = fit.contrasts(np.eye(len(terms))[places], ddf=ddf)
    covariance = fit.covariance(ddf).to_numpy()[np.ix_(places, places)]
    coefficients = table[["estimate", "std_error", "df"]].assign(term=list(paths))
    return Equations(coefficients[["term", "estimate", "std_error", "df"]], covariance, {name: fit})


def _least_squares(formula: str, frame: pd.DataFrame, paths: Mapping[str, str]) -> Equations:
    """An equation of groups that are in no others."""
    design = build(parse(formula), frame)
    x, y = design.matrix[:, design.columns.fixed], design.matrix[:, design.columns.response]
    beta, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    df = len(y) - x.shape[1]
    if rank < x.shape[1] or df < 1:
        raise MultilevelError("L086", counts=f"groups {len(y)}, coefficients {x.shape[1]}")
    covariance = np.linalg.inv(x.T @ x) * ((y - x @ beta) ** 2).sum() / df
    terms = [term.strip("`") for term in design.columns.fixed_names]
    places = [terms.index(column) for column in paths.values()]
    errors = np.sqrt(np.diagonal(covariance))[places]
    table = pd.DataFrame({"term": list(paths), "estimate": beta[places], "std_error": errors, "df": float(df)})
    return Equations(table, covariance[np.ix_(places, places)], {})
