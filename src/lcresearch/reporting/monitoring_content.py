"""What the page on monitoring shows: numbers of groups, and what the report of the same run shows anyway."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lcresearch.change.continuation import Continuation
from lcresearch.reporting.content import Head, Participation, ScaleContent, Text
from lcresearch.reporting.pulse_content import PulseContent


@dataclass(frozen=True)
class ImplementationContent:
    """How far groups did the parts of an element.

    Attributes
    ----------
    title : text by language
    n_groups : int
    parts : DataFrame
        ``part, core, n, n_fully, n_partly, n_not``: numbers of groups.
    part_titles : dict of str to text
    kinds : DataFrame
        Adaptations: ``kind, n, n_planned, n_keeping_core, n_losing_core, n_unknown``.
    """

    title: Text
    n_groups: int
    parts: pd.DataFrame
    part_titles: dict[str, Text]
    kinds: pd.DataFrame


@dataclass(frozen=True)
class MonitoringContent:
    """All that the page shows. No group is named outside tables that the report of the same run shows.

    Attributes
    ----------
    head : Head
    level : str
        Level whose groups are followed.
    by_wave : DataFrame
        ``wave, n_followed, n_answering, n_missing, n_new, n_stopped``.
    persons : DataFrame
        ``wave, n_persons`` of the whole study.
    participation : Participation or None
    scales : tuple of ScaleContent
        Those that are followed.
    continuation : Continuation or None
    implementation : ImplementationContent or None
    n_warned : int
        Groups named in early warnings, which stand elsewhere.
    lines : tuple of PulseContent
        Of each scale that is followed, where there are waves enough for the rules of run charts.
    """

    head: Head
    level: str
    by_wave: pd.DataFrame
    persons: pd.DataFrame
    participation: Participation | None
    scales: tuple[ScaleContent, ...]
    continuation: Continuation | None = None
    implementation: ImplementationContent | None = None
    n_warned: int = 0
    lines: tuple[PulseContent, ...] = ()
