"""The page of a literature synthesis: what is known and missing, how studies were found, and which they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lcresearch.messages import LANGUAGES, Messages, text_keys
from lcresearch.reporting.content import Text
from lcresearch.reporting.evidence_map_figure import evidence_map_drawing
from lcresearch.reporting.html import render_page
from lcresearch.reporting.prisma_figure import prisma_drawing
from lcresearch.reporting.sections import FigureView
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, in_language, page_wording, provenance_rows, records
from lcresearch.synthesis import EvidenceMap, LiteratureSynthesis
from lcresearch.synthesis.literature.evidence_map import STATES
from lcresearch.synthesis.literature.extraction_form import DIRECTIONS, parts_of

_FOLDER = "synthesis.literature"


def render_literature(
    found: LiteratureSynthesis,
    language: str,
    *,
    title: Text | None = None,
    description: Text | None = None,
    provenance: Mapping[str, str] | None = None,
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """The report in one language as a whole HTML page; the same result gives the same bytes.

    Parameters
    ----------
    found : LiteratureSynthesis
    language : {"nl", "en"}
    title, description : mapping of str to str, optional
        By language.
    provenance : mapping, optional
        What the foot of the page prints.
    other_reports : mapping of str to str, optional
        File name of the same page by other language.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    names = title or {code: Messages(code)(f"{_FOLDER}.page.title") for code in LANGUAGES}
    say = page_wording(names, language, description=description, provenance=provenance)
    return render_page(
        "literature.html.j2",
        say,
        other_reports,
        words=lambda key, **values: _word(say, f"page.{key}", **values),
        title=say.text(names),
        lead=in_language(description, language) if description else "",
        points=_points(found, say),
        map=_map(found.map, say),
        flow=_flow(found, say),
        other_methods=found.flow.counts["other"] is not None or found.flow.counts["previous"] is not None,
        studies=studies_table(found, language),
        agreement=_agreement(found, say),
        cautions=_cautions(found, say),
        provenance=provenance_rows(say, dates_in_words=False),
    )


def studies_table(found: LiteratureSynthesis, language: str) -> Table:
    """The table of included studies in words, for a page or a paper."""
    say = page_wording({"en": ""}, language)
    columns = ("study", "theme", "sector", "design", "persons", "direction", "risk_of_bias", "stopped")
    labels = {name: _capital(_word(say, f"column.{name}")) for name in columns}
    labels["effects"] = _word(say, "page.effects")
    rows = []
    for study in records(found.extraction.studies()):
        themes = _named(study.theme, found.extraction.themes, language)
        sectors = _named(study.sector, found.extraction.sectors, language)
        words = [_word(say, f"direction.{study.direction}")]
        words.append(_word(say, f"risk.{study.risk_of_bias}") if study.risk_of_bias else "–")
        words.append(_word(say, f"yes_no.{'yes' if study.stopped else 'no'}"))
        rows.append(
            [study.study, themes, sectors, study.design, say.count(study.persons), *words, str(study.n_effects)]
        )
    return table(_word(say, "page.studies"), rows, labels, numeric=["persons", "effects"])


def _word(say: Wording, key: str, **values: Any) -> str:
    return say.messages(f"{_FOLDER}.{key}", **values)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _named(cell: str, names: Mapping[str, Mapping[str, str]], language: str) -> str:
    return ", ".join(in_language(names[part], language) for part in parts_of(cell))


def _points(found: LiteratureSynthesis, say: Wording) -> list[str]:
    glance = found.glance().iloc[0]
    cells = found.map.glance().iloc[0]
    numbers = {"studies": int(glance["n_studies"]), "reports": int(glance["n_reports"])}
    flow = _word(say, "page.point_flow", identified=int(glance["n_identified"]), **numbers)
    null = _word(say, "page.point_null", null=int(glance["n_null"]), stopped=int(glance["n_stopped"]))
    missing = _word(
        say, "page.point_missing", cells=int(cells["n_cells"]), missing=int(cells["missing"]),
        thin=int(cells["thin"]), from_n=found.map.known_from,
    )  # fmt: skip
    return [flow, null, missing]


