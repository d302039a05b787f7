"""What the outcome of a generalised model is: successes out of trials, counts, or ordered categories."""

from __future__ import annotations

import dataclasses
import re
import warnings
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, Place, warning
from lcresearch.multilevel.cumulative import Cumulative
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.families import BinomialLogit, BinomialProbit, Family, PoissonLog
from lcresearch.multilevel.formula import Formula
from lcresearch.multilevel.small_matrices import Array

_SHARE = re.compile(r"(?P<successes>[^\W\d]\w*|`[^`]+`)\s*/\s*(?P<trials>[^\W\d]\w*|`[^`]+`)")
_WHOLE = 1e-6
_MANY_CATEGORIES = 20


@dataclass(frozen=True)
class Coded:
    """A formula and a frame in which the outcome is a number.

    Attributes
    ----------
    formula : Formula
    frame : DataFrame
    weights : str or None
        Column of trials, or of how often a row counts.
    labels : tuple
        What the codes 0, 1, ... stand for; empty where the outcome was a number.
    """

    formula: Formula
    frame: pd.DataFrame
    weights: str | None
    labels: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The outcome of the complete rows.

    Attributes
    ----------
    family : str
        ``binomial``, ``poisson`` or ``cumulative``.
    link : str
    values : array, shape (n,)
        Successes, counts, or codes of categories from 0.
    sizes : array, shape (n,)
        Trials of a binomial outcome; else how often each row counts.
    labels : tuple of str
        Categories, in order; of a binomial outcome failure and success, where these had names.
    """

    family: str
    link: str
    values: Array
    sizes: Array
    labels: tuple[str, ...]

    def rows(self, order: Array) -> Family:
        """The log-likelihoods of the rows in some order."""
        values, sizes = self.values[order], self.sizes[order]
        if self.family == "poisson":
            return PoissonLog(values, sizes)
        if self.family == "cumulative":
            return Cumulative(values.astype(np.int64), len(self.labels), self.link, sizes)
        return BinomialLogit(values, sizes) if self.link == "logit" else BinomialProbit(values, sizes)


def coded(formula: Formula, frame: pd.DataFrame, family: str, weights: str | None) -> Coded:
    """The formula and the frame with names of categories as codes, and ``successes / trials`` as a share.

    Raises
    ------
    MultilevelError
        L008 for an infinite outcome, L052 for an outcome that has not two values, L053 for categories without an order,
        L060 for trials given twice, L115 for values of different kinds.
    """
    share = _SHARE.fullmatch(formula.response)
    if share and family == "binomial":
        trials = share["trials"].strip("`")
        if weights not in (None, trials):
            raise MultilevelError("L060", where=Place(column=str(weights)), trials=trials)
        return Coded(dataclasses.replace(formula, response=f"I({formula.response})"), frame, trials)
    name = formula.response.strip("`")
    if name not in frame.columns or family == "poisson":
        return Coded(formula, frame, weights)
    _check_outcome(frame[name])
    labels = _two_values(frame[name]) if family == "binomial" else _categories(frame[name])
    if not labels:
        return Coded(formula, frame, weights)
    return Coded(formula, frame.assign(**{name: _codes(frame[name], labels)}), weights, labels)


def _codes(column: pd.Series[Any], labels: tuple[Any, ...]) -> pd.Series[Any]:
    """The place of each answer among the labels, not a number where it is missing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.set_categories(list(labels)).cat.codes.to_numpy()
    else:
        codes = pd.Categorical(column, categories=list(labels)).codes
    return pd.Series(np.where(column.isna(), np.nan, codes), index=column.index)


def _check_outcome(column: pd.Series[Any]) -> None:
    """Refuse infinite values, which would be a category of their own, and texts among numbers, which have no order."""
    where = Place(column=str(column.name))
    infinite = np.flatnonzero(column.isin([np.inf, -np.inf]))
    if len(infinite):
        raise MultilevelError("L008", where=where, row=str(column.index[infinite[0]]), n=len(infinite))
    if pd.api.types.infer_dtype(column, skipna=True) in ("mixed", "mixed-integer"):
        of_each = {type(value).__name__: value for value in reversed(column.dropna().unique())}
        if "str" in of_each:
            row = str(column.index[np.flatnonzero(column.isin([of_each["str"]]))[0]])
            raise MultilevelError("L115", where=where, found=[repr(value) for value in of_each.values()], row=row)


