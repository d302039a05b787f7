"""What a report shows of change between waves: numbers that ``studies.change_release`` let through, and nothing else.

Main report and company reports print from this alone, so that all reports of a study show what one decision allowed.
What may not be shown is None, with the reason beside it. Numbers of small groups are rounded already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lcresearch.errors import Problem

LINKED, ALL_ANSWERS = "linked", "all_answers"
"""On what a change rests: on persons who answered twice, or on the two means of all who answered."""

EVERYBODY = "all"


@dataclass(frozen=True)
class ChangeNumbers:
    """The change of one group, or of all who take part.

    Attributes
    ----------
    level : str
        ``all`` or the level of the groups, such as ``organisation``.
    parent, group : str
        Names as in :class:`~lcresearch.reporting.content.ScaleContent`; empty for all who take part.
    takes_part : bool
        False for a group that others are compared with.
    n_before, n_after : int or None
        Persons behind the means.
    mean_before, mean_after : float or None
        Means of all who answered at a wave, as the tables of scores show them.
    n_linked, n_only_before, n_only_after : int or None
        Persons who answered at both waves, or at one only.
    basis : str or None
        ``linked``: the change of the persons who answered twice. ``all_answers``: the difference of the two means,
        since the change of those who answered twice would tell what those answered who did so once. None: no change
        is shown.
    estimate, conf_low, conf_high : float or None
        Change in points of the scale, and its 95% interval; the interval is missing where it may not be shown or
        cannot be computed.
    sureness : str or None
        Key of :func:`lcresearch.change.sureness`: of the analysis in which who answered once counts too, as far as that
        tells something (:func:`lcresearch.change.before_after`). That analysis has no numbers here, since they would
        tell about what a few answered who did so once.
    judged_apart : bool
        Whether the interval is left out because it would seem to contradict the word, which rests on more answers.
    reason : str or None
        Why there is no change, or why not that of those who answered twice: ``few``, ``alike``, ``complement``,
        ``earlier``, ``once`` (too few answered once), ``protected``, ``unlinked`` (persons are not recognised).
    """

    level: str
    parent: str
    group: str
    takes_part: bool = True
    n_before: int | None = None
    n_after: int | None = None
    mean_before: float | None = None
    mean_after: float | None = None
    n_linked: int | None = None
    n_only_before: int | None = None
    n_only_after: int | None = None
    basis: str | None = None
    estimate: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    sureness: str | None = None
    judged_apart: bool = False
    reason: str | None = None

    @property
    def shown(self) -> bool:
        """Whether there is a change to show."""
        return self.estimate is not None


@dataclass(frozen=True)
class ReliableShown:
    """How many of those who answered twice changed more than the error of the instrument explains.

    Attributes
    ----------
    n : int
        Persons who answered twice.
    smallest : float
        Smallest change of a person that error does not explain, in points.
    n_improved, n_unchanged, n_worse : int or None
        None where they are counted together with others, since one or two persons would be left.
    n_not_improved, n_not_worse : int or None
        Two classes together, where only that may be shown.
    """

    n: int
    smallest: float
    n_improved: int | None = None
    n_unchanged: int | None = None
    n_worse: int | None = None
    n_not_improved: int | None = None
    n_not_worse: int | None = None


@dataclass(frozen=True)
class DropoutShown:
    """Who answered once: numbers, and the scores before of those who stayed and of those who left.

    The means are None where they would tell about too few.
    """

    n_stayed: int
    n_left: int | None = None
    n_joined: int | None = None
    mean_stayed: float | None = None
    mean_left: float | None = None

    @property
    def few_stayed(self) -> bool:
        """Whether fewer than half of all who answered did so twice: the result is then called exploratory."""
        return 2 * self.n_stayed < self.n_stayed + (self.n_left or 0) + (self.n_joined or 0)


@dataclass(frozen=True)
class ImputedShown:
    """Whether the word for the change would be the same had those who answered once answered twice.

    Attributes
    ----------
    n : int
        Persons of whom a score was imputed.
    n_imputations : int
    sureness : str
        The word with imputed scores.
    same : bool
        Whether that is the word of the report.
    moved : {"before", "after"}
        The wave whose imputed scores were moved to see when the word changes.
    tipping_point : float or None
        By how many points they would have to lie elsewhere for another word; None where none of the moves gives one.
    furthest : float
        The largest move that was tried, in points.
    """

    n: int
    n_imputations: int
    sureness: str
    same: bool
    moved: str
    tipping_point: float | None
    furthest: float


@dataclass(frozen=True)
class PooledScore:
    """The score of a group at the wave after, drawn towards that of the others as far as it has few persons."""

    parent: str
    group: str
    n: int
    mean: float
    estimate: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True)
class ScaleChange:
    """What may be shown of the change of one scale.

    Attributes
    ----------
    name : str
        As in :class:`~lcresearch.reporting.content.ScaleContent`.
    title : mapping
        By language.
    minimum, maximum : float
        Ends of the scale.
    primary : bool
        Whether the conclusion of the study is about this scale.
    improvement : str
        ``higher`` or ``lower``: which direction is better. For secondary scales that of the primary one.
    worthwhile : float or None
        Smallest worthwhile change, in points; named beforehand for the primary scale only.
    overall : ChangeNumbers
        Of all who take part, comparison groups left out.
    comparison : ChangeNumbers or None
        Of the comparison groups together.
    difference : ChangeNumbers or None
        How much more those who take part changed than the comparison groups; ``means`` are missing in it.
    started : ChangeNumbers or None
        With a staggered start, the effect of having started, from all waves; ``n_linked`` are those who answered at two
        waves or more.
    groups : tuple of ChangeNumbers
        A group each, comparison groups included, in the order of their names.
    pooled : tuple of PooledScore
        Groups of which the mean after may be shown.
    p_value, p_adjusted : float or None
        Of the overall change as it is shown; left out where its interval is. Adjusted over the secondary scales (Holm
        1979), which are exploratory.
    equivalent : bool or None
        Whether a change as large as ``worthwhile`` is ruled out in both directions (two one-sided tests).
    reliable : ReliableShown or None
    correlation : float or None
        Of the scores before and after of those who answered twice: how much of what stands out before stays.
    dropout : DropoutShown or None
    """

    name: str
    title: Mapping[str, str]
    minimum: float
    maximum: float
    primary: bool
    improvement: str
    worthwhile: float | None
    overall: ChangeNumbers
    comparison: ChangeNumbers | None = None
    difference: ChangeNumbers | None = None
    started: ChangeNumbers | None = None
    groups: tuple[ChangeNumbers, ...] = ()
    pooled: tuple[PooledScore, ...] = ()
    p_value: float | None = None
    p_adjusted: float | None = None
    equivalent: bool | None = None
    reliable: ReliableShown | None = None
    correlation: float | None = None
    dropout: DropoutShown | None = None

    def of(self, group: str, parent: str = "") -> ChangeNumbers | None:
        """The numbers of one group, None when it is not in the study."""
        return next((one for one in self.groups if (one.parent, one.group) == (parent, group)), None)

    def only(self, group: str, parent: str = "") -> ScaleChange:
        """What the report of one group shows: its own numbers beside those of all."""
        mine = tuple(one for one in self.groups if (one.parent, one.group) == (parent, group))
        pooled = tuple(one for one in self.pooled if (one.parent, one.group) == (parent, group))
        return replace(self, groups=mine, pooled=pooled)


@dataclass(frozen=True)
class ChangeContent:
    """What may be shown of change between two waves.

    Attributes
    ----------
    design : str
        As study.yaml names it: ``before_after``, ``pulse``...
    goal : mapping or None
        What the study was to find out, by language.
    level : str
        Level of the groups.
    before, after : str
        Waves; labels are in the head of the report.
    linked : bool
        Whether persons are recognised over waves.
    inference : str
        ``these_firms``: what is said holds for the people of these firms. ``firms_like_these``: for such firms.
    n_groups : int
        Groups that take part and have answers at both waves.
    primary : ScaleChange
    secondary : tuple of ScaleChange
    company_reports : bool
        Whether each group gets a report of its own.
    problems : tuple of Problem
        Cautions, without persons.
    imputed : ImputedShown or None
        Of the primary scale, where imputation is warranted.
    """

    design: str
    goal: Mapping[str, str] | None
    level: str
    before: str
    after: str
    linked: bool
    inference: str
    n_groups: int
    primary: ScaleChange
    secondary: tuple[ScaleChange, ...] = ()
    company_reports: bool = True
    problems: tuple[Problem, ...] = ()
    imputed: ImputedShown | None = None

    @property
    def scales(self) -> tuple[ScaleChange, ...]:
        """The primary scale, then the secondary ones."""
        return (self.primary, *self.secondary)

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Parent and name of each group that takes part or is compared with."""
        return tuple((one.parent, one.group) for one in self.primary.groups)
