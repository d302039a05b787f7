"""The page of a report on a programme: what works everywhere, what only where, and how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lcresearch.reporting.html import render_page
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.synthesis_appendix import Appendix
from lcresearch.reporting.synthesis_cards import verdict_groups
from lcresearch.reporting.synthesis_content import SynthesisContent
from lcresearch.reporting.synthesis_forest import ReportForests, report_forests
from lcresearch.reporting.synthesis_tables import (
    changes_table,
    glance_views,
    open_table,
    sector_sizes_table,
    sign_text,
)
from lcresearch.reporting.synthesis_wording import (
    GROUPS,
    SIGNS,
    members_text,
    pairs_text,
    titles_with_outcome,
)
from lcresearch.reporting.wording import Wording, clean, is_missing, provenance_rows

_TERMS = (
    "element", "consortium", "package", "sd", "worthwhile", "interval", "prediction", "tau", "certainty", "exploratory",
    "e_value",
)  # fmt: skip
_NAMED = ("generic", "sector_specific", "conditional")
"""Verdicts whose name is a term, which the page explains."""


def render_synthesis(
    content: SynthesisContent,
    language: str,
    *,
    other_reports: Mapping[str, str] | None = None,
    forests: ReportForests | None = None,
) -> str:
    """The report in one language as a whole HTML page; the same content gives the same bytes.

    Parameters
    ----------
    content : SynthesisContent
    language : {"nl", "en"}
    other_reports : mapping of str to str, optional
        File name of the same page by other language.
    forests : ReportForests, optional
        Its figures, where they were drawn before.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    check_languages([language])
    say = Wording(content.head, language)
    titles = titles_with_outcome(content.elements, say)
    forests = forests or report_forests(content, titles, say)
    return render_page("synthesis.html.j2", say, other_reports, **_page(content, titles, forests, say))


def _page(
    content: SynthesisContent,
    titles: Mapping[str, str],
    forests: ReportForests,
    say: Wording,
) -> dict[str, Any]:
    undecided = [one for one in content.elements if one.verdict == "not_enough_evidence"]
    return {
        "head": content.head,
        "title": say("synthesis.title", programme=say.text(content.head.title)),
        "lead": say.text(content.head.description),
        "facts": _facts(content, say),
        "points": _points(content, titles, say),
        "glance": glance_views(content, titles, say),
        "signs": [(" ".join(sign_text(sign, say)), say(f"synthesis.sign_means.{sign}")) for sign in SIGNS],
        "studied": _studied(content, say),
        "sizes": sector_sizes_table(content, say),
        "reading": _reading(content, say),
        "verdicts": _verdict_words(content, say),
        "groups": verdict_groups(content, titles, forests.cards, say),
        "open": open_table(undecided, titles, content, say) if undecided else None,
        "not_asked": _not_asked(content, say),
        "records": _records(content, titles, say),
        "changes": _changes(content, titles, say),
        "technical": Appendix(content, titles, forests.consortia, say).parts(),
        "terms": [(say(f"synthesis.glossary.{name}.term"), say(f"synthesis.glossary.{name}.means")) for name in _TERMS],
        "provenance": provenance_rows(say, "synthesis.provenance"),
        "licence": say("footer.licence"),
    }


def _facts(content: SynthesisContent, say: Wording) -> list[str]:
    facts = [say("synthesis.fact.declared", date=say.messages.date(content.programme.declared))]
    date = content.head.provenance.get("date")
    return facts + ([say("synthesis.fact.made", date=say.messages.date(date))] if date else [])


def _points(content: SynthesisContent, titles: Mapping[str, str], say: Wording) -> list[dict[str, str]]:
    """What was studied, then a sentence a verdict."""
    packages = content.packages
    counts = {"communities": packages["n_communities"].sum(), "persons": packages["n_respondents"].sum()}
    counts |= {"consortia": len(packages), "sectors": len(content.sectors)}
    words = {name: say(f"synthesis.points.{name}", n=int(n)) for name, n in counts.items()}
    points = [{"head": "", "text": say("synthesis.points.studied", **words)}]
    for group in GROUPS:
        members = [one for one in content.elements if one.group == group]
        if members:
            points.append({"head": say(f"synthesis.group.{group}"), "text": members_text(members, titles, say)})
        elif group == "generic":
            points.append({"head": "", "text": say("synthesis.points.nothing_everywhere")})
    return [*points, {"head": "", "text": say("synthesis.points.not_by_lot")}]


