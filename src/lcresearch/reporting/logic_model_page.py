"""The page of a logic model: gaps first, then the figure, and all arrows with their evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from lcresearch.integration import LogicModel
from lcresearch.messages import text_keys
from lcresearch.reporting.html import render_page
from lcresearch.reporting.logic_model_figure import logic_model_drawing
from lcresearch.reporting.svg import inline_svg
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import (
    Wording,
    clean,
    in_language,
    is_missing,
    page_wording,
    provenance_rows,
    records,
)

_FOLDER = "integration.logic_model"
NOTHING = "–"
"""Where there is nothing to show."""
_TOLD = ("interviews", "cases")
_OF_A_TERM = re.compile(r"~?\b[A-Za-z_][A-Za-z0-9_]*\b")
Say = Callable[..., str]


def render_logic_model(
    found: LogicModel,
    language: str,
    *,
    provenance: Mapping[str, str] | None = None,
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """The page in one language as a whole HTML page; the same result gives the same bytes.

    Parameters
    ----------
    found : LogicModel
    language : {"nl", "en"}
    provenance : mapping, optional
        What the foot of the page prints.
    other_reports : mapping of str to str, optional
        File name of the same page by other language.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    model = found.model
    say = page_wording(model.title, language, description=model.description, provenance=provenance)
    words = words_of(say, _FOLDER)
    drawing = logic_model_drawing(found, language, titled=False)
    return render_page(
        "logic_model.html.j2",
        say,
        other_reports,
        words=words,
        title=say.text(model.title),
        lead=say.text(model.description) if model.description else "",
        simulated=model.simulated,
        points=_points(found, words),
        gaps=_gaps(found, say, words),
        drawing=drawing,
        svg=Markup(inline_svg(drawing)),
        arrows=arrows_table(found, say, words),
        evidence=_evidence(found, say, words),
        unmatched=_unmatched(found, say, words),
        why=_why(found, say, words),
        cautions=[words("caution"), *(problem.message(language) for problem in found.problems)],
        sources=[clean(source) for source in model.sources],
        provenance=provenance_rows(say),
    )


def words_of(say: Wording, folder: str) -> Say:
    """The texts under a key, with a key of a word such as ``very low`` in the form that keys have."""

    def words(key: str, **values: Any) -> str:
        return say.messages(f"{folder}.{key.replace(' ', '_')}", **values)

    return words


def _points(found: LogicModel, words: Say) -> list[str]:
    glance = found.glance().iloc[0]
    unclear, told, none = (int(glance[name]) for name in ("n_no_clear_answer", "n_only_told", "n_not_studied"))
    n = len(found.table)
    expected, against = int(glance["n_as_expected"]), int(glance["n_against"])
    clear, depends, null = n - unclear - told - none, int(glance["n_depends"]), int(glance["n_no_effect"])
    counts = {"expected": expected, "against": against, "depends": depends, "none": null}
    answers = words("page.point_answers", arrows=n, clear=clear, **counts)
    return [answers, words("page.point_gaps", unstudied=none, told=told, unclear=unclear)]


def _arrow(found: LogicModel, row: Any, words: Say, language: str) -> str:
    return words("arrow", source=_title(found, row.source, language), target=_title(found, row.target, language))


def _title(found: LogicModel, name: str, language: str) -> str:
    return in_language(found.model.constructs[name].title, language)


def _gaps(found: LogicModel, say: Wording, words: Say) -> Table | None:
    gaps = found.gaps()
    if not len(gaps):
        return None
    arrows = {int(row.number): row for row in records(found.table)}
    rows = [
        [str(row.number), _arrow(found, arrows[int(row.number)], words, say.language), words(f"gap.{row.gap}"),
         str(row.n_studies), _told(arrows[int(row.number)], say, words)]
        for row in records(gaps)
    ]  # fmt: skip
    labels = {name: words(f"column.{name}") for name in ("number", "arrow", "gap", "studies", "told")}
    return table(words("page.gaps"), rows, labels, numeric=["number", "studies"])


def _told(row: Any, say: Wording, words: Say) -> str:
    return _persons(row.n_told, row.of_told, say, words)


def _persons(n: Any, of: Any, say: Wording, words: Say) -> str:
    if is_missing(n):
        return NOTHING
    return say.count(n) if is_missing(of) else words("of", n=int(n), of=int(of))


def arrows_table(found: LogicModel, say: Wording, words: Say) -> Table:
    """An arrow a row, in words."""
    rows = []
    for row in records(found.table):
        cells = [str(row.number), _arrow(found, row, words, say.language), words(f"gap.{row.gap or 'none'}")]
        cells += [str(row.n_studies), _effect(row, say, words)]
        cells += [words(f"strength.{row.strength}") if row.strength else NOTHING]
        cells += [words(f"agreement.{row.agreement}") if row.agreement else NOTHING]
        cells += [_certainty(row, words), _told(row, say, words)]
        cells += [_known(words, "convergence", str(row.convergence)) if row.convergence else NOTHING]
        rows.append(cells)
    names = ("number", "arrow", "gap", "studies", "effect", "strength", "agreement", "certainty", "told", "together")
    labels = {name: words(f"column.{name}") for name in names}
    return table(words("page.arrows"), rows, labels, numeric=["number", "studies"])


