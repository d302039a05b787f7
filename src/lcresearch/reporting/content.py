"""What a report shows: released aggregates and the texts that belong to them, and nothing else.

``studies`` computes these from persons and passes them through ``disclosure`` first; whatever is here may be printed.
Numbers are unrounded; what was withheld is missing (NaN) with its reason beside it. Frames are tidy: a row a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.measurement import Verdict

Text = Mapping[str, str]
"""The same text by language code, for example ``{"nl": "leercultuur", "en": "learning culture"}``."""


@dataclass(frozen=True)
class Head:
    """What study this is, and how the report came about.

    ``levels`` maps each level of the study, outermost first, to its name in words; ``waves`` each wave to its label.
    ``level_plurals`` names several groups of a level (``compagnieën``); a level that has none there is named by the
    report's own word for it. ``provenance`` holds what the footer prints: package version, date, hashes of inputs,
    seed.
    """

    title: Text
    description: Text
    languages: tuple[str, ...]
    levels: Mapping[str, Text]
    waves: Mapping[str, Text]
    minimum_cell: int
    simulated: bool = False
    consortium: str | None = None
    sector: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    level_plurals: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class ResponseOverview:
    """Who answered, and what was missing or set aside.

    Attributes
    ----------
    by_wave : DataFrame
        ``wave, n_persons, n_complete`` (complete: no item missing).
    by_group : DataFrame
        ``level, parent, group, wave, n_persons, released``; ``parent`` names the group around it, empty or missing at
        the outermost level (the column may be left out); ``n_persons`` is missing where not released.
    missing : DataFrame
        ``item, wave, n, n_missing``.
    problems : tuple of Problem
        Warnings and notes of reading and checking, without rows or persons.
    """

    n_rows_read: int
    n_rows_used: int
    n_persons: int
    by_wave: pd.DataFrame
    by_group: pd.DataFrame
    missing: pd.DataFrame
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ItemContent:
    """One item: its wording, whether it counts the other way round, and its answer options by code."""

    id: str
    text: Text
    reversed: bool
    options: Mapping[int, Text]


@dataclass(frozen=True)
class ScaleContent:
    """All that is shown of one scale.

    Attributes
    ----------
    distribution : DataFrame
        ``item, wave, low, high, n, share``: a row a shown category; ``low`` and ``high`` are the first and last code
        that were merged into it (equal when nothing was merged). Withheld items have no rows here.
    overall : DataFrame
        ``wave, n, mean, sd, conf_low, conf_high`` over all persons.
    scores : DataFrame
        ``level, parent, group, wave, n, mean, sd, conf_low, conf_high, released, reason``; parent as in
        :class:`ResponseOverview`; reason is a key of the catalogue (``few``, ``alike``, ``complement``,
        ``earlier``) or missing.
    reliability : DataFrame or None
        ``wave, level, term, estimate, std_error, conf_low, conf_high``; level is ``individual`` or ``group``.
    items_analysed : DataFrame or None
        ``wave, item, n, mean, sd, item_rest_correlation, alpha_if_dropped``.
    agreement : DataFrame or None
        The glance of :class:`lcresearch.measurement.Agreement` with the column ``wave`` before it: one row a wave,
        since persons who answer twice are not independent.
    agreement_groups : DataFrame or None
        Its tidy tables with ``wave`` before them, released groups only.
    verdicts : mapping of str to Verdict
        By wave, whether averaging to the group is warranted; ``agreement_level`` names the level.
    problems : tuple of Problem
        Why something is not there (one item, all missing, groups of one...).
    """

    name: str
    title: Text
    description: Text
    instrument_id: str
    instrument_title: Text
    instrument_version: str
    instrument_hash: str
    provisional: bool
    level: str
    composition: str
    minimum: float
    maximum: float
    items: tuple[ItemContent, ...]
    distribution: pd.DataFrame
    overall: pd.DataFrame
    scores: pd.DataFrame
    reliability: pd.DataFrame | None = None
    items_analysed: pd.DataFrame | None = None
    agreement: pd.DataFrame | None = None
    agreement_groups: pd.DataFrame | None = None
    agreement_level: str | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ReportContent:
    """A whole report. ``withheld`` counts what was suppressed: ``level, wave, reason, n_groups``."""

    head: Head
    response: ResponseOverview
    scales: tuple[ScaleContent, ...]
    withheld: pd.DataFrame
