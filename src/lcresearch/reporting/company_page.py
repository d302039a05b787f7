"""The report to one company as a page that prints on two sheets of A4, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lcresearch.reporting.company_content import CompanyReport, CompanyScale, CompanyScore
from lcresearch.reporting.company_figures import score_bar
from lcresearch.reporting.company_sizes import first_sheet, second_sheet
from lcresearch.reporting.company_words import CompanyWords
from lcresearch.reporting.html import render_page
from lcresearch.reporting.report_languages import check_languages

_MOST_SECONDARY = 5


@dataclass(frozen=True)
class RowView:
    """One wave of an outcome: its word, its picture (empty for a count), and its mean in words."""

    word: str
    bar: Markup
    mean: str
    between: str


@dataclass(frozen=True)
class ScaleView:
    """An outcome with what its ends mean."""

    title: str
    primary: bool
    rows: tuple[RowView, ...]
    low: str
    high: str
    ends: tuple[str, str]


@dataclass(frozen=True)
class TalkView:
    """A card to talk about."""

    question: str
    step: str
    grade: str


def render_company(report: CompanyReport, language: str, *, other_reports: Mapping[str, str] | None = None) -> str:
    """The report in one language; the same content gives the same bytes.

    Parameters
    ----------
    report : CompanyReport
        Released aggregates of one company, and nothing else.
    language : {"nl", "en"}
    other_reports : mapping of str to str, optional
        File name of the same report by other language.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    check_languages([language])
    words = CompanyWords(report, language)
    views = _views(words)
    sizes = (first_sheet(views), second_sheet(views))
    return render_page(
        "company.html.j2", words.say, other_reports, styles=("company.css",),
        words=words, head=report.head, sizes=sizes, **views,
    )  # fmt: skip


def _views(words: CompanyWords) -> dict[str, Any]:
    report = words.report
    scales = [_scale(one, words) for one in report.scales]
    main = next((one for one in report.changes if one.primary), None)
    return {
        "name": words.name,
        "study": words.text(report.head.title, 110),
        "questions": [
            (words.quoted(one), words.answer(one, most=460 // len(report.questions))) for one in report.questions
        ],
        "asked": words.asked(),
        "who": words.who(),
        "scales": [one for one in scales if one.rows],
        "legend": _legend(words),
        "findings": words.findings(),
        "waves": words.shown_waves,
        "main": main,
        "main_title": words.text(main.title, 60) if main is not None else "",
        "badge": words.sureness(main.own.sureness) if main is not None and main.own.sureness is not None else "",
        "tone": _tone(main.own.sureness if main is not None else None),
        "change": words.change(main) if main is not None else [],
        "about_change": words.about_change(main) if main is not None else [],
        "secondary": _secondary(words),
        "peers": report.peers,
        "peers_intro": words.peers_intro(),
        "peer_rows": _peers(words),
        "pooled": words.pooled(),
        "talks": [_talk(words, n) for n in range(len(report.talks))],
        "unknown": words.unknown(),
        "sources": report.sources,
        "date": words.say.messages.date(report.head.provenance["date"]) if report.head.provenance.get("date") else "",
        "version": report.head.provenance.get("version", ""),
    }


def _scale(scale: CompanyScale, words: CompanyWords) -> ScaleView:
    rows = [(wave, scale.at(wave)) for wave in words.shown_waves]
    return ScaleView(
        title=words.title(scale),
        primary=scale.is_primary and len(words.report.scales) > 1,
        rows=tuple(_row(scale, wave, score, words) for wave, score in rows) if scale.scores else (),
        low=words.text(scale.low),
        high=words.text(scale.high),
        ends=(words.end(scale.minimum), words.end(scale.maximum))
        if scale.minimum is not None and scale.maximum is not None
        else ("", ""),
    )


def _row(scale: CompanyScale, wave: str, score: CompanyScore | None, words: CompanyWords) -> RowView:
    word = words.when(wave)
    if score is None:
        return RowView(word, Markup(""), "", "")
    mean = words.score(scale, score.mean)
    between = ""
    if score.conf_low is not None and score.conf_high is not None:
        ends = {"from_": words.score(scale, score.conf_low), "to": words.score(scale, score.conf_high)}
        between = words("told.described_range", **ends)
    if scale.minimum is None or scale.maximum is None:
        return RowView(word, Markup(""), mean, between)
    limits = {"low": words.end(scale.minimum), "high": words.end(scale.maximum)}
    told = words("told.described", title=words.title(scale), word=word, mean=mean, **limits)
    bar = score_bar(scale, score, f"{told} {between}".strip(), now=wave == words.shown_waves[-1])
    return RowView(word, bar, mean, between)


def _legend(words: CompanyWords) -> list[tuple[str, bool]]:
    """What ``first`` and ``now`` stand for; nothing where there is one wave."""
    waves = words.shown_waves
    if len(waves) < 2:
        return []
    return [
        (words("told.legend", word=words.when(wave), wave=words.say.wave(wave)), wave == waves[-1]) for wave in waves
    ]


def _tone(sureness: str | None) -> str:
    """Class of the box: clear and likely words have an edge of their own; the word itself says it."""
    return {None: "none", "cannot_tell": "open", "no_worthwhile_change": "open"}.get(sureness, sureness or "none")


def _secondary(words: CompanyWords) -> list[str]:
    told = [one for one in words.report.changes if not one.primary and one.own.sureness is not None]
    return [
        words("changed.secondary_item", scale=words.text(one.title, 60), word=words.sureness(one.own.sureness or ""))
        for one in told[:_MOST_SECONDARY]
    ]


def _peers(words: CompanyWords) -> list[tuple[str, str, str]]:
    peers = words.report.peers
    if peers is None:
        return []
    rows = [(words.report.scale(one.scale), one) for one in peers.scores]
    return [
        (words.title(scale), words.score(scale, one.own) if one.own is not None else "–", words.score(scale, one.mean))
        for scale, one in rows
    ]


def _talk(words: CompanyWords, place: int) -> TalkView:
    point = words.report.talks[place]
    return TalkView(words.text(point.question, 220), words.text(point.step, 220), words.grade(point))
