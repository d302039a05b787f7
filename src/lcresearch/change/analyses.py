"""Which analysis answers the question, and its numbers: by design, by whether persons are linked, by how many firms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy.stats

from lcresearch.change.dropout import welch
from lcresearch.change.firms_fixed import Array, MeanChange, firm_sums, linked_change, unlinked_change
from lcresearch.change.firms_random import ModelChange, change_of_all_answers, linked_change_of_firms
from lcresearch.change.two_waves import TwoWaves

FEWEST_FIRMS = 6
"""With fewer firms the result speaks of the people of these firms."""

Inference = Literal["these_firms", "firms_like_these"]
Method = Literal[
    "paired_t", "welch", "linked_firms_fixed", "linked_firms_random", "linked_firm_means", "unlinked_firms_fixed",
    "unlinked_firms_random", "staggered_firms_fixed", "staggered_firms_random", "all_answers",
]  # fmt: skip


@dataclass(frozen=True)
class Analysis:
    """One answer to what changed.

    Attributes
    ----------
    method, inference : str
    estimate, std_error, df : float
        NaN error where it is not known.
    effective_n : float
        The variance of a change over the squared error: the number of pairs that would tell as much.
    n_answers : int
    singular : bool
        Whether firms did not seem to differ in their change.
    """

    method: Method
    inference: Inference
    estimate: float
    std_error: float
    df: float
    effective_n: float
    n_answers: int
    singular: bool = False

    @property
    def statistic(self) -> float:
        """t."""
        return self.estimate / self.std_error if self.std_error > 0 else np.nan

    @property
    def p_value(self) -> float:
        """Of the t test, two-sided."""
        return float(2 * scipy.stats.t.sf(abs(self.statistic), self.df)) if self.df > 0 else np.nan

    def numbers(self, conf_level: float) -> dict[str, Any]:
        """Estimate, test and interval as they stand in a table."""
        known = self.std_error > 0 and self.df > 0
        half = float(scipy.stats.t.ppf((1 + conf_level) / 2, self.df)) * self.std_error if known else np.nan
        row = {"estimate": self.estimate, "std_error": self.std_error, "df": self.df}
        row |= {"statistic": self.statistic, "p_value": self.p_value}
        return row | {"conf_low": self.estimate - half, "conf_high": self.estimate + half}


def main_analysis(waves: TwoWaves, *, linked: bool) -> Analysis:
    """The analysis that the conclusion rests on.

    Linked: changes of who answered twice. Unlinked: means of all answers. Firms are random from :data:`FEWEST_FIRMS`
    on, where each side of a comparison has two; below that, and without groups, they are fixed.
    """
    if several_like_these(waves, linked=linked):
        found = _random(waves, linked=linked)
        if found is not None:
            return found
    if linked:
        change = (waves.after - waves.before)[None, :]
        method: Method = "paired_t" if len(waves.names) == 1 else "linked_firms_fixed"
        return of_fixed(method, linked_change(change, waves.group, waves.takes_part), int(waves.linked.sum()))
    n = int((~np.isnan(waves.before)).sum() + (~np.isnan(waves.after)).sum())
    if len(waves.names) == 1:
        first, last = (scores[~np.isnan(scores)] for scores in (waves.before, waves.after))
        effective = len(first) * len(last) / (len(first) + len(last))
        return Analysis("welch", "these_firms", *welch(first, last), effective, n)
    found_fixed = unlinked_change(waves.before[None, :], waves.after[None, :], waves.group, waves.takes_part)
    return of_fixed("unlinked_firms_fixed", found_fixed, n)


def several_like_these(waves: TwoWaves, *, linked: bool) -> bool:
    """Whether there are enough firms for a statement on firms like these."""
    here = waves.linked if linked else np.ones(len(waves.group), dtype=bool)
    firms = np.unique(waves.group[here])
    enough = not waves.compared or all((waves.takes_part[firms] == side).sum() > 1 for side in (True, False))
    return len(firms) >= FEWEST_FIRMS and enough


def beside(waves: TwoWaves, main: Analysis, *, linked: bool) -> list[Analysis]:
    """Another analysis of the same question: a mixed model of all answers, also of who answered once."""
    if not linked:
        return []
    model = change_of_all_answers(waves, fixed=main.inference == "these_firms", linked=True)
    return [] if model is None else [_of_model("all_answers", model, main.inference)]


def by_firm(waves: TwoWaves, *, linked: bool) -> tuple[Array, Array, float, float]:
    """Own change of each firm, its number of pairs (or what tells as much), squares within, degrees of freedom."""
    k = len(waves.names)
    if linked:
        sums = firm_sums((waves.after - waves.before)[None, :], waves.group, k)
        return np.where(sums.n > 0, sums.mean, np.nan)[0], sums.n[0], float(sums.within[0]), float(sums.df[0])
    first, last = (firm_sums(scores[None, :], waves.group, k) for scores in (waves.before, waves.after))
    both = ((first.n > 0) & (last.n > 0))[0]
    with np.errstate(divide="ignore"):
        pairs = np.where(both, 1 / (1 / first.n[0] + 1 / last.n[0]), 0.0)
    within = float(first.within[0] + last.within[0])
    return np.where(both, (last.mean - first.mean)[0], np.nan), pairs, within, float(first.df[0] + last.df[0])


def of_fixed(method: Method, found: MeanChange, n: int) -> Analysis:
    """The one study of a vectorised estimate."""
    variance, error = float(found.variance[0]), float(found.std_error[0])
    return Analysis(method, "these_firms", float(found.estimate[0]), error, float(found.df[0]), variance / error**2, n)


def _random(waves: TwoWaves, *, linked: bool) -> Analysis | None:
    if not linked:
        model = change_of_all_answers(waves, fixed=False, linked=False)
        return None if model is None else _of_model("unlinked_firms_random", model, "firms_like_these")
    model = linked_change_of_firms(waves)
    return _firm_means(waves) if model is None else _of_model("linked_firms_random", model, "firms_like_these")


def _of_model(method: Method, model: ModelChange, inference: Inference) -> Analysis:
    effective = model.variance / model.std_error**2
    numbers = (model.estimate, model.std_error, model.df, effective, model.n_answers, model.singular)
    return Analysis(method, inference, *numbers)


def _firm_means(waves: TwoWaves) -> Analysis | None:
    """A t test of the mean changes of firms, where each firm has one person and no model can be fitted."""
    change, pairs, _, _ = by_firm(waves, linked=True)
    known = pairs > 0
    sides = [change[known & (waves.takes_part == side)] for side in (False, True)]
    if waves.compared:
        estimate, error, df = welch(*sides)
    else:
        error = float(sides[1].std(ddof=1) / np.sqrt(len(sides[1])))
        estimate, df = float(sides[1].mean()), len(sides[1]) - 1.0
    error = error if error > 0 else np.nan
    return Analysis("linked_firm_means", "firms_like_these", estimate, error, df, known.sum(), int(pairs.sum()))
