"""What a report shows of a short question that comes back: released means by wave, and what is computed from these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from lcresearch.change import ControlChart, RandomisationTest, RunChart, SingleCase

Text = Mapping[str, str]
NoTest = Literal["not_drawn", "gap", "too_few"]
"""Why there is no test: no lot was drawn, the score of a possible start is hidden, or there are too few waves yet."""


@dataclass(frozen=True)
class PulseSeries:
    """The released means of all together, or of one group, in the order of waves.

    Attributes
    ----------
    parent, group : str
        Empty for all together.
    points : DataFrame
        ``wave, n, mean, sd``: a row a wave from the first to the last with answers; missing where it is not shown.
    run : RunChart
        Made of these means alone.
    control : ControlChart or None
        Where there are points enough for its limits.
    """

    parent: str
    group: str
    points: pd.DataFrame
    run: RunChart
    control: ControlChart | None = None

    @property
    def n_gaps(self) -> int:
        """Waves whose mean is not shown."""
        return int(self.points["mean"].isna().sum())


@dataclass(frozen=True)
class CaseSeries:
    """A group before and after its start, from the released means.

    Attributes
    ----------
    parent, group : str
        Empty for all together.
    start : str
        Wave from which on it had started.
    points : DataFrame
        As of :class:`PulseSeries`.
    case : SingleCase
    test : RandomisationTest or None
    no_test : str or None
        Why there is no test.
    """

    parent: str
    group: str
    start: str
    points: pd.DataFrame
    case: SingleCase
    test: RandomisationTest | None = None
    no_test: NoTest | None = None

    @property
    def n_gaps(self) -> int:
        """Waves whose mean is not shown."""
        return int(self.points["mean"].isna().sum())


@dataclass(frozen=True)
class PulseContent:
    """Everything that is shown of series.

    Attributes
    ----------
    design : str
        ``pulse``, ``single_case`` or ``staggered_start``.
    scale : str
    title : text by language
    minimum, maximum : float
        Range of the scale.
    improvement : {"higher", "lower"}
    level : str
        Of the groups.
    same_persons : bool
        Whether mostly the same persons answer each time, as far as is known.
    series : tuple of PulseSeries
        All together first; empty for a design of cases.
    cases : tuple of CaseSeries
    together : RandomisationTest or None
        Of all cases, where several started one after the other.
    together_no_test : str or None
        Why there is none.
    """

    design: str
    scale: str
    title: Text
    minimum: float
    maximum: float
    improvement: Literal["higher", "lower"]
    level: str
    same_persons: bool = True
    series: tuple[PulseSeries, ...] = ()
    cases: tuple[CaseSeries, ...] = ()
    together: RandomisationTest | None = None
    together_no_test: NoTest | None = None
