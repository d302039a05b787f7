"""The report to each company of a study, from what its release let through and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from lcresearch.reporting.change_content import ALL_ANSWERS, ChangeContent, ChangeNumbers, ScaleChange
from lcresearch.reporting.company_content import (
    Answered,
    CompanyChange,
    CompanyDesign,
    CompanyQuestion,
    CompanyReport,
    CompanyReports,
    CompanyScale,
    CompanyScore,
    Peers,
    Text,
    WithoutReport,
)
from lcresearch.reporting.content import ReportContent, ScaleContent
from lcresearch.reporting.wording import is_missing
from lcresearch.studies.company_findings import findings, talking_points
from lcresearch.studies.company_folders import company_folders
from lcresearch.studies.company_peers import (
    MINIMUM_OTHER_COMPANIES,
    OthersMean,
    other_companies,
    peers_of_packages,
    peers_of_study,
)
from lcresearch.studies.firm_questions import FirmQuestionsFile
from lcresearch.studies.next_steps import NextSteps, shipped_next_steps

MOST_SCALES = 6
MOST_QUESTIONS = 2
"""Outcomes, and questions of its own, that fit on the pages of a company."""
EVERYBODY = "all"
"""Level of the one report of a study of a single company."""

Key = tuple[str, str]
"""Parent and name of a group."""


@dataclass(frozen=True)
class Sources:
    """What goes into company reports beside the content of the study's report.

    Attributes
    ----------
    steps : NextSteps
    contact : text by language
        Who to ask.
    questions : FirmQuestionsFile or None
        What companies asked themselves.
    others : tuple of OthersMean
        Of evidence packages.
    primary : str
        The outcome that the study is about; empty where it names none.
    """

    steps: NextSteps = field(default_factory=shipped_next_steps)
    contact: Text = field(default_factory=dict)
    questions: FirmQuestionsFile | None = None
    others: tuple[OthersMean, ...] = ()
    primary: str = ""


def company_reports(content: ReportContent, level: str | None, sources: Sources | None = None) -> CompanyReports:
    """The report of each group of a level of which a score may be shown.

    Parameters
    ----------
    content : ReportContent
        What the report of the study shows.
    level : str or None
        Level of the groups; None for a study of one company, whose report is on everybody.
    sources : Sources, optional

    Returns
    -------
    CompanyReports
        Groups of which nothing may be shown have no report; they are named for the researcher alone.
    """
    sources = sources or Sources()
    keys = _groups(content, level)
    shown = [key for key in keys if any(_rows(one, level, key)["mean"].notna().any() for one in content.scales)]
    parents = [parent if [name for _, name in keys].count(name) > 1 else "" for parent, name in shown]
    folders = company_folders([f"{parent} {name}".strip() for parent, (_, name) in zip(parents, shown, strict=True)])
    reports = [
        _report(content, level, key, parent, folder, sources)
        for key, parent, folder in zip(shown, parents, folders, strict=True)
    ]
    return CompanyReports(
        tuple(reports), tuple(WithoutReport(name, parent) for parent, name in keys if (parent, name) not in shown)
    )


def _report(
    content: ReportContent, level: str | None, key: Key, parent: str, folder: str, sources: Sources
) -> CompanyReport:
    questions = _questions(sources.questions, key[1])
    primary = _primary(content, sources)
    every = [_scale(one, content, level, key, primary) for one in content.scales]
    asked = [name for one in questions for name in one.about]
    scales = _chosen(every, _parts(content.scales), primary, asked)
    changes = _changes(content.change, level, key, [one.name for one in scales])
    report = CompanyReport(
        head=content.head,
        name=key[1],
        parent=parent,
        level=level or EVERYBODY,
        folder=folder,
        answered=_answered(content, level, key),
        scales=scales,
        n_more=sum(bool(one.scores) for one in every) - sum(bool(one.scores) for one in scales),
        n_items=len({item.id for one in content.scales for item in one.items}),
        n_hidden=sum(one.n_hidden for one in every),
        design=_design(content.change, changes),
        changes=changes,
        questions=questions,
        contact=sources.contact,
        peers=_peers(content, scales, level, key, sources),
    )
    return with_findings(report, sources.steps)


def with_findings(report: CompanyReport, steps: NextSteps) -> CompanyReport:
    """The report with what its numbers say by fixed rules, and questions and steps that go with it."""
    if not report.waves:
        return report
    scales, last = report.scales, report.waves[-1]
    talks = talking_points(scales, report.changes, last, steps)
    cited = dict.fromkeys(short for one in talks for short in one.sources)
    full = {one.short: one.full for one in steps.sources.values()}
    return replace(report, findings=findings(scales, last), talks=talks, sources=tuple(full[one] for one in cited))


def with_words(report: CompanyReport, sources: Sources) -> CompanyReport:
    """The same released numbers with words that were changed since: questions, answers, steps and who to ask."""
    questions = _questions(sources.questions, report.name)
    return with_findings(replace(report, questions=questions, contact=sources.contact), sources.steps)


def _groups(content: ReportContent, level: str | None) -> list[Key]:
    """All groups of the level, by name."""
    if level is None:
        return [("", _own_name(content))]
    frames = [content.response.by_group, *(one.scores for one in content.scales)]
    found: set[Key] = set()
    for frame in frames:
        rows = frame[frame["level"] == level]
        found.update(zip(_parents_of(rows), rows["group"].astype(str), strict=True))
    return sorted(found, key=lambda key: (key[1].casefold(), key[0].casefold()))


def _own_name(content: ReportContent) -> str:
    title = content.head.title
    return content.head.consortium or next(iter(title.values()), "")


def _parents_of(frame: pd.DataFrame) -> list[str]:
    return list(frame["parent"].fillna("").astype(str)) if "parent" in frame else [""] * len(frame)


def _rows(scale: ScaleContent, level: str | None, key: Key) -> pd.DataFrame:
    """Scores of one group in the order of the waves, as the report of the study shows them."""
    if level is None:
        return scale.overall.assign(reason=None)
    frame = scale.scores
    mine = (frame["level"] == level) & (frame["group"].astype(str) == key[1])
    mine &= pd.Series(_parents_of(frame), index=frame.index) == key[0]
    return frame[mine]


def _scale(one: ScaleContent, content: ReportContent, level: str | None, key: Key, primary: str) -> CompanyScale:
    rows = _rows(one, level, key)
    by_wave = {str(row["wave"]): row for row in rows.to_dict("records")}
    pooled = _pooled(content, level, key, one)
    scores = [
        _score(wave, by_wave[wave], pooled if content.change is not None and wave == content.change.after else {})
        for wave in content.head.waves
        if wave in by_wave and not is_missing(by_wave[wave]["mean"])
    ]
    return CompanyScale(
        name=one.name,
        title=one.title,
        low=one.low or {},
        high=one.high or {},
        minimum=float(one.minimum) if one.bounded else None,
        maximum=float(one.maximum) if one.bounded else None,
        scores=tuple(scores),
        n_hidden=int((rows["mean"].isna() & rows["reason"].notna()).sum()),
        is_primary=one.name == primary,
        provisional=one.provisional,
    )


def _score(wave: str, row: Mapping[Any, Any], pooled: Mapping[str, float]) -> CompanyScore:
    numbers = {name: _number(row.get(name)) for name in ("sd", "conf_low", "conf_high")}
    return CompanyScore(wave, int(row["n"]), float(row["mean"]), **numbers, **pooled)


def _number(value: Any) -> float | None:
    return None if is_missing(value) else float(value)


def _pooled(content: ReportContent, level: str | None, key: Key, scale: ScaleContent) -> dict[str, float]:
    """The score that is drawn towards others, where these are too many to be worked out from it."""
    change = content.change
    of_scale = next((one for one in change.scales if one.name == scale.name), None) if change is not None else None
    if of_scale is None or change is None or level is None or change.level != level:
        return {}
    found = next((one for one in of_scale.pooled if (one.parent, one.group) == key), None)
    if found is None or other_companies(scale, level, key, change.after) < MINIMUM_OTHER_COMPANIES:
        return {}
    return {"pooled": found.estimate, "pooled_low": found.conf_low, "pooled_high": found.conf_high}


def _primary(content: ReportContent, sources: Sources) -> str:
    """The outcome that the study is about; of a study that names none the first."""
    if content.change is not None:
        return content.change.primary.name
    if sources.primary in {one.name for one in content.scales}:
        return sources.primary
    return content.scales[0].name if content.scales else ""


def _parts(scales: Sequence[ScaleContent]) -> dict[str, set[str]]:
    """By scale, those whose items are all among its own."""
    items = {one.name: {item.id for item in one.items} for one in scales}
    return {name: {other for other, theirs in items.items() if theirs < own} for name, own in items.items()}


def _chosen(
    every: Sequence[CompanyScale], parts: Mapping[str, set[str]], primary: str, asked: Sequence[str]
) -> tuple[CompanyScale, ...]:
    """At most six with a score: the primary one, those the company asked about, wholes, then parts; in that order."""
    is_part: set[str] = set().union(*parts.values())

    def rank(one: CompanyScale) -> int:
        if one.name == primary:
            return 0
        return 1 if one.name in asked else 3 if one.name in is_part else 2

    ordered = sorted((one for one in every if one.scores or one.name == primary), key=rank)[:MOST_SCALES]
    names = {one.name for one in ordered}
    return tuple(replace(one, is_whole=bool(parts.get(one.name, set()) & names)) for one in ordered)


def _answered(content: ReportContent, level: str | None, key: Key) -> tuple[Answered, ...]:
    frame = content.response.by_wave if level is None else _of_group(content.response.by_group, level, key)
    n_answered = {str(row["wave"]): _whole(row["n_persons"]) for row in frame.to_dict("records")}
    asked = content.participation.invited if content.participation is not None else None
    mine = _of_group(asked, level or EVERYBODY, key if level else ("", "")) if asked is not None else None
    invited = (
        {str(row["wave"]): _whole(row["n_invited"]) for row in mine.to_dict("records")} if mine is not None else {}
    )
    return tuple(
        Answered(wave, n_answered.get(wave), invited.get(wave) if n_answered.get(wave) is not None else None)
        for wave in content.head.waves
    )


def _of_group(frame: pd.DataFrame, level: str, key: Key) -> pd.DataFrame:
    mine = frame["level"] == level
    if key != ("", ""):
        mine &= (frame["group"].astype(str) == key[1]) & (pd.Series(_parents_of(frame), index=frame.index) == key[0])
    return frame[mine]


def _whole(value: Any) -> int | None:
    return None if is_missing(value) else int(value)


def _changes(
    change: ChangeContent | None, level: str | None, key: Key, names: Sequence[str]
) -> tuple[CompanyChange, ...]:
    if change is None:
        return ()
    found = [_change(one, change, level, key) for one in change.scales if one.primary or one.name in names]
    return tuple(one for one in found if one is not None)


def _change(one: ScaleChange, change: ChangeContent, level: str | None, key: Key) -> CompanyChange | None:
    own = one.overall if level is None else one.of(key[1], key[0]) if change.level == level else None
    if own is None:
        return None
    others = level is not None and change.n_groups > MINIMUM_OTHER_COMPANIES and own.takes_part
    whole = one.started if one.started is not None else one.overall
    return CompanyChange(
        scale=one.name,
        title=one.title,
        primary=one.primary,
        worthwhile=one.worthwhile,
        improvement=one.improvement,
        own=own,
        together=whole if others and whole.shown else None,
        difference=one.difference if one.difference is not None and _told(one.difference) else None,
    )


def _told(numbers: ChangeNumbers) -> bool:
    return numbers.shown and numbers.sureness is not None


def _design(change: ChangeContent | None, changes: Sequence[CompanyChange]) -> CompanyDesign | None:
    if change is None or not changes:
        return None
    own = changes[0].own
    linked = change.linked and own.basis != ALL_ANSWERS
    few = change.primary.dropout is not None and change.primary.dropout.few_stayed
    return CompanyDesign(change.before, change.after, linked, change.inference, own.takes_part, change.goal, few)


def _questions(file: FirmQuestionsFile | None, name: str) -> tuple[CompanyQuestion, ...]:
    asked = file.of(name) if file is not None else ()
    return tuple(
        CompanyQuestion(one.question, one.about, one.analysis, one.answer or {}) for one in asked[:MOST_QUESTIONS]
    )


def _peers(
    content: ReportContent, scales: Sequence[CompanyScale], level: str | None, key: Key, sources: Sources
) -> Peers | None:
    found = peers_of_packages(sources.others, scales)
    return found or (peers_of_study(content, scales, level, key) if level is not None else None)
