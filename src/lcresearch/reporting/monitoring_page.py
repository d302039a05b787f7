"""The page on monitoring: which groups still take part, who answers, how it goes, and who goes on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lcresearch.change.continuation import Continuation
from lcresearch.reporting.content import Participation
from lcresearch.reporting.files_by_language import linked, page_names, table_files, write_beside
from lcresearch.reporting.html import render_page
from lcresearch.reporting.monitoring_content import ImplementationContent, MonitoringContent
from lcresearch.reporting.monitoring_figures import groups_drawing, scale_drawing, survival_drawing
from lcresearch.reporting.participation_tables import response_by_table, turnover_table
from lcresearch.reporting.pulse_figures import run_drawing
from lcresearch.reporting.pulse_section import axis_note, line_sentences, rules
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.sections import FigureView
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, clean, is_missing, provenance_rows, records

_COUNTS = ("n_followed", "n_answering", "n_missing", "n_new", "n_stopped")


def render_monitoring(
    content: MonitoringContent, language: str, *, other_reports: Mapping[str, str] | None = None
) -> str:
    """The page in one language; the same content gives the same bytes.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    check_languages([language])
    say = Wording(content.head, language)
    return render_page("monitoring.html.j2", say, other_reports, **monitoring_views(content, say))


def save_monitoring(content: MonitoringContent, folder: Path, *, force: bool = False) -> list[Path]:
    """Write ``monitoring.html`` in each language of the study, and its tables under ``tables/``."""
    names = page_names("monitoring", content.head.languages)
    pages = {name: render_monitoring(content, one, other_reports=linked(names)) for one, name in names.items()}
    frames = {"monitoring_groups": content.by_wave}
    if content.continuation is not None:
        frames["monitoring_survival"] = content.continuation.survival
    if content.implementation is not None:
        frames |= {
            "implementation_parts": content.implementation.parts,
            "implementation_changes": content.implementation.kinds,
        }
    tables = table_files(frames, dict(content.head.provenance), workbook="monitoring")
    return [*write_beside(pages, folder, force=force), *write_beside(tables, folder / "tables", force=force)]


def monitoring_views(content: MonitoringContent, say: Wording) -> dict[str, Any]:
    """Everything that the page says, in words."""
    level = say.level(content.level)
    last = content.by_wave.iloc[-1]
    return {
        "head": content.head,
        "title": say("monitoring.title", title=say.text(content.head.title)),
        "points": _points(content, say),
        "groups": FigureView(
            say("monitoring.groups_title"), (groups_drawing(content.by_wave, level, say),), groups_table(content, say)
        ),
        "missed": say("monitoring.missed", n=int(last["n_missing"])),
        "response": _response(content, say),
        "turnover": turnover_table(content.participation, say) if content.participation else None,
        "drift": _drift(content.participation, say) if content.participation else "",
        "scales": _scales(content, say),
        "scale_note": " ".join(rules(content.lines, say))
        if content.lines
        else say("monitoring.few_points", n=len(content.by_wave)),
        "survival": _survival(content.continuation, say),
        "predictors": predictors_table(content.continuation, content, say),
        "continuation_notes": [clean(text) for text in content.continuation.notes(say.language)]
        if content.continuation
        else [],
        "implementation": _implementation(content.implementation, say),
        "provenance": provenance_rows(say),
    }


def _points(content: MonitoringContent, say: Wording) -> list[str]:
    last = content.by_wave.iloc[-1]
    wave = say.wave(str(last["wave"]))
    texts = [say("monitoring.point_groups", groups=say.groups(content.level, int(last["n_followed"])), wave=wave)]
    texts.append(say("monitoring.point_stopped", n=int(last["n_stopped"])))
    if content.n_warned:
        texts.append(say("monitoring.point_warned", n=content.n_warned))
    return texts


def groups_table(content: MonitoringContent, say: Wording) -> Table:
    """Numbers of groups in each wave."""
    rows = [
        [say.wave(str(row.wave)), *(say.count(getattr(row, name)) for name in _COUNTS)]
        for row in records(content.by_wave)
    ]
    labels = {"wave": say("table.wave")} | {name: say(f"monitoring.{name}") for name in _COUNTS}
    return table(say("monitoring.groups_title"), rows, labels, numeric=list(_COUNTS))


def _response(content: MonitoringContent, say: Wording) -> list[Table]:
    """Persons by wave with those invited, then by size, sector and the like."""
    found = content.participation
    invited = {} if found is None else {str(r.wave): r for r in records(found.invited[found.invited["level"] == "all"])}
    rows = []
    for row in records(content.persons):
        asked = invited.get(str(row.wave))
        share = "–" if asked is None or is_missing(asked.share) else say.messages.percent(float(asked.share))
        n_invited = "–" if asked is None else say.count(asked.n_invited)
        rows.append([say.wave(str(row.wave)), say.count(row.n_persons), n_invited, share])
    labels = {"wave": say("table.wave"), "n_persons": say("table.persons")}
    labels |= {name: say(f"participation.{name}") for name in ("n_invited", "share")}
    if not invited:
        labels, rows = {name: labels[name] for name in ("wave", "n_persons")}, [row[:2] for row in rows]
    tables = [
        table(say("monitoring.response_title"), rows, labels, numeric=[name for name in labels if name != "wave"])
    ]
    by = found.response_by if found is not None else None
    more = [response_by_table(by, one, say) for one in by.characteristics] if by is not None else []
    return [*tables, *(one for one in more if one is not None)]


