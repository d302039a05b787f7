"""What the report to one company shows: released aggregates in plain values, and nothing else.

``studies`` picks these from :class:`lcresearch.reporting.content.ReportContent`, so that a company report never shows a
number that the report of the study did not release. Plain values, no frames: they are kept as JSON, from which the same
report can be drawn again without a new release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lcresearch.reporting.change_content import ChangeNumbers
from lcresearch.reporting.content import Head

Text = Mapping[str, str]
FindingKind = Literal["highest", "lowest", "close", "level", "mixed"]
StepFinding = Literal["low", "high", "risen", "fallen", "mixed"]
Grade = Literal["experience", "some_research", "much_research"]


@dataclass(frozen=True)
class CompanyQuestion:
    """What the company wanted to know itself.

    ``analysis`` tells what of the outcomes in ``about`` answers it: ``level, change, compare`` or ``words``; ``answer``
    holds the words of the researcher, empty where there are none.
    """

    question: str
    about: tuple[str, ...] = ()
    analysis: str = "level"
    answer: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """How many answered in a wave, of how many who were invited; None where that is not known or not shown."""

    wave: str
    n_answered: int | None
    n_invited: int | None


@dataclass(frozen=True)
class CompanyScore:
    """A released mean of this company in a wave, with its 95% interval where there is one.

    ``pooled`` is the mean drawn towards that of the other companies, where it was released.
    """

    wave: str
    n: int
    mean: float
    sd: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    pooled: float | None = None
    pooled_low: float | None = None
    pooled_high: float | None = None


@dataclass(frozen=True)
class CompanyScale:
    """One outcome: its name, its range, what its ends mean in words, and the released means in the order of waves.

    ``minimum`` and ``maximum`` are None for a count that has no limits that say something; ``is_whole`` tells that
    other outcomes of the report are parts of it.
    """

    name: str
    title: Text
    low: Text
    high: Text
    minimum: float | None
    maximum: float | None
    scores: tuple[CompanyScore, ...]
    n_hidden: int = 0
    is_whole: bool = False
    is_primary: bool = False
    provisional: bool = False

    @property
    def bounded(self) -> bool:
        """Whether it has a lowest and a highest score."""
        return self.minimum is not None and self.maximum is not None

    def position(self, value: float) -> float:
        """Where a value stands between the ends: 0 at the lowest possible score, 1 at the highest."""
        if self.minimum is None or self.maximum is None:
            raise ValueError(self.name)
        return min(max((value - self.minimum) / (self.maximum - self.minimum), 0.0), 1.0)

    def at(self, wave: str) -> CompanyScore | None:
        """Its score in a wave."""
        return next((one for one in self.scores if one.wave == wave), None)


@dataclass(frozen=True)
class CompanyFinding:
    """A finding by a fixed rule; its scales by name."""

    kind: FindingKind
    scales: tuple[str, ...]


@dataclass(frozen=True)
class CompanyChange:
    """How one outcome changed, as released.

    Attributes
    ----------
    scale : str
    title : text by language
    primary : bool
        Whether the conclusion of the study is about it.
    worthwhile : float or None
        Smallest worthwhile change in points, named beforehand.
    improvement : {"higher", "lower"}
    own : ChangeNumbers
        Of this company.
    together : ChangeNumbers or None
        Of all who take part, where there are other companies enough.
    difference : ChangeNumbers or None
        How much more those who take part changed than a group that they are compared with.
    """

    scale: str
    title: Text
    primary: bool
    worthwhile: float | None
    improvement: str
    own: ChangeNumbers
    together: ChangeNumbers | None = None
    difference: ChangeNumbers | None = None


@dataclass(frozen=True)
class CompanyDesign:
    """How change was looked at: waves before and after, whether persons are recognised, and for whom it holds."""

    before: str
    after: str
    linked: bool
    inference: str
    takes_part: bool = True
    goal: Text | None = None
    few_stayed: bool = False


@dataclass(frozen=True)
class PeerScore:
    """A mean of others with the same outcome, to lay beside the own one."""

    scale: str
    mean: float
    own: float | None
    own_wave: str


@dataclass(frozen=True)
class Peers:
    """Others: those of evidence packages (``packages``), or all companies of the study together (``study``)."""

    kind: Literal["packages", "study"]
    scores: tuple[PeerScore, ...]
    sector: str = ""
    n_consortia: int = 0
    n_communities: int = 0
    n_companies: int = 0


@dataclass(frozen=True)
class TalkingPoint:
    """A question to talk about and a step to try, for a finding on an outcome, with where the step comes from."""

    scale: str
    finding: StepFinding
    question: Text
    step: Text
    grade: Grade
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompanyReport:
    """The report to one company.

    Attributes
    ----------
    head : Head
        Of the study: title, languages, names of levels and waves, provenance.
    name : str
        Of the company.
    parent : str
        The group around it, where companies of several groups share a name; empty otherwise.
    level : str
        Of the study: ``organisation``, ``community``...
    folder : str
        Name of its folder, safe on every system.
    answered : tuple of Answered
        By wave.
    scales : tuple of CompanyScale
        The primary outcome first, at most six.
    n_more : int
        Outcomes that were asked and are not in ``scales``.
    n_items : int
        Questions asked about the outcomes.
    n_hidden : int
        Results of this company, over all outcomes and waves, that are not shown.
    findings : tuple of CompanyFinding
    design : CompanyDesign or None
        None where no change is looked at.
    changes : tuple of CompanyChange
        That of the primary outcome first.
    peers : Peers or None
    talks : tuple of TalkingPoint
        Three.
    sources : tuple of str
        Whole citations of what the talking points name.
    questions : tuple of CompanyQuestion
        Its own, which the report answers first.
    contact : text by language
        Who to ask; empty where not told.
    """

    head: Head
    name: str
    parent: str
    level: str
    folder: str
    answered: tuple[Answered, ...]
    scales: tuple[CompanyScale, ...]
    n_more: int
    n_items: int
    n_hidden: int
    findings: tuple[CompanyFinding, ...] = ()
    design: CompanyDesign | None = None
    changes: tuple[CompanyChange, ...] = ()
    peers: Peers | None = None
    talks: tuple[TalkingPoint, ...] = ()
    sources: tuple[str, ...] = ()
    questions: tuple[CompanyQuestion, ...] = ()
    contact: Text = field(default_factory=dict)

    def scale(self, name: str) -> CompanyScale:
        """The outcome of this name."""
        return next(one for one in self.scales if one.name == name)

    @property
    def waves(self) -> tuple[str, ...]:
        """Waves with a released mean of any outcome, in the order of the study."""
        found = {score.wave for one in self.scales for score in one.scores}
        return tuple(wave for wave in self.head.waves if wave in found)


@dataclass(frozen=True)
class WithoutReport:
    """A group that gets no report of its own: for the researcher alone."""

    name: str
    parent: str


@dataclass(frozen=True)
class CompanyReports:
    """All reports of a study, and the groups that get none."""

    reports: tuple[CompanyReport, ...]
    without: tuple[WithoutReport, ...] = ()