def _known(words: Say, folder: str, name: str) -> str:
    """The word for a name, or the name where there is none."""
    return words(f"{folder}.{name}") if f"{_FOLDER}.{folder}.{name.replace(' ', '_')}" in text_keys() else clean(name)


def _effect(row: Any, say: Wording, words: Say) -> str:
    if is_missing(row.estimate):
        return words(f"why_not.{row.why_not_pooled}") if row.n_studies else NOTHING
    why = words("why_not.pooled") if row.pooled else words(f"why_not.{row.why_not_pooled}")
    number = f"{say.number(row.estimate)} {say.interval(row.conf_low, row.conf_high)}".strip()
    return f"{number}{' ' + clean(row.measure) if row.measure else ''} ({why})"


def _certainty(row: Any, words: Say) -> str:
    if not row.certainty:
        return words("certainty.none") if row.n_studies else NOTHING
    worst, best = words(f"certainty.{row.certainty}"), words(f"certainty.{row.certainty_best}")
    return worst if worst == best else words("from_worst", worst=worst, best=best)


def _evidence(found: LogicModel, say: Wording, words: Say) -> Table | None:
    if not len(found.evidence):
        return None
    numbers = {arrow.name: n for n, arrow in enumerate(found.model.arrows, start=1)}
    rows, what = [], _what(found, say, words)
    for row in sorted(records(found.evidence), key=lambda one: numbers[one.arrow]):
        interval = "" if is_missing(row.estimate) else say.interval(row.conf_low, row.conf_high)
        told_only = row.kind == "interviews" and row.direction == "unclear"
        cells = [str(numbers[row.arrow]), _known(words, "source", row.kind), what(row)]
        cells += [NOTHING if is_missing(row.n_studies) else say.count(row.n_studies)]
        cells += [NOTHING if is_missing(row.estimate) else f"{say.number(row.estimate)} {interval}".strip()]
        cells += [NOTHING if told_only else _known(words, "direction", row.direction) or NOTHING]
        cells += [_known(words, "certainty", row.certainty) if row.certainty else NOTHING]
        rows.append([*cells, _persons(row.n_persons, row.of_persons, say, words)])
    names = ("number", "source", "what", "studies", "effect", "found", "certainty", "told")
    labels = {name: words(f"column.{name}") for name in names}
    return table(words("page.evidence"), rows, labels, numeric=["number", "studies"])


def _what(found: LogicModel, say: Wording, words: Say) -> Callable[[Any], str]:
    """What to call the place of a finding: elements by their titles, and the result where there are several."""
    titles = {one.element or name: in_language(one.title, say.language) for name, one in found.model.constructs.items()}
    everything = [*records(found.evidence), *records(found.left_over)]
    several = {kind: len({one.result for one in everything if one.kind == kind}) > 1 for kind in _TOLD}

    def title(match: re.Match[str]) -> str:
        name = match.group().removeprefix("~")
        shown = titles.get(name, name)
        return words("without", title=shown) if match.group().startswith("~") else shown

    def what(row: Any) -> str:
        term = str(row.term) if row.term and row.term != row.study else ""
        if row.kind == "interviews":
            term = " + ".join(titles.get(part) or _code(found, part, say.language) for part in term.split(" + "))
        elif row.kind in ("synthesis", *_TOLD):
            term = _OF_A_TERM.sub(title, term).replace("*", " + ")
        place = row.study or (row.result if several.get(row.kind, True) or not term else "")
        return clean(": ".join(str(part) for part in (place, term) if part))

    return what


def _code(found: LogicModel, name: str, language: str) -> str:
    """A code by its name in a language, as far as the codebook has it."""
    return found.code_titles.get(name, {}).get(language, name)


def _unmatched(found: LogicModel, say: Wording, words: Say) -> Table | None:
    if not len(found.left_over):
        return None
    arrows = {arrow.pair: arrow for arrow in found.model.arrows}
    rows, what = [], _what(found, say, words)
    for row in records(found.unmatched()):
        near = arrows.get(row.nearest)
        name = NOTHING if near is None else _arrow(found, near, words, say.language)
        estimate = NOTHING if is_missing(row.estimate) else say.number(row.estimate)
        outcome = clean(_code(found, str(row.outcome or ""), say.language)) or NOTHING
        rows.append([_known(words, "source", row.kind), what(row), outcome, estimate, name])
    names = ("source", "what", "outcome", "effect", "nearest")
    labels = {name: words(f"column.{name}") for name in names}
    return table(words("page.unmatched"), rows, labels, numeric=["effect"])


def _why(found: LogicModel, say: Wording, words: Say) -> Table | None:
    rows = [
        [str(n), words("arrow", source=_title(found, arrow.source, say.language),
                       target=_title(found, arrow.target, say.language)),
         words(f"expectation.{arrow.expect}"), in_language(arrow.why, say.language) if arrow.why else ""]
        for n, arrow in enumerate(found.model.arrows, start=1)
    ]  # fmt: skip
    if not any(row[-1] for row in rows):
        return None
    labels = {"number": words("column.number"), "arrow": words("column.arrow")}
    labels |= {"agreement": words("column.agreement"), "why": words("column.why")}
    return table(words("page.why"), rows, labels, numeric=["number"])
