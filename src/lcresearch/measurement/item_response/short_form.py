"""Short forms: the items that keep most of what a scale can tell, and how much that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MeasurementError, Place, Problem, nearest
from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_moments import alpha, item_moments
from lcresearch.measurement.item_response import graded_model, item_selection, marginal_likelihood, trait_scores
from lcresearch.measurement.item_response.categories import categorise
from lcresearch.measurement.item_response.estimation import fit
from lcresearch.measurement.item_response.graded_model import GradedItems
from lcresearch.measurement.item_response.graded_response import GradedResponse, known_option, said
from lcresearch.measurement.item_response.item_selection import Task
from lcresearch.results import Result

Criterion = Literal["reliability", "information", "minimum"]
Method = Literal["exact", "greedy"]
_N_POINTS = 41
_RELIABLE = 0.70
_STABLE = 0.60
Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, repr=False, eq=False)
class ShortForm(Result):
    """A short form of a scale.

    Attributes
    ----------
    items : tuple of str
        The items that were chosen, in the order of the scale.
    table : DataFrame
        A row an item of the scale: ``item, chosen, facet, discrimination, information`` (mean over the range) and
        ``chosen_share`` (share of the folds in which it was chosen; NaN without answers).
    curves : DataFrame
        ``theta, form, full``: information over the trait.
    kept : dict
        ``reliability, reliability_full`` (marginal, N(0, 1)), ``information_kept`` (share, over the range),
        ``largest_std_error`` (in the range), and with answers ``part_whole_correlation`` (EAP of form and scale),
        ``part_whole_sum`` (of mean scores), ``corrected_sum`` (Levy, 1967: errors that both share taken out).
    folds : DataFrame
        Cross-validation: ``fold, n, items, correlation, reliability`` of persons who had no part in choosing.
    theta : tuple of two floats
    problems : tuple of Problem
    """

    title: ClassVar[str] = "Short form"

    items: tuple[str, ...]
    table: pd.DataFrame
    curves: pd.DataFrame
    kept: dict[str, float]
    folds: pd.DataFrame
    theta: tuple[float, float]
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row an item of the scale; see ``table``. Nothing here has an interval."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """One row: sizes, what the form keeps, and the means over the folds."""
        row: dict[str, Any] = {"n_items": len(self.items), "n_full": len(self.table)} | self.kept
        if len(self.folds):
            row |= {
                "cross_validated_correlation": float(self.folds["correlation"].mean()),
                "cross_validated_reliability": float(self.folds["reliability"].mean()),
            }
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What the reader must know before using the form, in the language of the terminal."""
        return [said(problem) for problem in self.problems]

    def yaml(self) -> str:
        """Lines for an instrument's file: ``short_form: true`` goes under each of these items.

        Examples
        --------
        >>> print(ShortForm(("a1",), *[pd.DataFrame()] * 2, {}, pd.DataFrame(), (-2, 2), ()).yaml())
        items:
          - id: a1
            short_form: true
        """
        return "items:\n" + "".join(f"  - id: {item}\n    short_form: true\n" for item in self.items)


