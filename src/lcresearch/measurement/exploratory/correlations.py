"""The correlations that exploratory methods start from: of persons' answers, Pearson or polychoric, or given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Place, Problem, nearest
from lcresearch.measurement.columns import Array, Codes, item_names, matrix
from lcresearch.measurement.exploratory.standard_errors import MOST_PAIRS, normal_gamma, sample_gamma
from lcresearch.measurement.item_moments import item_moments
from lcresearch.measurement.polychoric import MISSING, Polychoric, polychoric

Correlation = Literal["pearson", "polychoric"]
Missing = Literal["pairwise", "complete"]

MOST_CATEGORIES = 20
_NOT_POSITIVE = 1e-10


@dataclass(frozen=True)
class Correlations:
    """Correlations of p items, what they rest on, and what a reader must know of them.

    Attributes
    ----------
    items : tuple of str
        Names of the items.
    matrix : array, shape (p, p)
        Positive definite; smoothed when it had to be.
    kind : {"pearson", "polychoric"}
        What the correlations are.
    n : int
        Persons that tests count: with complete answers, or with at least one.
    pairs : array, shape (p, p)
        Persons behind each correlation.
    means, std_devs : arrays, shape (p,)
        Of the answers; NaN when only correlations were given.
    answers : array, shape (n, p), or None
        The answers, NaN where missing; None when only correlations were given.
    problems : tuple of Problem
        Missing answers, smoothing and correlations on their limit.
    polychoric_gamma : array or None
        That of polychoric correlations, when it was asked for.
    """

    items: tuple[str, ...]
    matrix: Array
    kind: Correlation
    n: int
    pairs: Array
    means: Array
    std_devs: Array
    answers: Array | None
    problems: tuple[Problem, ...]
    polychoric_gamma: Array | None = None

    def gamma(self) -> Array | None:
        """n times the covariance matrix of the correlations, pairs in the order of ``numpy.triu_indices(p, 1)``.

        Of rows without assuming a distribution, of a given matrix as if persons were normal; None when it cannot be
        known, or is not of these correlations since they were smoothed, or is too large.
        """
        p = len(self.items)
        if p * (p - 1) // 2 > MOST_PAIRS or any(problem.code == "M305" for problem in self.problems):
            return None
        if self.kind == "polychoric":
            return self.polychoric_gamma
        if self.answers is None:
            return normal_gamma(self.matrix)
        return sample_gamma(self.answers, self.matrix, self.pairs)


def checked_choice(option: str, value: str, known: Sequence[str]) -> None:
    """Raise M004 unless ``value`` is one of the names that ``option`` knows."""
    if value not in known:
        near = nearest(value, known) or "–"
        raise MeasurementError("M004", option=option, value=value, known=list(known), nearest=near)


def cautions_of(problems: Sequence[Problem]) -> list[str]:
    """Each problem in words, with its place in front, in the language of the terminal."""
    return [": ".join(filter(None, (problem.where.text(), problem.message()))) for problem in problems]


def item_correlations(
    frame: pd.DataFrame,
    items: Sequence[str],
    *,
    correlation: Correlation = "pearson",
    missing: Missing = "pairwise",
    n_persons: int | None = None,
    with_gamma: bool = False,
) -> Correlations:
    """Correlations of the items of a frame; with ``n_persons`` the frame is itself a matrix of correlations.

    Raises
    ------
    MeasurementError
        M001 to M004 and M008 columns and options; M301 to M303, M308 and M309 what cannot be correlated.
    """
    checked_choice("correlation", correlation, ("pearson", "polychoric"))
    checked_choice("missing", missing, ("pairwise", "complete"))
    names = item_names(frame, items, ordered=correlation == "polychoric" and n_persons is None)
    if n_persons is not None:
        return _given(frame, names, correlation, n_persons)
    answers, problems = answered_rows(frame, names, missing)
    if correlation == "polychoric":
        found = polychoric(category_codes(answers, names), gamma=with_gamma, names=names)
        estimates, pairs = found.matrix, _pair_counts(found)
        t = len(found.thresholds)
        of_correlations = None if found.gamma is None or found.at_limit.any() else found.gamma[t:, t:]
        problems += limit_problems(found, names)
    else:
        moments, of_correlations = item_moments(answers), None
        estimates, pairs = moments.correlation, moments.pairs
        problems_of_pairs = [
            Problem("M301", Place(item=names[i]), {"other": names[j]})
            for i, j in np.argwhere(np.isnan(np.tril(estimates)))
        ]
        if problems_of_pairs:
            raise MeasurementError(problems_of_pairs)
    smooth, smoothing = smoothed(estimates)
    return Correlations(
        items=tuple(names),
        matrix=smooth,
        kind=correlation,
        n=len(answers),
        pairs=pairs,
        means=np.nanmean(answers, axis=0),
        std_devs=np.nanstd(answers, axis=0, ddof=1),
        answers=answers,
        problems=tuple(problems + smoothing),
        polychoric_gamma=of_correlations,
    )


def answered_rows(frame: pd.DataFrame, names: list[str], missing: Missing) -> tuple[Array, list[Problem]]:
    """The answers that count, shape (n, p), and how many persons they lack; raises M302 and M308."""
    answers = matrix(frame, names)
    open_items = np.isnan(answers)
    n_missing, empty = int(open_items.any(axis=1).sum()), open_items.all(axis=1)
    counts = {"total": len(answers), "n": n_missing}
    problems = [Problem("M306" if missing == "pairwise" else "M307", values=counts)] if n_missing else []
    if missing == "pairwise" and empty.any():
        problems.append(Problem("M310", values={"n": int(empty.sum())}))
    kept = answers[~empty if missing == "pairwise" else ~open_items.any(axis=1)]
    if len(kept) < 3 or len(names) < 2:
        raise MeasurementError("M308", n=len(kept), n_items=len(names))
    low, high = np.nanmin(_with_number(kept), axis=0), np.nanmax(_with_number(kept), axis=0)
    constant = [Problem("M302", Place(item=name)) for name, same in zip(names, low == high, strict=True) if same]
    if constant:
        raise MeasurementError(constant)
    return kept, problems


def _with_number(answers: Array) -> Array:
    """The answers, with zeros in a column that has none, so that it counts as constant."""
    return np.asarray(np.where(np.isnan(answers).all(axis=0), 0.0, answers), dtype=np.float64)


def category_codes(answers: Array, names: Sequence[str]) -> Codes:
    """Answers as 0, 1, ... in order of size, -1 where missing; categories that nobody chose do not count.

    Raises M303 for an item with more than :data:`MOST_CATEGORIES` different answers.
    """
    codes = np.full(answers.shape, MISSING, dtype=np.int64)
    problems = []
    for j, name in enumerate(names):
        known = ~np.isnan(answers[:, j])
        levels, codes[known, j] = np.unique(answers[known, j], return_inverse=True)
        if len(levels) > MOST_CATEGORIES:
            problems.append(Problem("M303", Place(item=name), {"n": len(levels), "most": MOST_CATEGORIES}))
    if problems:
        raise MeasurementError(problems)
    return codes


def limit_problems(found: Polychoric, names: Sequence[str]) -> list[Problem]:
    """A warning for each polychoric correlation that runs to 1 or -1."""
    return [Problem("M304", Place(item=names[j]), {"other": names[i]}) for i, j in found.pairs[found.at_limit]]


def _pair_counts(found: Polychoric) -> Array:
    p = len(found.n_categories)
    counts = np.full((p, p), float(found.n))
    counts[found.pairs[:, 0], found.pairs[:, 1]] = counts[found.pairs[:, 1], found.pairs[:, 0]] = found.pair_counts
    return counts


def smoothed(correlation: Array) -> tuple[Array, list[Problem]]:
    """A positive definite matrix near this one, and a warning when it is another one (as psych's ``cor.smooth``)."""
    values, vectors = np.linalg.eigh(correlation)
    if values[0] > _NOT_POSITIVE:
        return correlation, []
    raised = np.maximum(values, 100 * np.finfo(float).eps)
    near = (vectors * raised * len(values) / raised.sum()) @ vectors.T
    scale = np.sqrt(np.diag(near))
    return near / np.outer(scale, scale), [Problem("M305", values={"value": float(values[0])})]


def _given(frame: pd.DataFrame, names: list[str], correlation: Correlation, n_persons: int) -> Correlations:
    p = len(names)
    if [str(label) for label in frame.index] != [str(label) for label in frame.columns]:
        raise MeasurementError("M309", reason=_REASONS["labels"])
    table = frame.set_axis([str(label) for label in frame.index]).loc[names, names].to_numpy(dtype=np.float64)
    reasons = {
        "range": not np.isfinite(table).all() or float(np.abs(table).max()) > 1 + 1e-8,
        "diagonal": float(np.abs(np.diag(table) - 1).max()) > 1e-8,
        "symmetric": float(np.abs(table - table.T).max()) > 1e-8,
    }
    for name, wrong in reasons.items():
        if wrong:
            raise MeasurementError("M309", reason=_REASONS[name])
    if n_persons < 3 or p < 2:
        raise MeasurementError("M308", n=n_persons, n_items=p)
    smooth, problems = smoothed(table)
    unknown = np.full(p, np.nan)
    pairs = np.full((p, p), float(n_persons))
    return Correlations(tuple(names), smooth, correlation, n_persons, pairs, unknown, unknown, None, tuple(problems))


_REASONS: dict[str, dict[str, Any]] = {
    "labels": {"en": "its rows and columns have different names", "nl": "de rijen en kolommen heten verschillend"},
    "range": {"en": "a number is missing or beyond 1", "nl": "een getal ontbreekt of ligt boven 1"},
    "diagonal": {"en": "its diagonal is not 1", "nl": "de diagonaal is niet 1"},
    "symmetric": {"en": "it is not symmetric", "nl": "de tabel is niet symmetrisch"},
}