def _two_values(column: pd.Series[Any]) -> tuple[Any, ...]:
    """The two categories of a binary outcome, the second the success; nothing for numbers and truth values."""
    if pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return ()
    labels = _present(column)
    if set(labels) <= {0, 1}:
        labels = (0, 1)
    if len(labels) > 2:
        raise MultilevelError("L052", where=Place(column=str(column.name)), found=[str(label) for label in labels[:10]])
    return labels


def _categories(column: pd.Series[Any]) -> tuple[Any, ...]:
    """The categories of an ordinal outcome in order."""
    if isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered:
        return _present(column)
    labels = _present(column)
    try:
        return tuple(sorted(labels, key=float))
    except (TypeError, ValueError) as error:
        found = [str(label) for label in labels[:10]]
        raise MultilevelError("L053", where=Place(column=str(column.name)), found=found) from error


def _present(column: pd.Series[Any]) -> tuple[Any, ...]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return tuple(column.cat.remove_unused_categories().cat.categories)
    return tuple(sorted(column.dropna().unique()))


def outcome_of(design: Design, found: Coded, family: str, link: str) -> Outcome:
    """The outcome of the complete rows, checked.

    Raises
    ------
    MultilevelError
        L010 for an outcome that does not vary, L052, L054 and L055 for values that the family does not have.

    Warns
    -----
    LcresearchWarning
        L126 for numbers that are too many to be categories.
    """
    values = design.matrix[:, design.columns.response]
    values = values + design.offset if design.offset is not None else values
    sizes = np.ones(len(values)) if design.weights is None else design.weights
    name = found.formula.response
    labels = tuple(_named(label) for label in found.labels)
    if family == "cumulative":
        codes, places = np.unique(np.rint(values * 1e9) / 1e9, return_inverse=True)
        labels = tuple(labels[int(code)] for code in codes) if labels else tuple(f"{code:g}" for code in codes)
        _check_varies(len(codes) > 1, name)
        if len(codes) > _MANY_CATEGORIES and all(isinstance(label, Real) for label in found.labels):
            warnings.warn(warning("L126", where=Place(column=name), n=len(codes)), stacklevel=3)
        return Outcome(family, link, places.astype(float), sizes, labels)
    if family == "poisson":
        _check(design, (values >= -_WHOLE) & _is_whole(values), "L054", name)
    elif found.weights is None:
        _check(design, _is_whole(values) & (np.rint(values) >= 0) & (np.rint(values) <= 1), "L052", name)
    else:
        values = values * sizes
        fits = _is_whole(sizes) & _is_whole(values) & (values >= -_WHOLE) & (values <= sizes + _WHOLE)
        _check(design, fits, "L055", name)
    whole = np.rint(values)
    varies = whole.any() if family == "poisson" else whole.any() and (whole < sizes).any()
    _check_varies(bool(varies), name)
    return Outcome(family, link, whole, sizes, labels)


def _named(label: object) -> str:
    """A category as text: ``2`` also where missing answers made a file hold 2.0."""
    return str(int(label)) if isinstance(label, float | np.floating) and label.is_integer() else str(label)


def _is_whole(values: Array) -> Array:
    return np.abs(values - np.rint(values)) <= _WHOLE


def _check_varies(varies: bool, name: str) -> None:
    if not varies:
        raise MultilevelError("L010", outcome=name)


def _check(design: Design, fits: Array, code: str, name: str) -> None:
    """Refuse values that the family does not have, naming the first row."""
    if fits.all():
        return
    place = int(np.flatnonzero(~fits)[0])
    value = design.matrix[place, design.columns.response] + (0 if design.offset is None else design.offset[place])
    said: dict[str, Any] = {"row": str(design.rows[place]), "found": f"{value:g}"}
    if code == "L052":
        said = {"found": [said["found"]]}
    elif design.weights is not None and code == "L055":
        said |= {"trials": f"{design.weights[place]:g}"}
    raise MultilevelError(code, where=Place(column=name), **said)