def short_form(
    model: GradedResponse,
    frame: pd.DataFrame | None = None,
    *,
    n_items: int | None = None,
    reliability: float | None = None,
    std_error: float | None = None,
    theta: tuple[float, float] = (-2.0, 2.0),
    criterion: Criterion = "reliability",
    method: Method = "exact",
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    facets: Mapping[str, Sequence[str]] | None = None,
    n_folds: int = 5,
    seed: int | None = None,
) -> ShortForm:
    """Choose items for a wanted length or precision from a fitted graded response model.

    Parameters
    ----------
    model : GradedResponse
    frame : DataFrame, optional
        Answers: adds correlations with the full score, and cross-validation.
    n_items, reliability, std_error : int or float
        One of the three: how many items; or the fewest that reach this marginal reliability; or the fewest whose
        standard error stays below this anywhere in the range.
    theta : tuple of two floats
        Range of the trait that matters, in standard deviations.
    criterion : {"reliability", "information", "minimum"}
        What is made as large as can be: marginal reliability (trait values weighted as in N(0, 1)), mean information
        over the range, or information where it is lowest in the range.
    method : {"exact", "greedy"}
        The best of all forms by integer programming, or one item at a time.
    include, exclude : sequence of str
        Items that must, or must not, be in the form.
    facets : mapping, optional
        Items of each facet: at least one of each is chosen.
    n_folds : int
        Parts for cross-validation; below 2 is none. The model is fitted and the form chosen without a part, then judged
        on it.
    seed : int, optional
        For the division into parts.

    Returns
    -------
    ShortForm
        ``items``, ``glance()``, ``yaml()`` for the instrument.

    Raises
    ------
    MeasurementError
        M353 not one of the three wishes; M354 demands that cannot be met together; M355 unknown item; M356 a precision
        that all items together do not reach; M004 options.

    Examples
    --------
    >>> from lcresearch.measurement.item_response.graded_response import graded_response
    >>> rng = np.random.default_rng(1)  # invented answers; later items are sharper
    >>> trait = rng.normal(size=400)
    >>> slopes = [0.5, 0.8, 1.1, 1.4, 1.7, 2.0]
    >>> at = {f"i{j}": a * trait + rng.logistic(size=400) for j, a in enumerate(slopes)}
    >>> frame = pd.DataFrame({name: np.digitize(value, [-1, 0, 1]) for name, value in at.items()})
    >>> short_form(graded_response(frame, list(frame.columns)), n_items=3).items
    ('i3', 'i4', 'i5')
    """
    known_option("criterion", criterion, item_selection.CRITERIA)
    known_option("method", method, ("exact", "greedy"))
    wish = _Wish(n_items, reliability, std_error, method)
    wish.check()
    demands = _Demands.of(model.items, include, exclude, facets or {}, theta, criterion)
    chosen = wish.choose(demands.task(model.parameters, std_error), model.parameters)
    problems = []
    kept = _kept(model.parameters, chosen, theta)
    if kept["reliability"] < _RELIABLE:
        problems.append(Problem("M358", values={"value": kept["reliability"], "least": _RELIABLE}))
    folds, share = (
        pd.DataFrame(columns=["fold", "n", "items", "correlation", "reliability"]),
        np.full(len(chosen), np.nan),
    )
    if frame is not None:
        codes = model.codes(frame)
        kept |= _correlations(model, codes, chosen)
        problems.insert(0, Problem("M357"))
        if n_folds > 1:
            same_length = replace(wish, n_items=int(chosen.sum()))
            folds, share = _cross_validate(model, codes, demands, same_length, n_folds, seed)
            unsure = [item for item, s, use in zip(model.items, share, chosen, strict=True) if use and s < _STABLE]
            if unsure:
                problems.append(Problem("M359", values={"items": unsure, "share": _STABLE}))
    return _result(model, chosen, demands, kept, folds, share, problems)


@dataclass(frozen=True)
class _Wish:
    n_items: int | None
    reliability: float | None
    std_error: float | None
    method: str

    def check(self) -> None:
        given = [name for name in ("n_items", "reliability", "std_error") if getattr(self, name) is not None]
        if len(given) != 1:
            raise MeasurementError("M353", given=given or ["–"])

    def choose(self, task: Task, items: GradedItems) -> Chosen:
        usable = int((~task.forbidden).sum())
        if self.n_items is not None:
            return _met(self.of_length(task, self.n_items))
        if self.reliability is None and (task.information[~task.forbidden].sum(axis=0) < task.floor).any():
            lowest = float(task.information[~task.forbidden].sum(axis=0).min())
            raise MeasurementError("M356", wish=f"std_error={self.std_error}", best=1 / np.sqrt(lowest))
        best = 0.0
        for length in range(max(1, int(task.required.sum())), usable + 1):
            chosen = self.of_length(task, length)
            if chosen is None:
                continue
            if self.reliability is None:
                return chosen
            best = _reliability(items, chosen)
            if best >= self.reliability:
                return chosen
        if self.reliability is None:
            raise MeasurementError("M354")
        raise MeasurementError("M356", wish=f"reliability={self.reliability}", best=best)

    def of_length(self, task: Task, length: int) -> Chosen | None:
        return item_selection.exact(task, length) if self.method == "exact" else item_selection.greedy(task, length)


