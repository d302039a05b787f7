"""Centring of predictors, and the model without predictors: the first two steps of a multilevel analysis."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, overload

import pandas as pd

from lcresearch.errors import MultilevelError, Place, warning
from lcresearch.multilevel.centred_sums import centred_sums
from lcresearch.multilevel.complete_rows import without_membership
from lcresearch.multilevel.crossproducts import Crossproducts
from lcresearch.multilevel.fitting import fit_lmm
from lcresearch.multilevel.formula import parse
from lcresearch.multilevel.formula_marks import unknown_column
from lcresearch.multilevel.formula_parts import columns_of, read_parts
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel

_SUFFIXES = ("_within", "_between", "_centered")
_ROUNDING = 1e-12


@overload
def center(
    data: pd.DataFrame,
    columns: str | Sequence[str],
    by: str | Sequence[str] | None = None,
    *,
    formula: str | None = None,
    weights: str | None = None,
    at: Mapping[str, float] | None = None,
    each_level: bool = False,
) -> pd.DataFrame: ...
@overload
def center(
    data: Crossproducts, columns: str | Sequence[str], by: str | Sequence[str] | None = None
) -> Crossproducts: ...
def center(
    data: pd.DataFrame | Crossproducts,
    columns: str | Sequence[str],
    by: str | Sequence[str] | None = None,
    *,
    formula: str | None = None,
    weights: str | None = None,
    at: Mapping[str, float] | None = None,
    each_level: bool = False,
) -> pd.DataFrame | Crossproducts:
    """Predictors about the mean of their group, with the group means beside them.

    Within groups ``x_within`` is what somebody has more than the mean of the own group; between groups ``x_between``
    is the mean of the group about the mean of all rows. Their effects differ when the group matters (Enders & Tofighi
    2007, Psychological Methods 12, 121-138).

    Parameters
    ----------
    data : DataFrame or Crossproducts
        Rows; or sums of products, when the rows of a group lie in different places. Add the parts first; the columns
        must stand by themselves in their model. The sums are moved about other values, so nothing else is needed. The
        formula that comes with the result has the new names: ``fit_lmm(sums.formula, sums)``.
    columns : str or sequence of str
        Columns of numbers.
    by : str or sequence of str, optional
        Columns that name the group, outermost first: means are those of the finest groups. Without it ``x_centered``
        is x about the mean of all rows.
    formula : str, optional
        Of the model for which columns are centred; it may hold the new names. Means are then over the rows that are
        complete for it, and other rows get missing values, so that model and means have the same rows. Without it
        means are over the rows with a value in the column and in ``by``.
    weights : str, optional
        Column of precision weights of that model: rows must have a value there too. Means are not weighted.
    at : mapping, optional
        Column -> value that takes the place of the mean of all rows. For parts made in different places: a constant on
        which these agree, such as that in the ``means`` of their added sums.
    each_level : bool
        Whether groups are held against those around them: with ``by=["consortium", "community"]`` the columns are
        ``x_within``, ``x_community`` (about the mean of the consortium) and ``x_consortium`` (about that of all rows).

    Returns
    -------
    DataFrame or Crossproducts
        The frame with ``<column>_within`` and ``<column>_between`` (or ``<column>_centered``) added; or sums with these
        in place of the column, which can no longer be added to others.

    Raises
    ------
    MultilevelError
        L005 for a column that is not there, L096 for sums that cannot be centred, L097 for a column without numbers.

    Warns
    -----
    LcresearchWarning
        L095 when a column does not differ within groups.

    Examples
    --------
    >>> frame = pd.DataFrame({"team": ["A", "A", "B", "B"], "hours": [1, 3, 4, 8]})
    >>> center(frame, "hours", by="team")[["hours_within", "hours_between"]].values.tolist()
    [[-1.0, -2.0], [1.0, -2.0], [-2.0, 2.0], [2.0, 2.0]]
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    groups = [] if by is None else [by] if isinstance(by, str) else list(by)
    if isinstance(data, Crossproducts):
        for name in names:
            data, differs = centred_sums(data, name, tuple(groups))
            _warn_if_constant(name, groups, differs=differs)
        return data
    index, data = data.index, data.reset_index(drop=True)
    for name in [*names, *groups]:
        _check_column(data, name)
    complete = _complete(data, names, formula, weights)
    added: dict[str, pd.Series[float]] = {}
    for name in names:
        values = _numbers(data, name)[complete & data[groups].notna().all(axis=1)]
        middle = values.mean() if at is None or name not in at else float(at[name])
        scale = float(values.abs().max())
        if not groups:
            added[f"{name}_centered"] = values - middle
            continue
        means = [
            values.groupby([data[each] for each in groups[:k]]).transform("mean") for k in range(1, len(groups) + 1)
        ]
        within = _exact(values - means[-1], scale)
        _warn_if_constant(name, groups, differs=bool((within != 0).any()))
        added[f"{name}_within"] = within
        if not each_level:
            added[f"{name}_between"] = _exact(means[-1] - middle, scale)
            continue
        added[f"{name}_{groups[0]}"] = _exact(means[0] - middle, scale)
        for group, own, around in zip(groups[1:], means[1:], means, strict=False):
            added[f"{name}_{group}"] = _exact(own - around, scale)
    places = pd.RangeIndex(len(data))
    found = data.assign(**{name: series.reindex(places) for name, series in added.items()})
    return found.set_axis(index)


