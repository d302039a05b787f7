"""How reliable a scale is, for persons and for group means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import MeasurementError, Place, Problem, nearest
from lcresearch.measurement import one_factor
from lcresearch.measurement.columns import Array, groups, item_names, matrix, means_by_group, values
from lcresearch.measurement.item_moments import (
    ItemMoments,
    alpha,
    alpha_std_error,
    guttman_lambda_2,
    guttman_lambda_6,
    item_moments,
    item_rest_correlations,
)
from lcresearch.measurement.split_half import split_halves
from lcresearch.results import Result

Missing = Literal["pairwise", "complete"]

_ROUNDING = 1e-10
ERROR = "standard_error_of_measurement"
TERMS = (
    "cronbach_alpha",
    "standardized_alpha",
    "omega_total",
    "guttman_lambda_2",
    "guttman_lambda_6",
    "split_half",
    "split_half_min",
    "split_half_max",
    ERROR,
)


@dataclass(frozen=True, repr=False, eq=False)
class Reliability(Result):
    """Reliability of one scale.

    Attributes
    ----------
    items : tuple of str
        Columns that were analysed.
    group : str or None
        Column that names the group, when group means were analysed too.
    missing : {"pairwise", "complete"}
        How missing answers were handled.
    estimates : DataFrame
        ``level, term, estimate, std_error, n, n_items``: a row a term and level (individual, group).
    problems : tuple of Problem
        What was left out or could not be computed.
    score : str or None
        Column with the scale score whose error of measurement was computed; None is the mean of the items.
    """

    title: ClassVar[str] = "Reliability"

    items: tuple[str, ...]
    group: str | None
    missing: str
    estimates: pd.DataFrame
    problems: tuple[Problem, ...]
    score: str | None = None

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a term: ``level, term, estimate, std_error, df, conf_low, conf_high, n, n_items``.

        Alpha has the F interval of Feldt, Woodruff and Salih (1987), and beside it the standard error of Duhachek and
        Iacobucci (2004). Omega and standardised alpha have a distribution-free standard error by the delta method and
        an interval that is symmetric for log(1 - reliability), so that it never passes 1 (as Bonett, 2002, for alpha).
        Where items are the same but for their scale (M031), reliability is 1 and has no standard error and no interval.
        """
        table = self.estimates.copy()
        n, p = table["n"].to_numpy(dtype=float), table["n_items"].to_numpy(dtype=float)
        estimate, std_error = table["estimate"].to_numpy(dtype=float), table["std_error"].to_numpy(dtype=float)
        is_alpha = (table["term"] == "cronbach_alpha").to_numpy()
        low, high = _complement_interval(estimate, std_error, n, conf_level)
        feldt_low, feldt_high = _feldt_interval(estimate, n, p, conf_level)
        table.insert(4, "df", np.where(np.isnan(std_error), np.nan, n - 1))
        table.insert(5, "conf_low", np.where(is_alpha, feldt_low, low))
        table.insert(6, "conf_high", np.where(is_alpha, feldt_high, high))
        return table

    def glance(self) -> pd.DataFrame:
        """One row: persons, items, and alpha and omega of persons and of group means."""
        table = self.estimates.set_index(["level", "term"])["estimate"]
        person = self.estimates[self.estimates["level"] == "individual"].iloc[0]
        row: dict[str, Any] = {"n": int(person["n"]), "n_items": int(person["n_items"])}
        row |= {name: table["individual", name] for name in ("cronbach_alpha", "omega_total")}
        if self.group is not None:
            means = self.estimates[self.estimates["level"] == "group"].iloc[0]
            row |= {"n_groups": int(means["n"])}
            row |= {f"group_{name}": table["group", name] for name in ("cronbach_alpha", "omega_total")}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What was left out or could not be computed, in the language of the terminal."""
        return [
            f"{problem.where.text()}: {problem.message()}" if problem.where.item else problem.message()
            for problem in self.problems
        ]


def reliability(
    frame: pd.DataFrame,
    items: Sequence[str],
    *,
    group: str | None = None,
    missing: Missing = "pairwise",
    seed: int | None = None,
    score: str | None = None,
) -> Reliability:
    """Reliability of a scale of several items: alpha, omega, Guttman's bounds, all split halves, error of measurement.

    Alpha is that of the covariances, the other coefficients are of the correlations, as in R's psych. Omega total comes
    from one factor by minres; it needs three items. The standard error of measurement is the standard deviation of the
    scores times the root of (1 - alpha), in the metric of the scores. Items that nobody answered or all
    answered alike are left out. Intervals take the rows as independent: where persons resemble others of their group,
    they are somewhat too narrow.

    Parameters
    ----------
    frame : DataFrame
        A row a person.
    items : sequence of str
        Columns of one scale, all in the direction of the scale.
    group : str, optional
        Column that names the group: adds the reliability of the item means of the groups, each group counted once.
    missing : {"pairwise", "complete"}
        Each correlation over the persons who answered both items, or all over the persons who answered every item.
        Under "pairwise", n is the number of persons who answered anything, as in psych.
    seed : int, optional
        For the sample of split halves of scales with more than 16 items.
    score : str, optional
        Column with the scale score, a sum for example: the standard error of measurement takes the standard deviation
        of the rows that have this score, and of its group means at group level; its ``n`` counts them. By default the
        score is the mean of the items that a person answered. Alpha is that of unweighted items in either case.

    Returns
    -------
    Reliability
        ``tidy()`` has a row a term and level, with intervals.

    Raises
    ------
    MeasurementError
        M001 to M003 and M008 columns; M004 ``missing`` is not known.

    Examples
    --------
    >>> frame = pd.DataFrame({"i1": [1, 2, 3, 4, 5], "i2": [2, 2, 3, 5, 5], "i3": [1, 3, 3, 4, 4]})
    >>> reliability(frame, ["i1", "i2", "i3"]).glance().round(3).to_dict("records")
    [{'n': 5, 'n_items': 3, 'cronbach_alpha': 0.954, 'omega_total': 0.957}]
    """
    names = item_names(frame, items)
    if missing not in ("pairwise", "complete"):
        known = ("pairwise", "complete")
        raise MeasurementError(
            "M004", option="missing", value=missing, known=known, nearest=nearest(missing, known) or "–"
        )
    if score is not None:
        item_names(frame, score)
    answers = matrix(frame, names)
    scores = None if score is None else values(frame, score)
    rows, problems = _level("individual", answers, scores, names, missing, seed)
    if group is not None:
        belongs = groups(frame, group)
        if n := int(np.sum(belongs.codes < 0)):
            problems.append(Problem("M010", values={"n": n, "group": group}))
        means = means_by_group(answers, belongs.codes, belongs.n)
        of_scores = None if scores is None else means_by_group(scores[:, None], belongs.codes, belongs.n)[:, 0]
        of_groups, more = _level("group", means, of_scores, names, missing, seed)
        rows += of_groups
        problems += [problem for problem in more if problem not in problems]
    return Reliability(tuple(names), group, missing, pd.DataFrame(rows), tuple(problems), score)


def _level(
    level: str, answers: Array, scores: Array | None, names: Sequence[str], missing: str, seed: int | None
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The estimates of one level; rows of ``answers`` and ``scores`` are persons or groups."""
    some = ~np.isnan(answers)
    answers = answers[some.any(axis=1) if missing == "pairwise" else some.all(axis=1)]
    usable, problems = usable_items(answers, names)
    answers = answers[:, usable]
    n, p = answers.shape
    n_scores = n if scores is None else int(np.sum(~np.isnan(scores)))
    found: dict[str, tuple[float, float]] = {}
    if p < 2:
        problems.append(Problem("M020", values={"n": p}))
    elif n < 3:
        problems.append(Problem("M021", values={"n": n}))
    else:
        moments = item_moments(answers)
        found |= _from_covariances(moments, problems) | _from_correlations(answers, moments, problems, seed)
        if level == "individual":
            problems += against_the_rest([name for name, there in zip(names, usable, strict=True) if there], moments)
        if _is_one(found):
            problems.append(Problem("M031"))
            found = {term: (value, float("nan")) for term, (value, _) in found.items()}
        if "cronbach_alpha" in found:
            of_rows = np.nanmean(answers, axis=1) if scores is None else scores
            found[ERROR] = (_error_of_measurement(of_rows, found["cronbach_alpha"][0]), float("nan"))
    nothing = (float("nan"), float("nan"))
    estimates = [(term, *found.get(term, nothing), n_scores if term == ERROR else n) for term in TERMS]
    return [
        {"level": level, "term": term, "estimate": value, "std_error": error, "n": rows, "n_items": p}
        for term, value, error, rows in estimates
    ], problems