def _met(chosen: Chosen | None) -> Chosen:
    if chosen is None:
        raise MeasurementError("M354")
    return chosen


@dataclass(frozen=True)
class _Demands:
    required: Chosen
    forbidden: Chosen
    facets: Mapping[str, Codes]
    theta: tuple[float, float]
    criterion: str

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        include: Sequence[str],
        exclude: Sequence[str],
        facets: Mapping[str, Sequence[str]],
        theta: tuple[float, float],
        criterion: str,
    ) -> _Demands:
        asked = [*include, *exclude, *(item for members in facets.values() for item in members)]
        unknown = [item for item in dict.fromkeys(asked) if item not in names]
        if unknown:
            raise MeasurementError(
                [
                    Problem("M355", Place(item=str(item)), {"nearest": nearest(str(item), names) or "–"})
                    for item in unknown
                ]
            )
        if not theta[0] < theta[1]:
            raise MeasurementError("M007", minimum=float(theta[0]), maximum=float(theta[1]))
        place = {name: j for j, name in enumerate(names)}
        return cls(
            np.isin(names, list(include)),
            np.isin(names, list(exclude)),
            {facet: np.array([place[item] for item in members], dtype=np.int64) for facet, members in facets.items()},
            theta,
            criterion,
        )

    def task(self, items: GradedItems, std_error: float | None = None) -> Task:
        points = np.linspace(*self.theta, _N_POINTS)
        weights = np.exp(-(points**2) / 2) if self.criterion == "reliability" else np.ones(_N_POINTS)
        return Task(
            graded_model.information(items, points),
            weights / weights.sum(),
            self.criterion,
            self.required,
            self.forbidden,
            [(members, 1) for members in self.facets.values()],
            0.0 if std_error is None else 1 / std_error**2,
        )


def _reliability(items: GradedItems, chosen: Chosen) -> float:
    grid = marginal_likelihood.nodes(241)
    total = graded_model.information(items, grid.theta)[chosen].sum(axis=0)
    return trait_scores.marginal_reliability(total, np.exp(grid.log_weights))


def _kept(items: GradedItems, chosen: Chosen, theta: tuple[float, float]) -> dict[str, float]:
    found = graded_model.information(items, np.linspace(*theta, _N_POINTS))
    total = found[chosen].sum(axis=0)
    return {
        "reliability": _reliability(items, chosen),
        "reliability_full": _reliability(items, np.ones(len(chosen), dtype=bool)),
        "information_kept": float(total.sum() / found.sum()),
        "largest_std_error": float(1 / np.sqrt(total.min())),
    }


def _correlations(model: GradedResponse, codes: Codes, chosen: Chosen) -> dict[str, float]:
    """Part-whole correlations of trait scores and of mean scores, the latter also without the errors that both share.

    Form and scale hold the same answers, so that their errors correlate. Levy (1967): take the error variance of the
    form, in the units in which it enters the score of the scale, out of the covariance.
    """
    grid = marginal_likelihood.nodes(model.n_nodes)
    whole = trait_scores.expected_a_posteriori(model.parameters, codes, grid).estimate
    part = trait_scores.expected_a_posteriori(
        model.parameters.subset(np.flatnonzero(chosen)), codes[:, chosen], grid
    ).estimate
    complete = codes[(codes >= 0).all(axis=1)].astype(float)
    form, scale = complete[:, chosen].sum(axis=1), complete.sum(axis=1)
    nan = float("nan")
    if len(complete) < 3 or form.std() == 0:
        return {"part_whole_correlation": _correlation(part, whole), "part_whole_sum": nan, "corrected_sum": nan}
    reliable = alpha(item_moments(complete[:, chosen]).covariance) if chosen.sum() > 1 else nan
    shared = float(np.var(form, ddof=1)) * (1 - reliable)
    corrected = (float(np.cov(form, scale)[0, 1]) - shared) / float(np.std(form, ddof=1) * np.std(scale, ddof=1))
    return {
        "part_whole_correlation": _correlation(part, whole),
        "part_whole_sum": _correlation(form, scale),
        "corrected_sum": corrected,
    }


