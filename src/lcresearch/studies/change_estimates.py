"""Estimates of a change: two that may be shown, and the one that is judged.

Shown is the change of those who answered twice, or the difference of the two means: sums that are known to whoever
reads the tables. Judged is the analysis of :func:`lcresearch.change.before_after`, in which who answered once counts as
far as that tells something. Its number may not be shown, as from it would follow about what the few answered who did so
once; its word may. Where low scores stay away, neither of the numbers that are shown would be fair to judge by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.stats

from lcresearch.change import BeforeAfter
from lcresearch.change.all_answers import DifferenceOfMeans, difference_of_means
from lcresearch.change.equivalence import equivalence
from lcresearch.change.firms_fixed import FirmSums, firm_sums, linked_change
from lcresearch.change.sureness import CLEAR, Improvement, half_width, surenesses
from lcresearch.change.two_wave_model import firms_random, two_wave_fit
from lcresearch.disclosure.changes import ChangeCells
from lcresearch.reporting.change_content import LINKED
from lcresearch.studies.change import GROUP, NO_GROUP, SIDE, ScaleChanged, StudyChange

Floats = npt.NDArray[np.float64]
_FEW_HIDDEN = 2
_OTHERS = "other groups"


@dataclass(frozen=True)
class Estimate:
    """A change with its t interval; NaN error where it is not known."""

    estimate: float = np.nan
    std_error: float = np.nan
    df: float = np.nan

    @property
    def known(self) -> bool:
        """Whether there is a change."""
        return bool(np.isfinite(self.estimate))

    def interval(self, digits: int) -> tuple[float | None, float | None]:
        """Of 95%, rounded; None where it is not known."""
        if not (self.std_error > 0 and self.df > 0):
            return None, None
        half = float(half_width(np.array([self.std_error]), np.array([self.df]), 0.95)[0])
        return float(np.round(self.estimate - half, digits)), float(np.round(self.estimate + half, digits))

    def sureness(self, worthwhile: float | None, improvement: Improvement) -> str:
        """The word for it."""
        estimate, error, df = (np.array([value]) for value in (self.estimate, self.std_error, self.df))
        return surenesses(estimate, error, df, worthwhile, improvement)[0]

    @property
    def p_value(self) -> float | None:
        """Of the t test, two-sided, to four decimals."""
        if not (self.std_error > 0 and self.df > 0):
            return None
        return float(round(2 * scipy.stats.t.sf(abs(self.estimate / self.std_error), self.df), 4))

    def fits(self, word: str, worthwhile: float | None = None) -> bool:
        """Whether the interval and a word do not contradict each other.

        It leaves out zero where the word is clear, and rules out a worthwhile change where that is the word.
        """
        if not (self.std_error > 0 and self.df > 0):
            return True
        if word == "no_worthwhile_change":
            return worthwhile is None or bool(self.equivalent(worthwhile))
        half = float(half_width(np.array([self.std_error]), np.array([self.df]), CLEAR)[0])
        return (abs(self.estimate) > half) == word.startswith("clear")

    def equivalent(self, worthwhile: float) -> bool | None:
        """Whether a change of this size is ruled out in both directions."""
        if not (self.std_error > 0 and self.df > 0):
            return None
        return bool(equivalence(self.estimate, self.std_error, self.df, worthwhile)["equivalent"].iloc[0])


def less(one: Estimate, other: Estimate) -> Estimate:
    """The difference of two changes of different persons, with the degrees of freedom of Satterthwaite (1946).

    Examples
    --------
    >>> found = less(Estimate(0.5, 0.3, 10), Estimate(0.1, 0.4, 10))
    >>> round(found.estimate, 2), found.std_error, round(found.df, 2)
    (0.4, 0.5, 18.55)
    """
    parts = np.array([one.std_error**2, other.std_error**2])
    with np.errstate(divide="ignore", invalid="ignore"):
        df = float(parts.sum() ** 2 / (parts**2 / np.array([one.df, other.df])).sum())
    return Estimate(one.estimate - other.estimate, float(np.sqrt(parts.sum())), df)


@dataclass(frozen=True)
class Difference:
    """Both estimates of one group, or of one side, the one that is judged, and the two means."""

    mean: Mapping[str, float]
    linked: Estimate
    all_answers: Estimate
    judged: Estimate = Estimate()

    def of(self, basis: str | None) -> Estimate:
        """The one that a change rests on."""
        return self.linked if basis == LINKED else self.all_answers


@dataclass(frozen=True)
class Estimates:
    """All estimates of a scale.

    Where a result speaks of firms like these, its error tells how much firms differ, and with one or two firms that are
    not shown it would tell of these: they count as one firm then. Three or more cannot be told apart by it.
    """

    changed: StudyChange
    results: ScaleChanged
    decision: ChangeCells
    labels: tuple[str, ...]

    @classmethod
    def of(cls, changed: StudyChange, results: ScaleChanged, decision: ChangeCells) -> Estimates:
        """Of one scale."""
        return cls(changed, results, decision, tuple(_labels(changed, decision)))

    def side(self, takes_part: bool) -> Difference:
        """Of all who take part, or of all in comparison groups."""
        wide = self._wide[self._wide[SIDE] == takes_part]
        results = self.results.part if takes_part else self.results.compared
        mean = {name: float(wide[name].mean()) for name in ("before", "after")}
        if results is None:
            return Difference(mean, Estimate(), Estimate())
        random = results.inference == "firms_like_these"
        grouped = self._merged(wide, "means") if random else wide[GROUP]
        firm, names = pd.factorize(grouped)
        before, after = (wide[name].to_numpy(dtype=np.float64) for name in ("before", "after"))
        found = difference_of_means(before, after, firm.astype(np.int64), len(names), random=random)
        every = Estimate(found.estimate, found.std_error, found.df)
        return Difference(mean, self._linked(wide, random=random), every, _main(results))

    def difference(self) -> Estimate:
        """How much more those who take part changed than those compared with, as it is judged."""
        found = _main(self.results.by_group)
        return found if found.known else less(self.side(True).judged, self.side(False).judged)

    def _linked(self, wide: pd.DataFrame, *, random: bool) -> Estimate:
        """Of who answered twice: exactly the change that disclosure was asked about, whatever else is analysed."""
        twice = wide[["before", "after"]].notna().all(axis=1)
        if not twice.any():
            return Estimate()
        firm, names = pd.factorize((self._merged(wide, "linked") if random else wide[GROUP])[twice])
        before, after = (wide.loc[twice, name].to_numpy(dtype=np.float64)[None] for name in ("before", "after"))
        everyone = np.ones(len(names), dtype=np.bool_)
        if random and len(names) > 1:
            found = firms_random(two_wave_fit(before, after, firm.astype(np.int64), len(names)), everyone)
        else:
            found = linked_change(after - before, firm.astype(np.int64), everyone)
        return Estimate(float(found.estimate[0]), float(found.std_error[0]), float(found.df[0]))

    def _merged(self, wide: pd.DataFrame, what: str) -> pd.Series[Any]:
        """Names of groups, one or two that are not shown as one."""
        table = self.decision.table
        shown = table["linked_shown"] if what == "linked" else table["before_shown"] & table["after_shown"]
        hidden = {
            name for name, key, seen in zip(self.labels, table["key"], shown, strict=True) if len(key) and not seen
        }
        here = sorted(hidden & set(wide[GROUP]) | ({NO_GROUP} & set(wide[GROUP])))
        return wide[GROUP].replace(dict.fromkeys(here, _OTHERS)) if 0 < len(here) <= _FEW_HIDDEN else wide[GROUP]

    def group(self, key: tuple[Any, ...]) -> Difference:
        """Of one group."""
        label = self.labels[[tuple(one) for one in self.decision.table["key"]].index(tuple(key))]
        table = self.results.by_group.by_group.set_index("group")
        if label not in table.index:
            return Difference({"before": np.nan, "after": np.nan}, Estimate(), Estimate())
        row = table.loc[[label]].iloc[0]
        mean = {name: float(row[f"mean_{name}"]) for name in ("before", "after")}
        every, sums, names = self._by_firm
        place = names.index(label)
        found = Estimate(float(every.by_firm[place]), float(every.by_firm_error[place]), every.by_firm_df)
        n, df = float(sums.n[0, place]), float(sums.df[0])
        error = float(np.sqrt(sums.variance[0] / n)) if n and df > 0 else np.nan
        linked = Estimate(float(sums.mean[0, place]), error, df) if n else Estimate()
        return Difference(mean, linked, found, _of_row(row))

    @cached_property
    def _by_firm(self) -> tuple[DifferenceOfMeans, FirmSums, list[str]]:
        """Differences of means, changes of who answered twice in the same group, and the names of groups."""
        wide = _wide(self.changed, self.results.name, "person in group")
        firm, names = pd.factorize(wide[GROUP])
        before, after = (wide[name].to_numpy(dtype=np.float64) for name in ("before", "after"))
        firm = firm.astype(np.int64)
        means = difference_of_means(before, after, firm, len(names), random=False)
        return means, firm_sums((after - before)[None], firm, len(names)), list(names)

    @cached_property
    def _wide(self) -> pd.DataFrame:
        return _wide(self.changed, self.results.name, "person in side")


def _main(results: BeforeAfter) -> Estimate:
    return _of_row(results.overall)


def _of_row(row: pd.Series[Any]) -> Estimate:
    return Estimate(*(float(row[name]) for name in ("estimate", "std_error", "df")))


def _wide(changed: StudyChange, name: str, person: str) -> pd.DataFrame:
    """A row a person: ``before, after, group, takes_part``; the group is that before, if any."""
    rows = changed.rows.dropna(subset=name)
    wide = rows.pivot(index=person, columns="wave", values=name).reindex(columns=[changed.before, changed.after])
    wide.columns = pd.Index(["before", "after"])
    order = rows.assign(later=rows["wave"] == changed.after).sort_values("later", kind="stable")
    heads = order.drop_duplicates(person).set_index(person)[[GROUP, SIDE]]
    return wide.join(heads).reset_index(drop=True)


def _labels(changed: StudyChange, decision: ChangeCells) -> list[str]:
    """What the groups of a decision are called in the results; empty for sides."""
    rows = changed.rows.drop_duplicates(GROUP)
    levels = [name for name in rows.columns if name in ("sector", "consortium", "community", "organisation", "team")]
    path = levels[: levels.index(changed.use.group) + 1]
    known = dict(zip(rows[path].itertuples(index=False, name=None), rows[GROUP], strict=True))
    return [known.get(tuple(key), "") if len(key) else "" for key in decision.table["key"]]