def _studied(content: SynthesisContent, say: Wording) -> list[str]:
    """How the data came, what was planned, what was left out."""
    outcomes = dict.fromkeys(say.text(one.outcome) for one in content.elements)
    texts = [
        say("synthesis.studied.intro"),
        say("synthesis.studied.outcomes", outcomes=say.enumeration(list(outcomes)))
        + " "
        + say("synthesis.studied.planned", date=say.messages.date(content.programme.declared)),
    ]
    left = content.tables["left_out"]
    held = left[left["n_groups"].notna()]
    parts = []
    if len(held) and held["n_groups"].sum() > 0:
        consortia = say("synthesis.points.consortia", n=int(held["consortium"].nunique()))
        parts.append(say("synthesis.studied.held_back", n=int(held["n_groups"].sum()), consortia=consortia))
    absent = left[left["reason"] == "not_in_package"]["consortium"].nunique()
    if absent:
        parts.append(say("synthesis.studied.not_in_package", n=int(absent)))
    texts.append(" ".join(parts) or say("synthesis.studied.nothing_left_out"))
    return [*texts, say(f"synthesis.studied.{'names' if content.anonymous else 'named'}")]


def _reading(content: SynthesisContent, say: Wording) -> list[str]:
    bounds: dict[tuple[float, str], None] = {}
    for one in content.elements:
        bounds[one.bound, say.text(one.outcome)] = None
    several = len({bound for bound, _ in bounds}) > 1
    texts = []
    for bound, outcome in bounds:
        text = say("synthesis.reading.bound", bound=say.number(bound), pairs=pairs_text(bound, say))
        texts.append(say("synthesis.reading.bound_outcome", bound=text, outcome=outcome) if several else text)
    worthwhile = say("synthesis.reading.worthwhile", bounds="; ".join(dict.fromkeys(texts)))
    return [
        say("synthesis.reading.effect"), worthwhile, say("synthesis.reading.certainty"), say("synthesis.reading.figure")
    ]  # fmt: skip


def _verdict_words(content: SynthesisContent, say: Wording) -> list[tuple[str, str]]:
    """What each verdict means; those with a lower outcome only where there are any."""
    there = {one.group for one in content.elements}
    shown = [group for group in GROUPS if not group.endswith("_lower") or group in there]
    words = []
    for group in shown:
        title, verdict = say(f"synthesis.group.{group}"), group.removesuffix("_lower")
        if verdict in _NAMED:
            title = say("synthesis.group_term", group=title, term=say(f"synthesis.verdict.{verdict}"))
        words.append((title, say(f"synthesis.group_means.{group}")))
    return words


def _not_asked(content: SynthesisContent, say: Wording) -> str:
    asked = {one.row["element"] for one in content.elements}
    names = [say.text(one.title) for name, one in content.programme.elements.items() if name not in asked]
    return say("synthesis.open.not_asked", elements=say.enumeration(names)) if names else ""


def _records(content: SynthesisContent, titles: Mapping[str, str], say: Wording) -> list[str]:
    """Communities that stopped, and elements without an effect that matters."""
    packages = content.packages
    n = int(packages["n_stopped_communities"].sum())
    texts = [say("synthesis.records.stopped", n=n) if n else say("synthesis.records.no_stopped")]
    if n:
        counts = packages.groupby("sector")["n_stopped_communities"].sum()
        parts = [
            say("synthesis.records.sector_count", sector=say.text(content.sector(name)), n=int(counts[name]))
            for name in content.sectors
            if counts[name]
        ]
        texts.append(say("synthesis.records.stopped_by", sectors=", ".join(parts)))
        included = [one.row["stopped_included"] for one in content.elements]
        known = not any(is_missing(one) for one in included)
        key = ("included" if all(included) else "not_included") if known else "not_known"
        texts.append(say(f"synthesis.records.{key}", n=n))
    null = [titles[one.name] for one in content.elements if one.verdict == "no_worthwhile_effect"]
    found = say("synthesis.records.without_effect", n=len(null), elements=say.enumeration(null))
    return [" ".join(texts), found if null else say("synthesis.records.no_null")]


def _changes(content: SynthesisContent, titles: Mapping[str, str], say: Wording) -> dict[str, Any] | None:
    """What is new since the earlier synthesis."""
    changes = content.changes
    if changes is None or not len(changes):
        return None
    first = changes.iloc[0]
    names = {"new": "new_packages", "later": "later_releases", "gone": "gone"}
    texts = [
        say(f"synthesis.changes.{key}", consortia=clean(first[name])) for key, name in names.items() if first[name]
    ]
    n = int(changes["verdict_changed"].sum())
    texts = texts or [say("synthesis.changes.same_packages")]
    texts.append(say("synthesis.changes.some", n=n) if n else say("synthesis.changes.none"))
    return {"texts": texts, "table": changes_table(changes, content, titles, say)}
