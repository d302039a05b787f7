"""What the page and the Word file of design principles show, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lcresearch.integration import DesignPrinciples
from lcresearch.integration.design_principles.model import STATUSES, Principle
from lcresearch.integration.logic_models.result import GAPS
from lcresearch.messages import Messages
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, clean, in_language, is_missing, records
from lcresearch.synthesis.elements.wording import word

PARTS = ("context", "intervention", "mechanism", "outcome")
_FOLDER = "integration.principles"
Say = Callable[..., str]


@dataclass(frozen=True)
class PrincipleView:
    """One principle in one language.

    Attributes
    ----------
    name, title, status, status_text : str
        ``status`` is the verdict, by its code.
    occasions, goals : str
    parts : list of (str, str)
        Context, intervention, mechanism and outcome with their heads.
    reason : str
    backing, against : list of str
        Evidence a line each.
    nothing_against : str
        Where was looked when nothing was found.
    judgement : str
    """

    name: str
    title: str
    status: str
    status_text: str
    occasions: str
    goals: str
    parts: list[tuple[str, str]]
    reason: str
    backing: list[str]
    against: list[str]
    nothing_against: str
    judgement: str


def words_in(language: str) -> Say:
    """The texts on principles in one language."""
    messages = Messages(language)

    def words(key: str, **values: Any) -> str:
        return messages(f"{_FOLDER}.{key.replace(' ', '_')}", **values)

    return words


def principle_views(found: DesignPrinciples, say: Wording) -> list[PrincipleView]:
    """Principles, those that are supported first."""
    reasons = dict(zip(found.table["principle"], found.reason_in(say.language), strict=True))
    order = {"supported": 0, "contested": 1, "proposed": 2}
    rows = sorted(records(found.table), key=lambda row: order[row.verdict])
    return [_view(found, row, reasons[row.principle], say) for row in rows]


def _view(found: DesignPrinciples, row: Any, reason: str, say: Wording) -> PrincipleView:
    words, one = words_in(say.language), found.content.principles[row.principle]
    evidence = found.evidence[found.evidence["principle"] == row.principle]
    nothing = one.against.none_found
    against = (evidence["listed"] == "against") | (evidence["says"] == "against")
    return PrincipleView(
        name=str(row.principle),
        title=say.text(one.title),
        status=str(row.verdict),
        status_text=words(f"status.{row.verdict}"),
        occasions=_titles(found, "occasions", one.occasions, say),
        goals=_titles(found, "goals", one.goals, say),
        parts=[(words(f"page.{part}"), say.text(getattr(one, part))) for part in PARTS],
        reason=clean(reason),
        backing=_lines(evidence[~against], say),
        against=_lines(evidence[against], say),
        nothing_against=words("page.none_found", where=say.text(nothing)) if nothing else "",
        judgement=_judgement(one, str(row.status), say),
    )


def _titles(found: DesignPrinciples, key: str, names: tuple[str, ...], say: Wording) -> str:
    return "; ".join(say.text(found.names[key][name]) for name in names)


def _judgement(one: Principle, status: str, say: Wording) -> str:
    if one.judgement is None:
        return ""
    words, judged = words_in(say.language), one.judgement
    date = say.messages.date(judged.date)
    by = words(f"status.{status}")
    return clean(words("page.judged", sentence=say.text(judged.sentence), by=judged.by, date=date, status=by))


def _lines(evidence: pd.DataFrame, say: Wording) -> list[str]:
    words, lines = words_in(say.language), []
    for row in records(evidence):
        title = in_language(row.title, say.language) if row.title else str(row.pointer)
        quoted = row.kind == "quote" and row.detail
        told = clean(row.detail) if quoted else words("page.told", kind=words(f"kind.{row.kind}"), title=title)
        parts = [words(f"says.{row.says}"), *_found(row, say)]
        if not is_missing(row.estimate) and row.kind in ("arrow", "element"):
            interval = say.interval(row.conf_low, row.conf_high)
            parts.append(f"{say.number(row.estimate)} {interval}".strip())
        parts += (
            [words("page.certainty", level=word("level_name", row.certainty, say.language))] if row.certainty else []
        )
        note = f" {in_language(row.note, say.language)}" if row.note else ""
        lines.append(clean(f"{told[:1].upper()}{told[1:]}: {', '.join(parts)}.{note}"))
    return lines


def _found(row: Any, say: Wording) -> list[str]:
    """What the result says: a verdict, or how an arrow goes with the expectation."""
    if row.kind == "element" and row.detail:
        return [word("verdict_name", row.detail, say.language)]
    folder = "gap" if row.detail in GAPS else "agreement"
    known = row.kind == "arrow" and row.detail
    return [say.messages(f"integration.logic_model.{folder}.{row.detail.replace(' ', '_')}")] if known else []


def map_table(found: DesignPrinciples, say: Wording) -> Table:
    """Occasions by goals, with the number of principles of each verdict in each cell."""
    words = words_in(say.language)
    verdicts = dict(zip(found.table["principle"], found.table["verdict"], strict=True))
    rows = []
    for occasion in found.asked["occasions"]:
        cells = [say.text(found.names["occasions"][occasion])]
        for goal in found.asked["goals"]:
            there = [verdicts[name] for name in verdicts if _fits(found, name, occasion, goal)]
            counts = [(status, there.count(status)) for status in STATUSES if status in there]
            told = [words("page.counted", n=n, status=words(f"status.{status}")) for status, n in counts]
            cells.append(", ".join(told) or "–")
        rows.append(cells)
    labels = {"occasion": words("page.occasion")}
    labels |= {goal: say.text(found.names["goals"][goal]) for goal in found.asked["goals"]}
    return table(words("page.map"), rows, labels)


def _fits(found: DesignPrinciples, name: str, occasion: str, goal: str) -> bool:
    one = found.content.principles[name]
    return occasion in one.occasions and goal in one.goals


def points(found: DesignPrinciples, words: Say) -> list[str]:
    """The main numbers, in sentences."""
    glance = found.glance().iloc[0]
    counts = {name: int(glance[f"n_{name}"]) for name in ("principles", "supported", "contested", "proposed")}
    pairs = len(found.asked["occasions"]) * len(found.asked["goals"])
    without = int(glance["n_pairs_without"])
    return [words("page.points", **counts), words("page.points_gaps", without=without, pairs=pairs)]


def cautions(found: DesignPrinciples, language: str) -> list[str]:
    """What the reader must know, in one language."""
    words = words_in(language)
    told = dict.fromkeys(problem.message(language) for problem in found.problems)
    return [words("caution"), *told, words("page.source")]
