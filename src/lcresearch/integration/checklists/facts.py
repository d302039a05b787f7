"""What a study knows of itself, as plain facts: everything that a checklist can be filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lcresearch.errors import IntegrationError, nearest
from lcresearch.integration.converging.rules import PROPOSALS

Text = Mapping[str, str]
"""The same text by language."""


@dataclass(frozen=True)
class WaveFacts:
    """Who answered at one occasion; a number is None where it is not known or may not be shown."""

    label: Text
    n_answered: int | None = None
    n_invited: int | None = None
    n_of_invited: int | None = None


@dataclass(frozen=True)
class InstrumentFacts:
    """A questionnaire that was asked."""

    id: str
    title: Text
    version: str
    hash: str
    n_items: int
    provisional: bool = False


@dataclass(frozen=True)
class ReliabilityFacts:
    """Reliability of a scale at one occasion: Cronbach's alpha and omega, None where not computed."""

    scale: Text
    wave: Text
    alpha: float | None = None
    omega: float | None = None


@dataclass(frozen=True)
class ChangeFacts:
    """What a study says of change between two waves, as its report shows it.

    Attributes
    ----------
    design, level : str
        As study.yaml names them.
    before, after : str
        Waves.
    scale : str
        The primary one, named beforehand.
    worthwhile : float or None
        Smallest worthwhile change, in points, named beforehand.
    inference : str
        ``these_firms`` or ``firms_like_these``.
    n_groups : int
    n_linked, n_before, n_after : int or None
        Persons who answered twice, before and after; None where not shown.
    estimate, conf_low, conf_high : float or None
        What the conclusion rests on: the change, or its difference from that of groups compared with.
    basis, sureness : str or None
        As in :class:`~lcresearch.reporting.change_content.ChangeNumbers`.
    n_secondary : int
        Other scales, explored.
    """

    design: str
    level: str
    before: str
    after: str
    scale: str
    worthwhile: float | None
    inference: str
    n_groups: int
    n_linked: int | None = None
    n_before: int | None = None
    n_after: int | None = None
    estimate: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    basis: str | None = None
    sureness: str | None = None
    n_secondary: int = 0


@dataclass(frozen=True)
class InterviewFacts:
    """What is known of the interviews; numbers are those that the report shows.

    Attributes
    ----------
    n_interviews, n_persons, n_coders, n_passages : int
    codebook, codebook_version : str
    n_codes, n_themes : int
    themes : tuple of Text
        Names of the codes at the top.
    alpha, alpha_low, alpha_high : float or None
        Krippendorff's alpha over all codes, before coders talked; None with one coder.
    compared_by : str
        Attribute by which interviews are compared.
    n_groups : int
        Groups that are shown.
    topics : bool
        Whether topics were sought by machine.
    seed : int or None
        Of that search.
    n_codes_found, estimated_codes, n_after : float or None
        Saturation: codes that were used, that there would be, and that came after the stopping point.
    n_quotes : int
        Quotes that were released.
    deidentified : bool or None
        Whether the study takes names and firms out of the texts; None where nothing says so.
    persons_known : bool
        Whether a table says who is interviewed; without one each interview counts as a person.
    n_hidden_codes, n_hidden_cells : int
        What few people said, and is not shown.
    """

    n_interviews: int
    n_persons: int
    n_coders: int = 0
    n_passages: int = 0
    codebook: str = ""
    codebook_version: str = ""
    n_codes: int = 0
    themes: tuple[Text, ...] = ()
    alpha: float | None = None
    alpha_low: float | None = None
    alpha_high: float | None = None
    compared_by: str = ""
    n_groups: int = 0
    topics: bool = False
    seed: int | None = None
    n_codes_found: float | None = None
    estimated_codes: float | None = None
    n_after: float | None = None
    n_quotes: int = 0
    deidentified: bool | None = None
    persons_known: bool = True
    n_hidden_codes: int = 0
    n_hidden_cells: int = 0


@dataclass(frozen=True)
class ComparisonFacts:
    """One comparison of cases (QCA): its settings, and what stays of it under other choices."""

    title: Text
    n_cases: int
    n_conditions: int
    frequency: int
    consistency: float
    pri: float
    n_runs: int | None = None
    n_same: int | None = None


