"""What the models say of one working element: the input of every verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from lcresearch.errors import Problem, SynthesisError

SECTOR_COLUMNS = ("sector", "n_consortia", "n_communities", "estimate", "std_error", "df")
MODERATOR_COLUMNS = ("moderator", "level", "n_communities", "estimate", "std_error", "df", "p_value")


def _no_sectors() -> pd.DataFrame:
    return pd.DataFrame(columns=list(SECTOR_COLUMNS))


def _no_moderators() -> pd.DataFrame:
    return pd.DataFrame(columns=list(MODERATOR_COLUMNS))


@dataclass(frozen=True)
class SectorTest:
    """The test that the effect is the same in all sectors: F with its degrees of freedom, ``p`` not yet corrected."""

    statistic: float
    df_num: float
    df_den: float
    p: float


@dataclass(frozen=True)
class TwoStage:
    """The same effect by meta-analysis of one estimate a consortium, to lay beside the one-stage model."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    tau: float
    n_estimable: int


@dataclass(frozen=True, kw_only=True)
class ElementEstimate:
    """Evidence on one element for one outcome.

    Effects are in standard deviations of the outcome at the first wave, for one declared unit of the element.

    Attributes
    ----------
    element, outcome, model : str
    adjustment : str
        ``"all_elements"`` (in one model together) or ``"declared_confounders"`` (of this element).
    adjusted_for : tuple of str
        What the estimate was adjusted for.
    estimate, std_error, df : float
        Pooled effect, its standard error and degrees of freedom; infinite ``df`` for a normal distribution.
    tau : float
        Standard deviation over consortia of their effects, differences between sectors included: it comes from the
        model without element by sector, since a new consortium may be of any sector.
    tau_df : float, optional
        Degrees of freedom of tau; by default ``n_consortia - 1``.
    n_consortia, n_communities : int
        Where the element varies.
    sectors : DataFrame
        A sector a row: ``sector, n_consortia, n_communities, estimate, std_error, df``. The interval is computed from
        these; where the standard error is missing, ``conf_low`` and ``conf_high`` are taken if they are there.
    sector_test : SectorTest, optional
    moderators : DataFrame
        A level of a declared moderator a row: ``moderator, level, n_communities, estimate, std_error, df, p_value``;
        ``p_value`` is that of the test of the moderator, not yet corrected, and the same in all its rows.
    smallest_worthwhile : float
        Smallest effect that is worth the trouble, in the same unit, above zero.
    planned : bool
        Declared before the data were seen.
    how_measured : str
        How the presence of the element was established: ``"observation"``, ``"document"``, ``"self-report"``, ...
    comparability : str
        Whether the outcome means the same in all consortia: ``"scalar"``, ``"aligned"``, ``"not tested"``, ``"fails"``.
    stopped_included : bool, optional
        Whether communities that stopped are among the data; None when that is not known.
    two_stage : TwoStage, optional
    notes : tuple of str

    Raises
    ------
    SynthesisError
        Y110: a table lacks columns; Y111: a number that cannot be. All problems of one estimate together.

    Examples
    --------
    >>> evidence = ElementEstimate(
    ...     element="coaching", outcome="learning", model="one stage", estimate=0.3, std_error=0.05, df=20, tau=0.05,
    ...     n_consortia=12, n_communities=96, smallest_worthwhile=0.1, planned=True,
    ... )
    >>> evidence.estimable
    True
    """

    element: str
    outcome: str
    model: str
    estimate: float
    std_error: float
    df: float
    tau: float
    n_consortia: int
    n_communities: int
    smallest_worthwhile: float
    planned: bool
    adjustment: str = "all_elements"
    adjusted_for: tuple[str, ...] = ()
    tau_df: float | None = None
    sectors: pd.DataFrame = field(default_factory=_no_sectors)
    sector_test: SectorTest | None = None
    moderators: pd.DataFrame = field(default_factory=_no_moderators)
    how_measured: str = "not known"
    comparability: str = "not tested"
    stopped_included: bool | None = None
    two_stage: TwoStage | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = [*self._lacking_columns(), *self._impossible_numbers()]
        if problems:
            raise SynthesisError(problems)

    @property
    def estimable(self) -> bool:
        """Whether there is a pooled effect with a standard error and degrees of freedom."""
        return math.isfinite(self.estimate) and math.isfinite(self.std_error) and not math.isnan(self.df)

    def _lacking_columns(self) -> Iterator[Problem]:
        for name, frame, needed in (
            ("sectors", self.sectors, SECTOR_COLUMNS),
            ("moderators", self.moderators, MODERATOR_COLUMNS),
        ):
            lacking = [column for column in needed if column not in frame.columns]
            if lacking:
                values = {"element": self.element, "table": name, "columns": lacking, "known": list(needed)}
                yield Problem("Y110", values=values)

    def _impossible_numbers(self) -> Iterator[Problem]:
        above_zero = math.isfinite(self.smallest_worthwhile) and self.smallest_worthwhile > 0
        allowed = {
            "std_error": not self.std_error <= 0,
            "tau": not self.tau < 0,
            "df": not self.df <= 0,
            "n_consortia": self.n_consortia >= 0,
            "n_communities": self.n_communities >= 0,
            "smallest_worthwhile": above_zero,
        }
        for name, fine in allowed.items():
            if not fine:
                values = {"element": self.element, "name": name, "value": str(getattr(self, name))}
                yield Problem("Y111", values=values)