def _is_one(found: dict[str, tuple[float, float]]) -> bool:
    """Whether the items leave nothing that could be error, but what comes of rounding numbers."""
    return any(1 - found[name][0] < _ROUNDING for name in ("cronbach_alpha", "standardized_alpha") if name in found)


def against_the_rest(names: Sequence[str], moments: ItemMoments) -> list[Problem]:
    """A problem for each item that correlates negatively with the sum of the others, as a reversed item does."""
    found = zip(names, item_rest_correlations(moments.covariance).tolist(), strict=True)
    return [Problem("M030", Place(item=name), {"value": value}) for name, value in found if value < 0]


def usable_items(answers: Array, names: Sequence[str]) -> tuple[Array, list[Problem]]:
    """Which items have answers that differ (array of bool, shape (p,)), and a problem for each that has not."""
    problems, usable = [], np.ones(len(names), dtype=bool)
    for j, name in enumerate(names):
        column = answers[:, j][~np.isnan(answers[:, j])]
        if len(column) == 0:
            problems.append(Problem("M022", Place(item=name)))
        elif column.min() == column.max():
            problems.append(Problem("M023", Place(item=name)))
        usable[j] = len(column) > 0 and column.min() < column.max()
    return usable, problems


def _error_of_measurement(scores: Array, reliable: float) -> float:
    """Standard deviation of the scores times the root of what is error in them; NaN with fewer than two scores."""
    known = scores[~np.isnan(scores)]
    if len(known) < 2:
        return float("nan")
    return float(known.std(ddof=1) * np.sqrt(max(1 - reliable, 0.0)))


