"""One page for each working element: effect, spread, voices, combination, advice and certainty; a table before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lcresearch.integration.converging.evidence import NOT_LISTENED
from lcresearch.reporting.element_pages_content import ElementEvidence, ElementPages
from lcresearch.reporting.element_pages_words import (
    Combination,
    Quote,
    agreement_texts,
    combination_texts,
    combinations_of,
    mechanism_texts,
    missing_texts,
    quotes_of,
    spread_texts,
    together_text,
    voices_texts,
)
from lcresearch.reporting.html import render_page
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.synthesis_cards import Card, element_card
from lcresearch.reporting.synthesis_forest import Forest, sectors_forest
from lcresearch.reporting.synthesis_tables import parts_table
from lcresearch.reporting.synthesis_wording import certainty_text, titles_with_outcome
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, clean, is_missing, provenance_rows

_COLUMNS = ("element", "advice", "verdict", "voices", "together", "convergence")
AUTHOR = "author"


@dataclass(frozen=True)
class Page:
    """What stands on one page.

    Attributes
    ----------
    card : Card
        What the numbers say.
    advice : str
    by_author : bool
        Whether the researchers wrote it.
    spread, voices, together, agreement, missing : list of str
    mechanisms : list of (str, str)
        Head, and codes with how many people.
    quotes : list of Quote
    combinations : list of Combination
    """

    card: Card
    advice: str
    by_author: bool
    spread: list[str]
    voices: list[str]
    mechanisms: list[tuple[str, str]]
    quotes: list[Quote]
    combinations: list[Combination]
    together: list[str]
    agreement: list[str]
    missing: list[str]


def element_forests(content: ElementPages, say: Wording) -> dict[str, Forest]:
    """The small figure of each page: a row a sector, all together, and a new consortium; by name of the row."""
    titles = titles_with_outcome(content.synthesis.elements, say)
    found = {}
    for one in content.synthesis.elements:
        title = titles[one.name]
        forest = sectors_forest(one, title, content.synthesis, say, parts_table(one, title, content.synthesis, say))
        if forest is not None:
            found[one.name] = forest
    return found


def render_element_pages(
    content: ElementPages,
    language: str,
    *,
    other_reports: Mapping[str, str] | None = None,
    forests: Mapping[str, Forest] | None = None,
) -> str:
    """The pages in one language as a whole HTML page; in print each element takes one A4.

    Parameters
    ----------
    content : ElementPages
    language : {"nl", "en"}
    other_reports : mapping of str to str, optional
        File name of the same pages by other language.
    forests : mapping, optional
        Figures, where they were drawn before.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    check_languages([language])
    say = Wording(content.head, language)
    drawn = element_forests(content, say) if forests is None else forests
    titles = titles_with_outcome(content.synthesis.elements, say)
    pages = [_page(page, titles[page.one.name], drawn.get(page.one.name), content, say) for page in content.pages]
    date = content.head.provenance.get("date")
    return render_page(
        "element_pages.html.j2",
        say,
        other_reports,
        styles=["element_pages.css"],
        head=content.head,
        confidential=content.confidential,
        title=say("element_pages.title", programme=say.text(content.head.title)),
        facts=[say("element_pages.fact.made", date=say.messages.date(date))] if date else [],
        overview=overview_table(content, titles, say),
        contents=[(page.card.anchor, page.card.title) for page in pages],
        further=[(say.text(title), files[language]) for title, files in content.links if language in files],
        reading=_reading(content, say),
        pages=pages,
        provenance=provenance_rows(say, "synthesis.provenance"),
        licence=say("footer.licence"),
    )


def overview_table(content: ElementPages, titles: Mapping[str, str], say: Wording) -> Table:
    """An element a row: advice, and what each kind of evidence says."""
    rows = [_overview_row(page, titles[page.one.name], content, say) for page in content.pages]
    heads = {name: say(f"element_pages.overview.{name}") for name in _COLUMNS}
    return table(say("element_pages.overview.caption"), rows, heads)


def advice_text(page: ElementEvidence, say: Wording) -> str:
    """The advice in one sentence."""
    return clean(page.advice[say.language])


def _overview_row(page: ElementEvidence, title: str, content: ElementPages, say: Wording) -> list[str]:
    advice = advice_text(page, say)
    if page.advice["source"] == AUTHOR:
        advice = say("element_pages.overview.author", advice=advice.rstrip("."))
    verdict = say(
        "element_pages.overview.verdict_cell",
        verdict=say(f"synthesis.verdict.{page.one.verdict}"),
        certainty=certainty_text(page.one, say),
    )
    missing = say.number(None)
    agreement = str(page.row["convergence"])
    agrees = say.messages(f"integration.convergence.outcome.{agreement.replace(' ', '_')}") if agreement else missing
    return [title, advice, verdict, _heard(page, say), together_text(page, content, say) or missing, agrees]


def _heard(page: ElementEvidence, say: Wording) -> str:
    """In how many cases it was mentioned, else by how many people; else why neither is told."""
    for key, n, of in (("voices", "n_cases", "of_cases"), ("persons", "n_persons", "of_persons")):
        if not is_missing(page.heard.get(n)):
            counts = {"n": int(page.heard[n]), "of": int(page.heard[of])}
            return say(f"element_pages.overview.{key}_cell", **counts)
    gap = str(page.heard.get("gap", "no_interviews"))
    return say(f"element_pages.overview.{gap if gap in NOT_LISTENED else 'hidden'}")


def _page(page: ElementEvidence, title: str, forest: Forest | None, content: ElementPages, say: Wording) -> Page:
    return Page(
        card=element_card(page.one, title, forest, content.synthesis, say),
        advice=advice_text(page, say),
        by_author=page.advice["source"] == AUTHOR,
        spread=spread_texts(page, content, say),
        voices=voices_texts(page, say),
        mechanisms=mechanism_texts(page, say),
        quotes=quotes_of(page, say),
        combinations=combinations_of(page, content, say),
        together=combination_texts(page, content, say),
        agreement=agreement_texts(page, say),
        missing=missing_texts(page, content, say),
    )


def _reading(content: ElementPages, say: Wording) -> list[str]:
    own = [say(f"element_pages.reading.{name}") for name in ("advice", "voices", "combination", "print")]
    return [own[0], say("synthesis.reading.effect"), *own[1:3], say("synthesis.points.not_by_lot"), own[3]]