def _map(found: EvidenceMap, say: Wording) -> FigureView:
    labels = {name: _capital(_word(say, f"column.{name}")) for name in ("theme", "sector")}
    labels |= {"state": _word(say, "page.state"), "n": _word(say, "page.n")} | {
        name: _capital(_word(say, f"direction.{name}")) for name in DIRECTIONS
    }
    labels |= {"stopped": _capital(_word(say, "column.stopped"))}
    rows = []
    order = {state: place for place, state in enumerate(STATES)}
    for cell in sorted(
        records(found.table), key=lambda cell: list(found.themes).index(cell.theme) * 100 + order[cell.state]
    ):
        names = [
            in_language(found.themes[cell.theme], say.language),
            in_language(found.sectors[cell.sector], say.language),
        ]
        counts = [str(getattr(cell, name)) for name in ("n", *DIRECTIONS, "stopped")]
        rows.append([*names, _word(say, f"state.{cell.state}"), *counts])
    caption = _word(say, "page.cells")
    numbers = table(caption, rows, labels, numeric=["n", *DIRECTIONS, "stopped"])
    return FigureView(_word(say, "page.map"), (evidence_map_drawing(found, say.language, titled=False),), numbers)


def _flow(found: LiteratureSynthesis, say: Wording) -> FigureView:
    drawing = prisma_drawing(found.flow, say.language, titled=False)
    labels = {"part": "", "box": _word(say, "page.stage"), "n": "n"}
    keys = {"other": "other_reasons"}
    rows = []
    for row in records(found.flow.tidy()):
        part = f"prisma.column.{row.part}" if row.part in ("databases", "other", "previous") else "prisma.inclusion"
        keys["identified"] = "databases" if row.part == "databases" else "identified"
        known = [f"prisma.{prefix}{keys.get(row.box, row.box)}" for prefix in ("", f"{row.part}_")]
        box = next((_word(say, key) for key in reversed(known) if f"{_FOLDER}.{key}" in text_keys()), row.box)
        key = f"prisma.{'found_by.' if row.part == 'other' else ''}{keys.get(row.item, row.item)}"
        if row.box == "excluded_reports":
            item = in_language(found.flow.reasons.get(row.item, {"en": row.item}), say.language)
        else:
            item = _word(say, key) if f"{_FOLDER}.{key}" in text_keys() else row.item
        rows.append([_word(say, part), ": ".join(filter(None, (box.rstrip(":"), item))), say.count(row.n)])
    numbers = table(_word(say, "page.flow"), rows, labels, numeric=["n"], blocks="part")
    return FigureView(_word(say, "page.flow"), (drawing,), numbers)


def _agreement(found: LiteratureSynthesis, say: Wording) -> Table | None:
    rows = []
    for row in records(found.screening.agreement_table()):
        interval = say.interval(row.conf_low, row.conf_high)
        about, term = _word(say, f"page.about_{row.about}"), _word(say, f"page.{row.term}")
        stage = _capital(_word(say, f"stage.{row.stage}"))
        rows.append([f"{stage}: {about}", term, say.number(row.estimate), interval, say.count(row.n_units)])
    names = ("stage", "coefficient", "estimate", "interval", "records")
    labels = {name: _word(say, f"page.{name}") for name in names}
    caption = _word(say, "page.agreement")
    return table(caption, rows, labels, numeric=["estimate", "interval", "records"], blocks="stage") if rows else None


def _cautions(found: LiteratureSynthesis, say: Wording) -> list[str]:
    """Cautions of the result, in the language of the page."""
    n_doubtful, n_without = len(found.deduplication.doubtful), len(found.extraction.without_effect())
    texts = [_word(say, "doubtful", n=n_doubtful)] if n_doubtful else []
    texts += [_word(say, "without_effect", n=n_without)] if n_without else []
    texts += [problem.message(say.language) for problem in found.extraction.problems]
    waiting = sum(found.flow.still_open.values())
    texts += [_word(say, "not_final", n=waiting)] if waiting else []
    return [_capital(text) for text in [*texts, _word(say, "map_caution")]]
