"""Residuals at each level, and how much each row pulls its own prediction: leverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.prediction_error import ErrorTerms, Group, PredictionError
from lcresearch.multilevel.small_matrices import Array

if TYPE_CHECKING:
    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel

CONDITIONAL, MARGINAL = "conditional", "marginal"
KINDS = ("raw", "pearson", "standardised")


def fitted_values(fit: LinearMixedModel, design: Design, level: str) -> Array:
    """Predicted values of the rows of the model from the fixed part and the random effects of a level, shape (n,)."""
    values = design.matrix[:, design.columns.fixed] @ fit.estimates.beta
    counted = factors_of_level(design, level)
    for term in design.columns.terms:
        if term.term.group in counted:
            wide = fit.random_effects[term.term.label]["estimate"].unstack("term")[list(term.names)]
            effects = design.groupings[term.term.group].gathered(wide.to_numpy())
            values = values + (design.matrix[:, term.columns] * effects).sum(axis=1)
    return values if design.offset is None else values + design.offset


def residuals(fit: LinearMixedModel, design: Design, level: str, kind: str) -> Array:
    """What the predictions of a level leave, shape (n,); see :meth:`LinearMixedModel.residuals`.

    With r = y - X beta_hat - Z1 u1_hat for the random effects u1 of the level, the variance of what is left is
    V2 = sum of z2' S2 z2 + sigma2 / w (Pearson). The residual itself varies less, as it was estimated: var(r) is V2
    minus the error variance of X beta_hat + Z1 u1_hat, since r and that error are uncorrelated (standardised). At
    level ``conditional`` this is sigma2 / w (1 - leverage).
    """
    if kind not in KINDS:
        raise MultilevelError("L092", what="kind", found=str(kind), known=list(KINDS))
    observed = design.matrix[:, design.columns.response] + (0.0 if design.offset is None else design.offset)
    found: Array = observed - fitted_values(fit, design, level)
    if kind == "raw":
        return found
    variance = _variance_left(fit, design, level)
    if kind == "standardised":
        variance = variance - fit.estimates.sigma2 * error_terms(fit, design, level).total
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 1e-12 * fit.estimates.sigma2, found / np.sqrt(variance), np.nan)


def leverage(fit: LinearMixedModel, design: Design, group: str | None = None) -> pd.DataFrame:
    """How much rows, or the rows of groups on average, pull their own predictions; see ``fit.leverage``."""
    terms = fit.error_terms
    weights = np.ones(len(design.matrix)) if design.weights is None else design.weights
    fixed, total = weights * terms.of_fixed, weights * terms.total
    rows = pd.DataFrame({"fixed": fixed, "random": total - fixed, "total": total}, index=design.rows)
    if group is None:
        return rows
    grouping = design.groupings[group_named(design, group)]
    members, groups = grouping.members()
    sizes = np.bincount(groups)
    means = {name: np.bincount(groups, rows[name].to_numpy()[members]) / sizes for name in rows}
    return pd.DataFrame({"n": sizes} | means, index=grouping.labels)


def error_terms(fit: LinearMixedModel, design: Design, level: str) -> ErrorTerms:
    """Error variances of the predictions of the rows of the model, from the random effects of a level."""
    codes = {group: found.codes for group, found in design.groupings.items()}
    error = PredictionError(fit.model, design.matrix, codes, factors_of_level(design, level))
    return error.terms(fit.relative_covariances)


def group_named(design: Design, label: str) -> Group:
    """The grouping factor with a label, such as ``consortium:community``.

    Raises
    ------
    MultilevelError
        L091 when there is none.
    """
    for group in design.columns.groups:
        if ":".join(group) == label:
            return group
    known = [":".join(group) for group in design.columns.groups]
    raise MultilevelError("L091", found=str(label), known=[*known, MARGINAL, CONDITIONAL])


def factors_of_level(design: Design, level: str) -> tuple[Group, ...]:
    """The grouping factors whose random effects count at a level: the factor, and those in which it lies."""
    groups = design.columns.groups
    if level == CONDITIONAL:
        return groups
    if level == MARGINAL:
        return ()
    own = group_named(design, level)
    within = design.groupings[own].lies_within
    return tuple(group for group in groups if group == own or within(design.groupings[group].codes))


def _variance_left(fit: LinearMixedModel, design: Design, level: str) -> Array:
    """Variance of the outcome given the fixed part and the random effects of a level, shape (n,)."""
    counted = factors_of_level(design, level)
    sigma2 = fit.estimates.sigma2
    found: Array = np.full(len(design.matrix), sigma2) if design.weights is None else sigma2 / design.weights
    for term, covariance in zip(design.columns.terms, fit.estimates.covariances, strict=True):
        if term.term.group not in counted:
            z = design.matrix[:, term.columns]
            shares = design.groupings[term.term.group].squared_weights
            found = found + shares * np.einsum("na,ab,nb->n", z, covariance, z)
    return found