def _correlation(a: Array, b: Array) -> float:
    known = ~np.isnan(a) & ~np.isnan(b)
    return float(np.corrcoef(a[known], b[known])[0, 1]) if known.sum() > 2 else float("nan")


def _cross_validate(
    model: GradedResponse, codes: Codes, demands: _Demands, wish: _Wish, n_folds: int, seed: int | None
) -> tuple[pd.DataFrame, Array]:
    """Fit and choose without each part, judge on it: the table of folds, and how often each item was chosen."""
    part = np.random.default_rng(seed).permutation(np.arange(len(codes)) % n_folds)
    rows, times, done = [], np.zeros(codes.shape[1]), 0
    for fold in range(n_folds):
        inside = part != fold
        numbers = np.where(codes >= 0, codes, np.nan).astype(float)
        found, _ = categorise(numbers[inside], list(model.items))
        if (found.counts < 2).any():
            continue
        data = marginal_likelihood.patterns(found.codes[(found.codes >= 0).any(axis=1)], int(found.counts.max()))
        fitted = fit(data, found.counts, equal=model.discrimination == "equal")
        chosen = wish.of_length(demands.task(fitted.items), wish.n_items or 0)
        if chosen is None:
            continue
        there = _recoded(numbers[~inside], found.labels)
        whole = trait_scores.expected_a_posteriori(fitted.items, there, fitted.grid)
        form = trait_scores.expected_a_posteriori(
            fitted.items.subset(np.flatnonzero(chosen)), there[:, chosen], fitted.grid
        )
        names = ", ".join(item for item, use in zip(model.items, chosen, strict=True) if use)
        correlation = _correlation(form.estimate, whole.estimate)
        rows.append((fold + 1, int((~inside).sum()), names, correlation, trait_scores.empirical_reliability(form)))
        times, done = times + chosen, done + 1
    table = pd.DataFrame(rows, columns=["fold", "n", "items", "correlation", "reliability"])
    return table, times / done if done else np.full(codes.shape[1], np.nan)


def _recoded(numbers: Array, labels: tuple[tuple[tuple[float, ...], ...], ...]) -> Codes:
    """Categories of new answers; an answer that was not met in fitting counts as missing."""
    found = np.full(numbers.shape, -1, dtype=np.int64)
    for j, categories in enumerate(labels):
        for number, merged in enumerate(categories):
            found[np.isin(numbers[:, j], merged), j] = number
    return found


def _result(
    model: GradedResponse,
    chosen: Chosen,
    demands: _Demands,
    kept: dict[str, float],
    folds: pd.DataFrame,
    share: Array,
    problems: list[Problem],
) -> ShortForm:
    of_facet = {int(j): facet for facet, members in demands.facets.items() for j in members}
    in_range = graded_model.information(model.parameters, np.linspace(*demands.theta, _N_POINTS))
    table = pd.DataFrame(
        {
            "item": list(model.items),
            "chosen": chosen,
            "facet": [of_facet.get(j, "") for j in range(len(chosen))],
            "discrimination": model.discriminations,
            "information": in_range.mean(axis=1),
            "chosen_share": share,
        }
    )
    points = np.linspace(-3, 3, 121)
    found = graded_model.information(model.parameters, points)
    curves = pd.DataFrame({"theta": points, "form": found[chosen].sum(axis=0), "full": found.sum(axis=0)})
    items = tuple(item for item, use in zip(model.items, chosen, strict=True) if use)
    return ShortForm(items, table, curves, kept, folds, demands.theta, tuple(problems))
