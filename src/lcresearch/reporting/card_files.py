"""Practice and transfer cards on disk: each a page of one A4 and a Word file in each language, and all as XLSX."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import docx

from lcresearch.integration.practice_cards.card import Card
from lcresearch.integration.practice_cards.result import Cards
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.office_files import office_bytes
from lcresearch.reporting.card_views import card_view
from lcresearch.reporting.files_by_language import Shown, Tables, write_by_language
from lcresearch.reporting.html import render_page
from lcresearch.reporting.wording import page_wording


def write_cards(
    cards: Cards,
    folder: str | Path,
    languages: Sequence[str] = LANGUAGES,
    *,
    date: datetime.date | None = None,
    force: bool = False,
) -> list[Path]:
    """Write ``card_<name>.html`` and ``card_<name>.<language>.docx`` of each card, and ``cards.xlsx``.

    Parameters
    ----------
    cards : Cards
    folder : path
        Made when it does not exist; other files in it stay.
    languages : sequence of "nl" and "en"
        Pages in the first have no language in their name.
    date : date, optional
        Of the pages; today by default. The same cards and date give the same bytes.
    force : bool
        Replace files that exist.

    Returns
    -------
    list of Path
        The pages first.

    Raises
    ------
    ReportingError
        G002: a file exists; P002: a language without texts. Nothing was written.
    """
    shown = [Shown(f"card_{one.name}", partial(render_card, cards, one), {"docx": partial(card_docx, cards, one)})
             for one in cards.cards]  # fmt: skip
    frames = cards.tables()
    tables = Tables(
        "cards", frames, {"id": cards.id},
        simulated="these cards are invented" if cards.simulated else "",
        wrapped=[name for name in frames if name.startswith("texts")],
    )  # fmt: skip
    return write_by_language(shown, tables, folder, languages, date=date, force=force)


def render_card(
    cards: Cards,
    card: Card,
    language: str,
    *,
    provenance: Mapping[str, str] | None = None,
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """A card in one language as a whole HTML page, of one A4 in print; the same card gives the same bytes.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    say = page_wording(card.title, language, simulated=cards.simulated, provenance=provenance)
    view = card_view(card, language)
    parts = {part.key: part for part in view.parts}
    warnings = _warnings(cards, language)
    return render_page("card.html.j2", say, other_reports, head=say.head, card=view, parts=parts, warnings=warnings)


def card_docx(cards: Cards, card: Card, language: str) -> bytes:
    """A card as a Word file, to go on writing in; the same card gives the same bytes."""
    view = card_view(card, language)
    document = docx.Document()
    document.add_heading(view.title, level=1)
    document.add_paragraph(". ".join(text for text in (view.kind, view.stopped) if text))
    for text in _warnings(cards, language):
        document.add_paragraph(text)
    for part in view.parts:
        document.add_heading(part.head, level=2)
        for text in part.texts:
            document.add_paragraph(text, style="List Bullet" if len(part.texts) > 1 else None)
    document.add_paragraph(" ".join(view.foot))
    return office_bytes(document)


def _warnings(cards: Cards, language: str) -> list[str]:
    names = [name for name, there in (("simulated", cards.simulated), ("confidential", cards.confidential)) if there]
    return [Messages(language)(f"integration.cards.{name}") for name in names]
