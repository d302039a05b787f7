"""What an interaction means: the slope of one predictor at values of another, and where it differs from zero."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
import scipy.optimize
import scipy.stats

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.marginal_means import as_list, grid_of
from lcresearch.multilevel.plain_columns import new_numbers
from lcresearch.multilevel.small_matrices import Array

if TYPE_CHECKING:
    from lcresearch.multilevel.generalised_mixed_model import GeneralisedLinearMixedModel
    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel

    Fit: TypeAlias = LinearMixedModel | GeneralisedLinearMixedModel

_POINTS = 401
_STEP = 1e-3
_NAME = re.compile(r"[^\W\d][\w.]*")


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
    at: Sequence[Any] | None = None,
    *,
    ddf: str | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """The slope of a predictor at values of a moderator, a row each: the moderator, then columns as ``fit.tidy()``.

    As R's ``emmeans::emtrends``: other numbers are at their mean, levels of other factors count equally, and the slope
    of a predictor that is in a curve is that at its mean. A fit of sums has no rows for this: there other numbers are
    at zero, other factors at their reference, and the predictor is a column by itself. Of a generalised model slopes
    are on the scale of the link, such as log odds.

    Parameters
    ----------
    fit : LinearMixedModel or GeneralisedLinearMixedModel
        With an interaction of the two.
    predictor : str
        A column of numbers.
    moderator : str
        A column of numbers, or a category.
    at : value or sequence, optional
        Values or levels of the moderator. All levels of a category unless given; of numbers the mean and one standard
        deviation below and above it (Aiken & West 1991), over the rows.
    ddf : str, optional
        Degrees of freedom; Satterthwaite's for a linear model and none for a generalised one, unless given.
    conf_level : float

    Returns
    -------
    DataFrame

    Raises
    ------
    MultilevelError
        L035 when the model has no such interaction, L042 for a level that is not there, L097 for a predictor that is a
        category.

    Examples
    --------
    Invented answers of 40 persons in 8 teams:

    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"team": np.repeat(np.arange(8), 5), "hours": rng.normal(size=40)})
    >>> frame["sector"] = np.where(frame["team"] < 4, "care", "food")
    >>> frame["score"] = frame["hours"] * (1 + (frame["sector"] == "food")) + rng.normal(size=40)
    >>> from lcresearch.multilevel import fit_lmm
    >>> fit = fit_lmm("score ~ hours * sector + (1 | team)", frame)
    >>> simple_slopes(fit, "hours", "sector")[["sector", "estimate"]].round(2)
      sector  estimate
    0   care      0.94
    1   food      2.19
    """
    values = _values(fit, predictor, moderator, at)
    table = fit.contrasts(_rows(fit, predictor, moderator, values), ddf=ddf or fit.default_ddf, conf_level=conf_level)
    table = table.drop(columns="term")
    table.insert(0, moderator, values)
    return table


def slope_differences(
    fit: Fit,
    predictor: str,
    moderator: str,
    at: Sequence[Any] | None = None,
    *,
    ddf: str | None = None,
    conf_level: float = 0.95,
) -> pd.DataFrame:
    """Differences between all pairs of :func:`simple_slopes`, columns as ``fit.tidy()``; p values are not adjusted.

    Parameters and errors are those of :func:`simple_slopes`.

    Parameters
    ----------
    fit : LinearMixedModel or GeneralisedLinearMixedModel
    predictor, moderator : str
        Two columns whose product is in the model.
    at : sequence, optional
        Values of the moderator; by default those of :func:`simple_slopes`.
    ddf : str, optional
        Degrees of freedom, as of ``fit.tidy()``.
    conf_level : float

    Returns
    -------
    DataFrame
        A row a pair.

    See also
    --------
    simple_slopes : The slopes themselves.
    """
    values = _values(fit, predictor, moderator, at)
    rows = _rows(fit, predictor, moderator, values)
    pairs = list(combinations(range(len(values)), 2))
    table = fit.contrasts(
        np.array([rows[a] - rows[b] for a, b in pairs]), ddf=ddf or fit.default_ddf, conf_level=conf_level
    )
    table["term"] = [f"{moderator}={values[a]} - {moderator}={values[b]}" for a, b in pairs]
    return table


def region_of_significance(
    fit: Fit,
    predictor: str,
    moderator: str,
    low: float | None = None,
    high: float | None = None,
    *,
    ddf: str | None = None,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Where between two values of the moderator the slope of the predictor differs from zero (Johnson & Neyman 1936).

    Parameters
    ----------
    fit : LinearMixedModel or GeneralisedLinearMixedModel
    predictor, moderator : str
        Columns of numbers.
    low, high : float, optional
        Range of the moderator; the lowest and highest that was seen unless given.
    ddf : str
    alpha : float

    Returns
    -------
    DataFrame
        A row a stretch: ``low, high, significant`` (bool), ``sign`` (of the slope in its middle: -1 or 1).

    Raises
    ------
    MultilevelError
        L093 for a moderator that is a category, L035 as for :func:`simple_slopes`.

    See also
    --------
    simple_slopes : The slope at some values of the moderator.
    lcresearch.reporting.slopes_figure : Draws both.
    """
    low, high = moderator_range(fit, moderator, low, high)

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


