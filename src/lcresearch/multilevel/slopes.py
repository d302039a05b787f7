"""What an interaction means: the slope of one predictor at values of another, and where it differs from zero."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.optimize
import scipy.stats

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.small_matrices import Array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel

_POINTS = 401


def contextual_effect(
    fit: LinearMixedModel, within: str, between: str, *, ddf: str = "satterthwaite", conf_level: float = 0.95
) -> pd.DataFrame:
    """The effect of the group beyond that of the person: the effect between groups minus that within them.

    Parameters
    ----------
    fit : LinearMixedModel
        With both terms, as :func:`~lcresearch.multilevel.center` makes their columns.
    within, between : str
        Their terms.

    Returns
    -------
    DataFrame
        One row, columns as ``fit.tidy()``.
    """
    weights = {"contextual effect": {between: 1.0, within: -1.0}}
    return fit.contrasts(weights, ddf=ddf, conf_level=conf_level)


def simple_slopes(
    fit: LinearMixedModel,
    predictor: str,
    moderator: str,
    at: Sequence[float],
    *,
    ddf: str = "satterthwaite",
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """The slope of a predictor at values of a moderator, a row each: the moderator, then columns as ``fit.tidy()``.

    Parameters
    ----------
    fit : LinearMixedModel
        With an interaction of the two, which are numbers.
    predictor, moderator : str
        Terms.
    at : sequence of float
        Values of the moderator.

    Raises
    ------
    MultilevelError
        L035 when the model has no such interaction.
    """
    rows = _rows(fit, predictor, moderator, np.asarray(at, dtype=float))
    table = fit.contrasts(rows, ddf=ddf, conf_level=conf_level).drop(columns="term")
    table.insert(0, moderator, np.asarray(at, dtype=float))
    return table


def region_of_significance(
    fit: LinearMixedModel,
    predictor: str,
    moderator: str,
    low: float,
    high: float,
    *,
    ddf: str = "satterthwaite",
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Where between two values of the moderator the slope of the predictor differs from zero (Johnson & Neyman 1936).

    Parameters
    ----------
    fit : LinearMixedModel
    predictor, moderator : str
        Terms.
    low, high : float
        Range of the moderator, such as the lowest and highest that was seen.
    ddf : str
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


def _rows(fit: LinearMixedModel, predictor: str, moderator: str, at: Array) -> Array:
    """The slope as weights of the fixed effects, shape (n, p)."""
    names = list(fit.fixed_effects.index)
    both = next((name for name in (f"{predictor}:{moderator}", f"{moderator}:{predictor}") if name in names), None)
    if both is None or predictor not in names:
        raise MultilevelError("L035", predictor=predictor, moderator=moderator, known=names)
    found = np.zeros((len(at), len(names)))
    found[:, names.index(predictor)] = 1
    found[:, names.index(both)] = at
    return found
