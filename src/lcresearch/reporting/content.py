"""What a report shows: released aggregates and the texts that belong to them, and nothing else.

``studies`` computes these from persons and passes them through ``disclosure`` first; whatever is here may be printed.
Numbers are unrounded; what was withheld is missing (NaN) with its reason beside it. Frames are tidy: a row a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.measurement import Verdict
from lcresearch.reporting.change_content import ChangeContent
from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.reporting.pulse_content import PulseContent

Text = Mapping[str, str]
"""The same text by language code, for example ``{"nl": "leercultuur", "en": "learning culture"}``."""


WIDEST = 100.0
"""Widest range of scores that figures show from end to end: that of an index."""


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
    n_persons : int
        Respondents with a row in the files, those who answered none of the questions included.
    n_answered : int or None
        Those who answered at least one, of those that count for a score if there are any; None where that would say
        that one or two did or did not.
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
    n_answered: int | None
    by_wave: pd.DataFrame
    by_group: pd.DataFrame
    missing: pd.DataFrame
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Licence of the wording of an instrument, what it was taken from, and whether it may be shared."""

    licence: str
    sources: tuple[str, ...] = ()
    shareable: bool = True


@dataclass(frozen=True)
class ItemContent:
    """One item: its wording, whether it counts the other way round, its answer options by code, and its kind.

    Where the wording may not be shared its id stands in its place. The kind is ``choice``, ``multiple`` or ``number``;
    only of a choice the distribution is shown.
    """

    id: str
    text: Text
    reversed: bool
    options: Mapping[int, Text]
    kind: str = "choice"


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
    low, high : Text or None
        What a low and a high score mean.
    """

    name: str
    title: Text
    description: Text
    instrument_id: str
    instrument_title: Text
    instrument_version: str
    instrument_hash: str
    provisional: bool
    origin: Origin
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
    low: Text | None = None
    high: Text | None = None

    @property
    def bounded(self) -> bool:
        """Whether its scores have a lowest and a highest value that say something: not a count without a limit."""
        return 0 < self.maximum - self.minimum <= WIDEST


@dataclass(frozen=True)
class ContextItem:
    """A question on who took part: its wording, how it is answered (choice, multiple, number), and its options.

    ``ordered`` tells whether the options go from little to much.
    """

    id: str
    text: Text
    instrument_title: Text
    kind: str
    options: Mapping[int, Text]
    unit: Text = field(default_factory=dict)
    ordered: bool = True


@dataclass(frozen=True)
class ContextContent:
    """Answers to questions on context, of everybody together.

    Attributes
    ----------
    items : tuple of ContextItem
    counts : DataFrame
        ``item, wave, codes, n, n_answered, share``: a row a shown category; ``codes`` is the tuple of codes in it. In
        a question with several answers (multiple) the rows of a wave do not add up.
    numbers : DataFrame
        ``item, wave, n, mean, median``; the median is missing where few persons are behind it.
    withheld : DataFrame
        ``item, wave, codes, reason``; ``codes`` is empty where the whole question is withheld. The reason ``similar``
        is that too few persons differ from another wave that is shown; ``protected`` leaves open what was answered.
    """

    items: tuple[ContextItem, ...]
    counts: pd.DataFrame
    numbers: pd.DataFrame
    withheld: pd.DataFrame


@dataclass(frozen=True)
class Characteristic:
    """Something by which response is counted beside the levels.

    Attributes
    ----------
    name : str
        As study.yaml names it.
    title : text by language
    labels : mapping of str to text
        What each value is called.
    """

    name: str
    title: Text
    labels: Mapping[str, Text]


@dataclass(frozen=True)
class ResponseByContent:
    """Response by characteristics that are no levels, such as firm size band.

    Attributes
    ----------
    characteristics : tuple of Characteristic
    counts : DataFrame
        ``characteristic, value, wave, n_invited, n_persons, share, conf_low, conf_high``: values whose number of
        persons may be shown; the number invited and the response are missing where they are not known.
    withheld : DataFrame
        ``characteristic, wave, n_values``: how many values are not shown.
    """

    characteristics: tuple[Characteristic, ...]
    counts: pd.DataFrame
    withheld: pd.DataFrame


@dataclass(frozen=True)
class Participation:
    """Who took part: over waves, of those invited, and by questions on context.

    Attributes
    ----------
    turnover : DataFrame
        ``wave_1, wave_2, n_1, n_2, n_stayed, n_joined, n_returned, n_left, n_away``: a row a pair of waves.
    moves : DataFrame
        ``level, wave_1, wave_2, n_known, n_changed``: of the persons whose group is known in both waves, how many
        changed; missing where one or two did.
    invited : DataFrame
        ``level, parent, group, wave, n_invited, n_persons, share, conf_low, conf_high``; the level ``all`` is
        everybody. Groups whose number of persons is withheld are not in it.
    context : ContextContent
    response_by : ResponseByContent or None
    """

    turnover: pd.DataFrame
    moves: pd.DataFrame
    invited: pd.DataFrame
    context: ContextContent
    response_by: ResponseByContent | None = None


@dataclass(frozen=True)
class Quality:
    """How the answers came in: from the files to the report, how carefully they were given, how waves were linked.

    Attributes
    ----------
    rows : DataFrame
        ``reason, n``: first ``read``, then a row a reason why rows were left out, last ``used``. The reasons add up.
    n_unfinished : int
        Persons who did not come to the end of the form; their answers count.
    n_screened : int
        Rows that were looked at; 0 where that is not shown.
    n_flagged : int or None
        Rows that stand out by any rule; None where few do, or all but few.
    few_flagged : bool
        Whether one or two rows stand out.
    excluded : bool
        Whether the study leaves out rows that stand out.
    rules : DataFrame
        ``rule, n_judged, n_flagged, share, reason``: reason is ``few`` for one or two rows, ``protected`` where nearly
        all stand out; the number is missing then.
    linking : DataFrame
        ``wave_1, wave_2, n_1, n_2, n_exact, n_approximate, share, expected_false``; empty unless persons were
        recognised by a self-made code.
    n_ambiguous : int
        Rows that were not linked since there was more than one possibility.
    """

    rows: pd.DataFrame
    n_unfinished: int
    n_screened: int
    n_flagged: int | None
    few_flagged: bool
    excluded: bool
    rules: pd.DataFrame
    linking: pd.DataFrame
    n_ambiguous: int


@dataclass(frozen=True)
class PlanFacts:
    """What was fixed beforehand.

    Attributes
    ----------
    there : bool
        Whether anything was fixed that a reader can check.
    date, registered, fingerprint : str
        When, where, and by which hash it is known; empty when not known.
    scales : tuple of str
        Those that the plan is about.
    """

    there: bool = False
    date: str = ""
    registered: str = ""
    fingerprint: str = ""
    scales: tuple[str, ...] = ()

    def kind(self, scale: str) -> Literal["planned", "exploratory"]:
        """Of results on a scale; all others are exploratory.

        Examples
        --------
        >>> plan = PlanFacts(there=True, scales=("learning_climate",))
        >>> plan.kind("learning_climate"), plan.kind("psychological_safety")
        ('planned', 'exploratory')
        """
        return "planned" if self.there and scale in self.scales else "exploratory"


@dataclass(frozen=True)
class ReportContent:
    """A whole report. ``withheld`` counts what was suppressed: ``level, wave, reason, n_groups``.

    ``participation``, ``quality``, ``interviews`` and ``change`` are None where nothing is known of them;
    ``change`` when study.yaml has no part of that name, ``pulses`` when its design is no series. By ``plan`` each
    result is called planned or exploratory; without it nothing is said of that.
    """

    head: Head
    response: ResponseOverview
    scales: tuple[ScaleContent, ...]
    withheld: pd.DataFrame
    participation: Participation | None = None
    quality: Quality | None = None
    interviews: InterviewContent | None = None
    change: ChangeContent | None = None
    pulses: PulseContent | None = None
    plan: PlanFacts | None = None
