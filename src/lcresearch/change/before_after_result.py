"""The result of a before-after analysis: what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.change.sureness import Improvement, Sureness, half_width
from lcresearch.errors import Problem
from lcresearch.results import Result

_SHOWN = ("term", "estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high")


@dataclass(frozen=True, repr=False, eq=False)
class BeforeAfter(Result):
    """What changed between two waves, and how sure that is (:func:`lcresearch.change.before_after`).

    Confidential: it holds numbers of firms of any size. What of it may be shown is decided elsewhere.

    Attributes
    ----------
    outcome, before, after : str
    main : DataFrame
        One row, the analysis that the conclusion is about: ``term, n_linked, n_before, n_after, n_only_before,
        n_only_after, mean_before, mean_after`` (of all answers of groups that take part), ``estimate, std_error, df,
        statistic, p_value, conf_low, conf_high`` (of the change, in points of the outcome), ``effect_size, effect_low,
        effect_high`` (the change in standard deviations, Hedges' correction in it), ``effect_size_z`` (in standard
        deviations of the change; NaN of unlinked), ``bayes_factor, wilcoxon_p, method, inference, sureness``.
    by_group : DataFrame
        A row a group: ``group, takes_part``, the counts and means, ``estimate, std_error, df, conf_low, conf_high``
        of its own change, ``pooled, pooled_std_error, pooled_low, pooled_high`` (drawn to the change of the others),
        ``sureness`` (of its own change).
    beside : DataFrame
        Other analyses of the same question, a row each (``linked_only``: of who answered twice; ``mixed_model``):
        ``analysis, inference, n_answers, estimate, std_error, df, statistic, p_value, conf_low, conf_high, sureness``.
    equivalence : DataFrame
        One row: ``worthwhile, low, high`` (90% interval), ``p_value`` (two one-sided tests), ``no_larger_than``: the
        change is no larger than this, in either direction (wrong in at most 5%).
    regression_to_the_mean, dropout, ends, secondary : DataFrame
        See the modules of the same names.
    worthwhile : float
        NaN when none was named.
    improvement : {"higher", "lower"}
    conf_level : float
    problems : tuple of Problem
        Cautions.
    """

    title: ClassVar[str] = "Before and after"

    outcome: str
    before: str
    after: str
    main: pd.DataFrame
    by_group: pd.DataFrame
    beside: pd.DataFrame
    equivalence: pd.DataFrame
    regression_to_the_mean: pd.DataFrame
    dropout: pd.DataFrame
    ends: pd.DataFrame
    secondary: pd.DataFrame
    worthwhile: float
    improvement: Improvement
    conf_level: float = 0.95
    problems: tuple[Problem, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "problems", tuple(self.problems))

    @property
    def overall(self) -> pd.Series:
        """The row of :attr:`main`: ``result.overall["estimate"]``."""
        return self.main.iloc[0]

    @property
    def sureness(self) -> Sureness:
        """The word for the change as a whole, see :mod:`lcresearch.change.sureness`."""
        found: Sureness = self.main["sureness"].iloc[0]
        return found

    @property
    def inference(self) -> str:
        """Whom the result speaks of: ``these_firms`` or ``firms_like_these``."""
        return str(self.main["inference"].iloc[0])

    def tidy(self, conf_level: float | None = None) -> pd.DataFrame:
        """The change as a whole, then that of each group that takes part."""
        level = self.conf_level if conf_level is None else conf_level
        whole = self.main.reindex(columns=list(_SHOWN))
        groups = self.by_group[self.by_group["takes_part"]] if len(self.by_group) > 1 else self.by_group.iloc[:0]
        each = groups.assign(term=groups["group"], statistic=np.nan, p_value=np.nan).reindex(columns=list(_SHOWN))
        table = pd.concat([whole, each], ignore_index=True) if len(each) else whole.reset_index(drop=True)
        half = half_width(table["std_error"].to_numpy(float), table["df"].to_numpy(float), level)
        return table.assign(conf_low=table["estimate"] - half, conf_high=table["estimate"] + half)

    def glance(self) -> pd.DataFrame:
        """One row: counts, method, whom it speaks of, and the word."""
        names = ("n_linked", "n_before", "n_after", "mean_before", "mean_after", "method", "inference", "sureness")
        row: dict[str, Any] = {"outcome": self.outcome} | {name: self.overall[name] for name in names}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """What the reader must know before using the numbers."""
        return [problem.message() for problem in self.problems]