@dataclass(frozen=True)
class IntegrationFacts:
    """How numbers and interviews were brought together.

    Attributes
    ----------
    case : str
        What a case is: ``community, consortium`` or ``organisation``.
    verdicts : mapping of str to int
        Number of rows by verdict: ``convergent, complementary, divergent, silent`` or ``not shown``.
    rule_persons, rule_cases : int or None
        Fewest persons and cases that count as speaking of an element.
    n_judgements, n_judges : int
        Judgements that researchers gave, and how many researchers did.
    displays : tuple of str
        Joint displays that were made: ``statistics_by_themes, cases_by_score, effects_and_voices, convergence``.
    comparisons : tuple of ComparisonFacts
    n_gaps : int or None
        Parts of elements for which one kind of evidence lacks.
    """

    case: str = "community"
    verdicts: Mapping[str, int] = field(default_factory=dict)
    rule_persons: int | None = None
    rule_cases: int | None = None
    n_judgements: int = 0
    n_judges: int = 0
    displays: tuple[str, ...] = ()
    comparisons: tuple[ComparisonFacts, ...] = ()
    n_gaps: int | None = None

    def __post_init__(self) -> None:
        """Refuse a verdict that is none (Q268), as a checklist would have no words for it."""
        wrong = [name for name in self.verdicts if name not in PROPOSALS]
        if wrong:
            close = nearest(wrong[0], PROPOSALS) or "–"
            raise IntegrationError("Q268", name=wrong[0], known=PROPOSALS, nearest=close)


@dataclass(frozen=True)
class StudyFacts:
    """What a study knows of itself (:func:`lcresearch.studies.study_facts`); only what its report may show.

    Attributes
    ----------
    id : str
    title : Text
    date : str
        Of the run, as ``2026-11-26``.
    simulated : bool
    waves : tuple of WaveFacts
        In order.
    levels : mapping of str to int
        Level -> number of groups.
    instruments : tuple of InstrumentFacts
    reliability : tuple of ReliabilityFacts
    analyses : tuple of str
        Names as in study.yaml.
    left_out : mapping of str to (int or str)
        As in run.json.
    missing_share : float or None
        Share of answers that are missing.
    screened : bool
        Whether answers were screened for carelessness; ``screened_out`` whether those that stand out were left out.
    linked : bool
        Whether persons were recognised over waves by a code of their own.
    consent, pseudonyms : bool
    retention_until : str
    minimum_cell : int
    n_withheld : int
        Groups that the report does not show.
    programme, declared : str
        Id of the programme plan, and the day on which it was declared.
    models : tuple of Text
        Models beside the analyses of the study.
    sampling : Text or None
        How people were chosen, where somebody has written it down.
    software : mapping of str to str
        Name -> version, of what computes the numbers.
    interview_software : mapping of str to str
        Name -> version, of what worked on the interviews.
    interviews : InterviewFacts or None
    change : ChangeFacts or None
    integration : IntegrationFacts or None
    """

    id: str
    title: Text
    date: str = ""
    simulated: bool = False
    waves: tuple[WaveFacts, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)
    instruments: tuple[InstrumentFacts, ...] = ()
    reliability: tuple[ReliabilityFacts, ...] = ()
    analyses: tuple[str, ...] = ()
    left_out: Mapping[str, int | str] = field(default_factory=dict)
    missing_share: float | None = None
    screened: bool = False
    screened_out: bool = False
    linked: bool = False
    consent: bool = False
    pseudonyms: bool = False
    retention_until: str = ""
    minimum_cell: int = 0
    n_withheld: int = 0
    programme: str = ""
    declared: str = ""
    models: tuple[Text, ...] = ()
    sampling: Text | None = None
    software: Mapping[str, str] = field(default_factory=dict)
    interview_software: Mapping[str, str] = field(default_factory=dict)
    interviews: InterviewFacts | None = None
    change: ChangeFacts | None = None
    integration: IntegrationFacts | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of data that there are: ``survey``, ``interviews``."""
        found = {"survey": bool(self.instruments), "interviews": self.interviews is not None}
        return tuple(name for name, there in found.items() if there)