def null_model(y: str, groups: str | Sequence[str], frame: pd.DataFrame, *, method: str = "REML") -> LinearMixedModel:
    """The model without predictors: how much of the outcome lies at which level.

    Parameters
    ----------
    y : str
        Column of the outcome.
    groups : str or sequence of str
        Nested grouping columns, outermost first.
    frame : DataFrame
    method : "REML" or "ML"

    Returns
    -------
    LinearMixedModel
        Its ``icc()`` is the share of each level.

    Examples
    --------
    >>> frame = pd.DataFrame({"team": list("AABBCC") * 2, "score": [1, 2, 3, 4, 5, 5, 2, 2, 4, 3, 6, 5]})
    >>> round(float(null_model("score", ["team"], frame).icc()["icc"][0]), 3)
    0.915
    """
    nested = "/".join(f"`{name}`" for name in ([groups] if isinstance(groups, str) else groups))
    return fit_lmm(f"`{y}` ~ 1 + (1 | {nested})", frame, method=method)


def _check_column(frame: pd.DataFrame, name: str) -> None:
    if name not in frame.columns:
        known = [str(column) for column in frame.columns]
        raise unknown_column(name, known)


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series[float]:
    try:
        return frame[name].astype(float)
    except (TypeError, ValueError) as error:
        found = next((value for value in frame[name].dropna() if not isinstance(value, int | float)), "")
        raise MultilevelError("L097", where=Place(column=name), found=str(found)) from error


def _complete(frame: pd.DataFrame, names: Sequence[str], formula: str | None, weights: str | None) -> pd.Series[bool]:
    """Rows with a value in all columns of a model, in which the new columns stand for those they are made of."""
    needed = [] if weights is None else [weights]
    if formula is not None:
        parsed = parse(formula)
        made = {f"{name}{suffix}": name for name in names for suffix in _SUFFIXES}
        parts = read_parts(parsed)
        used = [column for part in parts.values() for column in sorted(columns_of(part))]
        used += [column for term in parsed.random for column in term.group_columns]
        for name in used:
            known = name in frame.columns or any(name.startswith(f"{each}_") for each in names)
            if name not in made and not known:
                _check_column(frame, name)
        free = {column for term in parsed.random if term.membership for column in term.group_columns}
        free -= {column for part in parts.values() for column in columns_of(part)}
        needed += [made.get(name, name) for name in used if name in made or name in {*frame.columns} - free]
    for name in needed:
        _check_column(frame, name)
    found: Any = frame[list(dict.fromkeys([*names, *needed]))].notna().all(axis=1) if needed else True
    for unusable in without_membership(frame, parsed).values() if formula is not None else ():
        found = found & ~unusable
    return pd.Series(found, index=frame.index)


def _exact(values: pd.Series[float], scale: float) -> pd.Series[float]:
    """Differences that are rounding errors as zeros."""
    return values.mask(values.abs() <= _ROUNDING * scale, 0.0)


def _warn_if_constant(name: str, groups: Sequence[str], *, differs: bool) -> None:
    if groups and not differs:
        warnings.warn(warning("L095", column=name, by=", ".join(groups)), stacklevel=3)
