"""Which analysis answers the question, and its numbers: by design, by whether persons are linked, by how many firms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy.stats

from lcresearch.change.dropout import welch
from lcresearch.change.firms_fixed import Array, MeanChange, linked_change, unlinked_change
from lcresearch.change.mixed_models import ModelChange, change_of_all_answers
from lcresearch.change.two_wave_model import TwoWaveFit, firms_fixed, firms_random, two_wave_fit
from lcresearch.change.two_waves import TwoWaves

FEWEST_FIRMS = 6
"""With fewer firms the result speaks of the people of these firms."""

Inference = Literal["these_firms", "firms_like_these"]
Method = Literal[
    "persons", "firms_fixed", "firms_random", "welch", "unlinked_firms_fixed", "unlinked_firms_random",
    "staggered_firms_fixed", "staggered_firms_random", "linked_only", "mixed_model",
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


def fitted_waves(waves: TwoWaves, *, linked: bool) -> TwoWaveFit:
    """The changes of firms, from all answers."""
    return two_wave_fit(waves.before[None], waves.after[None], waves.group, len(waves.names), linked=linked)


def main_analysis(waves: TwoWaves, fit: TwoWaveFit, *, linked: bool) -> Analysis:
    """The analysis that the conclusion rests on.

    Linked: all answers, with those of one person correlated. Unlinked: all answers, each of somebody else. Firms are
    random from :data:`FEWEST_FIRMS` on, where each side of a comparison has two; below that, and without groups, they
    are fixed.
    """
    n = _answers(waves)
    if several_like_these(waves, fit):
        random = firms_random(fit, waves.takes_part)
        return _of("firms_random" if linked else "unlinked_firms_random", "firms_like_these", random, n)
    if linked:
        method: Method = "persons" if len(waves.names) == 1 else "firms_fixed"
        return _of(method, "these_firms", firms_fixed(fit, waves.takes_part), n)
    if len(waves.names) == 1:
        first, last = (scores[~np.isnan(scores)] for scores in (waves.before, waves.after))
        effective = len(first) * len(last) / (len(first) + len(last))
        return Analysis("welch", "these_firms", *welch(first, last), effective, n)
    fixed = unlinked_change(waves.before[None], waves.after[None], waves.group, waves.takes_part)
    return _of("unlinked_firms_fixed", "these_firms", fixed, n)


def several_like_these(waves: TwoWaves, fit: TwoWaveFit) -> bool:
    """Whether there are enough firms, with answers at both waves, for a statement on firms like these."""
    counted = waves.takes_part[fit.sums.counts[0]]
    enough = not waves.compared or min(counted.sum(), (~counted).sum()) > 1
    return len(counted) >= FEWEST_FIRMS and bool(enough)


def beside(waves: TwoWaves, main: Analysis, *, linked: bool) -> list[Analysis]:
    """Other analyses of the same question: linked persons only, where some answered once, and with random firms a mixed
    model of all answers."""
    found: list[Analysis] = []
    who = waves.linked
    if linked and not who.all():
        alone = [np.where(who, scores, np.nan)[None] for scores in (waves.before, waves.after)]
        if main.inference == "these_firms":
            changed = linked_change(alone[1] - alone[0], waves.group, waves.takes_part)
        else:
            changed = firms_random(two_wave_fit(alone[0], alone[1], waves.group, len(waves.names)), waves.takes_part)
        found.append(_of("linked_only", main.inference, changed, 2 * int(who.sum())))
    if main.inference == "firms_like_these":
        model = change_of_all_answers(waves, linked=linked)
        found += [] if model is None else [of_model("mixed_model", model)]
    return found


def by_firm(fit: TwoWaveFit) -> tuple[Array, Array, float, float]:
    """Own change of each firm, its number of pairs (or what tells as much), squares within, degrees of freedom."""
    variance, df = float(fit.of_change[0]), float(fit.most_df[0])
    with np.errstate(invalid="ignore"):
        pairs = 2 * (1 - fit.correlation[0]) / fit.factor[0]
    return fit.change[0], np.where(np.isnan(pairs), 0.0, pairs), variance * df, df


def of_fixed(method: Method, found: MeanChange, n: int) -> Analysis:
    """The one study of a vectorised estimate, of these firms."""
    return _of(method, "these_firms", found, n)


def of_model(method: Method, model: ModelChange) -> Analysis:
    """An estimate of a mixed model, of firms like these."""
    effective = model.variance / model.std_error**2
    numbers = (model.estimate, model.std_error, model.df, effective, model.n_answers, model.singular)
    return Analysis(method, "firms_like_these", *numbers)


def _of(method: Method, inference: Inference, found: MeanChange, n: int) -> Analysis:
    error = float(found.std_error[0])
    effective = float(found.variance[0]) / error**2
    return Analysis(method, inference, float(found.estimate[0]), error, float(found.df[0]), effective, n)


def _answers(waves: TwoWaves) -> int:
    return int((~np.isnan(waves.before)).sum() + (~np.isnan(waves.after)).sum())