def _from_covariances(moments: ItemMoments, problems: list[Problem]) -> dict[str, tuple[float, float]]:
    covariance = moments.covariance
    if np.isnan(covariance).any():
        problems.append(Problem("M024"))
        return {}
    if covariance.sum() <= 0:
        problems.append(Problem("M025"))
        return {}
    value = alpha(covariance)
    if value < 0:
        problems.append(Problem("M026", values={"value": value}))
    return {"cronbach_alpha": (value, alpha_std_error(covariance, moments.n))}


def _from_correlations(
    answers: Array, moments: ItemMoments, problems: list[Problem], seed: int | None
) -> dict[str, tuple[float, float]]:
    nan = float("nan")
    correlation = moments.correlation
    if np.isnan(correlation).any() or correlation.sum() <= 0:
        return {}
    halves = split_halves(correlation, seed)
    slope = one_factor.standardised_alpha_derivative(correlation)
    found = {
        "standardized_alpha": (alpha(correlation), one_factor.delta_std_error(answers, moments, slope)),
        "guttman_lambda_2": (guttman_lambda_2(correlation), nan),
        "guttman_lambda_6": (guttman_lambda_6(correlation), nan),
        "split_half": (halves.mean, nan),
        "split_half_min": (halves.lowest, nan),
        "split_half_max": (halves.highest, nan),
    }
    if np.isnan(found["guttman_lambda_6"][0]):
        problems.append(Problem("M027"))
    if len(correlation) < 3:
        problems.append(Problem("M028"))
        return found
    factor = one_factor.minres(correlation)
    if factor.heywood or not factor.converged:
        problems.append(Problem("M029"))
    if factor.converged:
        slope = one_factor.omega_derivative(correlation, factor)
        error = one_factor.delta_std_error(answers, moments, slope)
        found["omega_total"] = (one_factor.omega_total(correlation, factor), error)
    return found


def _feldt_interval(estimate: Array, n: Array, p: Array, conf_level: float) -> tuple[Array, Array]:
    tail = (1 - conf_level) / 2
    df_1 = np.where(n > 1, n - 1, np.nan)
    df_2 = np.where(p > 1, df_1 * (p - 1), np.nan)
    left = np.where(1 - estimate < _ROUNDING, np.nan, 1 - estimate)  # of a reliability of 1 no interval says anything
    low = 1 - left * stats.f.ppf(1 - tail, df_1, df_2)
    high = 1 - left * stats.f.ppf(tail, df_1, df_2)
    return low, high


def _complement_interval(estimate: Array, std_error: Array, n: Array, conf_level: float) -> tuple[Array, Array]:
    left = 1 - estimate
    quantile = stats.t.ppf((1 + conf_level) / 2, np.where(n > 1, n - 1, np.nan))
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.exp(np.where(left > _ROUNDING, quantile * std_error / left, np.nan))
    return np.asarray(1 - left * spread), np.asarray(1 - left / spread)