def _drift(participation: Participation, say: Wording) -> str:
    """Of those who answered last, how many did so the time before."""
    if participation.turnover.empty:
        return ""
    row = participation.turnover.iloc[-1]
    share = float(row["n_stayed"]) / float(row["n_2"])
    return say("monitoring.drift", share=say.messages.percent(share))


def _scales(content: MonitoringContent, say: Wording) -> list[FigureView]:
    views, lines = [], {one.scale: one for one in content.lines}
    for scale in content.scales:
        line = lines.get(scale.name)
        drawing = scale_drawing(scale, say) if line is None else run_drawing(line.series[0], line, say)
        if drawing is None:
            continue
        rows = [
            [say.wave(str(r.wave)), say.count(r.n), say.number(r.mean, 1), say.interval(r.conf_low, r.conf_high, 1)]
            for r in records(scale.overall)
        ]
        labels = {"wave": say("table.wave"), "n": say("table.persons"), "mean": say("table.mean")}
        labels |= {"interval": say("table.interval")}
        numbers = table(say.text(scale.title), rows, labels, numeric=["n", "mean", "interval"])
        note = " ".join([*line_sentences(line.series[0], say), axis_note(line, say)]) if line is not None else ""
        views.append(FigureView(say.text(scale.title), (drawing,), numbers, note))
    return views


def _survival(found: Continuation | None, say: Wording) -> FigureView | None:
    if found is None:
        return None
    rows = [
        [
            say.count(row.period), say.count(row.n_at_risk), say.count(row.n_stopped),
            say.messages.percent(float(row.estimate)), _percents(row, say),
        ]
        for row in records(found.survival)
    ]  # fmt: skip
    names = ("period", "n_at_risk", "n_stopped", "share", "interval")
    labels = {name: say(f"monitoring.survival_{name}") for name in names}
    numbers = table(say("monitoring.survival_title"), rows, labels, numeric=list(names[1:]))
    return FigureView(say("monitoring.survival_title"), (survival_drawing(found, say),), numbers)


def _percents(row: Any, say: Wording) -> str:
    if is_missing(row.conf_low):
        return ""
    low, high = (say.messages.percent(float(end)) for end in (row.conf_low, row.conf_high))
    return f"[{low} – {high}]"


def predictors_table(found: Continuation | None, content: MonitoringContent, say: Wording) -> Table | None:
    """What at the start goes together with stopping; None where nothing was looked at."""
    if found is None or not found.predictors:
        return None
    names = {scale.name: say.text(scale.title) for scale in content.scales}
    rows = []
    for row in records(found.tidy()):
        ends = f"[{_ratio(row.odds_ratio_low, say)} – {_ratio(row.odds_ratio_high, say)}]"
        rows.append([names.get(str(row.term), clean(str(row.term))), _ratio(row.odds_ratio, say), ends])
    labels = {name: say(f"monitoring.predictor_{name}") for name in ("term", "odds_ratio", "interval")}
    return table(say("monitoring.predictors_title"), rows, labels, numeric=["odds_ratio", "interval"])


def _ratio(value: float, say: Wording) -> str:
    return "∞" if value > 1e6 else say.number(value, 2)


def _implementation(found: ImplementationContent | None, say: Wording) -> dict[str, Any] | None:
    if found is None:
        return None
    parts = [
        [
            say.text(found.part_titles[str(row.part)]) + ("" if row.core else f" ({say('monitoring.not_core')})"),
            *(say.count(getattr(row, name)) for name in ("n_fully", "n_partly", "n_not")),
        ]
        for row in records(found.parts)
    ]
    labels = {name: say(f"monitoring.part_{name}") for name in ("part", "n_fully", "n_partly", "n_not")}
    kinds = [
        [say(f"monitoring.kind.{row.kind}"), *(say.count(getattr(row, name)) for name in _KIND_COUNTS)]
        for row in records(found.kinds)
    ]
    kind_labels = {name: say(f"monitoring.kind_{name}") for name in ("kind", *_KIND_COUNTS)}
    return {
        "title": say("monitoring.implementation_title", title=say.text(found.title)),
        "lead": say("monitoring.implementation_lead", n=found.n_groups),
        "parts": table(say("monitoring.parts_title"), parts, labels, numeric=list(labels)[1:]),
        "kinds": table(say("monitoring.kinds_title"), kinds, kind_labels, numeric=list(_KIND_COUNTS))
        if kinds
        else None,
    }


_KIND_COUNTS = ("n", "n_keeping_core", "n_losing_core", "n_unknown")
