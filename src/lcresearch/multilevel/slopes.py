"""What an interaction means: the slope of one predictor at values of another, and where it differs from zero."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
import scipy.optimize
import scipy.stats

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.small_matrices import Array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lcresearch.multilevel.generalised_mixed_model import GeneralisedLinearMixedModel
    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel

    Fit: TypeAlias = LinearMixedModel | GeneralisedLinearMixedModel

_POINTS = 401


def contextual_effect(
    fit: Fit, within: str, between: str, *, ddf: str | None = None, conf_level: float = 0.95
) -> pd.DataFrame:
    """The effect of the group beyond that of the person: the effect between groups minus that within them.

    Of a generalised model on the scale of the link, such as log odds.

    Parameters
    ----------
    fit : LinearMixedModel or GeneralisedLinearMixedModel
        With both terms, as :func:`~lcresearch.multilevel.center` makes their columns.
    within, between : str
        Their terms.
    ddf : str, optional
        Degrees of freedom; Satterthwaite's for a linear model and none for a generalised one, unless given.
    conf_level : float

    Returns
    -------
    DataFrame
        One row, columns as ``fit.tidy()``.
    """
    weights = {"contextual effect": {between: 1.0, within: -1.0}}
    return fit.contrasts(weights, ddf=ddf or fit.default_ddf, conf_level=conf_level)


def simple_slopes(
    fit: Fit,
    predictor: str,
    moderator: str,
    at: Sequence[float],
    *,
    ddf: str | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """The slope of a predictor at values of a moderator, a row each: the moderator, then columns as ``fit.tidy()``.

    Of a generalised model on the scale of the link, such as log odds, where the interaction is what was estimated.

    Parameters
    ----------
    fit : LinearMixedModel or GeneralisedLinearMixedModel
        With an interaction of the two, which are numbers.
    predictor, moderator : str
        Terms.
    at : sequence of float
        Values of the moderator.
    ddf : str, optional
        As for :func:`contextual_effect`.
    conf_level : float

    Raises
    ------
    MultilevelError
        L035 when the model has no such interaction.
    """
    rows = _rows(fit, predictor, moderator, np.asarray(at, dtype=float))
    table = fit.contrasts(rows, ddf=ddf or fit.default_ddf, conf_level=conf_level).drop(columns="term")
    table.insert(0, moderator, np.asarray(at, dtype=float))
    return table


def region_of_significance(
    fit: Fit,
    predictor: str,
    moderator: str,
    low: float,
    high: float,
    *,
    ddf: str | None = None,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Where between two values of the moderator the slope of the predictor differs from zero (Johnson & Neyman 1936).

    Parameters
    ----------
    fit : LinearMixedModel or GeneralisedLinearMixedModel
    predictor, moderator : str
        Terms.
    low, high : float
        Range of the moderator, such as the lowest and highest that was seen.
    ddf : str, optional
    alpha : float

    Returns
    -------
    DataFrame
        A row a stretch: ``low, high, significant`` (bool), ``sign`` (of the slope in its middle: -1 or 1).
    """

    def off(value: float) -> float:
        table = simple_slopes(fit, predictor, moderator, [value], ddf=ddf)
        critical = scipy.stats.t.ppf(1 - alpha / 2, table["df"][0])
        return float(abs(table["statistic"][0]) - critical)

    points = np.linspace(low, high, _POINTS)
    table = simple_slopes(fit, predictor, moderator, points.tolist(), ddf=ddf)
    beyond = table["statistic"].abs() - scipy.stats.t.ppf(1 - alpha / 2, table["df"]) > 0
    changes = np.flatnonzero(beyond.to_numpy()[1:] != beyond.to_numpy()[:-1])
    edges = [low, *(float(scipy.optimize.brentq(off, points[k], points[k + 1])) for k in changes), high]
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    slopes = simple_slopes(fit, predictor, moderator, middles, ddf=ddf)
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "significant": [off(middle) > 0 for middle in middles],
            "sign": np.sign(slopes["estimate"]).astype(int),
        }
    )


def _rows(fit: Fit, predictor: str, moderator: str, at: Array) -> Array:
    """The slope as weights of the fixed effects, shape (n, p)."""
    names = list(fit.fixed_effects.index)
    both = next((name for name in (f"{predictor}:{moderator}", f"{moderator}:{predictor}") if name in names), None)
    if both is None or predictor not in names:
        raise MultilevelError("L035", predictor=predictor, moderator=moderator, known=names)
    found = np.zeros((len(at), len(names)))
    found[:, names.index(predictor)] = 1
    found[:, names.index(both)] = at
    return found
