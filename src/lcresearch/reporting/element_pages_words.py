"""Sentences on the pages of elements: where it holds, what people tell, what it works with, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lcresearch.integration.elements.advising import in_sentence
from lcresearch.integration.elements.combining import ABSENT
from lcresearch.reporting.element_pages_content import ElementEvidence, ElementPages
from lcresearch.reporting.synthesis_forest import consortia_differ
from lcresearch.reporting.synthesis_tables import sign_text
from lcresearch.reporting.synthesis_wording import needed_texts, pairs_text, signs_of
from lcresearch.reporting.wording import Wording, clean, is_missing

_MOST_NAMED = 3
_MOST_QUOTES = 2
_MOST_TERMS = 3
_ALMOST_ALWAYS, _MOSTLY = 0.95, 0.85
_NOT_SHOWN = "not shown"
KINDS = ("mechanism", "value", "barrier")


@dataclass(frozen=True)
class Quote:
    """A released quote and who said it, without a name."""

    text: str
    described: str


@dataclass(frozen=True)
class Combination:
    """One combination in words, and how well it fits."""

    members: str
    outcome: str
    fit: str
    note: str


def spread_texts(page: ElementEvidence, content: ElementPages, say: Wording) -> list[str]:
    """Where the effect holds: sectors with their sign, and how far consortia differ."""
    one, texts = page.one, []
    signs = zip(one.sectors["sector"], signs_of(one.sectors, one.bound), strict=True)
    parts = [
        say(
            "element_pages.spread.sector",
            sector=say.text(content.synthesis.sector(sector)),
            sign=" ".join(sign_text(sign, say)),
        )
        for sector, sign in signs
    ]
    if len(parts) > 1:
        texts.append("; ".join(parts) + ".")
    varying = one.consortia[one.consortia["varies"].astype(bool)] if len(one.consortia) else one.consortia
    estimates = varying["estimate"].dropna().astype(float) if len(varying) else pd.Series(dtype=float)
    if not len(estimates):
        return [*texts, say("element_pages.spread.none")]
    if not consortia_differ(one):
        return [*texts, say(f"element_pages.spread.{'unknown' if is_missing(one.row['tau']) else 'same'}")]
    ends = {"low": pairs_text(float(estimates.min()), say), "high": pairs_text(float(estimates.max()), say)}
    return [*texts, say("element_pages.spread.consortia", n=len(estimates), **ends)]


def voices_texts(page: ElementEvidence, say: Wording) -> list[str]:
    """Who speaks of it, and how many say that it helps, miss it or find it in the way; a gap where nobody was asked."""
    gap = page.gap("voices")
    if gap is not None:
        return [clean(gap[say.language])]
    heard, texts = page.heard, []
    if _known(heard, "n_persons") == 0:
        return [say("element_pages.voices.nobody", of=_count(heard, "of_persons"))]
    names = (("cases", "n_cases", "of_cases"), ("persons", "n_persons", "of_persons"))
    texts += [
        say(f"element_pages.voices.{key}", n=int(n), of=_count(heard, of))
        for key, column, of in names
        if (n := _known(heard, column)) is not None
    ]
    for side in ("helping", "lacking", "hindering"):
        if n := _known(heard, f"n_cases_{side}"):
            texts.append(say(f"element_pages.voices.{side}", n=int(n)))
        elif n := _known(heard, f"n_persons_{side}"):
            texts.append(say(f"element_pages.voices.{side}_persons", n=int(n)))
    counts = ("n_cases", "n_persons", "n_cases_helping", "n_cases_lacking", "n_cases_hindering")
    hidden = any(_known(heard, name) is None for name in counts)
    return [*texts, *([say("element_pages.voices.some_hidden")] if hidden else [])]


def mechanism_texts(page: ElementEvidence, say: Wording) -> list[tuple[str, str]]:
    """How it works, what it yields and what gets in the way: a head, and codes with how many people."""
    found = []
    for kind in KINDS:
        own = page.mechanisms[page.mechanisms["kind"] == kind].head(_MOST_NAMED)
        named = [
            say(
                "element_pages.voices.named",
                name=in_sentence(clean(row[say.language])),
                n=int(row["n_persons"]),
            )
            for row in own.to_dict("records")
        ]
        if named:
            found.append((say(f"element_pages.voices.{kind}"), ", ".join(named)))
    return found


def quotes_of(page: ElementEvidence, say: Wording) -> list[Quote]:
    """Released quotes, those of the first few words first in the table."""
    rows = page.quotes.drop_duplicates("quote").head(_MOST_QUOTES).to_dict("records") if len(page.quotes) else []
    return [
        Quote(
            say("element_pages.voices.quote", quote=clean(row["quote"])),
            clean(row[say.language]),
        )
        for row in rows
    ]


def combinations_of(page: ElementEvidence, content: ElementPages, say: Wording) -> list[Combination]:
    """Combinations that it is part of, in words, the one that explains most first."""
    return [_combination(row, content, say) for row in page.terms.head(_MOST_TERMS).to_dict("records")]


def combination_texts(page: ElementEvidence, content: ElementPages, say: Wording) -> list[str]:
    """Whether it is needed, and why there is nothing to show."""
    gap = page.gap("combinations")
    if gap is not None:
        return [clean(gap[say.language])]
    texts = []
    own = page.necessity[page.necessity["present"].astype(bool)] if len(page.necessity) else page.necessity
    for row in own.to_dict("records"):
        outcome = _outcome(str(row["analysis"]), content, say)
        key = "necessary" if row["necessary"] else "not_necessary"
        texts.append(say(f"element_pages.combination.{key}", outcome=outcome))
    if not len(page.terms):
        analyses = dict.fromkeys(str(name) for name in content.both.terms["analysis"])
        texts += [
            say("element_pages.combination.in_none", outcome=_outcome(analysis, content, say)) for analysis in analyses
        ]
    return texts


def agreement_texts(page: ElementEvidence, say: Wording) -> list[str]:
    """Whether numbers and interviews agree, why, and who judged so."""
    gap = page.gap("convergence")
    if gap is not None or not page.agreement:
        return [clean(gap[say.language])] if gap is not None else []
    row = page.agreement
    texts = [say(f"element_pages.convergence.{str(row['verdict']).replace(' ', '_')}")]
    if row["verdict"] == row["proposal"]:
        texts.append(clean(row[f"reason_{say.language}"]))
    state = str(row["judgement_state"])
    if not state:
        return texts if row["verdict"] == _NOT_SHOWN else [*texts, say("element_pages.convergence.proposed")]
    key = str(row["judgement"]).replace(" ", "_")
    judgement = say.messages(f"integration.convergence.outcome.{key}") if key else ""
    values = {"by": clean(row["judged_by"]), "on": say.messages.date(str(row["judged_on"])), "judgement": judgement}
    key = f"integration.convergence.judged.{state.replace(' ', '_')}"
    return [*texts, say.messages(key, because=clean(row["judged_because"]), **values)]


def missing_texts(page: ElementEvidence, content: ElementPages, say: Wording) -> list[str]:
    """What it would take to know more."""
    texts: list[str] = []
    if page.one.verdict == "not_enough_evidence":
        needed = needed_texts(page.one, content.synthesis, say)
        texts += [say("element_pages.missing.needed", needed=in_sentence(" ".join(needed)))]
    else:
        texts.append(say("element_pages.missing.cause"))
    for part in ("numbers", "quotes"):
        gap = page.gap(part)
        texts += [clean(gap[say.language])] if gap is not None else []
    if page.agreement and not page.agreement["judgement_state"] and page.agreement["verdict"] != _NOT_SHOWN:
        texts.append(say("element_pages.missing.no_judgement"))
    return texts


def together_text(page: ElementEvidence, content: ElementPages, say: Wording) -> str:
    """What it works together with, for a cell of the overview."""
    own = page.terms[page.terms["present"].astype(bool)] if len(page.terms) else page.terms
    ways = []
    for row in own.head(_MOST_TERMS).to_dict("records"):
        present = [name for name in row["others"] if not name.startswith(ABSENT)]
        if present:
            ways.append(say.enumeration([_set_title(str(row["analysis"]), name, content, say) for name in present]))
    return "; ".join(dict.fromkeys(ways))


def _combination(row: Mapping[Any, Any], content: ElementPages, say: Wording) -> Combination:
    analysis = str(row["analysis"])
    sides: dict[str, list[str]] = {"present": [], "absent": []}
    for name in row["others"]:
        side = "absent" if name.startswith(ABSENT) else "present"
        sides[side].append(in_sentence(_set_title(analysis, name.removeprefix(ABSENT), content, say)))
    named = [side for side in ("present", "absent") if sides[side]]
    key = "_".join([*([] if row["present"] else ["lacking"]), *named]) or "alone"
    words = {side: say.enumeration(sides[side]) for side in named}
    members = say(f"element_pages.combination.{key}", **words)
    consistency = float(row["consistency"])
    often = "almost_always" if consistency >= _ALMOST_ALWAYS else "mostly" if consistency >= _MOSTLY else "often"
    few = is_missing(row["n_cases"]) or int(row["n_cases"]) < content.minimum
    cases = (
        say("element_pages.combination.few", least=content.minimum)
        if few
        else say("element_pages.combination.cases", n=int(row["n_cases"]))
    )
    numbers = {"consistency": say.number(consistency), "coverage": say.number(row["coverage"])}
    unsure = int(row["in_models"]) < int(row["n_models"])
    return Combination(
        members,
        say(f"element_pages.combination.{often}", outcome=_outcome(analysis, content, say)),
        cases if is_missing(consistency) else say("element_pages.combination.fit", cases=cases, **numbers),
        say("element_pages.combination.ambiguous") if unsure else "",
    )


def _outcome(analysis: str, content: ElementPages, say: Wording) -> str:
    return _set_title(analysis, "outcome", content, say)


def _set_title(analysis: str, name: str, content: ElementPages, say: Wording) -> str:
    """Title of a condition; with its value where it has more than two."""
    short, bracket, value = name.partition("[")
    text = content.both.set_titles.get(analysis, {}).get(short)
    title = say.text(text) if text else clean(short)
    return f"{title} ({value.rstrip(']')})" if bracket else title


def _known(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    return None if is_missing(value) else float(value)  # type: ignore[arg-type]


def _count(row: Mapping[str, Any], name: str) -> int:
    return int(_known(row, name) or 0)
