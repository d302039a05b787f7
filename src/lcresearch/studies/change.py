"""Change between two waves in a study: who answered when, and the confidential results of each scale."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch import change
from lcresearch.change import BeforeAfter, ReliableChange
from lcresearch.errors import ChangeError, LcresearchError, LcresearchWarning, Problem
from lcresearch.files import private_folder
from lcresearch.studies.analysis import ScaleUse, group_names, path_columns
from lcresearch.studies.change_imputed import ImputedChange, imputed_change
from lcresearch.studies.change_settings import ChangeUse
from lcresearch.studies.change_started import Started, started_effect
from lcresearch.studies.model import LevelName

Floats = npt.NDArray[np.float64]
GROUP, SIDE = "group", "takes_part"
NO_GROUP = "–"
"""Stands for the group of persons without one, who count in the whole."""

IN_SIDE = "person in side"
"""Column with who a person is among those who take part, or among those compared with."""

_PERSON, _IN_GROUP = "respondent", "person in group"
_NOBODY_LINKED = {"C005"}
_NO_ANSWERS = {"C003", "C005"}


@dataclass(frozen=True)
class ScaleChanged:
    """The confidential results of one scale.

    Attributes
    ----------
    use : ScaleUse
    by_group : BeforeAfter
        Of all groups, comparison groups too: a person counts as one who answered twice within one group.
    part, compared : BeforeAfter or None
        Of all who take part, and of all in comparison groups.
    reliable : ReliableChange or None
        Of those who take part; None where no person, or no error of the scale, is known.
    """

    use: ScaleUse
    by_group: BeforeAfter
    part: BeforeAfter | None
    compared: BeforeAfter | None = None
    reliable: ReliableChange | None = None

    @property
    def name(self) -> str:
        """Of the scale."""
        return self.use.name


@dataclass(frozen=True)
class StudyChange:
    """Confidential: numbers of groups of any size, and of persons. ``studies.change_release`` says what may be shown.

    Attributes
    ----------
    use : ChangeUse
        What was named beforehand.
    before, after : str
        Waves that are compared.
    linked : bool
        Whether persons are recognised over waves.
    rows : DataFrame
        A row a respondent and wave of the two: ``respondent, wave, group, takes_part`` and the scales.
    scales : mapping of str to ScaleChanged
        The primary scale first.
    problems : tuple of Problem
    imputed : ImputedChange or None
        Whether the word would be the same had everybody answered twice.
    started : Started or None
        With a staggered start, the effect of having started on the primary scale.
    """

    use: ChangeUse
    before: str
    after: str
    linked: bool
    rows: pd.DataFrame
    scales: Mapping[str, ScaleChanged] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    imputed: ImputedChange | None = None
    started: Started | None = None

    def persons(self) -> pd.DataFrame:
        """A row a person and scale: ``respondent, group, scale, before, after, change``. Not to be shared."""
        parts = []
        for name in self.scales:
            wide = self.rows.dropna(subset=name).drop_duplicates([_PERSON, "wave"], keep=False)
            wide = wide.pivot(index=_PERSON, columns="wave", values=name).reindex(columns=[self.before, self.after])
            wide.columns = pd.Index(["before", "after"])
            groups = self.rows.drop_duplicates(_PERSON).set_index(_PERSON)[GROUP]
            wide = wide.assign(group=groups.reindex(wide.index), scale=name, change=wide["after"] - wide["before"])
            parts.append(wide.reset_index())
        return pd.concat(parts, ignore_index=True)[[_PERSON, GROUP, "scale", "before", "after", "change"]]

    def save_private(self, folder: Path) -> None:
        """Changes of persons, reliable change of persons, and exact numbers of groups, as Parquet."""
        private_folder(folder)
        tables = {"change_persons": self.persons()}
        groups = [one.by_group.by_group.assign(scale=name) for name, one in self.scales.items()]
        tables["change_by_group"] = pd.concat(groups, ignore_index=True)
        reliable = [
            one.reliable.persons.rename(columns={"person": _PERSON}).assign(scale=name)
            for name, one in self.scales.items()
            if one.reliable is not None
        ]
        if reliable:
            tables["change_reliable"] = pd.concat(reliable, ignore_index=True)
        for name, table in tables.items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
        if self.imputed is not None:
            self.imputed.save_private(folder)


def study_change(
    use: ChangeUse,
    scales: Sequence[ScaleUse],
    scores: pd.DataFrame,
    answers: pd.DataFrame,
    levels: tuple[LevelName, ...],
    waves: Sequence[str],
    *,
    linked: bool,
) -> StudyChange | None:
    """What changed between two waves; None when fewer than two waves have answers to the primary scale.

    Parameters
    ----------
    use : ChangeUse
        The part ``change:`` of study.yaml.
    scales : sequence of ScaleUse
    scores, answers : DataFrame
        Rows of respondents and waves with levels, and a column a scale or item, as they stand behind the report.
    levels, waves : sequence of str
        Of the study, in order.
    linked : bool
        Whether persons are recognised over waves.

    Raises
    ------
    ChangeError
        When the answers do not suit the analysis, such as no group that takes part.
    """
    ends = waves_compared(use, scores, waves)
    if ends is None:
        return None
    rows = rows_of_change(use, scores, levels, ends)
    order = sorted(scales, key=lambda one: one.name != use.primary)
    found, problems = {}, []
    for one in order:
        done = _analysed(use, one, rows, answers, ends, linked=linked)
        if done is not None:
            found[one.name] = done
            problems += [each for each in done.by_group.problems if one.name == use.primary]
    if use.primary not in found:
        return None
    changed = StudyChange(use, *ends, linked, rows, found, tuple(problems))
    started = started_effect(use, scores, levels, waves, ends) if linked else None
    return replace(changed, imputed=imputed_change(changed), started=started)


def waves_compared(use: ChangeUse, scores: pd.DataFrame, waves: Sequence[str]) -> tuple[str, str] | None:
    """Before and after: as named, or the first and the last wave that has answers to the primary scale yet."""
    there = set(scores.loc[scores[use.primary].notna(), "wave"].astype(str))
    answered = [wave for wave in waves if wave in there]
    before = use.before if use.before is not None else next(iter(answered), None)
    if before is None or before not in answered:
        return None
    later = answered[answered.index(before) + 1 :]
    if use.after in later:
        return before, str(use.after)
    last = waves.index(use.after) if use.after in waves else len(waves)
    later = [wave for wave in later if waves.index(wave) < last]
    return (before, later[-1]) if later else None


def rows_of_change(
    use: ChangeUse, scores: pd.DataFrame, levels: tuple[LevelName, ...], ends: tuple[str, str]
) -> pd.DataFrame:
    """Rows of the two waves with their group, whether it takes part, and persons within sides and groups.

    Who has several rows in a wave is another person in each: it is not known which answer belongs to which.
    """
    rows = scores[scores["wave"].isin(ends)].reset_index(drop=True)
    group = group_names(rows, use.group, levels).astype(object).where(lambda names: names.notna(), NO_GROUP)
    own = rows[path_columns(use.group, levels)[-1]].astype("str")
    takes_part = ~own.isin([str(name) for name in use.comparison])
    rows = rows.assign(**{GROUP: group.astype(str)}).assign(**{SIDE: takes_part})
    who = rows[_PERSON].astype("str")
    several = rows.duplicated([_PERSON, "wave"], keep=False)
    who = who.where(~several, who + "\x1f" + pd.Series(np.arange(len(rows)).astype(str), index=rows.index))
    side = rows[SIDE].map({True: "\x1f+", False: "\x1f-"})
    return rows.assign(**{IN_SIDE: who + side, _IN_GROUP: who + "\x1f" + rows[GROUP]})


def _analysed(
    use: ChangeUse, scale: ScaleUse, rows: pd.DataFrame, answers: pd.DataFrame, ends: tuple[str, str], *, linked: bool
) -> ScaleChanged | None:
    """All analyses of a scale; None when it has no answers at both waves."""
    known = rows[rows[scale.name].notna()]
    groups = set(known.loc[known["wave"] == ends[0], GROUP]) & set(known.loc[known["wave"] == ends[1], GROUP])
    if not groups:
        return None
    worthwhile = use.worthwhile if scale.name == use.primary else None
    comparison = sorted(set(known.loc[~known[SIDE], GROUP]))
    options = {"worthwhile": worthwhile, "improvement": use.improvement, "scale_range": _range(scale)}
    by_group = _before_after(known, scale.name, _IN_GROUP, ends, options, linked=linked, comparison=comparison)
    if by_group is None:
        return None
    taking, compared = (
        _before_after(known[known[SIDE] == side], scale.name, IN_SIDE, ends, options, linked=linked)
        for side in (True, False)
    )
    reliable = _reliable(use, scale, known, answers, ends) if linked else None
    return ScaleChanged(scale, by_group, taking, compared, reliable)


def _before_after(
    rows: pd.DataFrame,
    outcome: str,
    person: str,
    ends: tuple[str, str],
    options: Mapping[str, object],
    *,
    linked: bool,
    comparison: Sequence[str] = (),
) -> BeforeAfter | None:
    """The analysis; without links where nobody answered twice, and None where a wave has no answers."""
    if not len(rows):
        return None
    names = {"before": ends[0], "after": ends[1], "person": person, "group": GROUP, "comparison": tuple(comparison)}
    for way in (True, False) if linked else (False,):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", LcresearchWarning)
                return change.before_after(rows, outcome, **names, **options, linked=way)  # type: ignore[arg-type]
        except ChangeError as error:
            codes = {problem.code for problem in error.problems}
            if not (codes <= _NOBODY_LINKED and way):
                if codes <= _NO_ANSWERS:
                    return None
                raise
    return None


def _range(scale: ScaleUse) -> tuple[float, float] | None:
    low, high = scale.instrument.range_of(scale.name)
    return (float(low), float(high)) if np.isfinite(low) and np.isfinite(high) else None


def _reliable(
    use: ChangeUse, scale: ScaleUse, rows: pd.DataFrame, answers: pd.DataFrame, ends: tuple[str, str]
) -> ReliableChange | None:
    """Reliable change of persons who take part; None where the error of the scale is not known."""
    if scale.formative or len(scale.items) < 2:
        return None
    items = answers.reindex(columns=["respondent", "wave", *scale.items]).drop_duplicates(["respondent", "wave"])
    keyed = scale.instrument.reversed(items.reindex(columns=scale.items), scale.name, short_form=scale.short_form)
    table = items[["respondent", "wave"]].join(keyed)
    once = rows[rows[SIDE] & ~rows.duplicated(["respondent", "wave"], keep=False)]
    frame = once[["respondent", "wave", scale.name]].merge(table, on=["respondent", "wave"], how="left")
    worthwhile = use.worthwhile if scale.name == use.primary else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LcresearchWarning)
            return change.reliable_change(
                frame,
                scale.name,
                before=ends[0],
                after=ends[1],
                items=scale.items,
                improvement=use.improvement,
                worthwhile=worthwhile,
            )
    except LcresearchError:
        return None
