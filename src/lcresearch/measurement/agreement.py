"""Do people in a group answer alike, and do groups differ: the public side of within-group agreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import MeasurementError, Problem
from lcresearch.measurement.aggregation_gate import R_WG_ENOUGH, check_composition, judge
from lcresearch.measurement.columns import Array, Groups, checked_range, groups, item_names, values
from lcresearch.measurement.intraclass import (
    GroupMoments,
    OneWay,
    anova,
    group_moments,
    intervals,
    one_way,
    variance_components,
)
from lcresearch.measurement.nulls import SKEWED, null_variances
from lcresearch.measurement.verdict import Verdict
from lcresearch.measurement.within_group import ScaleSpread, item_statistics, r_wg, r_wg_lindell, scale_spread
from lcresearch.messages import Messages
from lcresearch.results import Result

SHOWN_GROUPS = 20


@dataclass(frozen=True, repr=False, eq=False)
class Agreement(Result):
    """Agreement within groups and differences between them, for one scale.

    Attributes
    ----------
    items : tuple of str
        Columns that were analysed.
    group : str
        Column that names the group.
    composition : str
        How the group score is composed; decides what :attr:`verdict` asks.
    response_range : tuple of two floats or None
        Lowest and highest answer code.
    nulls : dict
        Variance of each null distribution of r_wg.
    n_rows, n_without_group, n_without_score, n_incomplete : int
        Rows of the frame; rows left out everywhere (no group), of the ICC (too few answers), of r_wg and AD (any item
        missing).
    minimum_complete : int
        Complete rows that a group needs for r_wg and AD.
    groups : DataFrame
        A row a group: ``group, n, mean, sd, n_complete, r_wg_NULL, r_wg_lindell_NULL, ad_mean, ad_median, awg,
        reliability`` (of the group mean at its own size, from REML).
    within : float
        Sum of squares of the scores within groups.
    item_icc : DataFrame
        A row an item: ``item, n, icc_1, icc_2, f, p_value, icc_1_reml, icc_2_reml``.
    problems : tuple of Problem
        What was left out or could not be computed.
    """

    title: ClassVar[str] = "Agreement within groups"

    items: tuple[str, ...]
    group: str
    composition: str
    response_range: tuple[float, float] | None
    nulls: dict[str, float]
    n_rows: int
    n_without_group: int
    n_without_score: int
    n_incomplete: int
    minimum_complete: int
    groups: pd.DataFrame
    within: float
    item_icc: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def layout(self) -> OneWay:
        """Sizes and means of the groups and the squares within them, of the scores."""
        sizes = self.groups["n"].to_numpy(dtype=float)
        filled = sizes > 0
        return OneWay(sizes[filled], self.groups["mean"].to_numpy(dtype=float)[filled], self.within)

    @property
    def verdict(self) -> Verdict:
        """Whether answers may be averaged to the group, with reasons and thresholds."""
        return judge(self.composition, {str(name): value for name, value in self.glance().iloc[0].items()})

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a group; the interval is that of the group's mean score, by the t distribution."""
        table = self.groups.copy()
        n, sd = table["n"].to_numpy(dtype=float), table["sd"].to_numpy(dtype=float)
        several = np.where(n > 1, n, np.nan)
        std_error = sd / np.sqrt(several)
        half = stats.t.ppf((1 + conf_level) / 2, several - 1) * std_error
        at = list(table.columns).index("sd") + 1
        for name, column in (
            ("conf_high", table["mean"] + half),
            ("conf_low", table["mean"] - half),
            ("std_error", std_error),
        ):
            table.insert(at, name, column)
        return table

    def glance(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row: sizes, ICC(1) and ICC(2) with exact intervals, F test, r_wg and AD over groups.

        ``icc_1`` uses the mean group size (Bliese, 2000), ``icc_1_n0`` that of Smith (1956), ``icc_1_reml`` the mixed
        model. ``r_wg`` is the mean over groups under the uniform null, ``r_wg_median`` their median, ``r_wg_share`` the
        share of groups of at least .70; ``ad`` is the mean over groups of the average deviation from the mean.
        """
        layout = self.layout
        table, interval = anova(layout), intervals(layout, conf_level)
        mixed = variance_components(layout)
        mean_size = layout.n / layout.k if layout.k else float("nan")
        row: dict[str, Any] = {"n": layout.n, "n_groups": layout.k, "mean_group_size": mean_size}
        row |= {"icc_1": table.icc_1, "icc_1_low": interval.icc_1[0], "icc_1_high": interval.icc_1[1]}
        row |= {"icc_2": table.icc_2, "icc_2_low": interval.icc_2[0], "icc_2_high": interval.icc_2[1]}
        row |= {"f": table.f, "df_between": table.df_between, "df_within": table.df_within, "p_value": table.p_value}
        row |= {"ms_between": table.ms_between, "ms_within": table.ms_within, "eta_squared": table.eta_squared}
        row |= {"design_effect": 1 + (mean_size - 1) * table.icc_1, "n0": table.n0, "icc_1_n0": table.icc_1_n0}
        row |= {"icc_1_reml": mixed.icc_1, "icc_2_reml": float(mixed.reliability(mean_size))}
        row |= {"variance_between": mixed.between, "variance_within": mixed.within}
        row |= {"grand_mean": mixed.grand_mean, "grand_mean_se": mixed.grand_mean_se}
        row |= {"log_likelihood": mixed.log_likelihood, **self._agreement_row()}
        return pd.DataFrame([row])

    def _agreement_row(self) -> dict[str, float]:
        table = self.groups
        nan = float("nan")
        uniform = _known(table, "r_wg_uniform")
        row: dict[str, float] = {
            "n_groups_agreement": int((table["n_complete"] >= self.minimum_complete).sum()),
            "r_wg": _mean(uniform),
            "r_wg_median": _median(uniform),
            "r_wg_share": float(np.mean(uniform >= R_WG_ENOUGH)) if len(uniform) else nan,
        }
        for name in self.nulls:
            if name != "uniform":
                row[f"r_wg_{name}"] = _mean(_known(table, f"r_wg_{name}"))
                row[f"r_wg_{name}_median"] = _median(_known(table, f"r_wg_{name}"))
        lowest_highest = self.response_range
        options = lowest_highest[1] - lowest_highest[0] + 1 if lowest_highest else nan
        row |= {
            "r_wg_lindell": _mean(_known(table, "r_wg_lindell_uniform")),
            "ad": _mean(_known(table, "ad_mean")),
            "ad_about_median": _mean(_known(table, "ad_median")),
            "ad_cut_off": options / 6,
            "awg": _mean(_known(table, "awg")),
        }
        return row

    def cautions(self) -> list[str]:
        """The verdict, its reasons and what was left out, in the language of the terminal."""
        say, verdict = Messages(), self.verdict
        more = len(self.groups) - SHOWN_GROUPS
        hidden = [say("aggregation.more_groups", n=more)] if more > 0 else []
        return [*hidden, say(verdict.code), *(problem.message() for problem in (*verdict.reasons, *self.problems))]

    def shown(self) -> pd.DataFrame:
        """The first groups, with the columns that fit a terminal."""
        columns = ["group", "n", "mean", "sd", "r_wg_uniform", "ad_mean", "reliability"]
        return self.groups[[name for name in columns if name in self.groups]].head(SHOWN_GROUPS)


def agreement(
    frame: pd.DataFrame,
    items: str | Sequence[str],
    group: str,
    *,
    response_range: tuple[float, float] | None = None,
    composition: str = "referent_shift",
    nulls: Sequence[str] | Mapping[str, float] | None = None,
    score: str | None = None,
    minimum_answered: int = 1,
    minimum_complete: int = 2,
) -> Agreement:
    """Agreement within groups (r_wg, AD) and differences between groups (ICC), with a verdict on averaging.

    r_wg and AD take the persons who answered every item, in groups with at least ``minimum_complete`` of them; the ICCs
    take every person with a score. Rows without a group are left out. All of this is counted in the result.

    Parameters
    ----------
    frame : DataFrame
        A row a person.
    items : str or sequence of str
        Columns of one scale, all in the direction of the scale; one column gives r_wg and AD of an item.
    group : str
        Column that names the group.
    response_range : tuple of two numbers, optional
        Lowest and highest answer code, for example (1, 5). Without it there is no null distribution, so no r_wg.
    composition : str
        ``individual, direct_consensus, referent_shift, additive, formative_index`` or ``process``.
    nulls : sequence of str or mapping, optional
        Null distributions beside the uniform one, see :func:`lcresearch.measurement.nulls.null_variances`.
    score : str, optional
        Column with the scale score, for the ICCs; by default the mean of the items that a person answered.
    minimum_answered : int
        Items that a person must have answered to get a score.
    minimum_complete : int
        Persons who answered every item that a group must have for r_wg, r*_wg, AD and a_wg, at least 2. Smaller groups
        have NaN there and so do not enter the means and medians of ``glance()``: set it to the smallest group whose
        values may be published, since else a published mean gives away what was withheld. Sizes, means and ICCs do not
        change.

    Returns
    -------
    Agreement

    Raises
    ------
    MeasurementError
        M001 to M003 and M008 columns, M004 and M005 options, M006 answers outside the range, M007 the range itself,
        M009 ``minimum_complete`` is below 2.

    References
    ----------
    James, Demaree & Wolf (1984); Lindell, Brandt & Whitney (1999); Burke & Dunlap (2002); Brown & Hauenstein (2005);
    Bliese (2000); LeBreton & Senter (2008). Values equal those of the R package multilevel.

    Examples
    --------
    >>> frame = pd.DataFrame({"team": list("AAABBB"), "i1": [4, 4, 5, 2, 1, 2], "i2": [5, 4, 5, 2, 2, 1]})
    >>> result = agreement(frame, ["i1", "i2"], "team", response_range=(1, 5))
    >>> result.tidy()[["group", "n", "mean", "r_wg_uniform"]].round(2).to_dict("list")
    {'group': ['A', 'B'], 'n': [3, 3], 'mean': [4.5, 1.67], 'r_wg_uniform': [0.91, 0.91]}
    >>> result.verdict.warranted
    'yes'
    """
    check_composition(composition)
    if not minimum_complete >= 2:
        raise MeasurementError("M009", value=minimum_complete)
    names = item_names(frame, items)
    if score is not None:
        item_names(frame, score)
    belongs = groups(frame, group)
    limits = checked_range(response_range)
    variances = _null_variances(limits, nulls)
    answers = _Answers(frame, names, belongs, limits)
    scores = values(frame, score) if score is not None else answers.row_mean(minimum_answered)
    statistics = [item_statistics(values(frame, name), belongs.codes, answers.complete, belongs.n) for name in names]
    of_scores = group_moments(scores, belongs.codes, belongs.n)
    spread = scale_spread([spread for _, spread in statistics], limits, minimum_complete)
    result = Agreement(
        items=tuple(names),
        group=group,
        composition=composition,
        response_range=limits,
        nulls=variances,
        n_rows=len(frame),
        n_without_group=int(np.sum(belongs.codes < 0)),
        n_without_score=int(np.sum(np.isnan(scores) & (belongs.codes >= 0))),
        n_incomplete=int(np.sum(~answers.complete & (belongs.codes >= 0))),
        minimum_complete=minimum_complete,
        groups=_group_table(answers, of_scores, spread, variances),
        within=_but_for_rounding(float(of_scores.squares.sum()), of_scores),
        item_icc=pd.DataFrame(
            [_icc_row(name, one_way(moments)) for name, (moments, _) in zip(names, statistics, strict=True)]
        ),
        problems=(),
    )
    return replace(result, problems=tuple(_problems(result)))


def _but_for_rounding(within: float, of_scores: GroupMoments) -> float:
    """Zero where scores inside groups differ by no more than a mean is rounded."""
    sizes = of_scores.sizes
    largest = float(np.max(np.abs(of_scores.means[sizes > 0]), initial=0.0))
    return within if within > float(sizes.sum()) * (8 * np.finfo(float).eps * largest) ** 2 else 0.0


class _Answers:
    """Answers to the items, one column at a time, so that a large table is not copied."""

    def __init__(
        self, frame: pd.DataFrame, names: list[str], belongs: Groups, limits: tuple[float, float] | None
    ) -> None:
        self.frame, self.names, self.groups, self.limits = frame, names, belongs, limits
        self.total = np.zeros(len(frame))
        self.answered = np.zeros(len(frame), dtype=np.int64)
        outside = []
        for name in names:
            column = values(frame, name)
            known = ~np.isnan(column)
            self.answered += known
            self.total += np.where(known, column, 0.0)
            if limits and (wrong := int(np.sum((column < limits[0]) | (column > limits[1])))):
                outside.append(_outside(name, wrong, column, limits))
        if outside:
            raise MeasurementError(outside)
        self.complete = self.answered == len(names)

    def row_mean(self, minimum_answered: int) -> Array:
        enough = self.answered >= max(minimum_answered, 1)
        return np.where(enough, self.total / np.maximum(self.answered, 1), np.nan)


def _outside(name: str, n: int, column: Array, limits: tuple[float, float]) -> Problem:
    found = {"n": n, "lowest": float(np.nanmin(column)), "highest": float(np.nanmax(column))}
    return Problem("M006", values={"item": name, "minimum": float(limits[0]), "maximum": float(limits[1])} | found)


def _null_variances(
    limits: tuple[float, float] | None, nulls: Sequence[str] | Mapping[str, float] | None
) -> dict[str, float]:
    if limits is None:
        return null_variances(0, nulls) if isinstance(nulls, Mapping) else {}
    options = round(limits[1] - limits[0]) + 1
    return null_variances(options, ["uniform"]) | null_variances(options, nulls)


def _group_table(
    answers: _Answers, of_scores: GroupMoments, spread: ScaleSpread, variances: dict[str, float]
) -> pd.DataFrame:
    sizes = of_scores.sizes
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = np.sqrt(np.where(sizes > 1, of_scores.squares / (sizes - 1), np.nan))
    labels = pd.Series(answers.groups.labels).infer_objects()
    table = pd.DataFrame({"group": labels, "n": sizes.astype(int), "mean": of_scores.means, "sd": sd})
    table["n_complete"] = spread.n.astype(int)
    for name, variance in variances.items():
        table[f"r_wg_{name}"] = r_wg(spread.variance, variance, len(answers.names))
    for name, variance in variances.items():
        table[f"r_wg_lindell_{name}"] = r_wg_lindell(spread.variance, variance)
    table["ad_mean"], table["ad_median"], table["awg"] = spread.ad_mean, spread.ad_median, spread.awg
    mixed = variance_components(one_way(of_scores))
    return table.assign(reliability=np.where(sizes > 0, mixed.reliability(sizes), np.nan))


def _icc_row(item: str, layout: OneWay) -> dict[str, Any]:
    table, mixed = anova(layout), variance_components(layout)
    icc_2 = float(mixed.reliability(layout.n / layout.k if layout.k else float("nan")))
    row = {"item": item, "n": layout.n, "icc_1": table.icc_1, "icc_2": table.icc_2}
    return row | {"f": table.f, "p_value": table.p_value, "icc_1_reml": mixed.icc_1, "icc_2_reml": icc_2}


def _problems(result: Agreement) -> Iterator[Problem]:
    sizes = result.groups["n"].to_numpy()
    layout = result.layout
    if result.n_without_group:
        yield Problem("M010", values={"n": result.n_without_group, "group": result.group})
    if result.n_without_score:
        yield Problem("M011", values={"n": result.n_without_score})
    if result.n_incomplete:
        yield Problem("M012", values={"n": result.n_incomplete})
    if alone := int(np.sum(sizes == 1)):
        yield Problem("M013", values={"n": alone})
    complete = result.groups["n_complete"].to_numpy()
    if small := int(np.sum((complete > 1) & (complete < result.minimum_complete))):
        yield Problem("M019", values={"n": small, "minimum": result.minimum_complete})
    if layout.n == 0:
        yield Problem("M014")
    elif layout.k < 2:
        yield Problem("M015")
    elif layout.within == 0 or layout.n == layout.k:
        yield Problem("M016")
    if result.response_range is None:
        yield Problem("M017")
    elif not result.nulls.keys() & set(SKEWED):
        yield Problem("M018", values={"n": round(result.response_range[1] - result.response_range[0]) + 1})


def _known(table: pd.DataFrame, column: str) -> Array:
    if column not in table:
        return np.array([])
    return np.asarray(table[column].dropna(), dtype=np.float64)


def _mean(found: Array) -> float:
    return float(found.mean()) if len(found) else float("nan")


def _median(found: Array) -> float:
    return float(np.median(found)) if len(found) else float("nan")
