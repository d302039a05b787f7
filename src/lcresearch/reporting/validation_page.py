"""The page of a validation report: the result put into the words, figures and tables of one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lcresearch.measurement import Validation
from lcresearch.measurement.instrument_validation.result import ScaleValidation
from lcresearch.measurement.instrument_validation.result_tables import reason_in_words
from lcresearch.measurement.instrument_validation.uses import ITEM_REST, Use
from lcresearch.reporting import validation_figures, validation_tables
from lcresearch.reporting.content import Head, Text
from lcresearch.reporting.html import render_page
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.sections import FigureView, problem_texts
from lcresearch.reporting.tables import Table
from lcresearch.reporting.wording import Wording, clean, provenance_rows, slug

_WORDS = ("points", "who", "may", "limits", "technical", "evidence", "evidence_intro")


@dataclass(frozen=True)
class UseView:
    """A use with its answer and reasons in words."""

    name: str
    answer: str
    answer_text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A figure with its heading and a line on how to read it."""

    title: str
    text: str
    figure: FigureView


@dataclass(frozen=True)
class ScaleView:
    """One scale in the main text."""

    anchor: str
    title: str
    conclusion: str
    uses: tuple[UseView, ...]
    figures: tuple[Shown, ...]
    items: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Part:
    """A part of the technical appendix."""

    anchor: str
    title: str
    texts: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def render_validation(
    found: Validation,
    language: str,
    *,
    provenance: Mapping[str, str],
    group_titles: Mapping[str, Text] | None = None,
    other_reports: Mapping[str, str] | None = None,
    reference: str | None = None,
) -> str:
    """The report in one language as a whole HTML page; the same result gives the same bytes.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    check_languages([language])
    instrument = found.instrument
    head = Head(
        title=instrument.title,
        description=instrument.text,
        languages=(language,),
        levels=dict(group_titles or {}),
        waves={},
        minimum_cell=found.minimum_cell,
        simulated=found.simulated,
        provenance=provenance,
    )
    say = Wording(head, language)
    return render_page("validation.html.j2", say, other_reports, **_page(found, say, reference))


def _page(found: Validation, say: Wording, reference: str | None) -> dict[str, Any]:
    instrument = found.instrument
    scales = [_scale(name, one, found, say) for name, one in found.scales.items()]
    return {
        "head": say.head,
        "title": say("validation.title", instrument=say.text(instrument.title)),
        "lead": say("validation.lead"),
        "facts": _facts(found, say),
        "words": {name: say(f"validation.{name}") for name in _WORDS},
        "points": [{"head": scale.title, "text": scale.conclusion} for scale in scales],
        "who": _who(found, say),
        "rows_table": validation_tables.rows_table(found, say),
        "scales": scales,
        "limits": _limits(found, say),
        "technical": _technical(found, say),
        "evidence": found.evidence_yaml(reference=reference),
        "provenance": provenance_rows(say, "validation.provenance"),
        "licence": say("footer.licence"),
    }


def _facts(found: Validation, say: Wording) -> list[str]:
    instrument = found.instrument
    facts = [f"{clean(instrument.id)} {clean(instrument.version)}"]
    date = say.head.provenance.get("date")
    return facts + ([say.messages.date(date)] if date else [])


def _who(found: Validation, say: Wording) -> list[str]:
    """Who answered, in which groups, at which wave."""
    texts = [say.messages("validate.page.persons", n=found.n)]
    for by in found.groups:
        sizes = [int(one.parts.answers.frame[by].nunique()) for one in found.scales.values()]
        texts.append(say("validation.groups", n=max(sizes, default=0), by=say.level(by)))
    if len(found.waves) > 1:
        texts.append(say("validation.wave", wave=clean(found.wave), n=len(found.waves)))
    if len(found.languages) > 1:
        texts.append(say("validation.languages", languages=", ".join(found.languages)))
    return [" ".join(texts), say("validation.privacy", minimum=found.minimum_cell)]


def _scale(name: str, one: ScaleValidation, found: Validation, say: Wording) -> ScaleView:
    instrument = found.instrument
    title = say.text(instrument.scales[name].title)
    items = [instrument.item(item) for item in one.parts.answers.items]
    return ScaleView(
        anchor=f"scale-{slug(name)}",
        title=title,
        conclusion=conclusion(one.uses, say),
        uses=tuple(_use(use, say) for use in one.uses),
        figures=tuple(_figures(name, title, one, found, say)),
        items=tuple(
            (clean(item.id), say.text(item.text) if instrument.shareable else "", item.reversed) for item in items
        ),
    )


def conclusion(uses: tuple[Use, ...], say: Wording) -> str:
    """What the uses come to, in a sentence or two."""
    of = {use.name: use.answer for use in uses}
    basis = of["score"] if of["score"] in ("no", "unknown") else of.get("groups", of["score"])
    key = basis if basis != "no" else "no_score" if of["score"] == "no" else "not_precise"
    parts = [say(f"validation.conclusion.{key}")]
    compared = [use for use in uses if use.name in ("compare", "change") and use.by is not None]
    for answer in ("yes", "care", "no", "unknown"):
        told = [use for use in compared if use.answer == answer and (answer != "unknown" or use.took_part)]
        names = [_headline(use, say(f"validation.compared.{_kind(use)}", by=_compared(use, say)), say) for use in told]
        if names:
            parts.append(say(f"validation.conclusion.compare_{answer}", what=say.enumeration(names)))
    if of.get("average") in ("yes", "care", "no"):
        parts.append(say(f"validation.conclusion.average_{of['average']}"))
    return " ".join(parts)


def _headline(use: Use, what: str, say: Wording) -> str:
    """With how many groups took part, where not all did."""
    if use.took_part is None:
        return what
    n, there = use.took_part
    told = say("validation.conclusion.took_part", n=n, there=there)
    return f"{what[:-1]}; {told})" if what.endswith(")") else f"{what} ({told})"


def _kind(use: Use) -> str:
    return use.by if use.by in ("wave", "language") else "groups"


def _compared(use: Use, say: Wording) -> str:
    known = {"wave": "validation.waves", "language": "validation.language"}
    return say(known[use.by]) if use.by in known else say.level(use.by or "")


def _use(use: Use, say: Wording) -> UseView:
    by = _compared(use, say) if use.by else ""
    key = f"{use.name}_none" if use.name in ("compare",) and use.by is None else use.name
    return UseView(
        name=_headline(use, say(f"validation.use.{key}", by=by), say),
        answer=use.answer,
        answer_text=say.messages(f"validate.answer.{use.answer}"),
        reasons=tuple(clean(reason_in_words(reason, say.messages)) for reason in use.reasons),
    )


def _figures(name: str, title: str, one: ScaleValidation, found: Validation, say: Wording) -> list[Shown]:
    makers = (validation_figures.items_view, validation_figures.norms_view, *(
        [validation_figures.groups_view] if one.parts.by else []
    ))  # fmt: skip
    views = [make(name, title, one.parts, say) for make in makers]
    keys = ("items", "norms", "groups")
    return [
        Shown(view.title, say(f"validation.figure.{key}_read", limit=say.number(ITEM_REST)), view)
        for key, view in zip(keys, views, strict=False)
        if view is not None
    ]


def _limits(found: Validation, say: Wording) -> tuple[str, ...]:
    """What this evidence does not say."""
    texts = [say("validation.limit.validity"), say("validation.limit.retest"), say("validation.limit.sample")]
    if len(found.waves) < 2:
        texts.append(say("validation.limit.change"))
    if found.groups:
        texts.append(say("validation.limit.groups"))
    return (*texts, *problem_texts(found.problems, say))


def _technical(found: Validation, say: Wording) -> list[Part]:
    parts = []
    for name, one in found.scales.items():
        title = say("technical.scale", scale=say.text(found.instrument.scales[name].title))
        tables = validation_tables.scale_tables(one.parts, title, say)
        shown = tuple(table for table in tables if table is not None)
        parts.append(Part(f"technical-{slug(name)}", title, _composition(one, say), shown, _notes(one, say)))
    together = tuple(table for table in validation_tables.all_scales_tables(found, say) if table is not None)
    if together:
        parts.append(Part("", say("validation.all_scales"), (say("validation.all_scales_read"),), together, ()))
    methods = tuple(say(f"validation.method.{name}") for name in _METHODS)
    parts.append(Part("", say("technical.methods"), methods, (), ()))
    return parts


_METHODS = ("persons", "dimensions", "model", "reliability", "agreement", "comparison", "norms", "disclosure")


def _composition(one: ScaleValidation, say: Wording) -> tuple[str, ...]:
    answers = one.parts.answers
    left_out = [say("validation.left_out", n=answers.n_left_out)] if answers.n_left_out else []
    key = "ordered" if answers.ordered else "numbers"
    return (say("validation.scored", n=answers.n), *left_out, say(f"validation.{key}"))


def _notes(one: ScaleValidation, say: Wording) -> tuple[str, ...]:
    """What could not be computed and what to be careful with, the same words once."""
    parts = one.parts
    problems = [problem for own in parts.problems.values() for problem in own]
    for result in (parts.items, parts.dimensions, parts.factorability, parts.reliability, parts.agreement):
        problems += list(result.problems) if result is not None else []
    for compared in parts.comparisons:
        problems += compared.problems
        for of_groups in (compared.invariance, compared.alignment):
            problems += list(of_groups.problems) if of_groups is not None else []
    return problem_texts(problems, say)
