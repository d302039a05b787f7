"""What the evidence of principles says now: each pointer is looked up in the results that were handed over."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from lcresearch.errors import Problem, nearest
from lcresearch.integration.design_principles.model import Evidence, Principle, PrinciplesFile
from lcresearch.integration.logic_models.result import LogicModel
from lcresearch.messages import LANGUAGES, Messages

COLUMNS = (
    "principle", "listed", "kind", "pointer", "family", "says", "certainty", "estimate", "conf_low", "conf_high",
    "key", "detail", "note", "title",
)  # fmt: skip
NOT_LOOKED_UP = "not looked up"
_FAMILY = {"arrow": "numbers", "element": "numbers", "study": "numbers", "quote": "interviews", "term": "cases"}
_OF_AGREEMENT = {"as expected": "for", "depends": "for", "against": "against", "no effect": "against"}
Row = dict[str, Any]


@dataclass
class Sources:
    """Where evidence is looked up; None for what was not handed over.

    Attributes
    ----------
    arrows : LogicModel, optional
    elements : DataFrame, optional
        ``element, outcome, verdict, direction, certainty, estimate, conf_low, conf_high``.
    quotes : DataFrame, optional
        Released quotes: ``pointer, quote, described``.
    terms : DataFrame, optional
        ``term, analysis, consistency, coverage``.
    """

    arrows: LogicModel | None = None
    elements: pd.DataFrame | None = None
    quotes: pd.DataFrame | None = None
    terms: pd.DataFrame | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def look_up(content: PrinciplesFile, sources: Sources) -> pd.DataFrame:
    """A row a piece of evidence; pointers at nothing are noted in ``sources.problems``."""
    rows = [
        {"principle": name, "listed": listed} | _row(name, one, listed, sources)
        for name, principle in content.principles.items()
        for listed, one in _listed(principle)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = ["estimate", "conf_low", "conf_high"]
    table[numbers] = table[numbers].astype(float)
    return table


def _listed(principle: Principle) -> Iterator[tuple[str, Evidence]]:
    for one in principle.evidence:
        yield "for", one
    for one in principle.against.found:
        yield "against", one


def _row(name: str, one: Evidence, listed: str, sources: Sources) -> Row:
    ((kind, pointer),) = one.pointers.items()
    read: dict[str, Callable[[Evidence, Sources], Row | list[str] | None]] = {
        "arrow": _arrow, "element": _element, "quote": _quote, "term": _term, "study": _study,
    }  # fmt: skip
    found = read[kind](one, sources)
    row: Row = {"kind": kind, "pointer": pointer, "family": _FAMILY[kind], "key": f"{kind} {pointer}"}
    row |= {"certainty": "", "estimate": math.nan, "conf_low": math.nan, "conf_high": math.nan, "detail": ""}
    row |= {"note": dict(one.note) if one.note else {}, "title": {}}
    if found is None:
        sources.notes.append(Problem("Q230", values={"name": pointer, "principle": name, "kind": _words(kind)}))
        return row | {"says": NOT_LOOKED_UP}
    if isinstance(found, list):
        values = {
            "principle": name,
            "name": pointer,
            "known": found[:30] or "–",
            "nearest": nearest(pointer, found) or "–",
        }
        sources.problems.append(Problem("Q228", values=values))
        return row | {"says": NOT_LOOKED_UP}
    if kind in ("quote", "term", "study"):
        found = found | {"says": one.says or listed}
    if listed == "against" and found["says"] == "for" and kind in ("arrow", "element"):
        sources.notes.append(Problem("Q234", values={"name": pointer, "principle": name}))
    return row | found


def _words(kind: str) -> dict[str, str]:
    return {language: Messages(language)(f"integration.principles.not_given.{kind}") for language in LANGUAGES}


def _arrow(one: Evidence, sources: Sources) -> Row | list[str] | None:
    if sources.arrows is None:
        return None
    arrow = sources.arrows.model.arrow(str(one.arrow))
    if arrow is None:
        return [each for known in sources.arrows.model.arrows for each in dict.fromkeys((known.name, known.pair))]
    table = sources.arrows.table
    row = table[table["arrow"] == arrow.name].iloc[0]
    found: Row = {"says": _OF_AGREEMENT.get(str(row["agreement"]), "open"), "certainty": str(row["certainty"])}
    found |= {name: float(row[name]) for name in ("estimate", "conf_low", "conf_high")}
    ends = [sources.arrows.model.constructs[name].title for name in (arrow.source, arrow.target)]
    title = {code: " → ".join(end.get(code) or next(iter(end.values())) for end in ends) for code in LANGUAGES}
    return found | {"key": f"numbers {arrow.pair}", "detail": str(row["agreement"] or row["gap"]), "title": title}


def _element(one: Evidence, sources: Sources) -> Row | list[str] | None:
    if sources.elements is None:
        return None
    table = sources.elements
    rows = table[table["element"].astype(str) == one.element]
    if one.outcome is not None:
        rows = rows[rows["outcome"].astype(str) == one.outcome]
    if not len(rows):
        return [str(name) for name in dict.fromkeys(table["element"])]
    row = rows.iloc[0]
    found: Row = {"says": _says_of(str(row["verdict"]), str(row["direction"])), "certainty": str(row["certainty"])}
    found |= {name: float(row[name]) for name in ("estimate", "conf_low", "conf_high")}
    title = _title_of(str(row["element"]), sources.arrows)
    return found | {"key": _same_numbers(row, sources.arrows), "detail": str(row["verdict"]), "title": title}


def _title_of(element: str, arrows: LogicModel | None) -> dict[str, str]:
    """What the logic model calls an element."""
    constructs = {} if arrows is None else arrows.model.constructs
    found = [one.title for name, one in constructs.items() if (one.element or name) == element]
    return dict(found[0]) if found else {}


def _says_of(verdict: str, direction: str) -> str:
    if verdict == "not enough evidence":
        return "open"
    return "for" if verdict != "no worthwhile effect" and direction == "positive" else "against"


def _same_numbers(row: pd.Series[Any], arrows: LogicModel | None) -> str:
    """The arrow that rests on the same verdict, so that it counts once."""
    if arrows is not None:
        table = arrows.evidence
        same = (table["kind"] == "synthesis") & (table["term"] == row["element"]) & (table["outcome"] == row["outcome"])
        names = table.loc[same, "arrow"].tolist()
        arrow = arrows.model.arrow(names[0]) if names else None
        if arrow is not None:
            return f"numbers {arrow.pair}"
    return f"numbers {row['element']} {row['outcome']}"


def _quote(one: Evidence, sources: Sources) -> Row | list[str] | None:
    if sources.quotes is None:
        return None
    rows = sources.quotes[sources.quotes["pointer"].astype(str) == one.quote]
    if not len(rows):
        return [str(name) for name in sources.quotes["pointer"]]
    return {"detail": f"“{rows.iloc[0]['quote']}” ({rows.iloc[0]['described']})"}


def _term(one: Evidence, sources: Sources) -> Row | list[str] | None:
    if sources.terms is None:
        return None
    rows = sources.terms[sources.terms["term"].map(_plain_term) == _plain_term(one.term)]
    if one.analysis is not None:
        rows = rows[rows["analysis"].astype(str) == one.analysis]
    if not len(rows):
        return [str(name) for name in dict.fromkeys(sources.terms["term"])]
    return {
        "estimate": float(rows.iloc[0].get("consistency", math.nan)),
        "detail": str(rows.iloc[0].get("analysis", "")),
    }


def _plain_term(term: Any) -> tuple[str, ...]:
    """A term as it is compared: its members in any order and case."""
    return tuple(sorted(part.strip().lower() for part in str(term).replace("·", "*").split("*")))


def _study(one: Evidence, _: Sources) -> Row:
    return {"certainty": one.certainty or ""}