def moderator_range(fit: Fit, moderator: str, low: float | None, high: float | None) -> tuple[float, float]:
    """The lowest and highest value of a moderator of numbers, unless given.

    Raises
    ------
    MultilevelError
        L093 for a category, L026 for a fit of sums when a limit is missing.
    """
    if moderator in fit.model.cross.levels:
        raise MultilevelError("L093", where=Place(column=moderator))
    if low is not None and high is not None:
        return float(low), float(high)
    if fit.design is None:
        raise MultilevelError("L026", what="region_of_significance(low=None, high=None)")
    seen = fit.design.frame[moderator] if moderator in fit.design.frame else pd.Series([0.0, 1.0])
    return float(seen.min() if low is None else low), float(seen.max() if high is None else high)


def _values(fit: Fit, predictor: str, moderator: str, at: Sequence[Any] | None) -> list[Any]:
    """Values of the moderator; refuses what is no interaction, number or level."""
    names = list(fit.fixed_effects.index)
    if not any({predictor, moderator} <= set(_NAME.findall(name)) for name in names):
        raise MultilevelError("L035", predictor=predictor, moderator=moderator, known=names)
    levels = fit.model.cross.levels
    if predictor in levels:
        raise MultilevelError("L097", where=Place(column=predictor), found=str(levels[predictor][0]))
    if moderator in levels:
        known = list(levels[moderator])
        chosen = known if at is None else as_list(at)
        wrong = [level for level in chosen if level not in known]
        if wrong:
            raise MultilevelError("L042", where=Place(column=moderator), n=len(wrong), known=known, found=str(wrong[0]))
        return chosen
    if at is not None:
        return new_numbers(pd.Series(as_list(at), name=moderator)).tolist()
    if fit.design is None:
        raise MultilevelError("L026", what="simple_slopes(at=None)")
    column = fit.design.frame[moderator]
    if column.nunique() <= 2:
        return sorted(column.unique().tolist())
    return [float(column.mean() + k * column.std()) for k in (-1, 0, 1)]


def _rows(fit: Fit, predictor: str, moderator: str, values: list[Any]) -> Array:
    """The slope as weights of the fixed effects, shape (n, p)."""
    design = fit.design
    if design is None or not {predictor, moderator} <= set(design.frame.columns):
        return _rows_by_name(fit, predictor, moderator, values)
    found = _rows_by_difference(design, predictor, moderator, values)
    placed = np.zeros((len(values), len(fit.fixed_effects)))
    own = [
        list(fit.fixed_effects.index).index(name) for name in design.columns.fixed_names if name in fit.fixed_effects
    ]
    placed[:, own] = found[:, [name in fit.fixed_effects for name in design.columns.fixed_names]]
    return placed


def _rows_by_difference(design: Design, predictor: str, moderator: str, values: list[Any]) -> Array:
    """Half the difference of predictions a step above and below the mean of the predictor, by that step."""
    column = design.frame[predictor].astype(float)
    step = _STEP * float(column.max() - column.min())
    points = [float(column.mean()) - step, float(column.mean()) + step]
    grid = grid_of(design, [moderator, predictor], {moderator: values, predictor: points})
    found: Array = (grid.contrasts[1::2] - grid.contrasts[::2]) / (2 * step)
    return np.where(np.abs(found) < 1e-9 * np.abs(found).max(), 0.0, found)


def _rows_by_name(fit: Fit, predictor: str, moderator: str, values: list[Any]) -> Array:
    names = list(fit.fixed_effects.index)
    if predictor not in names:
        raise MultilevelError("L035", predictor=predictor, moderator=moderator, known=names)
    found = np.zeros((len(values), len(names)))
    found[:, names.index(predictor)] = 1
    category = moderator in fit.model.cross.levels
    for row, value in zip(found, values, strict=True):
        other = f"{moderator}[T.{value}]" if category else moderator
        both = next((name for name in (f"{predictor}:{other}", f"{other}:{predictor}") if name in names), None)
        if both is not None:
            row[names.index(both)] = 1 if category else value
    return found
